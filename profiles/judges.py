"""How columns are judged: by each value alone, or by what all of them have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from ..scan.amounts import STYLES, Amount, amount_of, in_style
from ..scan.moments import complete, has_time, has_zone, is_moment, patterns_of, strict, strptime_of
from .columns import Family
from .words import CODE_NAME, TIME_NAME, TRUTHS

PROBE = 12  # values; a kind that none of them is of is not looked for in the others: of a kind that most are of, one is here
SAMPLES = 3
_PATTERNS = 12  # of dates that are tried
_HALF = 0.5
_WORDS = 32  # spellings of true, of false, and of neither

Check = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Values:
    """A column's distinct values as text, in an order that has nothing to do with them, and how often each occurs."""

    name: str
    family: Family
    texts: tuple[str, ...]
    counts: tuple[int, ...]
    total: int

    def probe(self) -> tuple[str, ...]:
        """Return some of them."""
        return self.texts[:PROBE]


@dataclass(frozen=True, slots=True)
class Judged:
    """How many values are of a kind, and what that kind's format is."""

    matched: int
    other: str | None = None  # the first value that is not
    samples: tuple[str, ...] = ()
    form: Mapping[str, Any] = field(default_factory=dict[str, Any])
    name: str = ""  # of the kind, where the judge tells several apart
    alternatives: tuple[str, ...] = ()  # formats that fit as well
    decided_by: int = 0  # values that only this format fits


Judge = Callable[[Values], Judged | None]


def each(check: Check, needle: str = "") -> Judge:
    """Judge each value alone; without a `needle` that must be in it, only where some of the first values match."""

    def judge(values: Values) -> Judged | None:
        if not any(needle in text for text in values.texts) if needle else not any(check(text) for text in values.probe()):
            return None
        return _judged(values, check)

    return judge


def named_like(check: Check) -> Judge:
    """Judge values whose kind the column's name tells: a value has nothing of its own."""
    return lambda values: _judged(values, check)


def codes(known: Collection[str], hint: re.Pattern[str], **form: str) -> Judge:
    """Judge by a list of codes; a single one means something only under a name that says so."""

    def judge(values: Values) -> Judged | None:
        if not any(text in known for text in values.probe()) or (len(values.texts) < 3 and not hint.search(values.name)):
            return None
        return _judged(values, known.__contains__, form)

    return judge


def _judged(values: Values, check: Check, form: Mapping[str, Any] | None = None, name: str = "") -> Judged:
    matched, other, samples = 0, None, list[str]()
    for text, count in zip(values.texts, values.counts, strict=True):
        if check(text):
            matched += count
            if len(samples) < SAMPLES:
                samples.append(text)
        elif other is None:
            other = text
    return Judged(matched, other, tuple(samples), form or {}, name)


# --- truths, identifiers --------------------------------------------------------------------------------


def truths(values: Values) -> Judged | None:
    """Words for true and false; one of them alone decides nothing."""
    if len(values.texts) > _WORDS:
        return None
    found = Counter[str]()
    for text, count in zip(values.texts, values.counts, strict=True):
        found[text.lower()] += count
    pairs = [pair for pair in TRUTHS if all(found[word] for word in pair)]
    if not pairs:
        return None
    pair = max(pairs, key=lambda pair: found[pair[0]] + found[pair[1]])
    return _judged(values, lambda text: text.lower() in pair, {"true": pair[0], "false": pair[1]})


def identifiers(values: Values) -> Judged | None:
    """Digits of one width, with zeros in front."""
    if values.family != "text" or not all(text.isdecimal() for text in values.probe()):
        return None
    width = Counter(map(len, values.texts)).most_common(1)[0][0]
    if width < 2 or not any(text[0] == "0" for text in values.texts):
        return None
    return _judged(values, lambda text: len(text) == width and text.isdecimal(), {"width": width})


# --- dates and times --------------------------------------------------------------------------------------


def birth_dates(values: Values) -> Judged | None:
    """Dates under a name that says whose; their format is that of dates."""
    if values.family != "text":
        return Judged(values.total)
    found = moments(values)
    return None if found is None else Judged(found.matched, found.other, found.samples)


def moments(values: Values) -> Judged | None:
    """Dates, and dates with times: the pattern that fits most values, and whether another order fits them as well."""
    if values.family == "integer" and not TIME_NAME.search(values.name):
        return None  # eight digits may be anything
    probe = values.probe()
    patterns = list(islice(dict.fromkeys(pattern for text in probe for pattern in patterns_of(text)), _PATTERNS))
    likely = [pattern for pattern in patterns if _share(probe, pattern) >= _HALF]
    if not likely:
        return None
    found = [(_judged(values, partial(is_moment, pattern=pattern)), pattern) for pattern in likely]
    best, pattern = min(found, key=_by_matches)
    orders = [other for other in patterns if other != pattern and sorted(other) == sorted(pattern)]
    rivals = [(_judged(values, partial(is_moment, pattern=other)), other) for other in orders]
    twins = [other for judged, other in rivals if judged.matched == best.matched]
    padded = _padded(values, pattern)
    return Judged(
        best.matched,
        best.other,
        best.samples,
        _moment_format(padded),
        "timestamp" if has_time(pattern) else "date",
        tuple(_padded(values, other) for other in twins),
        best.matched - max((judged.matched for judged, _ in rivals), default=best.matched),
    )


def _by_matches(one: tuple[Judged, str]) -> tuple[int, str]:
    return -one[0].matched, one[1]


def _share(texts: Collection[str], pattern: str) -> float:
    return sum(is_moment(text, pattern) for text in texts) / len(texts)


