"""Dates and times as people and programs write them, by Java's patterns (`dd/MM/yyyy HH:mm:ss[.SSS] XXX`).

`patterns_of` tells how a text may be read, in all the orders that it allows; `moment_reader` reads by
one pattern, strictly: the whole text, an existing day. One letter takes one or two digits, two take
two, as in Java; an optional part stands in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

_NAME = r"[^\W\d_]{3,10}\.?"
_DATES = tuple(
    re.compile(f"(?:(?P<weekday>{_NAME})(?P<comma>,? +))?{body}")
    for body in (
        r"(?P<a>\d{4})(?P<s>[-/.])(?P<b>\d{1,2})(?P<s2>[-/.])(?P<c>\d{1,2})(?!\d)",
        r"(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P<s2>[-/.])(?P<c>\d{4}|\d{2})(?!\d)",
        rf"(?P<a>\d{{1,2}})(?P<s>[-/ ]|\. ?)(?P<b>{_NAME})(?P<s2>[-/ ]|, )(?P<c>\d{{4}}|\d{{2}})(?!\d)",
        rf"(?P<a>{_NAME})(?P<s>[-/]| +)(?P<b>\d{{1,2}})(?P<s2>, ?|[-/ ])(?P<c>\d{{4}}|\d{{2}}(?![\d:]))",
        rf"(?P<a>\d{{4}})(?P<s>[-/ ])(?P<b>{_NAME})(?P<s2>[-/ ])(?P<c>\d{{1,2}})(?!\d)",
    )
)
_COMPACT = re.compile(r"(?P<date>\d{8})(?:(?P<sep>[T_ -]?)(?P<time>\d{6}))?(?P<zone>Z?)")
_TIME = re.compile(r"(?P<sep>T|, ?| +|:)(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2}(?P<fraction>[.,]\d{1,9})?)?(?P<half> ?[AaPp]\.?[Mm]\.?)?")
_ZONE = re.compile(r"(?P<space> ?)(?P<zone>Z|[+-]\d{2}:\d{2}|[+-]\d{4}|[+-]\d{2}|[A-Z]{3,4})")

_WHOLE = ("EEE MMM d H:mm:ss yyyy", "EEE MMM d H:mm:ss z yyyy")  # C's asctime, the command date

# English and its nearest neighbours, whole and shortened to three letters or as usual.
_MONTHS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "january jan januar janvier janv enero ene janeiro gennaio gen januari jänner",
            "february feb februar février févr fév fevrier febrero fevereiro fev febbraio februari",
            "march mar märz mrz mär maerz mars marzo março marco maart mrt",
            "april apr avril avr abril abr aprile",
            "may mai mayo maio maggio mag mei",
            "june jun juni juin junio junho giugno giu",
            "july jul juli juillet juil julio julho luglio lug",
            "august aug août aout agosto ago augustus",
            "september sep sept septembre septiembre setembro set settembre",
            "october oct oktober okt octobre octubre outubro out ottobre ott",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre déc decembre diciembre dic dezembro dicembre",
        ),
        1,
    )
    for word in words.split()
}
_ZONES: Mapping[str, int] = {  # hours east of Greenwich; those that mean several places are left out
    **dict.fromkeys(("Z", "UTC", "GMT", "WET"), 0),
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
    "WEST": 1,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "JST": 9,
    "AEST": 10,
}
_TOKEN = re.compile(r"'(?P<quoted>[^']*)'|(?P<letters>([A-Za-z])\3*)|(?P<open>\[)|(?P<close>\])|(?P<other>.)", re.DOTALL)
_FIELDS: Mapping[str, str] = {
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<short>\d{2})",
    "MMM": rf"(?P<month_name>{_NAME})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "dd": r"(?P<day>\d{2})",
    "d": r" ?(?P<day>\d{1,2})",
    "EEE": _NAME,
    "HH": r"(?P<hour>\d{2})",
    "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<hour>\d{2})",
    "h": r"(?P<hour>\d{1,2})",
    "mm": r"(?P<minute>\d{2})",
    "ss": r"(?P<second>\d{2})",
    "SSS": r"(?P<fraction>\d{1,9})",
    "a": r"(?P<half>[AaPp])\.?[Mm]\.?",
    "XXX": r"(?P<zone>Z|[+-]\d{2}:\d{2})",
    "XX": r"(?P<zone>Z|[+-]\d{4})",
    "X": r"(?P<zone>Z|[+-]\d{2})",
    "z": r"(?P<zone>[A-Z]{1,4})",
}
_STRPTIME: Mapping[str, str] = {
    "yyyy": "%Y",
    "yy": "%y",
    "MMM": "%b",
    "MM": "%m",
    "M": "%m",
    "dd": "%d",
    "d": "%d",
    "EEE": "%a",
    "HH": "%H",
    "H": "%H",
    "hh": "%I",
    "h": "%I",
    "mm": "%M",
    "ss": "%S",
    "SSS": "%f",
    "a": "%p",
    "XXX": "%z",
    "XX": "%z",
    "X": "%z",
    "z": "%Z",
}


def patterns_of(text: str) -> list[str]:
    """Return the patterns that may read a text, for the digits that it has; one letter where two would do too."""
    return [pattern for pattern in dict.fromkeys(_patterns(text)) if is_moment(text, pattern)]


def strict(pattern: str, letters: str = "dMHh") -> str:
    """Return the pattern that wants two digits where this takes one or two, for some of its letters."""
    return "".join(found[0] * (1 + (found[0] in letters)) for found in _TOKEN.finditer(pattern))


def complete(pattern: str) -> str:
    """Return the pattern that wants what this lets be missing."""
    return "".join(found[0] for found in _TOKEN.finditer(pattern) if not found["open"] and not found["close"])


def is_moment(text: str, pattern: str) -> bool:
    """Say whether a pattern reads a text."""
    try:
        moment_reader(pattern)(text)
    except ValueError:
        return False
    return True


def has_time(pattern: str) -> bool:
    """Say whether what a pattern reads has a time of day."""
    return "mm" in pattern


def has_zone(pattern: str) -> bool:
    """Say whether what a pattern reads is a moment, whatever the place."""
    return any(found["letters"] and found["letters"][0] in "Xz" for found in _TOKEN.finditer(pattern))


def strptime_of(pattern: str) -> str | None:
    """Return the pattern in Python's words, or None where these have no optional parts."""
    if "[" in pattern:
        return None
    return "".join(_STRPTIME[found["letters"]] if found["letters"] else (found["quoted"] or found[0]) for found in _TOKEN.finditer(pattern))


