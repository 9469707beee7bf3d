"""Numbers as people write them: decimal commas, grouped digits, percent signs, currencies, negatives in parentheses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS", "฿": "THB"} | {
    "₫": "VND",
    "₴": "UAH",
    "₱": "PHP",
    "₦": "NGN",
    "R$": "BRL",
    "US$": "USD",
    "C$": "CAD",
    "A$": "AUD",
    "zł": "PLN",
    "Kč": "CZK",
    "Fr.": "CHF",
    "kr": "",  # of several countries
    "kr.": "",
}
CURRENCIES = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP "
    "CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY "
    "KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK "
    "NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL".split()
)
_LONGEST = 60  # characters
_SPACES = " \u00a0\u202f"
_MARK = "|".join(map(re.escape, sorted(SIGNS, key=len, reverse=True))) + "|[A-Z]{3}"
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?P<sign>[+-]?)(?P<before>{_MARK})?[{_SPACES}]?(?P<sign2>[+-]?)(?P<body>\d[\d.,'’{_SPACES}]*?|[.,]\d+)"
    rf"[{_SPACES}]?(?P<percent>%)?(?P<after>{_MARK})?(?P<close>\))?(?P<sign3>-?)"
)
# decimal mark, marks between groups of digits; in the order of their likelihood
STYLES = ((".", ","), (",", "."), (".", ""), (",", ""), (".", " "), (",", " "), (".", "'"))


@dataclass(frozen=True, slots=True)
class Amount:
    """A text taken apart: what is around its digits, and these."""

    body: str
    negative: bool
    currency: str | None  # ISO code, '' where the sign has several
    percent: bool


def amount_of(text: str) -> Amount | None:
    """Take a text apart, or return None where it is no number in any style."""
    found = _AMOUNT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None or bool(found["open"]) != bool(found["close"]) or (found["before"] and found["after"]):
        return None
    signs = [found[name] for name in ("sign", "sign2", "sign3", "open") if found[name]]
    if len(signs) > 1:
        return None
    mark = found["before"] or found["after"]
    if mark and mark not in SIGNS and mark not in CURRENCIES:
        return None
    return Amount(found["body"], bool(signs) and signs[0] != "+", None if mark is None else SIGNS.get(mark, mark), bool(found["percent"]))


def value_of(amount: Amount, decimal: str, group: str) -> Decimal:
    """Return the number that an amount is in a style; a percentage is a share of one. Raises ValueError."""
    found = _style(decimal, group).fullmatch(amount.body)
    if found is None:
        raise ValueError(amount.body)
    whole = "".join(char for char in found["whole"] if char.isdigit())
    value = Decimal(f"{whole or 0}.{found['fraction'] or 0}" if found["fraction"] else whole)
    value = -value if amount.negative else value
    return value.scaleb(-2) if amount.percent else value


def in_style(amount: Amount, decimal: str, group: str) -> bool:
    """Say whether a style reads an amount."""
    return _style(decimal, group).fullmatch(amount.body) is not None


@lru_cache(maxsize=32)
def _style(decimal: str, group: str) -> re.Pattern[str]:
    marks = {"": "", " ": f"[{_SPACES}]", "'": "['’]"}.get(group, re.escape(group))
    # Groups of three, and of two before the last three as in India.
    grouped = rf"\d{{1,3}}(?:{marks}\d{{3}})+|\d{{1,2}}(?:{marks}\d{{2}})+{marks}\d{{3}}|" if group else ""
    return re.compile(rf"(?P<whole>{grouped}\d*)(?:{re.escape(decimal)}(?P<fraction>\d+))?")
