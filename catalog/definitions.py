"""Custom classifiers as Glue defines them: four kinds, their members, and what each member may hold. [doc]"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from ..errors import InvalidInput
from .model import Json, from_epoch, to_epoch

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Shape = Literal["line", "text", "character", "flag", "lines"]

DATATYPES = ("BINARY", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INT", "LONG", "SHORT", "STRING", "TIMESTAMP")
HEADERS = ("UNKNOWN", "PRESENT", "ABSENT")
SERDES = ("OpenCSVSerDe", "LazySimpleSerDe", "None")
_SET_BY_SERVICE = ("Version", "CreationTime", "LastUpdated")


@dataclass(frozen=True, slots=True)
class Member:
    """What one member of a definition may hold."""

    shape: Shape
    required: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 255


_NAME = Member("line", required=True)
_CLASSIFICATION = Member("line", required=True)
MEMBERS: Mapping[str, Mapping[str, Member]] = {
    "GrokClassifier": {
        "Name": _NAME,
        "Classification": _CLASSIFICATION,
        "GrokPattern": Member("line", required=True, longest=2048),
        "CustomPatterns": Member("text", longest=16_000),
    },
    "XMLClassifier": {"Name": _NAME, "Classification": _CLASSIFICATION, "RowTag": Member("line")},
    "JsonClassifier": {"Name": _NAME, "JsonPath": Member("line", required=True, longest=2048)},
    "CsvClassifier": {
        "Name": _NAME,
        "Delimiter": Member("character"),
        "QuoteSymbol": Member("character"),
        "ContainsHeader": Member("line", choices=HEADERS),
        "Header": Member("lines"),
        "DisableValueTrimming": Member("flag"),
        "AllowSingleColumn": Member("flag"),
        "CustomDatatypeConfigured": Member("flag"),
        "CustomDatatypes": Member("lines", choices=DATATYPES),
        "Serde": Member("line", choices=SERDES),
    },
}


@dataclass(frozen=True, slots=True)
class ClassifierDefinition:
    """A custom classifier as Glue's API gives and takes it."""

    kind: str  # GrokClassifier, XMLClassifier, JsonClassifier or CsvClassifier
    members: Mapping[str, Any]  # Glue's own, without those that the service sets
    version: int | None = None
    creation_time: datetime | None = field(default=None, compare=False)
    last_updated: datetime | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """What crawlers call it."""
        return str(self.members.get("Name", ""))

    @classmethod
    def from_api(cls, document: Mapping[str, Any]) -> Self:
        """Build from Glue's JSON, as requests and answers have it. Raises InvalidInput unless there is exactly one kind."""
        document = document.get("Classifier", document)  # as `aws glue get-classifier` prints it
        kinds = [kind for kind in MEMBERS if document.get(kind) is not None]
        foreign = sorted(document.keys() - MEMBERS.keys())
        if len(kinds) != 1 or foreign:
            found = ", ".join([*kinds, *foreign]) or "nothing"
            raise InvalidInput(f"A classifier is exactly one of {', '.join(MEMBERS)}, not {found}.")
        members = dict(document[kinds[0]])
        version, *times = (members.pop(name, None) for name in _SET_BY_SERVICE)
        created, updated = (None if time is None else _moment(time) for time in times)
        return cls(kinds[0], members, version, created, updated)

    def to_api(self) -> Json:
        """Return Glue's JSON."""
        service: Json = {"Version": self.version}
        service["CreationTime"] = self.creation_time and to_epoch(self.creation_time)
        service["LastUpdated"] = self.last_updated and to_epoch(self.last_updated)
        return {self.kind: {**self.members, **{name: value for name, value in service.items() if value is not None}}}

    def check(self) -> None:
        """Refuse what Glue refuses. Raises InvalidInput with every mistake."""
        mistakes = self.mistakes()
        if mistakes:
            raise InvalidInput(" ".join(mistakes))

    def mistakes(self, spelled: Mapping[str, str] | None = None) -> list[str]:
        """Return what Glue would refuse, as sentences; `spelled` says what its members are called where the definition was written."""
        spelling = spelled or {}
        return list(_mistakes(self.kind, self.members, lambda member: spelling.get(member, member)))


def members_of(classifier: DataclassInstance) -> Json:
    """Return a dataclass's fields as Glue's members of the same names, those that say nothing left out."""
    named = ((each.name, getattr(classifier, each.name)) for each in fields(classifier))
    return {
        "".join(map(str.capitalize, name.split("_"))): list(cast("Sequence[str]", value)) if isinstance(value, tuple) else value
        for name, value in named
        if value is not None and value != () and value != ""
    }


def _moment(time: Any) -> datetime:
    return datetime.fromisoformat(time) if isinstance(time, str) else from_epoch(time)


def _mistakes(kind: str, members: Mapping[str, Any], spell: Callable[[str], str]) -> Iterator[str]:
    known = MEMBERS[kind]
    for name in members.keys() - known.keys():
        yield f"A {kind} has no {name}; it has {', '.join(known)}."
    for name, member in known.items():
        value = members.get(name)
        if value is None or (value == "" and member.required):
            if member.required:
                yield f"A {kind} needs a {spell(name)}."
        else:
            yield from _wrong(spell(name), value, member)
    quote = members.get("QuoteSymbol")
    if quote is not None and quote == members.get("Delimiter"):
        yield f"{spell('QuoteSymbol')} and {spell('Delimiter')} must differ, and both are {quote!r}."
    if any(bracket in str(members.get("RowTag", "")) for bracket in "<>"):
        yield f"{spell('RowTag')} is an element's name without angle brackets, not {members['RowTag']!r}."


def _wrong(name: str, value: Any, member: Member) -> Iterator[str]:
    if member.shape == "flag":
        if not isinstance(value, bool):
            yield f"{name} must be true or false, not {value!r}."
    elif member.shape == "lines":
        if not isinstance(value, (list, tuple)):
            yield f"{name} must be a list of texts, not {value!r}."
        else:
            for item in cast("Sequence[Any]", value):
                yield from _wrong(f"each of {name}", item, Member("line", choices=member.choices))
    elif not isinstance(value, str):
        yield f"{name} must be text, not {value!r}."
    elif member.choices and value not in member.choices:
        yield f"{name} must be one of {', '.join(member.choices)}, not {value!r}."
    elif member.shape == "character":
        if len(value) != 1 or value in "\r\n":
            yield f"{name} must be exactly one character, and no line end, not {value!r}."
    else:
        yield from _wrong_text(name, value, member)


def _wrong_text(name: str, value: str, member: Member) -> Iterator[str]:
    if len(value) > member.longest or (not value and member.shape == "line"):
        yield f"{name} must have 1 to {member.longest:,} characters, not {len(value):,}."
    allowed = "\t\r\n" if member.shape == "text" else "\t\r" if member.longest > 255 else "\t"
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in allowed for character in value):
        yield f"{name} holds a line end or another control character: {value[:80]!r}."
