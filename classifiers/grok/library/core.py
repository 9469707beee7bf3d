"""Words, numbers, addresses, paths, dates: what all other patterns are made of."""

from __future__ import annotations

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
_DOTTED = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_HEX = "[0-9A-Fa-f]"
_HEX4 = _HEX + "{1,4}"
_BYTE = _HEX + "{2}"


def _ipv6() -> str:
    """Return the forms of RFC 4291: eight groups, or fewer around one `::`; the last two may be an IPv4 address."""
    before = range(7, 0, -1)  # groups in front of the gap
    forms = [
        rf"(?:{_HEX4}:){{7}}{_HEX4}",
        rf"(?:{_HEX4}:){{6}}{_DOTTED}",
        *(rf"(?:{_HEX4}:){{{n}}}(?::{_HEX4}){{0,{5 - n}}}:{_DOTTED}" for n in before if n <= 5),
        *(rf"(?:{_HEX4}:){{{n}}}(?:{rf'(?::{_HEX4}){{1,{7 - n}}}|' if n < 7 else ''}:)" for n in before),
        rf":(?::{_HEX4}){{0,5}}:{_DOTTED}",
        rf":(?:(?::{_HEX4}){{1,7}}|:)",
    ]
    return rf"(?<!{_HEX})(?:{'|'.join(forms)})(?:%[\w.~\-]+)?(?!{_HEX})"


_LABEL = r"[0-9A-Za-z_][0-9A-Za-z_\-]{0,62}"
_ATOM = r"[\w!#$%&'*+/=?^`{|}~\-]+"
_OTHER = "\u0080-\U0010ffff"  # letters of other scripts, and all else outside ASCII

NUMBERS = {
    "INT": r"[+-]?[0-9]+",
    "BASE10NUM": r"(?<![0-9.+\-])(?>[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+))",
    "NUMBER": "%{BASE10NUM}",
    "BASE16NUM": rf"(?<!{_HEX})[+-]?(?:0[xX])?{_HEX}+",
    "BASE16FLOAT": rf"\b(?<![0-9A-Fa-f.])[+-]?(?:0[xX])?(?:{_HEX}+(?:\.{_HEX}*)?|\.{_HEX}+)\b",
    "BOOLEAN": r"(?i:\b(?:true|false)\b)",
    "POSINT": r"\b[1-9][0-9]*\b",
    "NONNEGINT": r"\b[0-9]+\b",
}

WORDS = {
    "USERNAME": r"[\w.\-]+",
    "USER": "%{USERNAME}",
    "EMAILLOCALPART": rf"{_ATOM}(?:\.{_ATOM})*",
    "EMAILADDRESS": "%{EMAILLOCALPART}@%{HOSTNAME}",
    "WORD": r"\b\w+\b",
    "NOTSPACE": r"\S+",
    "SPACE": r"\s*",
    "DATA": ".*?",
    "GREEDYDATA": ".*",
    "QUOTEDSTRING": r""""(?:\\.|[^\\"]++)*+"|'(?:\\.|[^\\']++)*+'|`(?:\\.|[^\\`]++)*+`""",
    "QS": "%{QUOTEDSTRING}",
    "UUID": rf"{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}",
    "URN": r"(?i:urn):[0-9A-Za-z][0-9A-Za-z\-]{0,31}:(?:%[0-9A-Fa-f]{2}|[0-9A-Za-z()+,.:=@;$_!*'/?#\-])+",
    "LOGLEVEL": r"(?i:emerg(?:ency)?|alert|crit(?:ical)?|fatal|severe|err(?:or)?|warn(?:ing)?|notice|info(?:rmation)?|debug|trace|verbose)",
}

ADDRESSES = {
    "CISCOMAC": rf"(?:{_HEX}{{4}}\.){{2}}{_HEX}{{4}}",
    "WINDOWSMAC": rf"(?:{_BYTE}-){{5}}{_BYTE}",
    "COMMONMAC": rf"(?:{_BYTE}:){{5}}{_BYTE}",
    "MAC": "%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}",
    "IPV6": _ipv6(),
    "IPV4": rf"(?<![0-9]){_DOTTED}(?![0-9])",
    "IP": "%{IPV6}|%{IPV4}",
    "HOSTNAME": rf"\b{_LABEL}(?:\.{_LABEL})*\.?",
    "HOST": "%{HOSTNAME}",
    "IPORHOST": "%{IP}|%{HOSTNAME}",
    "HOSTPORT": "%{IPORHOST}:%{POSINT}",
}

