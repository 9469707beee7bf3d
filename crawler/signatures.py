"""Signatures: objects that look alike, counted together.

A lake of a million objects holds few kinds of them. Each kind is kept once, with the merged summary
and the evidence of its first object; folders only count how many of which kind they hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..classifiers.inference.contrast import outline
from ..classifiers.inference.names import column_name, unique_names
from ..classifiers.inference.resolve import Inference, Rules, column_type, rules_of
from ..classifiers.inference.spelling import fields_of
from ..classifiers.inference.summary import EMPTY, TypeSummary, merge, merge_all
from ..classifiers.sample import Classification, Format, Verdict

Columns = tuple[tuple[str, str], ...]

# Their records leave out what they do not have.
_BY_NAME = frozenset(("json", "xml", "bson", "excel", "ion"))
_DECLARING = frozenset(("parquet", "orc", "avro"))

# Share of the smaller one's columns that two schemas must have in common to be one table's.
RELATED = 0.7


@dataclass(frozen=True, slots=True)
class Signature:
    """One kind of object."""

    shape: str  # where such objects lie: the path with partition values left out
    format: Format
    schema: TypeSummary
    columns: Columns  # name and type, in order
    first: str  # the least key of such an object; the evidence is this one's
    tried: tuple[Verdict, ...]
    evidence: Mapping[str, Any]
    objects: int = 1
    record_sizes: int = 0  # sum over objects
    sampled: TypeSummary = EMPTY  # what the samples showed, where `schema` is what all of the data show

    @property
    def confirmed(self) -> bool:
        """True where whole objects were read."""
        return self.sampled != EMPTY

    @property
    def declares(self) -> bool:
        """True where the objects hold their own schema."""
        return self.format.classification in _DECLARING

    @property
    def by_name(self) -> bool:
        """True where records name their values, and may leave names out."""
        return self.format.classification in _BY_NAME

    @property
    def names(self) -> frozenset[str]:
        """The columns' names."""
        return frozenset(name for name, _ in self.columns)


def signature_of(shape: str, found: Classification, inference: Inference) -> Signature:
    """Describe one object's kind."""
    return Signature(
        shape,
        found.format,
        found.schema,
        found.declared or columns_of(found.schema, rules_for(found.format, inference)),
        found.key,
        found.tried,
        found.evidence,
        record_sizes=found.record_size,
    )


def rules_for(form: Format, inference: Inference) -> Rules:
    """Return the rules by which a format's types are resolved."""
    return rules_of(inference, delimited=form.dialect is not None)


def columns_of(schema: TypeSummary, rules: Rules) -> Columns:
    """Return a schema's columns in order of first appearance; in Glue, names that differ only by case are one column."""
    return tuple((name, str(column_type(summary, rules))) for name, summary in summaries_of(schema, rules).items())


def summaries_of(schema: TypeSummary, rules: Rules) -> dict[str, TypeSummary]:
    """Return what was seen of each column, by its name."""
    if rules == "accurate":
        fields = fields_of(schema)
        return dict(zip(unique_names([field.name for field in fields]), (field.type for field in fields), strict=True))
    folded: dict[str, TypeSummary] = {}
    for position, (name, member) in enumerate(sorted(schema.members.items(), key=lambda item: (item[1].place, item[0]))):
        key = column_name(name, position)
        folded[key] = merge(folded.get(key, EMPTY), member.type)
    return folded


_TOGETHER = 64  # signatures that are merged at once
_CONTRARY = 16  # kinds of one family that are kept apart for what they say of the same place: with more, it is noise
_PLACES = 10_000  # that are known of one kind


@dataclass(slots=True)
class SignatureBook:
    """Every kind of object met so far, numbered in the order they were met."""

    inference: Inference
    _parts: list[list[Signature]] = field(default_factory=list)  # of each kind, what is still to be merged
    _names: list[frozenset[str]] = field(default_factory=list)
    _outlines: list[dict[str, str]] = field(default_factory=list)  # of what leaves names out
    _exact: dict[tuple[object, ...], int] = field(default_factory=dict)
    _families: dict[tuple[object, ...], list[int]] = field(default_factory=dict)

    def enter(self, signature: Signature) -> int:
        """Return the number of a kind, merging what is like one already known."""
        number = self._find(signature)
        if number is None:
            number = len(self._parts)
            self._parts.append([])
            self._names.append(frozenset())
            self._outlines.append({})
            self._families.setdefault(_family_key(signature), []).append(number)
        key = _exact_key(signature)
        if key not in self._exact and signature.by_name:
            self._outline(number, signature)
        self._exact[key] = number
        self._parts[number].append(signature)
        self._names[number] |= signature.names
        if len(self._parts[number]) == _TOGETHER:
            self._parts[number] = [self._merged(self._parts[number])]
        return number

    def _outline(self, number: int, signature: Signature) -> None:
        known = self._outlines[number]
        if len(known) < _PLACES and len(self._families[_family_key(signature)]) < _CONTRARY:
            known.update(outline(signature.schema))

    @property
    def entries(self) -> list[Signature]:
        """The kinds, by number."""
        self._parts = [[self._merged(parts)] for parts in self._parts]
        return [part for (part,) in self._parts]

    def __contains__(self, signature: Signature) -> bool:
        """Say whether such objects are known."""
        return self._find(signature) is not None

    def _find(self, signature: Signature) -> int | None:
        """Say which kind it is: what may leave names out is one kind where most names are common, and no place is contrary."""
        number = self._exact.get(_exact_key(signature))
        if number is not None or not signature.by_name:
            return number
        family = self._families.get(_family_key(signature), ())
        similar = (n for n in family if overlap(self._names[n], signature.names) >= RELATED)
        if len(family) >= _CONTRARY:
            return next(similar, None)
        places = outline(signature.schema)
        return next((n for n in similar if all(self._outlines[n].get(path, kind) == kind for path, kind in places.items())), None)

    def _merged(self, parts: Sequence[Signature]) -> Signature:
        first = min(parts, key=lambda part: part.first)
        objects, sizes = sum(part.objects for part in parts), sum(part.record_sizes for part in parts)
        if len(parts) == 1:
            return first
        if first.format.classification in _DECLARING:  # of the same columns: one says all that the others say
            return replace(first, objects=objects, record_sizes=sizes)
        schema = merge_all(part.schema for part in parts)
        same = all(part.columns == first.columns for part in parts)
        columns = first.columns if same else columns_of(schema, rules_for(first.format, self.inference))
        sampled = (
            merge_all(part.sampled if part.confirmed else part.schema for part in parts) if any(part.confirmed for part in parts) else EMPTY
        )
        return replace(first, schema=schema, columns=columns, objects=objects, record_sizes=sizes, sampled=sampled)


def _family_key(signature: Signature) -> tuple[object, ...]:
    form = signature.format
    return signature.shape, form.classification, form.codec, form.layout, form.dialect, form.options


def _exact_key(signature: Signature) -> tuple[object, ...]:
    return *_family_key(signature), signature.columns


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Return the share of the smaller set that the larger one has too."""
    return len(a & b) / min(len(a), len(b)) if a and b else float(not a and not b)
