"""From what was seen to a catalog type.

`accurate`: numbers widen, null tokens and empty values never override a type, what cannot be one
type is string. `glue`: what AWS's crawler writes, candidates of a conflict as a struct.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from ...catalog.types import BIGINT, DOUBLE, STRING, VOID, Array, HiveType, Map, Scalar, Struct, join, parse_type
from .spelling import fields_of
from .summary import EMPTY, TEXT, Member, Place, TypeSummary, Witness, merge, merge_all
from .values import WEAK_NULL_WORDS

Inference = Literal["accurate", "glue"]
# Delimited text cannot hold a struct: there Glue widens where it makes one of other formats' candidates.
Rules = Literal["accurate", "glue", "glue-text"]

# An object with this many names, each of them rarely present, is a dictionary and not a record; so is one that was seen
# once or twice, with more names yet that are all of one type, and one whose names are values themselves.
_MAP_MEMBERS = 60
_MAP_PRESENCE = 0.25
_MAP_MEMBERS_ALIKE = 100
_MAP_MEMBERS_VALUES = 5
_VALUE_NAME = re.compile(
    r"\d+|\d{4}-\d\d(-\d\d([T ].*)?)?|[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|(?=\D*\d)[0-9a-f]{24,64}", re.IGNORECASE
)


_LAST = Place(chr(0x10FFFF), 0)


def rules_of(inference: Inference, *, delimited: bool) -> Rules:
    """Return the rules for a format: delimited text or any other."""
    return "glue-text" if inference == "glue" and delimited else inference


def resolve(summary: TypeSummary, rules: Rules = "accurate") -> HiveType:
    """Return the catalog type for what was seen; VOID where only nulls were."""
    if len(summary.kinds) == 1 and not (summary.tokens or summary.structs or summary.arrays or summary.maps):
        return _lone(next(iter(summary.kinds.items())), rules)  # the usual case, and every column of every object passes here
    if summary.markup:
        summary = _as_elements(summary)
    shapes: list[HiveType] = []
    if summary.structs:
        shapes.append(_struct(summary, rules))
    if summary.arrays and not (rules == "accurate" and _is_empty_for_object(summary, shapes)):
        element = resolve(summary.element, rules) if summary.element else VOID
        shapes.append(Array(STRING if element == VOID else element))
    if summary.maps:
        shapes.append(_map(summary, rules))
    if rules == "glue":
        return _candidates([*_scalar_candidates(summary), *shapes])
    scalar = _scalar(summary, rules)
    if not shapes:
        return scalar
    if len(shapes) == 1 and scalar == VOID:
        return shapes[0]
    return STRING  # a conflict between shapes: the JSON SerDe hands any of them to a string column as JSON text


def _as_elements(summary: TypeSummary) -> TypeSummary:
    """Take what stands alone as an element of a child that repeats elsewhere, and text as a struct's `_VALUE`, as spark-xml does."""
    if summary.arrays:
        alone = replace(summary, arrays=0, element=None, nulls=0)
        return TypeSummary(nulls=summary.nulls, arrays=summary.arrays, element=merge(alone, summary.element or EMPTY))
    if summary.structs and (summary.kinds or summary.tokens):
        text = TypeSummary(kinds=summary.kinds, tokens=summary.tokens)
        known = summary.members.get(TEXT, Member(_LAST, EMPTY))
        return replace(summary, kinds={}, tokens={}, members={**summary.members, TEXT: Member(known.place, merge(known.type, text))})
    return summary


def _is_empty_for_object(summary: TypeSummary, shapes: list[HiveType]) -> bool:
    """Say whether the only arrays are the empty ones that some writers put for an object without keys: the SerDe reads null."""
    return summary.element is None and bool(shapes) and isinstance(shapes[0], Struct)


def column_type(summary: TypeSummary, rules: Rules = "accurate") -> HiveType:
    """Return the type that a column of the catalog gets: string where nothing is known."""
    kind = resolve(summary, rules)
    return STRING if kind == VOID else kind


def null_tokens(summary: TypeSummary) -> tuple[str, ...]:
    """Return the words that stand for null in this column, sorted."""
    return tuple(sorted(summary.tokens)) if summary.tokens and _tokens_are_nulls(summary) else ()


def _scalar(summary: TypeSummary, rules: Rules) -> Scalar:
    """Return the one type that all scalars are of."""
    kind = VOID
    for seen, witness in summary.kinds.items():
        kind = join(kind, _scalar_of(seen, witness, rules))
    if rules == "accurate":
        return STRING if summary.tokens and not _tokens_are_nulls(summary) else kind
    if kind.name == "decimal":
        kind = DOUBLE  # [seen] its CSV knows bigint, double, boolean and string; [guess] what is past 64 bits
    return STRING if summary.tokens else kind


def _scalar_candidates(summary: TypeSummary) -> list[HiveType]:
    """Return the types that scalars are of, in order of first appearance; [guess] whole numbers are of one type."""
    found: dict[str, Scalar] = {}
    for seen, witness in sorted(summary.kinds.items(), key=lambda item: item[1][1:]):
        kind = _scalar_of(seen, witness, "glue")
        family = "whole number" if kind.name in _WHOLE else str(kind)
        found[family] = join(found.get(family, VOID), kind)
    if summary.tokens:
        found[str(STRING)] = STRING
    return list(found.values())


