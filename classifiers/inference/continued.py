"""Summaries of the pieces of one object, put together in the pieces' order: lines go on, and so do columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from .summary import EMPTY, Member, TypeSummary, Witness, merge

_Change = Callable[[Witness], Witness]


def continued(before: TypeSummary, piece: TypeSummary) -> TypeSummary:
    """Merge the summary of the next piece of an object: members that are new come behind those that are known."""
    return merge(before, _behind(before, piece))


def _behind(before: TypeSummary, piece: TypeSummary) -> TypeSummary:
    if not (piece.members or piece.element or piece.value) or before is EMPTY:
        return piece
    return replace(
        piece,
        members=_members_behind(before.members, piece.members),
        element=_behind(before.element or EMPTY, piece.element) if piece.element else None,
        value=_behind(before.value or EMPTY, piece.value) if piece.value else None,
    )


def _members_behind(before: Mapping[str, Member], piece: Mapping[str, Member]) -> Mapping[str, Member]:
    offset = 1 + max((member.place.position for member in before.values()), default=-1)
    return {
        name: Member(before[name].place, _behind(before[name].type, member.type))
        if name in before
        else replace(member, place=member.place._replace(position=offset + member.place.position))
        for name, member in piece.items()
    }


def changed(summary: TypeSummary, change: _Change) -> TypeSummary:
    """Return a summary with every witness changed, itself where none was."""
    kinds, tokens, shapes = (_changed_all(seen, change) for seen in (summary.kinds, summary.tokens, summary.shapes))
    members = {name: _changed_member(member, change) for name, member in summary.members.items()}
    element, key, value = (part and changed(part, change) for part in (summary.element, summary.key, summary.value))
    same = kinds is summary.kinds and tokens is summary.tokens and shapes is summary.shapes
    same = same and all(member is summary.members[name] for name, member in members.items())
    if same and element is summary.element and key is summary.key and value is summary.value:
        return summary
    return replace(summary, kinds=kinds, tokens=tokens, shapes=shapes, members=members, element=element, key=key, value=value)


def _changed_member(member: Member, change: _Change) -> Member:
    kind = changed(member.type, change)
    return member if kind is member.type else replace(member, type=kind)


def _changed_all(seen: Mapping[str, Witness], change: _Change) -> Mapping[str, Witness]:
    found = {kind: change(witness) for kind, witness in seen.items()}
    return seen if all(found[kind] is witness for kind, witness in seen.items()) else found


def moved(summary: TypeSummary, lines: int) -> TypeSummary:
    """Return the summary of a piece before which there are some lines."""
    return changed(summary, lambda seen: seen._replace(line=seen.line + lines) if seen.line else seen) if lines else summary