def _padded(values: Values, pattern: str) -> str:
    """Return the strictest form of a pattern that reads all that the lenient one does."""
    if _reads(values, complete(strict(pattern)), pattern):
        return complete(strict(pattern))
    for letter in "dMHh":
        pattern = strict(pattern, letter) if _reads(values, strict(pattern, letter), pattern) else pattern
    return complete(pattern) if _reads(values, complete(pattern), pattern) else pattern


def _reads(values: Values, form: str, pattern: str) -> bool:
    return all(is_moment(text, form) or not is_moment(text, pattern) for text in values.texts)


def _moment_format(pattern: str) -> dict[str, Any]:
    form: dict[str, Any] = {"pattern": pattern}
    python = strptime_of(pattern)
    if python:
        form["strptime"] = python
    if has_zone(pattern):
        form["zoned"] = True
    if "yy" in pattern.replace("yyyy", ""):
        form["two_digit_years"] = "69 to 99 are 1969 to 1999"
    return form


# Seconds from 1990 to 2100 under a name that speaks of time; finer units, which are long enough to be told
# from other numbers, from 2000 to 2040 under any but a code's.
_YEAR_1990, _YEAR_2000, _YEAR_2040, _YEAR_2100 = 631_152_000, 946_684_800, 2_208_988_800, 4_102_444_800
_UNITS = (("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9))


def epochs(values: Values) -> Judged | None:
    """Whole numbers that count from 1970."""
    hinted = TIME_NAME.search(values.name) is not None
    if (not hinted and CODE_NAME.search(values.name)) or not all(text.isdecimal() for text in values.probe()):
        return None
    years = (_YEAR_1990, _YEAR_2100) if hinted else (_YEAR_2000, _YEAR_2040)
    for unit, factor in _UNITS[0 if hinted else 1 :]:
        low, high = years[0] * factor, years[1] * factor
        within = partial(_within, low, high)
        if within(values.texts[0]):
            return _judged(values, within, {"unit": unit})
    return None


def _within(low: int, high: int, text: str) -> bool:
    return text.isdecimal() and len(text) < 20 and low <= int(text) < high


# --- amounts ------------------------------------------------------------------------------------------------


def amounts(values: Values) -> Judged | None:
    """Money, percentages, and numbers with a decimal comma or grouped digits: the style that reads most of them."""
    if sum(amount_of(text) is not None for text in values.probe()) < len(values.probe()) * _HALF:
        return None
    read = {text: amount_of(text) for text in values.texts}
    found = [(amount, count) for text, count in zip(values.texts, values.counts, strict=True) if (amount := read[text]) is not None]
    scores = [sum(count for amount, count in found if in_style(amount, *style)) for style in STYLES]
    best = max(scores)
    fitting = [style for style, score in zip(STYLES, scores, strict=True) if score == best]
    decimal, group = _simplest(found, fitting)
    marked = sum(count for amount, count in found if amount.currency is not None)
    percents = sum(count for amount, count in found if amount.percent)
    name = "money" if marked >= _HALF * best else "percent" if percents >= _HALF * best else "number"
    if name == "number" and not _written(found, decimal, group):
        return None  # a plain number is no news
    form: dict[str, Any] = {"decimal": decimal, "group": group}
    if name == "money":
        form |= {"currency": _currency(found), "scale": _scale(found, decimal)}
    doubtful = tuple(f"decimal {other!r}" for other, _ in fitting if other != decimal)[:1] if _doubtful(found) else ()
    judged = _judged(values, lambda text: (amount := read[text]) is not None and in_style(amount, decimal, group), form, name)
    return Judged(judged.matched, judged.other, judged.samples, form, name, doubtful)


_THOUSANDTHS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())

Found = Iterable[tuple[Amount, int]]


def _simplest(found: Found, fitting: list[tuple[str, str]]) -> tuple[str, str]:
    """Of styles that read alike, take the one whose marks occur, and without groups where there are none."""
    bodies = [amount.body for amount, _ in found]
    decimal, group = fitting[0]
    grouped = any(_has(body, group) and (decimal not in body or body.rfind(decimal) > body.find(group)) for body in bodies)
    return (decimal, group) if grouped or (decimal, "") not in fitting else (decimal, "")


def _has(body: str, mark: str) -> bool:
    return bool(mark) and (any(char.isspace() for char in body) if mark == " " else mark in body or (mark == "'" and "’" in body))


def _written(found: Found, decimal: str, group: str) -> bool:
    """Say whether the style shows: a decimal comma, or grouped digits."""
    return any((decimal == "," and "," in amount.body) or _has(amount.body, group) for amount, _ in found)


def _doubtful(found: Found) -> bool:
    """Say whether one mark may part thousands or decimals: 1,234 alone does not tell.

    Money has three decimals in few countries; numbers that have them always have no shorter ones beside them.
    """
    marked = [amount for amount, _ in found if "," in amount.body or "." in amount.body]
    others = {amount.body for amount, _ in found if amount.body.isdecimal()}
    short = len(others) > 2 and all(len(body) <= 3 for body in others)
    return bool(marked) and not short and not any(amount.currency and amount.currency not in _THOUSANDTHS for amount in marked)


def _currency(found: Found) -> str:
    marks = Counter[str]()
    for amount, count in found:
        if amount.currency:
            marks[amount.currency] += count
    return ", ".join(code for code, _ in marks.most_common(5))


def _scale(found: Found, decimal: str) -> int:
    return max((len(amount.body) - amount.body.rfind(decimal) - 1 for amount, _ in found if decimal in amount.body), default=0)
