"""What the values of a column mean, beyond the type that an engine can read.

`RECOGNISERS` is the table of all: the first that takes its share of the values names the column's
semantic type; those of personal data raise a flag from a smaller share on. Each judges the column's
sample (all of its distinct values while these are few), weighted by how often each value occurs.
Texts that stand for null are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..scan.amounts import CURRENCIES
from ..scan.semantic import NULLS
from . import checks, words
from .columns import ColumnSummary, Family
from .judges import Judge, Judged, Values, amounts, birth_dates, codes, each, epochs, identifiers, moments, named_like, truths

NEVER = 2.0  # the share that no column reaches: only a flag is raised

TEXT: tuple[Family, ...] = ("text",)
_DIGITS = "0123456789"
TEXT_INT: tuple[Family, ...] = ("text", "integer")


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One kind of values: who judges, of which families of types, and from which share on."""

    name: str
    judge: Judge
    families: tuple[Family, ...] = TEXT
    share: float = 0.95  # makes it the column's type
    flag: float | None = None  # raises the flag of personal data; 0: from the first value on
    hint: re.Pattern[str] | None = None  # the column's name must hold this
    needs: str = ""  # one of these characters must occur in its first values: what has none is not judged


# fmt: off
RECOGNISERS = (
    Recogniser("uuid", each(checks.UUID.fullmatch), needs="-"),
    Recogniser("e-mail", each(checks.EMAIL.fullmatch, needle="@"), flag=0),
    Recogniser("e-mail", each(checks.EMAIL.search, needle="@"), share=NEVER, flag=0),
    Recogniser("url", each(checks.URL.fullmatch), needs=":"),
    Recogniser("ipv4", each(checks.ipv4), needs="."),
    Recogniser("ipv6", each(checks.ipv6), needs=":"),
    Recogniser("mac", each(checks.MAC.fullmatch), needs=":-."),
    Recogniser("iban", each(checks.iban), flag=0, needs=_DIGITS),
    Recogniser("card number", each(checks.card_number), TEXT_INT, flag=0.5, needs=_DIGITS),
    Recogniser("national id", each(checks.national_id), flag=0.5, needs=_DIGITS),
    Recogniser("json", each(checks.json_text), needs="{["),
    Recogniser("boolean", truths),
    Recogniser("birth date", birth_dates, ("text", "date", "timestamp"), share=NEVER, flag=0.5, hint=words.BIRTH_NAME),
    Recogniser("moment", moments, TEXT_INT, needs=_DIGITS),
    Recogniser("epoch", epochs, TEXT_INT, needs=_DIGITS),
    Recogniser("time", each(checks.TIME.fullmatch), needs=":"),
    Recogniser("phone", each(checks.PHONE.fullmatch), flag=0.5, needs="+- .(0"),
    Recogniser("phone", each(checks.LOCAL_PHONE.fullmatch), TEXT_INT, share=0.9, flag=0.5, hint=words.PHONE_NAME),
    Recogniser("latitude", each(checks.coordinate(90)), ("text", "real", "decimal"), hint=words.LATITUDE_NAME),
    Recogniser("longitude", each(checks.coordinate(180)), ("text", "real", "decimal"), hint=words.LONGITUDE_NAME),
    Recogniser("amount", amounts, needs=_DIGITS),
    Recogniser("currency code", codes(CURRENCIES, words.CURRENCY_NAME)),
    Recogniser("country code", codes(words.COUNTRIES_2, words.COUNTRY_NAME, standard="ISO 3166-1 alpha-2")),
    Recogniser("country code", codes(words.COUNTRIES_3, words.COUNTRY_NAME, standard="ISO 3166-1 alpha-3")),
    Recogniser("identifier", identifiers, needs="0"),
    Recogniser("hex", each(checks.HEX.fullmatch), needs=_DIGITS),
    Recogniser("person name", named_like(checks.PERSON.fullmatch), share=0.9, flag=0.5, hint=words.PERSON_NAME),
    Recogniser("postal address", named_like(re.compile(r".*[^\W\d_].*").fullmatch), share=0.9, flag=0.5, hint=words.ADDRESS_NAME),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Finding:
    """A recogniser's verdict on a column: how many of its values matched, and what did not."""

    name: str
    matched: int
    of: int
    judged: Judged
    personal: bool = False
    samples: tuple[str, ...] = ()  # masked

    @property
    def share(self) -> float:
        """How much of the values matched."""
        return self.matched / self.of


@dataclass(frozen=True, slots=True)
class Semantics:
    """What a column means, and which personal data it holds."""

    meaning: Finding | None = None
    personal: tuple[Finding, ...] = field(default=())

    @property
    def secret(self) -> bool:
        """Whether single values must not be shown."""
        return bool(self.personal)


def semantics_of(column: ColumnSummary) -> Semantics:
    """Say what a column's values mean."""
    values = _values(column)
    if not values.total:
        return Semantics()
    meaning: Finding | None = None
    personal: dict[str, Finding] = {}
    for one, finding in _findings(values):
        if meaning is None and finding.share >= one.share:
            meaning = finding
        if finding.personal and finding.share >= (one.flag or 0):
            before = personal.get(finding.name)
            personal[finding.name] = finding if before is None or finding.matched > before.matched else before
    return Semantics(meaning, tuple(personal.values()))


def _findings(values: Values) -> Iterator[tuple[Recogniser, Finding]]:
    characters = set("".join(values.probe()))
    for one in RECOGNISERS:
        if one.needs and characters.isdisjoint(one.needs):
            continue
        if values.family in one.families and (one.hint is None or one.hint.search(values.name)):
            judged = one.judge(values)
            if judged is not None and judged.matched:
                samples = tuple(map(masked, judged.samples)) if one.flag is not None else ()
                yield one, Finding(judged.name or one.name, judged.matched, values.total, judged, one.flag is not None, samples)


def _values(column: ColumnSummary) -> Values:
    texts: list[str] = []
    counts: list[int] = []
    for value, count in zip(column.sample.values, column.sample.counts, strict=True):
        text = str(value).strip()
        if text not in NULLS:
            texts.append(text)
            counts.append(count)
    return Values(column.name, column.family, tuple(texts), tuple(counts), sum(counts))


def masked(text: str) -> str:
    """Return a value of which no one can tell whose it is: its first character, and the form of the rest."""
    return text[:1] + "".join("*" if char.isalnum() else char for char in text[1:40])


def described(semantics: Semantics) -> dict[str, Any]:
    """Return the members that a column's evidence has of its meaning, as JSON."""
    told: dict[str, Any] = {}
    if semantics.meaning is not None:
        told["semantic"] = _told(semantics.meaning, secret=semantics.secret)
    if semantics.personal:
        told["personal"] = [{**_told(one, secret=True), "samples": list(one.samples)} for one in semantics.personal]
    return told


def _told(finding: Finding, *, secret: bool) -> dict[str, Any]:
    judged = finding.judged
    told: dict[str, Any] = {"name": finding.name, "matched": finding.matched, "of": finding.of, "share": round(finding.share, 4)}
    if judged.form:
        told["format"] = dict(judged.form)
    if judged.alternatives:
        told |= {"ambiguous": True, "alternatives": list(judged.alternatives)}
    if judged.decided_by:
        told["decided_by"] = judged.decided_by
    if judged.other is not None:
        told["first_other"] = masked(judged.other) if secret else judged.other[:80]
    return told
