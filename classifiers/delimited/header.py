"""Whether the first row names the columns: each column votes, and the votes can be told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..inference.values import kind_of
from .dialect import Row

_IDENTIFIER = re.compile(r"[^\W\d][\w .()/%#&:?-]{0,80}$")
_NOT_A_NAME = re.compile(r"https?://|@\w+\.|\d{4,}|^[\d.,:/ -]+$")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_ROWS = 60
# Kinds that a column's name never is.
_TYPED = frozenset(("bigint", "double", "date", "timestamp", "padded", "decimal"))
# Words that head columns everywhere; enough to decide an all-text table.
_HEADER_WORDS = frozenset(
    "id name date time timestamp year month day type code key value amount total count number price qty quantity status state city country"
    " address email phone zip region category description title url comment comments rating score label user customer store product"
    " latitude longitude lat lon first last age sex gender created updated at by no nr index unit units currency source group class".split()
)


@dataclass(frozen=True, slots=True)
class HeaderVerdict:
    """Whether there is a header, how sure, and why."""

    present: bool
    score: float
    reason: str


def judge(rows: Sequence[Row]) -> HeaderVerdict:
    """Judge whether the first row is a header."""
    if not rows:
        return HeaderVerdict(False, 0.0, "there are no rows")
    head, body = [cell.strip() for cell in rows[0]], rows[1 : _ROWS + 1]
    typed = [cell for cell in head if _kind(cell) in _TYPED and not _YEAR.match(cell)]
    if len(typed) > 0.3 * len(head):
        return HeaderVerdict(False, -1.0, f"the first row holds values such as {typed[0][:40]!r}")
    names = [cell.lower() for cell in head if cell]
    if not names:
        return HeaderVerdict(False, -1.0, "the first row is empty")
    repeated = len(names) - len(set(names))
    if not body:
        return _lone_row(head)
    votes = [_vote(cell, column) for cell, column in zip(head, _columns(body, len(head)), strict=True)]
    score = sum(vote for vote, _ in votes) - repeated
    strongest = max(votes, key=lambda vote: abs(vote[0]))
    return HeaderVerdict(score > 0.01, round(score, 2), strongest[1])


def _lone_row(head: Sequence[str]) -> HeaderVerdict:
    named = sum(bool(_IDENTIFIER.match(cell)) for cell in head)
    present = len(head) > 1 and named == len(head)
    return HeaderVerdict(present, 0.1 if present else 0.0, "a single row of names" if present else "a single row")


def _columns(body: Sequence[Row], width: int) -> list[list[str]]:
    return [[row[index].strip() for row in body if index < len(row) and row[index].strip()] for index in range(width)]


def _kind(cell: str) -> str:
    return _family(kind_of(cell))


def _family(kind: str) -> str:
    return "decimal" if kind.startswith("decimal") else kind


def _vote(cell: str, column: Sequence[str]) -> tuple[float, str]:
    """Say how much one column speaks for a header, and the reason."""
    if not column:
        return (0.1 if _IDENTIFIER.match(cell) else 0.0), "an empty column"
    kinds: Counter[str] = Counter()
    for kind, count in Counter(map(kind_of, column)).items():
        kinds[_family(kind)] += count
    del kinds["token"]
    body, count = kinds.most_common(1)[0] if kinds else ("string", 0)
    mine = _kind(cell)
    if mine == "string" and body != "string" and count >= 0.7 * sum(kinds.values()):
        return 1.5, f"{cell[:40]!r} stands over {body} values"
    if _YEAR.match(cell) and not all(map(_YEAR.match, column)):
        return 0.5, f"{cell} is a year over other numbers"
    if mine == body != "string":
        return -1.5, f"{cell[:40]!r} is a {body} like the values below"
    if mine != "string":
        return -0.1, "an empty or odd cell in the first row"
    return _vote_among_texts(cell, column)


def _vote_among_texts(cell: str, column: Sequence[str]) -> tuple[float, str]:
    vote, reason = 0.0, f"{cell[:40]!r} reads like a name"
    lengths = {len(value) for value in column}
    if len(lengths) == 1 and len(column) > 3:
        same = len(cell) in lengths
        vote += -0.9 if same else 0.9
        reason = f"{cell[:40]!r} is {'as long as' if same else 'unlike'} the values below, all {min(lengths)} characters"
    if cell in column:
        vote -= 1.0
        reason = f"{cell[:40]!r} comes again below"
    if _IDENTIFIER.match(cell):
        vote += 0.25
    if set(re.split(r"[\W_]+", cell.lower())) & _HEADER_WORDS:
        vote += 0.5
    if len(cell) > 60 or _NOT_A_NAME.search(cell):
        vote -= 0.5
    return vote, reason
