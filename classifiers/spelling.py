"""The fields of an object as engines see them, who fold names to lower case.

Keys that differ only by case are one field where no object has two of them, because the SerDe folds keys
too; where one has, they are fields of their own, and the SerDe must be told which key each one reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .names import unique_names
from .summary import Member, TypeSummary, merge_all


class Field(NamedTuple):
    """One field of a struct, or a column: its name, the keys it stands for, and what was seen of it."""

    name: str
    keys: Sequence[str]  # at least one
    type: TypeSummary


def fields_of(struct: TypeSummary) -> list[Field]:
    """Return an object's fields in order of first appearance, no two names alike."""
    ordered = sorted(struct.members.items(), key=lambda item: (item[1].place, item[0]))
    if "" not in struct.members and len({name.lower() for name in struct.members}) == len(ordered):
        return [Field(name, (name,), member.type) for name, member in ordered]
    groups: dict[str, list[tuple[str, Member]]] = {}
    for name, member in ordered:
        groups.setdefault(name.lower(), []).append((name, member))
    fields: list[Field] = []
    for alike in groups.values():
        if len(alike) == 1 or _together(alike, struct.structs):
            fields.extend(Field(name, (name,), member.type) for name, member in alike)
        else:
            fields.append(Field(alike[0][0], tuple(name for name, _ in alike), merge_all(member.type for _, member in alike)))
    return _named(fields)


def _named(fields: list[Field]) -> list[Field]:
    """Give fields whose names fold to one name different names; the others keep their case."""
    chosen = unique_names([field.name for field in fields])
    return [
        field if field.name and name == field.name.strip().lower() else field._replace(name=name)
        for field, name in zip(fields, chosen, strict=True)
    ]


def _together(alike: list[tuple[str, Member]], objects: int) -> bool:
    """Say whether some object must have had two of the keys: together they were seen more often than objects."""
    return sum(member.type.values + member.type.nulls for _, member in alike) > objects


def collisions(struct: TypeSummary) -> Iterator[Field]:
    """Yield the fields, at any depth, that need the SerDe's help or several keys."""
    for field in fields_of(struct) if struct.members else ():
        if len(field.keys) > 1 or field.name.lower() != field.keys[0].lower():
            yield field
        yield from collisions(field.type)
    if struct.element:
        yield from collisions(struct.element)


def mappings(struct: TypeSummary) -> dict[str, str]:
    """Return which key each field reads, for a SerDe that does not fold case: those of another spelling than the field's.

    The SerDe knows fields by name alone, at whatever depth; the first one counts.
    """
    found: dict[str, str] = {}
    for field in fields_of(struct) if struct.members else ():
        found.setdefault(field.name.lower(), field.keys[0])
        for name, key in mappings(field.type).items():
            found.setdefault(name, key)
    if struct.element:
        for name, key in mappings(struct.element).items():
            found.setdefault(name, key)
    return found
