"""The evidence of a table as facts: what was tried, what was found, and what ruled the rest out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..crawler.workbench import Examined
from .interface import Explained
from .profile import covered, flagged, meant, profiled
from .words import count, place

Fact = tuple[str, str, str]  # about, name, fact


def facts(explained: Explained, base: str = "") -> Iterator[Fact]:
    """Yield every fact, in the order in which the decisions were made."""
    if explained.column is None:
        yield from _classifiers(explained.evidence)
        yield from _dialect(explained.evidence.get("dialect") or {})
        yield from _header(explained.evidence.get("header"))
        yield from _grok(explained.evidence.get("grok") or {})
        if explained.evidence.get("profile"):
            yield "profile", "", covered(explained.evidence["profile"])
    for column in explained.columns:
        yield from _column(column, base)
    if explained.column is None:
        yield from (("grouping", "", str(sentence)) for sentence in explained.evidence.get("grouping") or ())
    for one in explained.evidence.get("differences") or ():
        if explained.column is None or str(one.get("path", "")).split(".")[0].lower() == explained.column.lower():
            yield "difference", str(one.get("path", "")), difference(one)
    for key in explained.evidence.get("partitions") or ():
        if explained.column is None or str(key.get("key", "")).lower() == explained.column.lower():
            yield "partition key", str(key.get("key", "")), f"{key.get('type', '')}: {key.get('reason', '')}"


def facts_of_file(one: Examined) -> Iterator[Fact]:
    """Yield every fact about one file, in the order in which the decisions were made."""
    if one.found is None:
        return
    evidence = one.found.evidence
    for verdict in one.found.tried:
        yield "classifier", verdict.classifier, f"certainty {verdict.certainty:g}: {verdict.reason}"
    yield from (("grok line", line.classifier, line.told) for line in one.lines)
    yield from _dialect(evidence.get("dialect") or {})
    yield from _header(evidence.get("header"))
    yield from (("parameter", name, value) for name, value in one.found.format.options)
    yield from (("column", name, kind) for name, kind in one.columns)
    yield from (("oddity", "", str(sentence)) for sentence in evidence.get("oddities", ()))


def _classifiers(evidence: Mapping[str, Any]) -> Iterator[Fact]:
    for one in evidence.get("classifiers") or ():
        yield "classifier", str(one.get("classifier", "")), f"certainty {one.get('certainty', 0):g}: {one.get('reason', '')}"


def _dialect(dialect: Mapping[str, Any]) -> Iterator[Fact]:
    for name in ("encoding", "delimiter", "quote", "escape", "comment", "skipped_lines", "trailing_lines"):
        if dialect.get(name):
            yield "dialect", name.replace("_", " "), shown(dialect[name])
    for one in dialect.get("candidates") or ():
        yield "dialect candidate", f"{shown(one.get('delimiter'))} {shown(one.get('quote'))}", candidate(one)


def _header(header: Mapping[str, Any] | None) -> Iterator[Fact]:
    if header:
        yield "header", "present" if header.get("present") else "absent", f"score {header.get('score', 0):g}: {header.get('reason', '')}"


def _grok(found: Mapping[str, Any]) -> Iterator[Fact]:
    if found:
        yield "grok", "pattern", str(found.get("pattern", ""))
        yield "grok", "lines", f"{found.get('matched', 0)} of {count(found.get('lines', 0), 'line')} match"
    if found.get("first_unmatched"):
        yield "grok", "first other", str(found["first_unmatched"])


def _column(column: Mapping[str, Any], base: str) -> Iterator[Fact]:
    name = str(column.get("name", ""))
    yield "column", name, f"{column.get('type', '')}: {column.get('native') or counted(column)}"
    if column.get("note"):
        yield "note", name, str(column["note"])
    if column.get("sampled"):
        yield "note", name, _corrected(column["sampled"], base)
    for one in column.get("mixed") or ():
        yield "note", name, mixture(one, base)
    if column.get("profile"):
        yield "values", name, profiled(column["profile"])
    if column.get("semantic"):
        yield "semantic", name, meant(column["semantic"])
    for one in column.get("personal") or ():
        yield "personal data", name, flagged(one)
    for one in column.get("considered") or ():
        if one.get("ruled_out_by"):
            yield "ruled out", name, refuted(one, base)


def _corrected(sampled: Mapping[str, Any], base: str) -> str:
    """Return what a sample had shown, and the first value that refuted it."""
    against = sampled.get("refuted_by")
    if sampled.get("null_tokens"):
        words = " and ".join(shown(word) for word in sampled["null_tokens"])
        return f"{words} in no sample" + (f", but{where(against, base)}" if against else "")
    before = f"{sampled['type']} in its sample" if sampled.get("type") else "in no sample"
    return f"{before}; then came {shown(against.get('value'))}{where(against, base)}" if against else before


def where(seen: Mapping[str, Any], base: str) -> str:
    """Return the place of a value: its object, line and byte, as far as they are known."""
    line = f", line {seen['line']}" if seen.get("line") else ""
    byte = f", byte {seen['byte']}" if "byte" in seen else ""
    return f" in {place(str(seen['object']), base)}{line}{byte}" if seen.get("object") else ""


def difference(one: Mapping[str, Any]) -> str:
    """Return a place's type in some partitions, and in their table."""
    more = f" and {one['partitions'] - 1:,} more" if one.get("partitions", 1) > 1 else ""
    return f"{one.get('type', '')} in {one.get('partition', '')}{more}, {one.get('table_type', '')} in the table"


def counted(column: Mapping[str, Any]) -> str:
    """Return how many values and nulls a column has, and which words stand for null."""
    parts = [count(column.get("values", 0), "value")]
    parts += [count(column["nulls"], "null")] if column.get("nulls") else []
    tokens = [shown(token) for token in column.get("null_tokens") or ()]
    parts += [f"{' and '.join(tokens)} {'stand' if len(tokens) > 1 else 'stands'} for null"] if tokens else []
    return ", ".join(parts)


def refuted(one: Mapping[str, Any], base: str = "") -> str:
    """Return the first value that a type could not hold, and how many it could."""
    against = one["ruled_out_by"]
    return (
        f"not {one.get('type', '')}: {shown(against.get('value'))}{where(against, base)} ({count(one.get('values', 0), 'value')} would fit)"
    )


def mixture(one: Mapping[str, Any], base: str = "") -> str:
    """Return how many values of each sort a place holds, and the first of each."""
    return f"{one.get('path', '')} is mixed: " + "; ".join(
        f"{count(kind.get('values', 0), 'value')} of {kind.get('type', '')}, the first is {shown(kind['first'].get('value'))} "
        f"in {place(str(kind['first'].get('object')), base)}, line {kind['first'].get('line')}"
        for kind in one.get("kinds") or ()
    )


def candidate(one: Mapping[str, Any]) -> str:
    """Return a dialect candidate's score and what it would make of the sample."""
    return f"score {one.get('score', 0):.3g}, {count(one.get('columns', 0), 'column')}, {count(one.get('rows', 0), 'row')}"


def shown(value: object) -> str:
    """Return a text in quotes, other values bare, nothing as `none`."""
    if value is None or value == "":
        return "none" if value is None else "''"
    return repr(value) if isinstance(value, str) else str(value)
