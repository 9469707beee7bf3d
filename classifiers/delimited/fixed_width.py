"""Fixed width: columns that blanks keep apart at the same places of every line, below names or in records of one length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from ..foreign import foreign_text
from ..inference.names import unique_names
from ..inference.summary import Member, Place, struct_of
from ..inference.values import kind_of, summarise_texts
from ..sample import Format, Hint, Match, Rejection, Sample
from ..text import decode, encoding_of, whole_lines
from .header import judge

REGEX = "input.regex"  # of Hive's RegexSerDe

_PROBE = 1 << 12
_LIMIT = 1 << 18  # bytes that are looked at
_LINES = 1000  # in which columns are looked for
_WIDEST = 4096
_AROUND = 10  # lines before and after the table: titles, totals, notes
_FEWEST = 4  # lines of a table that has no ruler
_EVIDENCE = 8  # blanks below each other that no chance puts there
_ALIGNED = 0.9
_TYPED = 0.9
_FILLED = 0.2
_CROSSING = 0.01  # lines of a long table whose values are too long for their column
_RULER = re.compile(r" *[-=]+(?: +[-=]+)+ *")
_MAX_COLUMNS = 500


class Span(NamedTuple):
    """Where a column's values stand, in characters; the end is that of the longest."""

    start: int
    end: int


class _Table(NamedTuple):
    header: str  # the line with the names, or nothing
    lines: list[str]
    spans: list[Span]
    skipped: int  # lines before the first row
    ruled: bool  # a ruler says where the columns are


class _NoTable(ValueError):
    """Why lines are none."""


