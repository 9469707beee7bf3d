"""How a delimited text is written: every candidate scored under the same tolerant parser.

score = prior · pattern^½ · types · agreement^1.2, where `pattern` rewards many columns in few
distinct widths, `types` is the mean plausibility of the cells and `agreement` the share of rows of
the commonest width. No candidate wins by being tried first, and no bad row vetoes one.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from ..inference.values import kind_of
from ..sample import Dialect

Row = list[str]


class _Reader(Protocol):
    """What csv.reader returns: its type has no public name."""

    line_num: int

    def __iter__(self) -> Iterator[Row]: ...


ROWS_SCORED = 120
TEXT_SCORED = 24_000  # characters; enough rows for any usual width
TEXT_UNQUOTED = 8_000  # characters of them, when quoted cells must be taken out first
ROWS_LOOKED_INTO = 40  # about, evenly spread
LINES_SCORED = 4  # at least, where lines are longer than that
LINES_LOOKED_AT = 40  # for delimiters outside the usual set

_PRIORS = {",": 1.0, "\t": 1.03, ";": 1.02, "|": 1.0, "\x01": 1.03, "#": 0.72, " ": 0.72, "~": 0.7, "^": 0.7, ":": 0.5, "=": 0.4}
USUAL = frozenset(",\t;|\x01")
_RARE_PRIOR = 0.5
_NEVER = frozenset("\"'`_.-/()[]{}<>")  # punctuation inside values
_UNUSUAL_PRESENCE = 0.6  # of the lines, for a delimiter outside Glue's own set
_UNUSUAL_REGULARITY = 0.5
_UNUSUAL_TRIED = 4
_DANGLING = frozenset(",;:|=*#^~&")  # at a cell's end: it was divided beside the real delimiter
_PUNCTUATION = 0.85
_OUTSIDE = 0.3  # the weight of a row before the first full one or after the last

_QUOTED = re.compile(r'(?<!\w)"(?:[^"\\]|""|\\.)*"(?!\w)', re.DOTALL)
_WORDS = re.compile(r"[^\W\d_][\w .'/()&+-]*$")
_CODE = re.compile(r"[\w.:/@\\#+$%-]+$")
_NUMBER_LIKE = re.compile(r"[+-]?[$€£¥]?\s?\d[\d ,.']*\s?[%€$]?$")
_DATE_LIKE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d\d.*)?$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read the text, and how well it fits."""

    delimiter: str
    quote: str
    score: float
    columns: int  # the commonest width
    agreement: float  # share of rows of that width, among those between the first and the last such row
    rows: int
    plausible: float  # mean plausibility of the cells


def detect(text: str) -> list[Candidate]:
    """Return the candidates for a text, best first, without those that cannot win; empty where it has no lines."""
    beginning = _beginning(text)
    lines = _lines(beginning)
    if not lines:
        return []
    bare = [line for line in _QUOTED.sub("", beginning[:TEXT_UNQUOTED]).split("\n") if line] if '"' in beginning else lines
    bare = bare[:ROWS_SCORED] or lines  # what is quoted, line breaks too, divides nothing
    shapes = [
        _shape(rows_of(beginning, Dialect(delimiter, quote), ROWS_SCORED), delimiter, quote)
        for delimiter in _delimiters(bare)
        for quote in _quotes(beginning, text, delimiter)
    ]
    scored: list[Candidate] = []
    best = 0.0
    for shape in sorted(shapes, key=lambda shape: -shape.bound):
        if shape.bound < best:  # its cells cannot make it the best: they need not be looked at
            break
        scored.append(_scored(shape))
        best = max(best, scored[-1].score)
    return sorted(scored, key=lambda candidate: -candidate.score)


def given(text: str, delimiter: str, quote: str | None) -> Candidate:
    """Score a text under a delimiter that is given, and a quote that is given or (None) the better of those it may have."""
    beginning = _beginning(text)
    quotes = _quotes(beginning, text, delimiter) if quote is None else [quote]
    scored = [_scored(_shape(rows_of(beginning, Dialect(delimiter, each), ROWS_SCORED), delimiter, each)) for each in quotes]
    return max(scored, key=lambda candidate: candidate.score)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n")[:ROWS_SCORED] if line.strip()]


