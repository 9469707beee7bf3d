"""Which rows of a text are the table: titles and notes stand before it, totals and sources after it, or other tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from ..inference.values import kind_of
from .dialect import Row

MAX_PREAMBLE = 50
MAX_TRAILER = 10
_BLOCKS = 4  # tables of one file
_BLOCK_ROWS = 3  # that make one
_LOOKED_AT = 30  # rows of the table, to tell sparse rows from a sparse table
_TRAILER = re.compile(r"(?i)(?:grand |sub)?total|sum\b|notes?\b|source|average|mean\b|count\b|end\b|#|\*|©|--")


def largest_block(rows: Sequence[Row]) -> tuple[int, int]:
    """Return where the largest of several tables of different widths begins and ends; all rows where there is one table.

    Tables are told from ragged rows by their length: each has rows of one width only, and there are few of them.
    """
    blocks: list[tuple[int, int]] = []
    start = 0
    for _, run in groupby(rows, key=len):
        end = start + sum(1 for _ in run)
        if end - start >= _BLOCK_ROWS:
            blocks.append((start, end))
        elif end - start > 1 or len(rows) < 2 * _BLOCK_ROWS:
            return 0, len(rows)
        start = end
    widths = {len(rows[start]) for start, _ in blocks}
    if not 2 <= len(blocks) <= _BLOCKS or len(widths) < len(blocks) or min(widths) < 2:
        return 0, len(rows)
    return max(blocks, key=lambda block: (block[1] - block[0]) * len(rows[block[0]]))


def preamble(rows: Sequence[Row], columns: int) -> int:
    """Return how many of the first rows are no part of the table: titles above the first row that is filled."""
    start = next((index for index, row in enumerate(rows[: MAX_PREAMBLE + 1]) if not _is_sparse(row, columns)), 0)
    if not start:
        return 0
    below = rows[start : start + _LOOKED_AT]
    return start if sum(_is_sparse(row, columns) for row in below) <= 0.2 * len(below) else 0


def trailer(rows: Sequence[Row], columns: int) -> int:
    """Return how many of the last rows are no part of the table: totals and notes below it."""
    end = len(rows)
    while end > 2 and len(rows) - end <= MAX_TRAILER and _is_sparse(rows[end - 1], columns):
        end -= 1
    found = len(rows) - end
    if not found or found > MAX_TRAILER:
        return 0
    firsts = [row[0].strip() for row in rows[1:end][-_LOOKED_AT:] if row[0].strip()]
    return found if all(_is_note(row, firsts) for row in rows[end:]) else 0


def _is_sparse(row: Row, columns: int) -> bool:
    """Say whether a row holds little more than a first cell, where a row of the table has many."""
    filled = sum(1 for cell in row if cell.strip())
    if len(row) < columns:  # a sentence may hold the delimiter
        return filled <= max(1, columns // 2) or (columns > 2 and row[0].count(" ") >= 2)
    if columns == 2:
        return not row[1].strip() and row[0].count(" ") >= 2
    return filled <= max(1, columns // 4) and bool(row[0].strip())


def _is_note(row: Row, firsts: Sequence[str]) -> bool:
    """Say whether a sparse row reads like a note, and not like a row that lost its other cells."""
    text = next((cell.strip() for cell in row if cell.strip()), "")
    if _TRAILER.match(text) or text.count(" ") >= 2:
        return True
    typed = sum(kind_of(value) not in ("string", "token") for value in firsts)
    return kind_of(text) == "string" and typed >= 0.9 * len(firsts) > 0
