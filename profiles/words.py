"""Words and codes that columns hold, and words in the names of columns."""

from __future__ import annotations

import re

# True and false, in small letters, each language's own.
TRUTHS = tuple(
    tuple(pair.split("/"))
    for pair in (
        "yes/no y/n true/false t/f on/off ja/nein j/n oui/non o/n si/no sí/no s/n sim/não sim/nao ja/nee ja/nej tak/nie да/нет はい/いいえ 是/否 "
        "enabled/disabled active/inactive"
    ).split()
)
COUNTRIES_2 = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK "
    "CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
    "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV "
    "LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR "
    "TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW".split()
)
COUNTRIES_3 = frozenset(
    "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB "
    "BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI "
    "ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN "
    "IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC "
    "MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU "
    "NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM "
    "SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT "
    "VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE".split()
)


def named(words: str) -> re.Pattern[str]:
    """Return what finds one of some words in a column's name, as a part of its own."""
    return re.compile(rf"(?:^|[^a-z])(?:{'|'.join(words.split())})(?:[^a-z]|$)", re.IGNORECASE)


TIME_NAME = named(
    "time timestamp times?tamp_?\\w* \\w*time \\w*date date ts epoch at on when since until expires expiry "
    "(?:created|updated|modified|deleted|started|ended|added)(?:at|on)?"
)
CODE_NAME = named("id code ean gtin isbn number no nr num phone sku barcode upc")
PHONE_NAME = named("\\w*phone \\w*telephone \\w*telefon\\w* tel mobile handy cell \\w*fax celular msisdn")
LATITUDE_NAME = named("lat latitude breite breitengrad")
LONGITUDE_NAME = named("lon lng long longitude laenge längengrad")
COUNTRY_NAME = named("\\w*country \\w*nation\\w* land pais país paese pays nationality iso iso2 iso3 ctry")
CURRENCY_NAME = named("\\w*currency ccy curr waehrung währung devise moneda moeda valuta")
PERSON_NAME = named(
    "(?:first|last|full|middle|given|family|sur|maiden|customer|client|patient|employee|contact|person|user|member|owner|author|holder)_?name "
    "forename vorname nachname familienname prenom prénom apellidos? nombres? sobrenome cognome surname nom fname lname"
)
BIRTH_NAME = named("\\w*birth\\w* dob geburts\\w* naissance nascimento nacimiento nascita bday")
ADDRESS_NAME = named(
    "street street_?address address address_?line_?\\d? (?:home|postal|mailing|billing|shipping)_?address strasse straße adresse rua calle indirizzo direccion morada"
)
