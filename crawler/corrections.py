"""What whole files say against their samples: for each column the type that was proposed, and the first value that refuted it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..classifiers.inference.names import unique_names
from ..classifiers.inference.resolve import Rules, column_type, holds, null_tokens, resolve
from ..classifiers.inference.spelling import fields_of
from ..classifiers.inference.summary import EMPTY, TypeSummary, Witness


class Correction(NamedTuple):
    """One column that is not what its sample showed."""

    column: str
    proposed: str  # type; '' for a column that no sample showed
    found: str
    first: Witness | None  # the first value that shows it; None where their number does
    tokens: tuple[str, ...] = ()  # words that stand for null after all, where the type stays


def corrections(sampled: TypeSummary, schema: TypeSummary, rules: Rules) -> Iterator[Correction]:
    """Yield the columns whose type or null words the data correct."""
    proposed = _columns(sampled)
    for name, found in _columns(schema).items():
        before = proposed.get(name)
        kind = str(column_type(found, rules))
        if before is None:
            yield Correction(name, "", kind, min(_witnesses(found), key=_order, default=None))
        elif kind != (was := str(column_type(before, rules))):
            yield Correction(name, was, kind, min(_news(before, found, rules), key=_order, default=None))
        elif words := tuple(word for word in null_tokens(found) if word not in before.tokens):
            yield Correction(name, was, kind, min((found.tokens[word] for word in words), key=_order), words)


def told(correction: Correction, root: str) -> str:
    """Say what was corrected, and by what."""
    name, proposed, found, first, tokens = correction
    by = f": {first.value!r} in {root}{first.origin}, line {first.line}" if first else ""
    by += f" (byte {first.byte})" if first and first.byte >= 0 else ""
    if tokens:
        return (
            f"column {name}: {', '.join(map(repr, tokens))} {'stand' if len(tokens) > 1 else 'stands'} for null, which no sample showed{by}"
        )
    if not proposed:
        return f"column {name} {found} was in no sample{by}"
    return f"column {name} is {found}, not {proposed} as its sample showed{by}"


def _columns(schema: TypeSummary) -> Mapping[str, TypeSummary]:
    fields = fields_of(schema)
    return {name: field.type for name, field in zip(unique_names([field.name for field in fields]), fields, strict=True)}


def _order(seen: Witness) -> tuple[str, int]:
    return seen.origin, seen.line


def _news(before: TypeSummary, after: TypeSummary, rules: Rules) -> Iterator[Witness]:
    """Yield the first values of each sort, at any depth, that the sample neither showed nor had room for."""
    proposed = str(resolve(before, rules))
    yield from (seen for kind, seen in after.kinds.items() if kind not in before.kinds and not (before.kinds and holds(proposed, kind)))
    yield from (seen for word, seen in after.tokens.items() if word not in before.tokens and word not in null_tokens(after))
    yield from (seen for shape, seen in after.shapes.items() if shape not in before.shapes)
    for name, member in after.members.items():
        known = before.members.get(name)
        yield from _news(known.type, member.type, rules) if known else _witnesses(member.type)
    for mine, other in ((before.element, after.element), (before.value, after.value)):
        if other is not None:
            yield from _news(mine or EMPTY, other, rules)


def _witnesses(summary: TypeSummary) -> Iterator[Witness]:
    yield from (*summary.kinds.values(), *summary.tokens.values(), *summary.shapes.values())
    for member in summary.members.values():
        yield from _witnesses(member.type)
    if summary.element:
        yield from _witnesses(summary.element)