def _beginning(text: str) -> str:
    """Return enough whole lines to judge by, however long they are."""
    first = text[:TEXT_SCORED].split("\n", 2 * ROWS_SCORED)  # a row may be several lines
    if len(first) > 2 * ROWS_SCORED:
        return text[: min(len(text), TEXT_SCORED) - len(first[-1])]
    if len(text) <= TEXT_SCORED:
        return text
    end = text.rfind("\n", 0, TEXT_SCORED) + 1
    if text.count("\n", 0, end) >= LINES_SCORED:
        return text[:end]
    for _ in range(LINES_SCORED):
        end = text.find("\n", end) + 1
        if not end:
            return text
    return text[:end]


def comment_prefix(lines: Sequence[str]) -> str:
    """Return `#` where some, but not most, lines are comments."""
    commented = sum(line.startswith("#") for line in lines)
    return "#" if 0 < commented < 0.5 * len(lines) else ""


def rows_of(text: str, dialect: Dialect, limit: int | None = None) -> list[Row]:
    """Parse the rows of a text; rows without content are left out."""
    return numbered_rows(text, dialect, limit)[1]


def numbered_rows(text: str, dialect: Dialect, limit: int | None = None) -> tuple[Sequence[int], list[Row]]:
    """Parse the rows of a text; return the 1-based line on which each ends, and the rows."""
    numbers, rows = _raw_rows(text, dialect)
    start, comment = dialect.skipped_lines, dialect.comment
    if start or comment or not all(rows) or min(map(len, rows), default=0) < 2 or "" in [row[0] for row in rows]:
        kept = [
            (number, row)
            for number, row in zip(numbers, rows, strict=True)
            if number > start and any(map(str.strip, row)) and not (comment and row[0].startswith(comment))
        ]
        numbers, rows = [number for number, _ in kept], [row for _, row in kept]
    return numbers[:limit], rows[:limit]


def record_ends(text: str, dialect: Dialect) -> list[int]:
    """Return the 1-based line on which each record ends, empty lines left out."""
    if not dialect.quote and not dialect.escape:
        return [number for number, line in enumerate(text.split("\n"), 1) if line]
    reader = _csv_reader(text, dialect)
    return [reader.line_num for row in reader if row]


def _raw_rows(text: str, dialect: Dialect) -> tuple[Sequence[int], list[Row]]:
    delimiter = dialect.delimiter
    if not dialect.quote and not dialect.escape:
        lines = text.split("\n")
        rows = [line.split(None if delimiter == " " else delimiter) for line in lines] if delimiter else [[line] for line in lines]
        return range(1, len(rows) + 1), rows
    rows = list(_csv_reader(text, dialect))
    if len(rows) == text.count("\n") + (not text.endswith("\n")):
        numbers: Sequence[int] = range(1, len(rows) + 1)
    else:  # a quoted field holds a line break: count again, line by line
        reader = _csv_reader(text, dialect)
        numbers = [reader.line_num for _ in reader]
    return numbers, [[cell for cell in row if cell] for row in rows] if delimiter == " " else rows


def _csv_reader(text: str, dialect: Dialect) -> _Reader:
    csv.field_size_limit(2**31 - 1)
    return csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter or "\x1f",
        quotechar=dialect.quote,
        escapechar=dialect.escape or None,
        doublequote=not dialect.escape,
        skipinitialspace=dialect.delimiter not in " \t",
    )


def _delimiters(lines: Sequence[str]) -> list[str]:
    """Return the characters that may divide the lines, '' (nothing does) among them."""
    found = [character for character in sorted(USUAL) if _presence(lines, character) >= 0.3]
    if _presence(lines, "[") > 0.5:
        return ["", *found]  # log lines: their spaces and colons are no delimiters
    looked_at = lines[-LINES_LOOKED_AT:]  # preambles are at the beginning
    unusual = {character for line in looked_at for character in set(line) if not character.isalnum()} - USUAL - _NEVER
    ranked = sorted((-_regularity(looked_at, character), character) for character in unusual)
    return ["", *found, *(character for regularity, character in ranked[:_UNUSUAL_TRIED] if regularity <= -_UNUSUAL_REGULARITY)]


def _presence(lines: Sequence[str], character: str) -> float:
    return sum(character in line for line in lines) / len(lines)


def _regularity(lines: Sequence[str], delimiter: str) -> float:
    """Return the share of lines that hold a delimiter equally often: what one outside Glue's own set must show to be tried."""
    counts = Counter(len(line.split()) - 1 if delimiter == " " else line.count(delimiter) for line in lines)
    if counts.pop(0, 0) > (1 - _UNUSUAL_PRESENCE) * len(lines) or not counts:
        return 0.0
    return max(counts.values()) / len(lines)