@lru_cache(maxsize=256)
def moment_reader(pattern: str) -> Callable[[str], date]:
    """Return what reads a text by a pattern: as a date, a datetime, or one in UTC where there is a zone; it raises ValueError."""
    expression = re.compile("".join(map(_expression, _TOKEN.finditer(pattern))))
    timed = has_time(pattern)

    def read(text: str) -> date:
        found = expression.fullmatch(text.strip())
        if found is None:
            raise ValueError(text)
        parts = found.groupdict()
        day = date(_year(parts), _month(parts), int(parts["day"]))
        if not timed:
            return day
        fraction = (parts.get("fraction") or "").ljust(6, "0")[:6]
        clock = datetime(day.year, day.month, day.day, _hour(parts), int(parts["minute"]), int(parts.get("second") or 0), int(fraction))
        zone = parts.get("zone")
        return clock if zone is None else clock.replace(tzinfo=timezone(_offset(zone))).astimezone(UTC)

    return read


def _expression(found: re.Match[str]) -> str:
    letters = found["letters"]
    if letters:
        if letters not in _FIELDS:
            raise ValueError(f"{letters} is no part of a date")
        return _FIELDS[letters]
    if found["open"] or found["close"]:
        return "(?:" if found["open"] else ")?"
    return " +" if found["other"] == " " else re.escape(found["quoted"] if found["quoted"] is not None else found["other"])


def _year(parts: Mapping[str, str | None]) -> int:
    year, short = parts.get("year"), parts.get("short")
    # Two digits as POSIX reads them: 69 is 1969, 68 is 2068.
    return int(year) if year else int(short or 0) + (1900 if int(short or 0) > 68 else 2000)


def _month(parts: Mapping[str, str | None]) -> int:
    name = parts.get("month_name")
    if not name:
        return int(parts["month"] or 0)
    month = _MONTHS.get(name.lower().rstrip("."))
    if month is None:
        raise ValueError(name)
    return month


def _hour(parts: Mapping[str, str | None]) -> int:
    hour, half = int(parts["hour"] or 0), parts.get("half")
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half in "pP" else 0)


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        if zone not in _ZONES:
            raise ValueError(zone)
        return timedelta(hours=_ZONES[zone])
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return offset if zone[0] == "+" else -offset


# --- from a text to its patterns ---------------------------------------------------------------------------


def _patterns(text: str) -> Iterator[str]:
    text = text.strip()
    if len(text) < 6 or len(text) > 48:
        return
    compact = _COMPACT.fullmatch(text)
    if compact:
        yield "yyyyMMdd" + (f"{_literal(compact['sep'])}HHmmss" if compact["time"] else "") + ("X" if compact["zone"] else "")
        return
    if text[0].isalpha():
        yield from _WHOLE
    for expression in _DATES:
        found = expression.match(text)
        ending = None if found is None else _ending(text[found.end() :])
        if found is not None and ending is not None:
            weekday = f"EEE{_spaced(found['comma'])}" if found["weekday"] else ""
            for order in _orders(found):
                yield weekday + order + ending


def _orders(found: re.Match[str]) -> Iterator[str]:
    a, s, b, s2, c = found["a"], found["s"], found["b"], found["s2"], found["c"]
    year = "yyyy" if len(c) == 4 else "yy"
    s, s2 = _spaced(s), _spaced(s2)
    if not b[0].isdigit():
        yield f"yyyy{s}MMM{s2}d" if len(a) == 4 else f"d{s}MMM{s2}{year}"
    elif not a[0].isdigit():
        yield f"MMM{s}d{s2}{year}"
    elif len(a) == 4:
        yield f"yyyy{s}M{s2}d"
    elif s == s2:
        yield f"d{s}M{s2}{year}"
        yield f"M{s}d{s2}{year}"
        if year == "yy" and len(a) == 2:
            yield f"yy{s}M{s2}d"


def _ending(text: str) -> str | None:
    """Return the pattern of what follows a date, or None where that is no time."""
    if not text:
        return ""
    time = _TIME.match(text)
    if time is None:
        return None
    half = time["half"]
    pattern = f"{_literal(_spaced(time['sep']))}{'h' if half else 'H'}:mm"
    if time["second"]:
        pattern += f":ss[{time['fraction'][0]}SSS]" if time["fraction"] else ":ss"
    if half:
        pattern += " a" if half[0] == " " else "a"
    rest = text[time.end() :]
    zone = _ZONE.fullmatch(rest)
    if rest and zone is None:
        return None
    return pattern + (f"{zone['space']}{_zone_letters(zone['zone'])}" if zone else "")


def _zone_letters(zone: str) -> str:
    if zone[0] in "+-":
        return {6: "XXX", 5: "XX", 3: "X"}[len(zone)]
    return "XXX" if zone == "Z" else "z"


def _spaced(text: str) -> str:
    return re.sub(" +", " ", text)


def _literal(text: str) -> str:
    return f"'{text}'" if text.isalpha() else text
