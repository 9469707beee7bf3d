"""One row tag for XML files that lie alike.

A file with a single `<book>` in its `<catalog>` looks like one row, `catalog`, with a field `book`; its
siblings with many show that the rows are `<book>`. What the first summarised of `book` is then its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..classifiers.documents.xml import ROW_TAG
from ..classifiers.inference.resolve import Inference
from ..classifiers.inference.summary import EMPTY, TypeSummary, merge
from .signatures import Signature, columns_of


def with_one_row_tag(signatures: Sequence[Signature], inference: Inference) -> list[Signature]:
    """Return the signatures with the rows of a single-row document where its siblings have theirs."""
    tags: dict[str, dict[str, int]] = {}  # shape → row tag → objects
    for signature in signatures:
        if tag := _row_tag(signature):
            counts = tags.setdefault(signature.shape, {})
            counts[tag] = counts.get(tag, 0) + signature.objects
    return [_among(signature, tags.get(signature.shape, {}), inference) for signature in signatures]


def _row_tag(signature: Signature) -> str:
    return dict(signature.format.options).get(ROW_TAG, "")


def _among(signature: Signature, counts: dict[str, int], inference: Inference) -> Signature:
    mine = _row_tag(signature)
    if not mine or len(counts) < 2:
        return signature
    for tag in sorted(counts, key=lambda tag: (-counts[tag], tag)):
        rows = _within(signature.schema, tag.rpartition(":")[2], lone=True) if tag != mine else None
        if rows is None and tag != mine and counts[tag] >= counts[mine]:
            rows = _within(signature.schema, tag.rpartition(":")[2], lone=False)
        if rows is not None:
            form = replace(signature.format, options=((ROW_TAG, tag),))
            return replace(signature, format=form, schema=rows, columns=columns_of(rows, inference))
    return signature


def _within(schema: TypeSummary, name: str, *, lone: bool) -> TypeSummary | None:
    """Return what was seen of a child; where it must be `lone`, nothing but attributes stands beside it."""
    children = {child: member.type for child, member in schema.members.items() if not child.startswith("_")}
    if lone and len(children) > 1:
        return None
    if name in children:
        found = children[name]
        every = merge(replace(found, arrays=0, element=None, nulls=0), found.element or EMPTY)
        return every if every.structs else None
    return next((rows for child in children.values() if (rows := _within(child, name, lone=lone))), None)
