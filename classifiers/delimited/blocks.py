"""A block of delimited text, whole records of it, as one summary a column.

What is written plainly is divided by Arrow and held against the kinds' own expressions, a column at a
time; what Arrow would read otherwise than `dialect.numbered_rows` does goes through that, row by row.
Both give the same kinds. A witness has the number of its record in the block, from `base` on, as line;
`Block.place` says afterwards on which line that record ends and at which byte it begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, Literal, TypeAlias

from ..inference.summary import EMPTY, VALUE_SHOWN, TypeSummary, Witness, merge_all
from ..inference.values import BOOLEAN, DATE, DOUBLE, INTEGER, PADDED, TIMESTAMP, is_calendar_day, kind_of, summarise_texts
from ..sample import Dialect
from .dialect import Row, numbered_rows, record_ends

_RAGGED = 200  # rows of another width that Arrow may leave out of a block before it is read row by row
_WORTH_ARROW = 1000  # bytes of a column, below which its calls cost more than they save
_PROBED = 1024  # values taken out of Arrow at once
_PLAIN_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252")  # in which a byte below 128 is always that character
_LINE_END = re.compile(rb"\r\n|\n|\r")

Texts: TypeAlias = Any  # a pyarrow.BinaryArray without nulls: its stubs know too little of it


@dataclass(slots=True)
class Block:
    """Some records, divided into columns: all by Arrow but for the ragged ones, or all row by row."""

    data: bytes
    dialect: Dialect
    records: int
    columns: Sequence[Texts] = ()
    rows: Sequence[Row] = ()
    numbers: Sequence[int] = ()  # of these rows among all records
    ends: Sequence[int] | None = None  # the line on which each record ends; None: not looked for yet
    open_at: int = -1  # where a record begins that the block does not end; it is not among the rows
    _starts: dict[int, int] = field(default_factory=dict)  # of records, as far as they were asked for

    def place(self, number: int) -> tuple[int, int]:
        """Return the line on which a record ends, from 1, and the byte at which it begins, both in the block."""
        if self.ends is None:
            one_a_line = self.records == lines_in(self.data)
            self.ends = range(1, self.records + 1) if one_a_line else record_ends(text_of(self.data, self.dialect.encoding), self.dialect)
        if number not in self._starts:  # the first values of many columns are of few records
            self._starts[number] = line_start(self.data, self.ends[number - 1] if number else 0)
        return self.ends[number], self._starts[number]

    def ragged(self, width: int) -> list[tuple[int, int]]:
        """Return the records of another width: their numbers and widths."""
        return [(number, len(row)) for number, row in zip(self.numbers, self.rows, strict=True) if len(row) != width]


def divide(data: bytes, dialect: Dialect, width: int) -> Block:
    """Divide a block into records and columns; all of its lines are the table's."""
    worth = len(data) >= _WORTH_ARROW * width
    return (_by_arrow(data, dialect, width) if worth and _is_plain(data, dialect) else None) or by_row(data, dialect)


