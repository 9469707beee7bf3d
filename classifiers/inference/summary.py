"""What a sample shows of a type, as a value that merges: the heart of inference.

A `TypeSummary` counts what was seen (kinds of scalar, nulls, null tokens, struct members, array
elements) and keeps for each kind its first witness. `merge` is associative and commutative, so
files may be summarised in any order, by any process, and give the same schema. What the counts
*mean* as a catalog type is decided afterwards, in `resolve.py`.

Kinds are Hive scalars by their text (`int`, `decimal(20,0)`, …) and two that only text has:
`padded`, digits with leading zeros, and `token`, a word that often stands for null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_MEMBERS = 20_000  # a struct with more distinct names than this is summarised as a map
TEXT = "_VALUE"  # the member of an XML struct that holds the text beside attributes: spark-xml's name [doc]
VALUE_SHOWN = 80  # characters of a witness that are kept


class Witness(NamedTuple):
    """How often a kind was seen, and the first value that showed it, in order of object and line."""

    count: int  # type: ignore[assignment]  # tuple has a method of this name, which nobody calls here
    origin: str  # the object's key
    line: int  # 1-based line or record; 0 where the format declares its types
    value: str  # shortened to VALUE_SHOWN characters
    byte: int = -1  # where its record begins, of the decompressed text; -1 where only a sample was read


class Place(NamedTuple):
    """Where a member was first seen: decides the order of columns."""

    origin: str
    position: int


@dataclass(frozen=True, slots=True)
class Member:
    """A struct's member, or a column."""

    place: Place
    type: TypeSummary


@dataclass(frozen=True, slots=True)
class TypeSummary:
    """What was seen of one type."""

    kinds: Mapping[str, Witness] = field(default_factory=dict)
    nulls: int = 0
    tokens: Mapping[str, Witness] = field(default_factory=dict)  # null words, by word
    structs: int = 0  # objects seen
    members: Mapping[str, Member] = field(default_factory=dict)
    arrays: int = 0  # arrays seen
    element: TypeSummary | None = None
    maps: int = 0  # maps seen, or structs with too many members
    key: TypeSummary | None = None
    value: TypeSummary | None = None
    markup: bool = False  # seen in XML: what stands alone may be a repeated child's only occurrence, or the text of a struct
    shapes: Mapping[str, Witness] = field(default_factory=dict)  # the first object and array, where a format can have both

    @property
    def values(self) -> int:
        """Values seen that are not null."""
        return (
            sum(w.count for w in self.kinds.values()) + sum(w.count for w in self.tokens.values()) + self.structs + self.arrays + self.maps
        )


EMPTY = TypeSummary()
NO_SHAPES: Mapping[str, Witness] = {}
STRING_KEY = TypeSummary(kinds={"string": Witness(0, "", 0, "")})


def witness_of(kind: str, count: int, origin: str, line: int, value: object) -> Mapping[str, Witness]:
    """Return the `kinds` of a summary that saw one kind."""
    return {kind: Witness(count, origin, line, str(value)[:VALUE_SHOWN])}


def declared(kind: str, origin: str) -> TypeSummary:
    """Summarise a scalar that a format's own schema declares."""
    return TypeSummary(kinds={kind: Witness(1, origin, 0, "")})


def merge(a: TypeSummary, b: TypeSummary) -> TypeSummary:
    """Return what both saw together: associative and commutative, EMPTY is neutral."""
    return merge_all((a, b))


def merge_all(summaries: Iterable[TypeSummary]) -> TypeSummary:
    """Merge any number of summaries, at once: far cheaper than two by two."""
    parts = [summary for summary in summaries if summary is not EMPTY]
    if len(parts) < 2:
        return parts[0] if parts else EMPTY
    return _bounded(
        TypeSummary(
            kinds=_merge_witnesses([part.kinds for part in parts if part.kinds]),
            nulls=sum(part.nulls for part in parts),
            tokens=_merge_witnesses([part.tokens for part in parts if part.tokens]),
            structs=sum(part.structs for part in parts),
            members=_merge_members([part.members for part in parts if part.members]),
            arrays=sum(part.arrays for part in parts),
            element=_merge_present(part.element for part in parts),
            maps=sum(part.maps for part in parts),
            key=_merge_present(part.key for part in parts),
            value=_merge_present(part.value for part in parts),
            markup=any(part.markup for part in parts),
            shapes=_merge_witnesses([part.shapes for part in parts if part.shapes]),
        )
    )


def struct_of(members: Mapping[str, Member], count: int, shapes: Mapping[str, Witness] = NO_SHAPES, *, markup: bool = False) -> TypeSummary:
    """Summarise `count` objects with these members."""
    return _bounded(TypeSummary(structs=count, members=members, shapes=shapes, markup=markup))


def _merge_witnesses(parts: Sequence[Mapping[str, Witness]]) -> Mapping[str, Witness]:
    if len(parts) < 2:
        return parts[0] if parts else {}
    merged: dict[str, Witness] = {}
    for part in parts:
        for kind, seen in part.items():
            mine = merged.get(kind)
            merged[kind] = seen if mine is None else Witness(mine[0] + seen[0], *(mine if mine[1:] < seen[1:] else seen)[1:])
    return merged


def _merge_members(parts: Sequence[Mapping[str, Member]]) -> Mapping[str, Member]:
    if len(parts) < 2:
        return parts[0] if parts else {}
    gathered: dict[str, list[Member]] = {}
    for part in parts:
        for name, member in part.items():
            gathered.setdefault(name, []).append(member)
    return {
        name: same[0] if len(same) == 1 else Member(min(member.place for member in same), merge_all(member.type for member in same))
        for name, same in gathered.items()
    }


def _merge_present(parts: Iterable[TypeSummary | None]) -> TypeSummary | None:
    present = [part for part in parts if part is not None]
    return merge_all(present) if present else None


def _bounded(summary: TypeSummary) -> TypeSummary:
    """Give up names where there are too many, or where another file already had to."""
    if not summary.members or (len(summary.members) <= MAX_MEMBERS and not summary.maps):
        return summary
    values = merge_all(member.type for member in summary.members.values())
    return TypeSummary(
        kinds=summary.kinds,
        nulls=summary.nulls,
        tokens=summary.tokens,
        arrays=summary.arrays,
        element=summary.element,
        maps=summary.maps + summary.structs,
        key=_merge_present((summary.key, STRING_KEY)),
        value=_merge_present((summary.value, values)),
        markup=summary.markup,
        shapes=summary.shapes,
    )