@dataclass(frozen=True, slots=True)
class FixedWidth:
    """Recognise tables without delimiters, after everything else."""

    name: str = "fixedwidth"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Find columns that stand at the same places of all lines."""
        probe = sample.head[:_PROBE]
        if b"  " not in probe or b"\t" in probe or b"\0" in probe:
            return Rejection("it has no sign of columns that blanks keep apart")
        if len(sample.head) > _LIMIT:
            sample = replace(sample, head=sample.head[:_LIMIT], whole=False)
        encoding = encoding_of(sample.head)
        if encoding is None:
            return Rejection("the bytes are not text")
        text = whole_lines(decode(sample.head, encoding), whole=sample.whole)
        try:
            match = _match(sample, _table(text, whole=sample.whole), encoding, text)
        except _NoTable as error:
            return Rejection(str(error))
        foreign = foreign_text(text)
        return Rejection(foreign) if foreign else match


def _table(text: str, *, whole: bool) -> _Table:
    start, block = _block(text.split("\n"), cut=not whole)
    if max(map(len, block), default=0) > _WIDEST:
        raise _NoTable(f"it has lines of more than {_WIDEST} characters")
    ruler = next((place for place in (1, 0) if place < len(block) and _RULER.fullmatch(block[place])), None)
    if ruler is not None:
        return _ruled(block, ruler, start)
    spans = _spans(block[1:], block[0]) if len(block) > _FEWEST else []
    if len(spans) < 2:
        raise _NoTable("no blanks stand at the same places of its lines")
    return _Table(block[0], block[1:], spans, start, ruled=False)


def _block(lines: Sequence[str], *, cut: bool) -> tuple[int, list[str]]:
    """Return the longest run of lines without a blank one, and how many lines stand before it."""
    ends = [place for place, line in enumerate(lines) if not line.strip()]
    start, end = max(pairwise((-1, *ends, len(lines))), key=lambda run: run[1] - run[0])
    before = [line for line in lines[: start + 1] if line.strip()]
    after = [line for line in lines[end:] if line.strip()]
    if len(before) > _AROUND or len(after) > (0 if cut else _AROUND):
        raise _NoTable("its lines are more than one table")
    return start + 1, list(lines[start + 1 : end])


def _ruled(block: list[str], ruler: int, start: int) -> _Table:
    """Take the columns as a ruler under the names shows them."""
    if ruler == 0:  # one above the names too, or none below
        if len(block) < 3 or not _RULER.fullmatch(block[2]):
            raise _NoTable("a ruler stands over no names")
        ruler = 2
    runs = [Span(*match.span()) for match in re.finditer(r"[-=]+", block[ruler])]
    end = next((place for place in range(ruler + 1, len(block)) if _RULER.fullmatch(block[place])), len(block))
    rows = block[ruler + 1 : end]
    crossing = sum(any(line[run.start - 1 : run.start].strip() for run in runs[1:]) for line in rows)
    if not rows or crossing > 0.05 * len(rows):
        raise _NoTable("its values do not keep to the columns of its ruler")
    return _Table(block[ruler - 1], rows, runs, start + ruler + 1, ruled=True)


def _spans(lines: Sequence[str], header: str = "") -> list[Span]:
    """Return the columns between blanks that stand below each other in all lines."""
    lines = lines[:_LINES]
    width = max(map(len, lines))
    allowed = int(_CROSSING * len(lines))
    filled = "".join(
        "x" if sum(column) > allowed else " " for column in zip(*map(_inked, (line.ljust(width) for line in lines)), strict=True)
    )
    found = [Span(*match.span()) for match in re.finditer("x+", filled)]
    if len(found) > _MAX_COLUMNS:
        raise _NoTable(f"it has more than {_MAX_COLUMNS} columns")
    names = {match.start() for match in re.finditer(r"\S+", header)}
    spans = found[:1]
    for span in found[1:]:
        before = spans[-1]
        apart = (span.start - before.end) * len(lines) >= _EVIDENCE or span.start in names or _unlike(lines, before, span)
        if apart:
            spans.append(span)
        else:
            spans[-1] = Span(before.start, span.end)
    return spans


def _inked(line: str) -> list[bool]:
    return [character != " " for character in line]


def _unlike(lines: Sequence[str], a: Span, b: Span) -> bool:
    """Say whether one of two columns holds values such as numbers, and the other does not."""
    typed = [_is_typed([line[span.start : span.end].strip() for line in lines]) for span in (a, b)]
    return typed[0] is not typed[1]


def _is_typed(cells: Sequence[str]) -> bool:
    present = [cell for cell in cells if cell]
    return bool(present) and sum(kind_of(cell) not in ("string", "token") for cell in present) >= _TYPED * len(present)


def _match(sample: Sample, table: _Table, encoding: str, text: str) -> Match:
    names, spans = _named(table.header, table.spans)
    lines, skipped = table.lines, table.skipped
    borders = _borders(spans, lines, ruled=table.ruled)
    rows = [_cells(line, borders) for line in lines]
    if not table.ruled:
        if names and judge([names, *rows[:70]]).present:
            skipped += 1
        else:
            names, lines = [], [table.header, *table.lines]
            if len(set(map(len, lines))) > 1:
                raise _NoTable("it has no names over its columns, and lines of several lengths")
            spans = _spans(lines)
            borders = _borders(spans, lines, ruled=False)
            rows = [_cells(line, borders) for line in lines]
        _refuse_chance(lines[:_LINES], spans, rows)
    columns = unique_names(names or [""] * len(spans))
    places = range(skipped + 1, skipped + 1 + len(rows))
    members = {
        name: Member(Place(sample.key, position), summarise_texts(cells, sample.key, places))
        for position, (name, cells) in enumerate(zip(columns, zip(*rows, strict=True), strict=True))
    }
    after = text.rstrip().count("\n") + 1 - skipped - len(rows) if sample.whole else 0
    options = {REGEX: expression(borders), "skip.header.line.count": str(skipped), "skip.footer.line.count": str(after)}
    if encoding not in ("utf-8", "utf-8-sig"):
        options["serialization.encoding"] = encoding
    size = sum(map(len, lines[:3])) // len(lines[:3]) + 1
    form = Format("fixedwidth", sample.codec, options=tuple((name, value) for name, value in options.items() if value != "0"))
    return Match(form, struct_of(members, len(rows)), record_size=size)


def _named(header: str, spans: list[Span]) -> tuple[list[str], list[Span]]:
    """Give each column the words over it; a column without any belongs to the one before it. No names where a word stands over none."""
    words: list[list[str]] = [[] for _ in spans]
    for match in re.finditer(r"\S+", header):
        overlaps = [min(match.end(), span.end) - max(match.start(), span.start) for span in spans]
        best = max(overlaps)
        if best <= 0:
            return [], spans
        words[overlaps.index(best)].append(match[0])
    if not words[0]:
        return [], spans
    kept: list[Span] = []
    names: list[str] = []
    for span, over in zip(spans, words, strict=True):
        if over:
            kept.append(span)
            names.append(" ".join(over))
        else:
            kept[-1] = Span(kept[-1].start, span.end)
    return names, kept


def _cells(line: str, borders: Sequence[int]) -> list[str]:
    return [line[start:end].strip() for start, end in pairwise((0, *borders, max(len(line), borders[-1])))]


def _borders(spans: Sequence[Span], lines: Sequence[str], *, ruled: bool) -> list[int]:
    """Return where each column but the first begins: between two, on the side where no longer value can grow."""
    if len(spans) < 2:
        raise _NoTable("it has one column")
    if ruled:
        return [span.start for span in spans[1:]]
    grows_left = [_aligned(lines[:_LINES], span)[0] is False for span in spans]
    return [
        b.start if not left else a.end if before else (a.end + b.start) // 2
        for (a, b), (before, left) in zip(pairwise(spans), pairwise(grows_left), strict=True)
    ]


def _refuse_chance(lines: Sequence[str], spans: Sequence[Span], rows: Sequence[Sequence[str]]) -> None:
    """Raise _NoTable where values stand below each other by chance, or are mere words."""
    if not all(any(_aligned(lines, span)) for span in spans):
        raise _NoTable("its values do not stand below each other")
    if not _some_typed(rows):
        raise _NoTable("its columns hold mere words")


def _aligned(lines: Sequence[str], span: Span) -> tuple[bool, bool]:
    """Say whether a column's values begin at one place, and whether they end at one."""
    values = [line[span.start : span.end] for line in lines if line[span.start : span.end].strip()]
    begin = sum(value[0] != " " for value in values)
    end = sum(len(value.rstrip()) == span.end - span.start for value in values)
    return begin >= _ALIGNED * len(values), end >= _ALIGNED * len(values)


def _some_typed(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether some column holds numbers, dates or the like, and none is mostly empty."""
    columns = list(zip(*rows, strict=True))
    return any(map(_is_typed, columns)) and all(sum(map(bool, column)) >= _FILLED * len(rows) for column in columns)


def expression(borders: Sequence[int]) -> str:
    """Return the regular expression whose groups are the columns' values without the blanks around them.

    A lookbehind holds each border to its place, in Java as in Python; a line may end before its last columns.
    """
    return "".join(f" *(.*?) *(?:(?<=^.{{{border}}})|$)" for border in borders) + " *(.*?) *"
