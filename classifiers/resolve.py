"""From what was seen to a catalog type.

`accurate`: numbers widen, null tokens and empty values never override a type, what cannot be one
type is string. `glue`: what AWS's crawler writes, candidates of a conflict as a struct.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from ..catalog.types import BIGINT, STRING, VOID, Array, HiveType, Map, Scalar, Struct, join, parse_type
from .summary import EMPTY, TEXT, Member, Place, TypeSummary, Witness, merge
from .values import WEAK_NULL_WORDS

Inference = Literal["accurate", "glue"]

# An object with this many names, each of them rarely present, is a dictionary and not a record.
_MAP_MEMBERS = 60
_MAP_PRESENCE = 0.25


_LAST = Place(chr(0x10FFFF), 0)


def resolve(summary: TypeSummary, inference: Inference = "accurate") -> HiveType:
    """Return the catalog type for what was seen; VOID where only nulls were."""
    if len(summary.kinds) == 1 and not (summary.tokens or summary.structs or summary.arrays or summary.maps):
        return _lone(next(iter(summary.kinds.items())), inference)  # the usual case, and every column of every object passes here
    if summary.markup:
        summary = _as_elements(summary)
    scalar = _scalar(summary, inference)
    shapes: list[HiveType] = []
    if summary.structs:
        shapes.append(_struct(summary, inference))
    if summary.arrays:
        element = resolve(summary.element, inference) if summary.element else VOID
        shapes.append(Array(STRING if element == VOID else element))
    if summary.maps:
        shapes.append(_map(summary, inference))
    if not shapes:
        return scalar
    if len(shapes) == 1 and scalar == VOID:
        return shapes[0]
    # A conflict between shapes: the JSON SerDe hands any of them to a string column as JSON text.
    return _candidates(scalar, shapes) if inference == "glue" else STRING


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


def column_type(summary: TypeSummary, inference: Inference = "accurate") -> HiveType:
    """Return the type that a column of the catalog gets: string where nothing is known."""
    kind = resolve(summary, inference)
    return STRING if kind == VOID else kind


def null_tokens(summary: TypeSummary) -> tuple[str, ...]:
    """Return the words that stand for null in this column, sorted."""
    return tuple(sorted(summary.tokens)) if summary.tokens and _tokens_are_nulls(summary) else ()


def _scalar(summary: TypeSummary, inference: Inference) -> Scalar:
    if inference == "glue":
        return _scalar_as_glue(summary)
    kind = VOID
    for seen in summary.kinds:
        kind = join(kind, STRING if seen == "padded" else _scalar_of(seen))
    if summary.tokens and not _tokens_are_nulls(summary):
        return STRING
    return kind


def _lone(seen: tuple[str, Witness], inference: Inference) -> HiveType:
    kind, witness = seen
    if inference == "glue" and witness.line and kind in _TEXT_IN_GLUE:
        return _TEXT_IN_GLUE[kind]
    return STRING if kind == "padded" else parse_type(kind)


def _scalar_of(text: str) -> Scalar:
    kind = parse_type(text)
    return kind if isinstance(kind, Scalar) else STRING


def _tokens_are_nulls(summary: TypeSummary) -> bool:
    """Say whether the null words stand for null: everything else must be of some type, not mere text."""
    typed = sum(seen.count for seen in summary.kinds.values())
    if not typed or "string" in summary.kinds:
        return False
    weak = sum(seen.count for word, seen in summary.tokens.items() if word in WEAK_NULL_WORDS)
    return weak <= typed


_TEXT_IN_GLUE = {"date": STRING, "timestamp": STRING, "padded": BIGINT}  # [seen] CSV dates stay string, [guess] zeros are lost


def _scalar_as_glue(summary: TypeSummary) -> Scalar:
    declared = any(seen.line == 0 for seen in summary.kinds.values())
    kind = VOID
    for seen in summary.kinds:
        scalar = _scalar_of(seen) if declared else _TEXT_IN_GLUE.get(seen) or _scalar_of(seen)
        kind = join(kind, scalar)
    return STRING if summary.tokens else kind


def _struct(summary: TypeSummary, inference: Inference) -> HiveType:
    members = summary.members
    if not members:
        return STRING  # Hive and Athena know no struct without members, and would refuse the table
    if inference == "accurate" and _is_dictionary(summary):
        kind = _join_all(resolve(member.type) for member in members.values())
        if kind is not None:
            return Map(STRING, STRING if kind == VOID else kind)
    ordered = sorted(members.items(), key=lambda item: (item[1].place, item[0]))
    return Struct(tuple((name, column_type(member.type, inference)) for name, member in ordered))


def _is_dictionary(summary: TypeSummary) -> bool:
    if len(summary.members) < _MAP_MEMBERS:
        return False
    present = sum(_presence(member) for member in summary.members.values())
    return present < _MAP_PRESENCE * len(summary.members) * summary.structs


def _presence(member: Member) -> int:
    return member.type.values + member.type.nulls


def _map(summary: TypeSummary, inference: Inference) -> HiveType:
    key = resolve(summary.key, inference) if summary.key else STRING
    value = resolve(summary.value, inference) if summary.value else STRING
    return Map(STRING if key == VOID else key, STRING if value == VOID else value)


def _join_all(kinds: Iterable[HiveType]) -> HiveType | None:
    """Return the one type that holds all, or None where shapes differ."""
    joined: HiveType = VOID
    for kind in kinds:
        if joined == VOID or kind == joined:
            joined = kind
        elif isinstance(kind, Scalar) and isinstance(joined, Scalar):
            joined = join(joined, kind)
        elif kind != VOID:
            return None
    return joined


def _candidates(scalar: Scalar, shapes: list[HiveType]) -> HiveType:
    """Return Glue's struct of candidate types. [seen] in Glue ETL frames; in the catalog [guess]."""
    members = [(scalar.name, scalar)] if scalar != VOID else []
    fields: list[tuple[str, HiveType]] = list(members)
    for shape in shapes:
        fields.extend(shape.fields if isinstance(shape, Struct) else [(str(shape).split("<")[0], shape)])
    return Struct(tuple(fields))


def considered(summary: TypeSummary) -> list[tuple[str, int, Witness | None]]:
    """List the types a text column could have had, with how many values fit, and the first value that ruled each out."""
    result = []
    for kind in ("boolean", "bigint", "double", "date", "timestamp", "string"):
        fits = {seen: w for seen, w in summary.kinds.items() if kind == "string" or _fits(seen, kind)}
        against = [w for seen, w in summary.kinds.items() if seen not in fits]
        count = sum(w.count for w in fits.values())
        result.append((kind, count, min(against, key=lambda w: w[1:]) if against else None))
    return result


def _fits(seen: str, kind: str) -> bool:
    return seen == kind or (seen != "padded" and join(_scalar_of(seen), _scalar_of(kind)) == _scalar_of(kind))