_WHOLE = frozenset(("tinyint", "smallint", "int", "bigint"))


def _lone(seen: tuple[str, Witness], rules: Rules) -> HiveType:
    kind, witness = seen
    if rules != "accurate" and witness.line:
        return _scalar_of(kind, witness, rules)
    return STRING if kind == "padded" else parse_type(kind)


def _scalar_of(seen: str, witness: Witness, rules: Rules) -> Scalar:
    """Return the type of a kind. [seen] To Glue dates in text are text; [guess] it loses leading zeros."""
    if seen == "padded":
        return STRING if rules == "accurate" else BIGINT
    if rules != "accurate" and witness.line and seen in ("date", "timestamp"):
        return STRING
    return _parsed(seen)


def _tokens_are_nulls(summary: TypeSummary) -> bool:
    """Say whether the null words stand for null: everything else must be of some type, not mere text."""
    typed = sum(seen.count for seen in summary.kinds.values())
    if not typed or "string" in summary.kinds:
        return False
    weak = sum(seen.count for word, seen in summary.tokens.items() if word in WEAK_NULL_WORDS)
    return weak <= typed


def _struct(summary: TypeSummary, rules: Rules) -> HiveType:
    members = summary.members
    if rules != "accurate":
        ordered = sorted(members.items(), key=lambda item: (item[1].place, item[0]))
        return Struct(tuple((name, column_type(member.type, rules)) for name, member in ordered)) if members else STRING
    if not members:
        return Map(STRING, STRING)  # Hive and Athena know no struct without members, and would refuse the table
    return _dictionary(summary) or Struct(tuple((field.name, column_type(field.type)) for field in fields_of(summary, nested=True)))


def _dictionary(summary: TypeSummary) -> Map | None:
    """Return the map that objects with so many or such names are, or None for records."""
    members = summary.members
    rare = len(members) >= _MAP_MEMBERS and _presence(members) < _MAP_PRESENCE * len(members) * summary.structs
    alike = len(members) >= _MAP_MEMBERS_ALIKE and summary.structs <= 2 and _is_seen(summary)
    named = len(members) >= _MAP_MEMBERS_VALUES and all(map(_VALUE_NAME.fullmatch, members))
    if not rare and not alike and not named:
        return None
    value = resolve(merge_all(member.type for member in members.values()))
    if value == STRING and not rare and any(resolve(member.type) not in (STRING, VOID) for member in members.values()):
        return None  # what holds all of them is no type of any: a record after all
    return Map(STRING, STRING if value == VOID else value)


def _presence(members: Mapping[str, Member]) -> int:
    return sum(member.type.values + member.type.nulls for member in members.values())


def _is_seen(summary: TypeSummary) -> bool:
    """Say whether values were seen, and not types declared: a format that declares a struct means it."""
    return bool(summary.shapes)


def _map(summary: TypeSummary, rules: Rules) -> HiveType:
    key = resolve(summary.key, rules) if summary.key else STRING
    value = resolve(summary.value, rules) if summary.value else STRING
    return Map(STRING if key == VOID else key, STRING if value == VOID else value)


def _candidates(kinds: list[HiveType]) -> HiveType:
    """Return the type, or the struct that models candidates. [doc] the rule, [seen] its spelling in Glue's ETL and for a struct."""
    if len(kinds) < 2:
        return kinds[0] if kinds else VOID
    fields: list[tuple[str, HiveType]] = []
    for kind in kinds:
        fields.extend(kind.fields if isinstance(kind, Struct) else [(re.split(r"[<(]", str(kind))[0], kind)])
    return Struct(tuple(fields))


_FAMILIES = {"boolean": "boolean", "date": "date", "timestamp": "date", "string": "string", "padded": "string"}  # all else is a number


def mixed(summary: TypeSummary, path: str = "") -> Iterator[tuple[str, Mapping[str, Witness]]]:
    """Yield the places, at any depth, where values are of several sorts: how many of each, with the first, in the order of these."""
    seen = {**summary.kinds, **summary.shapes}
    if len({_FAMILIES.get(kind, "number" if kind in summary.kinds else kind) for kind in seen}) > 1:
        yield path, dict(sorted(seen.items(), key=lambda item: item[1][1:]))
    for field in fields_of(summary, nested=True) if summary.members else ():
        yield from mixed(field.type, f"{path}.{field.name}")
    if summary.element:
        yield from mixed(summary.element, f"{path}[]")


def considered(summary: TypeSummary) -> list[tuple[str, int, Witness | None]]:
    """List the types a text column could have had, with how many values fit, and the first value that ruled each out."""
    result = []
    for kind in ("boolean", "bigint", "double", "date", "timestamp", "string"):
        fits = {seen: w for seen, w in summary.kinds.items() if kind == "string" or holds(kind, seen)}
        against = [w for seen, w in summary.kinds.items() if seen not in fits]
        count = sum(w.count for w in fits.values())
        result.append((kind, count, min(against, key=lambda w: w[1:]) if against else None))
    return result


def holds(kind: str, seen: str) -> bool:
    """Say whether a type has room for values of a kind."""
    return seen == kind or (seen != "padded" and join(_parsed(seen), _parsed(kind)) == _parsed(kind))


def _parsed(kind: str) -> Scalar:
    found = parse_type(kind)
    return found if isinstance(found, Scalar) else STRING
