"""CSV as AWS's own crawler sees it: five delimiters, one width, and a header only over values of some type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..inference.values import kind_of
from ..sample import Dialect, Hint, Match, Rejection, Sample
from ..text import decode, encoding_of, whole_lines
from .csv import Rows, table_match
from .dialect import Row, numbered_rows
from .header import HeaderVerdict

DELIMITERS = (",", "|", "\t", ";", "\x01")  # [doc] in this order
ROWS = 1000  # [doc] of a sample
LONGEST_NAME = 150  # [doc] every cell of a header but the last is shorter
_TYPED = frozenset(("bigint", "double", "boolean", "padded"))  # [seen] dates are text to it


@dataclass(frozen=True, slots=True)
class GlueCsv:
    """The built-in CSV classifier under `--inference glue`."""

    name: str = "csv"

    def classify(self, sample: Sample, hint: Hint | None) -> Match | Rejection:
        """Recognise delimited text whose lines are all of one width."""
        encoding = encoding_of(sample.head)
        if encoding is None:
            return Rejection("the bytes are not text")
        text = whole_lines(decode(sample.head, encoding), whole=sample.whole)
        for delimiter in DELIMITERS:
            if delimiter not in text:
                continue
            dialect = Dialect(delimiter, '"' if '"' in text else "", encoding=encoding)
            rows = numbered_rows(text, dialect, ROWS)
            columns = _width(rows)
            if columns:
                return _match(sample, text, Dialect(delimiter, dialect.quote, encoding=encoding, columns=columns), rows)
        return Rejection("none of , | tab ; Ctrl-A divides every line into as many columns, two at least, in two lines at least")


def _width(rows: Rows) -> int:
    """Return how many columns every row has; 0 where they differ, or there are too few. [guess] ragged text is no CSV."""
    widths = set(map(len, rows[1]))
    return widths.pop() if len(rows[1]) >= 2 and len(widths) == 1 and min(widths) >= 2 else 0


def _match(sample: Sample, text: str, dialect: Dialect, rows: Rows) -> Match:
    return table_match(sample, text, dialect, rows, judge_as_glue(rows[1]), {})


def judge_as_glue(rows: Sequence[Row]) -> HeaderVerdict:
    """Judge whether the first row is a header, by Glue's four conditions. [doc] §1.4"""
    head, body = [cell.strip() for cell in rows[0]], rows[1:]
    typed = next((cell for cell in head if kind_of(cell) in _TYPED or kind_of(cell).startswith("decimal")), None)
    if typed is not None:
        return HeaderVerdict(False, -1.0, f"the first row holds {typed[:40]!r}, which is no text")
    if any(not cell for cell in head[:-1]):
        return HeaderVerdict(False, -1.0, "the first row has an empty cell before its last")  # [guess] the name's unpublished expression
    if any(len(cell) >= LONGEST_NAME for cell in head[:-1]):
        return HeaderVerdict(False, -1.0, f"a cell of the first row has {LONGEST_NAME} characters or more")
    if not all(cell.isprintable() for cell in head):
        return HeaderVerdict(False, -1.0, "a cell of the first row holds a character that no name has")
    value = next((cell for row in body for cell in row if kind_of(cell) in _TYPED), None)
    if value is None:
        return HeaderVerdict(False, -1.0, "every value is text: Glue takes no header from a table of texts")
    return HeaderVerdict(True, 1.0, f"texts stand over values such as {value[:40]!r}")
