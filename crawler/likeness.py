"""Whether two kinds of object belong to one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..classifiers.inference.resolve import Inference
from ..classifiers.sample import UNKNOWN, Dialect, Format
from .signatures import RELATED, Signature, overlap

Kind = frozenset[int]  # numbers of signatures


@dataclass(frozen=True, slots=True)
class Likeness:
    """The rule, over numbered signatures."""

    signatures: Sequence[Signature]
    inference: Inference
    any_schema: bool = False  # only the format counts (CombineCompatibleSchemas)

    def kinds(self, numbers: Sequence[int]) -> list[Kind]:
        """Gather the signatures of one folder into tables: those connected by being alike, whatever their order."""
        kinds: list[Kind] = []
        for number in sorted(numbers):
            mine = frozenset((number,))
            joined = [kind for kind in kinds if self._alike_in_a_folder(kind, mine)]
            kinds = [kind for kind in kinds if kind not in joined]
            kinds.append(mine.union(*joined))
        return sorted(kinds, key=min)

    def alike(self, a: Kind, b: Kind) -> bool:
        """Say whether any of one is like any of the other."""
        if a & b:
            return True
        return any(self._pair(self.signatures[x], self.signatures[y]) for x in sorted(a) for y in sorted(b))

    def _alike_in_a_folder(self, a: Kind, b: Kind) -> bool:
        """Text has no names in its rows: files side by side share one order of columns; partitions may have their own."""
        pairs = [(self.signatures[x], self.signatures[y]) for x in sorted(a) for y in sorted(b)]
        return any(self._pair(x, y) and (self.inference == "glue" or self.any_schema or _same_order(x, y)) for x, y in pairs)

    def compatible(self, a: Kind, b: Kind) -> bool:
        """Say whether one SerDe reads both."""
        return compatible(self.signatures[min(a)].format, self.signatures[min(b)].format, self.inference)

    def _pair(self, a: Signature, b: Signature) -> bool:
        if not compatible(a.format, b.format, self.inference):
            return False
        if self.any_schema or a.format.classification == UNKNOWN:
            return True
        if self.inference == "glue":
            return jaccard(a.columns, b.columns) >= RELATED or _siblings(a, b)
        if a.format.dialect is not None and not a.format.dialect.header:
            return _same_positions(a, b)
        return overlap(a.names, b.names) >= RELATED


def compatible(a: Format, b: Format, inference: Inference) -> bool:
    """Say whether one SerDe reads both: Glue's data compatibility.

    [doc] Glue keeps compressed and plain objects apart; the engines read them side by side, so
    `accurate` does not.
    """
    if (a.classification, a.options) != (b.classification, b.options) or (inference == "glue" and a.codec != b.codec):
        return False
    if a.dialect is None or b.dialect is None:
        return a.layout == b.layout or "documents" not in (a.layout, b.layout) or inference == "accurate"
    return _read_alike(a.dialect, b.dialect)


def _read_alike(a: Dialect, b: Dialect) -> bool:
    """Say whether one SerDe's parameters and one `skip.header.line.count` read both."""
    return _places(a) == _places(b) and _wide(a.encoding) == _wide(b.encoding)


def _places(dialect: Dialect) -> tuple[object, ...]:
    return dialect.delimiter, dialect.header, dialect.skipped_lines, dialect.trailing_lines


def _wide(encoding: str) -> str:
    """Return an encoding in which ASCII is more than one byte a character; '' for the others."""
    return encoding if encoding.startswith(("utf-16", "utf-32")) else ""


def jaccard(a: Sequence[tuple[str, str]], b: Sequence[tuple[str, str]]) -> float:
    """Return |common| / |union|: Glue's similarity, as far as it can be told [guess]."""
    mine, other = set(a), set(b)
    return len(mine & other) / len(mine | other) if mine or other else 1.0


def _siblings(a: Signature, b: Signature) -> bool:
    """Lying alike and named alike, records differ by a conflict of types, which [doc] Glue models in one table."""
    return a.by_name and b.by_name and a.shape == b.shape and overlap(a.names, b.names) >= RELATED


def _same_positions(a: Signature, b: Signature) -> bool:
    """Without a header columns have no names: as many of them, mostly of the same types."""
    if len(a.columns) != len(b.columns):
        return False
    same = sum(mine == other for (_, mine), (_, other) in zip(a.columns, b.columns, strict=True))
    return same >= RELATED * len(a.columns)


def _same_order(a: Signature, b: Signature) -> bool:
    if a.format.dialect is None:
        return True
    mine, other = [name for name, _ in a.columns], [name for name, _ in b.columns]
    shared = min(len(mine), len(other))
    return mine[:shared] == other[:shared]