def text_of(data: bytes, encoding: str) -> str:
    """Decode a block, with every line end as a line feed."""
    text = data.decode("utf-8" if encoding == "utf-8-sig" else encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def lines_in(data: bytes) -> int:
    """Count the lines, a last one without an end too."""
    ends = data.count(b"\n") + (data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else 0)
    return ends + (data[-1:] not in (b"\n", b"\r", b""))


def line_start(data: bytes, line: int) -> int:
    """Return where a line begins; lines are counted from 0."""
    at = 0
    for _ in range(line):
        end = _LINE_END.search(data, at)
        if end is None:
            break
        at = end.end()
    return at


# --- by row ---------------------------------------------------------------------------------------------


def by_row(data: bytes, dialect: Dialect) -> Block:
    """Divide a block row by row."""
    ends, rows = numbered_rows(text_of(data, dialect.encoding), replace(dialect, skipped_lines=0))
    if rows and dialect.quote and rows[-1][-1:] and rows[-1][-1].endswith("\n"):
        begun = line_start(data, ends[-1] - sum(cell.count("\n") for cell in rows[-1]))
        if data.count(dialect.quote.encode(), begun) % 2:
            return Block(data, dialect, len(rows) - 1, (), rows[:-1], range(len(rows) - 1), ends[:-1], begun)
    return Block(data, dialect, len(rows), (), rows, range(len(rows)), ends)


# --- by Arrow -------------------------------------------------------------------------------------------


def _is_plain(data: bytes, dialect: Dialect) -> bool:
    """Say whether Arrow divides a block as `numbered_rows` does."""
    delimiter = dialect.delimiter
    if len(delimiter) != 1 or delimiter == " " or not delimiter.isascii() or dialect.encoding not in _PLAIN_ENCODINGS:
        return False
    if (dialect.comment and dialect.comment.encode() in data) or (dialect.escape and dialect.escape.encode() in data):
        return False
    return b"\r" not in data or data.count(b"\r") == data.count(b"\r\n")


def _by_arrow(data: bytes, dialect: Dialect, width: int) -> Block | None:
    import pyarrow as pa
    from pyarrow import csv

    names = [str(index) for index in range(width)]
    skipped: list[int] = []

    def skip(row: csv.InvalidRow) -> Literal["skip", "error"]:
        skipped.append((row.number or 0) - 1)
        return "skip" if len(skipped) <= _RAGGED else "error"

    try:
        table = csv.read_csv(
            pa.BufferReader(data),  # type: ignore[arg-type]  # Arrow reads its own buffers, and without a copy
            read_options=csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
            parse_options=csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote or False,
                double_quote=not dialect.escape,
                newlines_in_values=bool(dialect.quote),
                invalid_row_handler=skip,
            ),
            convert_options=csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, pa.binary()), strings_can_be_null=False),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    records = len(table) + len(skipped)
    if skipped and (-1 in skipped or records != lines_in(data)):
        return None
    columns: list[Texts] = [column.combine_chunks() for column in table.columns]
    block = Block(data, dialect, records, columns, _records(data, skipped, dialect) if skipped else (), skipped)
    return None if dialect.quote and (_may_be_open(block) or _has_quotes_behind_blanks(block)) else block


def _has_quotes_behind_blanks(block: Block) -> bool:
    """Say whether a quote stands behind blanks: csv takes it for one that opens a cell, Arrow does not."""
    compute = _compute()
    if not any(compute.any(compute.starts_with(values, pattern=" ")).as_py() for values in block.columns):
        return False
    delimiter, quote = re.escape(block.dialect.delimiter.encode()), re.escape(block.dialect.quote.encode())
    return re.search(rb"(?:[\r\n]|\A|%b) +%b" % (delimiter, quote), block.data) is not None


def _may_be_open(block: Block) -> bool:
    """Say whether the last cell holds the block's last line end: its quote was not closed."""
    if block.numbers and block.numbers[-1] == block.records - 1:
        return block.rows[-1][-1].endswith("\n")
    last: bytes = block.columns[-1][-1].as_py() if len(block.columns[-1]) else b""
    return last.endswith((b"\n", b"\r"))


def _records(data: bytes, numbers: Sequence[int], dialect: Dialect) -> list[Row]:
    """Return the records on some lines."""
    starts = [0, *(end.end() for end in re.finditer(b"\n", data)), len(data)]
    found = (numbered_rows(text_of(data[starts[number] : starts[number + 1]], dialect.encoding), dialect)[1] for number in numbers)
    return [rows[0] if rows else [""] for rows in found]


# --- what the columns are -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judge:
    """How values are judged."""

    origin: str
    encoding: str = "utf-8"
    spaces_are_text: bool = False  # a value with spaces around it is text, as a custom classifier may say

    def kind(self, value: str) -> str:
        """Return the kind of one value."""
        return "string" if self.spaces_are_text and value.strip() and value != value.strip() else kind_of(value)


def summarise(block: Block, known: Sequence[TypeSummary], base: int, judge: Judge) -> list[TypeSummary]:
    """Summarise each column; `known` says what was seen of it before: it is tried first, and what is text stays text."""
    by_row = _by_column(block.rows, len(known))
    numbers = block.numbers if base == 0 else [number + base for number in block.numbers]
    found = [_of_texts(values, numbers, so_far, judge) for values, so_far in zip(by_row, known, strict=True)] if block.rows else []
    if not block.columns:
        return found or [EMPTY] * len(known)
    place = _Numbers(base, block.numbers)
    whole = [_of_array(values, place, so_far, judge) for values, so_far in zip(block.columns, known, strict=True)]
    return [merge_all(pair) for pair in zip(whole, found, strict=True)] if found else whole


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Which number a record of Arrow's has among all."""

    base: int
    skipped: Sequence[int]

    def of(self, index: int) -> int:
        for skipped in self.skipped:
            if skipped > index:
                break
            index += 1
        return self.base + index


