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

from .sample import Dialect
from .values import kind_of

Row = list[str]

ROWS_SCORED = 120
TEXT_SCORED = 24_000  # characters; enough rows for any usual width

_PRIORS = {",": 1.0, "\t": 1.03, ";": 1.02, "|": 1.0, "\x01": 1.03, "#": 0.72, " ": 0.72, "~": 0.7, "^": 0.7, ":": 0.5, "=": 0.4}
_USUAL = frozenset(",\t;|\x01")
_RARE_PRIOR = 0.35
_UNUSUAL_PRESENCE = 0.9  # of the lines, for a delimiter outside Glue's own set

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
    agreement: float  # share of rows of that width
    rows: int
    plausible: float  # mean plausibility of the cells


def detect(text: str) -> list[Candidate]:
    """Return the candidates for a text, best first; empty where it has no lines."""
    text = text[:TEXT_SCORED]
    if len(text) == TEXT_SCORED:
        text = text[: text.rfind("\n") + 1] or text
    lines = [line for line in text.split("\n")[:ROWS_SCORED] if line.strip()]
    if not lines:
        return []
    scored = [
        _score(rows_of(text, Dialect(delimiter, quote), ROWS_SCORED), delimiter, quote)
        for delimiter in _delimiters(lines)
        for quote in _quotes(text, delimiter)
    ]
    return sorted(scored, key=lambda candidate: -candidate.score)


def comment_prefix(lines: Sequence[str]) -> str:
    """Return `#` where some, but not most, lines are comments."""
    commented = sum(line.startswith("#") for line in lines)
    return "#" if 0 < commented < 0.5 * len(lines) else ""


def rows_of(text: str, dialect: Dialect, limit: int | None = None) -> list[Row]:
    """Parse the rows of a text; rows without content are left out."""
    return [row for _, row in numbered_rows(text, dialect, limit)]


def numbered_rows(text: str, dialect: Dialect, limit: int | None = None) -> list[tuple[int, Row]]:
    """Parse the rows of a text with the 1-based line that each ends on."""
    rows: list[tuple[int, Row]] = []
    for number, row in _raw_rows(text, dialect):
        if number <= dialect.skipped_lines or not any(map(str.strip, row)):
            continue
        if dialect.comment and row[0].startswith(dialect.comment):
            continue
        rows.append((number, row))
        if len(rows) == limit:
            break
    return rows


def _raw_rows(text: str, dialect: Dialect) -> Iterator[tuple[int, Row]]:
    delimiter = dialect.delimiter
    if not dialect.quote and not dialect.escape:
        for number, line in enumerate(text.split("\n"), 1):
            yield number, line.split() if delimiter == " " else line.split(delimiter) if delimiter else [line]
        return
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter or "\x1f",
        quotechar=dialect.quote,
        escapechar=dialect.escape or None,
        doublequote=not dialect.escape,
        skipinitialspace=delimiter not in " \t",
    )
    for row in reader:
        yield reader.line_num, [cell for cell in row if cell] if delimiter == " " else row


def _delimiters(lines: Sequence[str]) -> list[str]:
    found = [""]
    present = Counter(character for line in lines for character in set(line))
    for character, count in sorted(present.items()):
        if character.isalnum() or character in "\"'`_.-\r\n()[]{}<>":
            continue
        share = count / len(lines)
        if share >= _UNUSUAL_PRESENCE or (character in _USUAL and share >= 0.3):
            found.append(character)
    return found


def _quotes(text: str, delimiter: str) -> list[str]:
    edge = re.escape(delimiter) if delimiter else r"\Z"
    found = [""]
    for quote in "\"'":
        if quote not in text:
            continue
        opens = re.search(rf"(?:^|{edge}) ?{quote}", text, re.MULTILINE)
        closes = re.search(rf"{quote} ?(?:$|{edge})", text, re.MULTILINE)
        if opens and closes:
            found.append(quote)
    return found


def _score(rows: Sequence[Row], delimiter: str, quote: str) -> Candidate:
    if not rows:
        return Candidate(delimiter, quote, 0.0, 0, 0.0, 0, 0.0)
    widths = Counter(map(len, rows))
    columns, agreeing = max(widths.items(), key=lambda item: (item[1], item[0]))
    agreement = agreeing / len(rows)
    plausible = _plausible(rows, columns)
    pattern = sum(count * (width - 1) / width for width, count in widths.items() if width) / len(rows) / len(widths) ** 0.35
    if columns < 2:
        pattern = 0.30 if not delimiter else 0.02
    prior = 0.5 if not delimiter else _PRIORS.get(delimiter, _RARE_PRIOR)
    quoted = {"": 1.0, '"': 1.06}.get(quote, 1.02)
    return Candidate(delimiter, quote, prior * pattern**0.5 * plausible * agreement**1.2 * quoted, columns, agreement, len(rows), plausible)


def _plausible(rows: Sequence[Row], columns: int) -> float:
    total = weight = 0.0
    known: dict[str, float] = {}
    for row in rows:
        share = 1.0 if len(row) == columns else 0.5
        for cell in row[:100]:
            score = known.get(cell)
            if score is None:
                score = known[cell] = _cell_plausibility(cell)
            total += share * score
            weight += share
    return total / weight if weight else 0.0


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
    return score * 0.5 if text[0] in "\"'" or text[-1] == '"' else score
