"""What a sample shows of a type, as a value that merges: the heart of inference.

A `TypeSummary` counts what was seen (kinds of scalar, nulls, null tokens, struct members, array
elements) and keeps for each kind its first witness. `merge` is associative and commutative, so
files may be summarised in any order, by any process, and give the same schema. What the counts
*mean* as a catalog type is decided afterwards, in `resolve.py`.

Kinds are Hive scalars by their text (`int`, `decimal(20,0)`, …) and two that only text has:
`padded`, digits with leading zeros, and `token`, a word that often stands for null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

MAX_MEMBERS = 20_000  # a struct with more distinct names than this is summarised as a map
VALUE_SHOWN = 80  # characters of a witness that are kept


class Witness(NamedTuple):
    """How often a kind was seen, and the first value that showed it, in order of object and line."""

    count: int  # type: ignore[assignment]  # tuple has a method of this name, which nobody calls here
    origin: str  # the object's key
    line: int  # 1-based line or record; 0 where the format declares its types
    value: str  # shortened to VALUE_SHOWN characters


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

    @property
    def values(self) -> int:
        """Values seen that are not null."""
        return (
            sum(w.count for w in self.kinds.values()) + sum(w.count for w in self.tokens.values()) + self.structs + self.arrays + self.maps
        )


EMPTY = TypeSummary()
STRING_KEY = TypeSummary(kinds={"string": Witness(0, "", 0, "")})


def witness_of(kind: str, count: int, origin: str, line: int, value: object) -> Mapping[str, Witness]:
    """Return the `kinds` of a summary that saw one kind."""
    return {kind: Witness(count, origin, line, str(value)[:VALUE_SHOWN])}


def declared(kind: str, origin: str) -> TypeSummary:
    """Summarise a scalar that a format's own schema declares."""
    return TypeSummary(kinds={kind: Witness(1, origin, 0, "")})


def merge(a: TypeSummary, b: TypeSummary) -> TypeSummary:
    """Return what both saw together: associative and commutative, EMPTY is neutral."""
    if a is EMPTY or b is EMPTY:
        return b if a is EMPTY else a
    return _bounded(
        TypeSummary(
            kinds=_merge_witnesses(a.kinds, b.kinds),
            nulls=a.nulls + b.nulls,
            tokens=_merge_witnesses(a.tokens, b.tokens),
            structs=a.structs + b.structs,
            members=_merge_members(a.members, b.members),
            arrays=a.arrays + b.arrays,
            element=_merge_optional(a.element, b.element),
            maps=a.maps + b.maps,
            key=_merge_optional(a.key, b.key),
            value=_merge_optional(a.value, b.value),
        )
    )


def merge_all(summaries: Iterable[TypeSummary]) -> TypeSummary:
    """Merge any number of summaries."""
    return reduce(merge, summaries, EMPTY)


def struct_of(members: Mapping[str, Member], count: int) -> TypeSummary:
    """Summarise `count` objects with these members."""
    return _bounded(TypeSummary(structs=count, members=members))


def _merge_witnesses(a: Mapping[str, Witness], b: Mapping[str, Witness]) -> Mapping[str, Witness]:
    if not a or not b:
        return a or b
    merged = dict(a)
    for kind, seen in b.items():
        mine = merged.get(kind)
        merged[kind] = seen if mine is None else Witness(mine.count + seen.count, *min(mine[1:], seen[1:]))
    return merged


def _merge_members(a: Mapping[str, Member], b: Mapping[str, Member]) -> Mapping[str, Member]:
    if not a or not b:
        return a or b
    merged = dict(a)
    for name, other in b.items():
        mine = merged.get(name)
        merged[name] = other if mine is None else Member(min(mine.place, other.place), merge(mine.type, other.type))
    return merged


def _merge_optional(a: TypeSummary | None, b: TypeSummary | None) -> TypeSummary | None:
    if a is None or b is None:
        return b if a is None else a
    return merge(a, b)


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
        key=_merge_optional(summary.key, STRING_KEY),
        value=_merge_optional(summary.value, values),
    )