def late_quote(text: str, delimiter: str) -> bool:
    """Say whether the usual quote quotes cells of a text, behind which no more of it is known."""
    return '"' in _quotes("", text, delimiter)


def _quotes(beginning: str, text: str, delimiter: str) -> list[str]:
    """Return the characters that may quote cells, '' among them; the usual one may come late in the text."""
    edge = re.escape(delimiter) if delimiter else r"\Z"
    found = [""]
    for quote in "\"'":
        within = beginning
        if quote not in within:
            late = text.find(quote) if quote == '"' else -1
            if late < 0:
                continue
            within = text[max(0, late - 2) : late + TEXT_SCORED]
        opens = re.search(rf"(?:^|{edge}) ?{quote}", within, re.MULTILINE)
        closes = re.search(rf"{quote} ?(?:$|{edge})", within, re.MULTILINE)
        if opens and closes:
            found.append(quote)
    return found


@dataclass(frozen=True, slots=True)
class _Shape:
    """A candidate before its cells are looked at."""

    delimiter: str
    quote: str
    rows: Sequence[Row]
    columns: int
    agreement: float
    bound: float  # the score if every cell were plausible


def _shape(rows: Sequence[Row], delimiter: str, quote: str) -> _Shape:
    if not rows:
        return _Shape(delimiter, quote, rows, 0, 0.0, 0.0)
    widths = Counter(map(len, rows))
    columns, agreeing = max(widths.items(), key=lambda item: (item[1], item[0]))
    agreement = agreeing / _core(rows, columns)
    pattern = sum(count * (width - 1) / width for width, count in widths.items() if width) / len(rows) / len(widths) ** 0.35
    if columns < 2:
        pattern = 0.30 if not delimiter else 0.02
    prior = 0.5 if not delimiter else _PRIORS.get(delimiter, _RARE_PRIOR)
    quoted = {"": 1.0, '"': 1.06}.get(quote, 1.02)
    written = _PUNCTUATION if columns > 1 and _is_spaced(rows) else 1.0
    return _Shape(delimiter, quote, rows, columns, agreement, prior * pattern**0.5 * agreement**1.2 * quoted * written)


def _scored(shape: _Shape) -> Candidate:
    plausible = _plausible(shape.rows, shape.columns)
    score = shape.bound * plausible
    return Candidate(shape.delimiter, shape.quote, score, shape.columns, shape.agreement, len(shape.rows), plausible)


def _is_spaced(rows: Sequence[Row]) -> bool:
    """Say whether a space follows the delimiter nearly always, as it does in sentences."""
    if not any(cell.startswith(" ") for cell in rows[len(rows) // 2][1:]):
        return False
    cells = [cell for row in rows for cell in row[1:]]
    return sum(cell.startswith(" ") for cell in cells) > 0.9 * len(cells)


def _core(rows: Sequence[Row], columns: int) -> float:
    """Return the number of rows between the first and the last full one; what lies outside (titles, totals, notes) counts less."""
    full = [index for index, row in enumerate(rows) if len(row) == columns]
    within = full[-1] - full[0] + 1
    return within + _OUTSIDE * (len(rows) - within)


def _plausible(rows: Sequence[Row], columns: int) -> float:
    total = weight = 0.0
    for row in rows[:: 1 + len(rows) // ROWS_LOOKED_INTO]:
        share = 1.0 if len(row) == columns else 0.5
        cells = row[:100]
        total += share * sum(map(_cell_plausibility, cells))
        weight += share * len(cells)
    return total / weight if weight else 0.0


@lru_cache(maxsize=65_536)
def _cell_plausibility(cell: str) -> float:
    text = cell.strip()
    if not text:
        return 0.55
    score = 0.35
    if kind_of(text) != "string" or _NUMBER_LIKE.match(text) or _DATE_LIKE.match(text):
        score = 1.0
    elif len(text) < 60 and _WORDS.match(text):
        score = 0.9
    elif _CODE.match(text):
        score = 0.75
    if text[0] in "\"'" or text[-1] == '"':
        return score * 0.5  # a quote that does not quote: the cell is half of one
    return score if text[-1] not in _DANGLING or text[0] in _DANGLING else 0.35