def _by_column(rows: Sequence[Row], width: int) -> list[Sequence[str]]:
    columns: list[Sequence[str]] = list(zip_longest(*(row[:width] for row in rows), fillvalue="")) if rows else []
    return columns + [[""] * len(rows)] * (width - len(columns))


def _of_texts(values: Sequence[str], numbers: Sequence[int], known: TypeSummary, judge: Judge) -> TypeSummary:
    text = known.kinds.get("string")
    if text is not None:
        nulls = values.count("")
        return _text(text, len(values) - nulls, nulls)
    if judge.spaces_are_text and any(judge.kind(value) != kind_of(value) for value in values):
        return _one_by_one(zip(numbers, values, strict=True), judge, len(values))
    found = summarise_texts(values, judge.origin, numbers)
    lumped = found.kinds.get("double")
    if lumped is None or kind_of(lumped.value) == "double":
        return found
    index = next(index for index, value in enumerate(values) if kind_of(value) == "double")  # whole numbers stand before it
    first = Witness(lumped.count, judge.origin, numbers[index], values[index][:VALUE_SHOWN])
    return replace(found, kinds={**found.kinds, "double": first})


def _text(first: Witness, count: int, nulls: int) -> TypeSummary:
    return TypeSummary(kinds={"string": first._replace(count=count)} if count else {}, nulls=nulls)


_PATTERNS = {"bigint": INTEGER, "double": DOUBLE, "date": DATE, "timestamp": TIMESTAMP, "boolean": BOOLEAN, "padded": PADDED}


def _compute() -> Any:
    """Return Arrow's functions, of which its stubs know too little."""
    from pyarrow import compute

    return compute


def _of_array(values: Texts, place: _Numbers, known: TypeSummary, judge: Judge) -> TypeSummary:
    import pyarrow as pa

    compute = _compute()

    present: Any = compute.not_equal(compute.binary_length(values), pa.scalar(0))
    count: int = compute.sum(present).as_py() or 0
    nulls = len(values) - count
    text = known.kinds.get("string")
    if text is not None or not count:
        return _text(text, count, nulls) if text else TypeSummary(nulls=nulls)
    first: int = compute.index(present, True).as_py()
    value = _shown(values[first].as_py(), judge)
    for kind in _likely(known, judge.kind(value)):
        if _is_all(values, kind, lumped="double" in known.kinds or judge.kind(value) == "double"):
            witness = known.kinds.get(kind) or Witness(0, judge.origin, place.of(first), value)
            return TypeSummary(kinds={kind: witness._replace(count=count)}, nulls=nulls)
    return replace(_apart(values, present, place, judge), nulls=nulls)


def _likely(known: TypeSummary, first: str) -> list[str]:
    """Return the kinds that all values may be of."""
    ordered = sorted(known.kinds, key=lambda kind: -known.kinds[kind].count)[:1] or [first]
    return [kind for kind in ("double" if "double" in known.kinds else kind for kind in ordered) if kind in _PATTERNS]


def _is_all(values: Texts, kind: str, *, lumped: bool) -> bool:
    """Say whether all values are of a kind, or empty; whole numbers pass for doubles where doubles came before."""
    compute = _compute()

    if _is_surely(values, kind):
        return True
    pattern = f"{DOUBLE}|{INTEGER}" if kind == "double" and lumped else _PATTERNS[kind]
    fits = compute.match_substring_regex(values, pattern=rf"\A(?:{pattern})?\z")
    return bool(compute.all(fits).as_py()) and not (kind in ("date", "timestamp") and _no_days(values))


def _is_surely(values: Texts, kind: str) -> bool:
    """Say whether Arrow's own conversions, several times as fast as the expressions, settle that all values are of a kind."""
    import pyarrow as pa

    quick = _QUICK.get(kind)
    if quick is None or values.offset:
        return False
    try:
        return quick(values, pa.Array.from_buffers(pa.string(), len(values), values.buffers()))  # the same bytes, as text
    except pa.ArrowInvalid:
        return False


def _surely_integers(values: Texts, texts: Any) -> bool:
    import pyarrow as pa

    compute = _compute()
    compute.cast(texts, pa.int64())  # which takes 007 and 0x7, too
    return not any(compute.any(compute.starts_with(values, pattern=start)).as_py() for start in ("0", "-0"))


def _surely_doubles(values: Texts, texts: Any) -> bool:
    import pyarrow as pa

    data: bytes = values.buffers()[2].to_pybytes()
    if data.count(b".") != len(values) or data.translate(None, b"0123456789.-"):
        return False
    _compute().cast(texts, pa.float64())  # which takes none with two points: each has one
    return True