PATHS = {
    "PATH": "%{UNIXPATH}|%{WINPATH}",
    "UNIXPATH": rf"(?:/[\w%!$@:.,+~\-{_OTHER}]*+)+",
    "TTY": r"/dev/(?:pts/[0-9]+|tty\w*|console\b)",
    "WINPATH": r'(?:[A-Za-z]+:|\\)(?:\\[^\\?*"<>|]*+)+',
    "URIPROTO": r"[A-Za-z][A-Za-z0-9+.\-]+",
    "URIHOST": r"(?:\[%{IPV6}\]|%{IPORHOST})(?::%{POSINT})?",
    "URIPATH": r"(?:/[\w$.+!*'(){},~:;=@#%&\-^|\[\]" + _OTHER + r"]*+)+",
    "URIQUERY": r"[\w$.+!*'|(){},~@#%&/=:;?\-\[\]<>^`\\" + _OTHER + "]*",
    "URIPARAM": r"\?%{URIQUERY}",
    "URIPATHPARAM": r"%{URIPATH}(?:\?%{URIQUERY})?",
    "URI": r"%{URIPROTO}://(?:%{USER}(?::[^@\s/]*)?@)?(?:%{URIHOST})?(?:%{URIPATH}(?:\?%{URIQUERY})?)?",
}

DATES = {
    "MONTH": (
        r"\b(?i:jan(?:uar(?:y|)?)?|feb(?:ruar(?:y|)?)?|mar(?:ch)?|m(?:ä|ae)?r(?:z)?|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?"
        r"|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b"
    ),
    "MONTHNUM": "(?:0[1-9]|1[0-2]|[1-9])",
    "MONTHNUM2": "(?:0[1-9]|1[0-2])",
    "MONTHDAY": "(?:0[1-9]|[12][0-9]|3[01]|[1-9])",
    "DAY": "(?i:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)",
    "YEAR": r"(?>[0-9]{2}){1,2}",
    "HOUR": "(?:2[0-3]|[01]?[0-9])",
    "MINUTE": "[0-5][0-9]",
    "SECOND": "(?:60|[0-5]?[0-9])(?:[:.,][0-9]+)?",
    "TIME": r"(?<![0-9])%{HOUR}:%{MINUTE}:%{SECOND}(?![0-9])",
    "DATE_US": "%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}",
    "DATE_EU": "%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}",
    "DATE": "%{DATE_US}|%{DATE_EU}",
    "DATESTAMP": "%{DATE}[- ]%{TIME}",
    "DATESTAMP_US": "%{DATE_US}[- ]%{TIME}",
    "DATESTAMP_EU": "%{DATE_EU}[- ]%{TIME}",
    "ISO8601_TIMEZONE": "(?:Z|[+-]%{HOUR}(?::?%{MINUTE})?)",
    "ISO8601_SECOND": "%{SECOND}",
    "TIMESTAMP_ISO8601": "%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?",
    "TZ": (
        r"\b(?:[ACEMP][SDP]?T|UTC|GMT|BST|IST|WES?T|CES?T|EES?T|MSK|JST|KST|SGT|HKT|HST|AK[SD]T|A[CEW][SD]T|NZ[SD]T|SAST|BRT|ART|TRT)\b"
    ),
    "DATESTAMP_RFC822": "%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}",
    "DATESTAMP_RFC2822": "%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}",
    "DATESTAMP_OTHER": "%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}",
    "DATESTAMP_EVENTLOG": "%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}",
    "SYSLOGTIMESTAMP": "%{MONTH} +%{MONTHDAY} %{TIME}",
    "HTTPDATE": "%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}",
}

PATTERNS = {**NUMBERS, **WORDS, **ADDRESSES, **PATHS, **DATES}
