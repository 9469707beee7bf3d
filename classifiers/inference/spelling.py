"""The fields of an object as engines see them, who fold names to lower case.

Keys that differ only by case are one field where no object has two of them, because the SerDe folds keys
too; where one has, they are fields of their own, and the SerDe must be told which key each one reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .names import is_plain, unique_names
from .summary import Member, TypeSummary, merge_all


class Field(NamedTuple):
    """One field of a struct, or a column: its name, the keys it stands for, and what was seen of it."""

    name: str
    keys: Sequence[str]  # at least one
    type: TypeSummary


# Hive and Athena read no type in which a field's name has another character: JSON's SerDe can be told the key.
_UNREADABLE = re.compile(r"[^\w.$]")


def fields_of(struct: TypeSummary, *, nested: bool = False) -> list[Field]:
    """Return an object's fields in order of first appearance, no two names alike; those of a nested one have names that types can hold."""
    ordered = sorted(struct.members.items(), key=lambda item: (item[1].place, item[0]))
    renaming = nested and bool(struct.shapes) and _UNREADABLE.search("".join(struct.members)) is not None
    if not renaming and len({name.lower() for name in struct.members}) == len(ordered) and all(map(is_plain, struct.members)):
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
    chosen = unique_names([_UNREADABLE.sub("_", field.name) if renaming else field.name for field in fields])
    return [field if name == field.name.lower() else field._replace(name=name) for field, name in zip(fields, chosen, strict=True)]


def _together(alike: list[tuple[str, Member]], objects: int) -> bool:
    """Say whether some object must have had two of the keys: together they were seen more often than objects."""
    return sum(member.type.values + member.type.nulls for _, member in alike) > objects


def told(struct: TypeSummary) -> Iterator[Field]:
    """Yield the fields, at any depth, that have several keys, or another name than their key's."""
    for field, _ in _all(struct):
        if len(field.keys) > 1 or field.name.lower() != field.keys[0].lower():
            yield field


def case_matters(struct: TypeSummary) -> bool:
    """Say whether some object, at any depth, has two keys that differ only by case."""
    return any(field.keys[0].lower() in others for field, others in _all(struct))


def mappings(struct: TypeSummary, *, fold: bool) -> dict[str, str]:
    """Return the key of each field that does not read the key of its own name, in a SerDe that folds keys or does not.

    The SerDe knows fields by name alone, at whatever depth; the first one counts.
    """
    found: dict[str, str] = {}
    for field, _ in _all(struct):
        found.setdefault(field.name.lower(), field.keys[0])
    return {name: key for name, key in found.items() if name != (key.lower() if fold else key)}


def _all(struct: TypeSummary, *, nested: bool = False) -> Iterator[tuple[Field, set[str]]]:
    """Yield every field, at any depth, with the folded keys of the fields before it in its object."""
    before: set[str] = set()
    for field in fields_of(struct, nested=nested) if struct.members else ():
        yield field, before
        before.add(field.keys[0].lower())
        yield from _all(field.type, nested=True)
    if struct.element:
        yield from _all(struct.element, nested=True)