def _surely_dates(_: Texts, texts: Any) -> bool:
    import pyarrow as pa

    _compute().cast(texts, pa.date32())
    return True


def _surely_timestamps(values: Texts, texts: Any) -> bool:
    import pyarrow as pa

    compute = _compute()
    lengths = compute.min_max(compute.binary_length(values)).as_py()
    marks = ((10, b" "), (13, b":"), (16, b":"))
    if lengths != {"min": 19, "max": 19} or not all(
        compute.all(compute.equal(compute.binary_slice(values, at, at + 1), pa.scalar(mark))).as_py() for at, mark in marks
    ):
        return False
    compute.cast(texts, pa.timestamp("s"))
    return True


def _surely_booleans(values: Texts, _: Any) -> bool:
    import pyarrow as pa

    compute = _compute()
    return bool(compute.all(compute.is_in(values, pa.array(BOOLEAN.strip("(?:)").split("|"), pa.string()).cast(pa.binary()))).as_py())


_QUICK: Mapping[str, Callable[[Texts, Any], bool]] = {
    "bigint": _surely_integers,
    "double": _surely_doubles,
    "date": _surely_dates,
    "timestamp": _surely_timestamps,
    "boolean": _surely_booleans,
}


def _no_days(values: Texts) -> list[bytes]:
    """Return the days that no calendar has, of values that are written like days."""
    import pyarrow as pa

    compute = _compute()

    days = compute.binary_slice(values, 8, 10)
    late = compute.filter(compute.binary_slice(values, 0, 10), compute.greater(days, pa.scalar(b"28")))
    return [day for day in compute.unique(late).to_pylist() if not is_calendar_day(day.decode())]


def _apart(values: Texts, present: Any, place: _Numbers, judge: Judge) -> TypeSummary:
    """Summarise a column of several kinds."""
    import pyarrow as pa

    compute = _compute()

    rest, indices = values.filter(present), compute.indices_nonzero(present)
    kinds: dict[str, Witness] = {}
    for kind, pattern in _PATTERNS.items():
        fits = compute.match_substring_regex(rest, pattern=rf"\A(?:{pattern})\z")
        if kind in ("date", "timestamp") and (wrong := _no_days(rest.filter(fits))):
            fits = compute.and_not(fits, compute.is_in(compute.binary_slice(rest, 0, 10), pa.array(wrong, pa.binary())))
        count: int = compute.sum(fits).as_py() or 0
        if count:
            first: int = compute.index(fits, True).as_py()
            kinds[kind] = Witness(count, judge.origin, place.of(indices[first].as_py()), _shown(rest[first].as_py(), judge))
            others = compute.invert(fits)
            rest, indices = rest.filter(others), indices.filter(others)
        if not len(rest):
            break
    return merge_all((TypeSummary(kinds=kinds), _one_by_one(_values(rest, indices, place, judge), judge, len(rest))))


def _values(rest: Texts, indices: Any, place: _Numbers, judge: Judge) -> Iterator[tuple[int, str]]:
    for start in range(0, len(rest), _PROBED):
        piece, at = rest[start : start + _PROBED].to_pylist(), indices[start : start + _PROBED].to_pylist()
        yield from ((place.of(index), _shown(value, judge, whole=True)) for index, value in zip(at, piece, strict=True))


def _one_by_one(values: Iterator[tuple[int, str]], judge: Judge, total: int) -> TypeSummary:
    """Summarise values in order; behind the first that is text all are, as nothing else counts any more."""
    kinds: dict[str, Witness] = {}
    tokens: dict[str, Witness] = {}
    nulls = 0
    for looked_at, (number, value) in enumerate(values):
        kind = judge.kind(value)
        if kind == "null":
            nulls += 1
            continue
        if kind == "string":
            kinds[kind] = Witness(total - looked_at, judge.origin, number, value[:VALUE_SHOWN])
            break
        seen, name = (tokens, value.strip()) if kind == "token" else (kinds, kind)
        before = seen.get(name)
        seen[name] = before._replace(count=before.count + 1) if before else Witness(1, judge.origin, number, value[:VALUE_SHOWN])
    return TypeSummary(kinds=kinds, nulls=nulls, tokens=tokens)


def _shown(value: bytes, judge: Judge, *, whole: bool = False) -> str:
    text = text_of(value, judge.encoding).lstrip(" ")  # as csv leaves out what stands before a cell
    return text if whole else text[:VALUE_SHOWN]
