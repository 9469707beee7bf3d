"""Line by line: what a grok pattern took from it, or how far it came and what it wanted there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...errors import InvalidInput
from .library.all import library
from .pattern import MAX_LINE, TIME_LIMIT, Grok, TooSlow, compile_grok, compiled, custom
from .syntax import Expansion, top_level

MAX_PIECES = 200  # of a pattern, that are tried one after the other
SHOWN = 40  # characters of a line or of a piece in a message


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What became of one line."""

    line: int  # 1-based
    matched: bool
    values: Mapping[str, str | None]  # column → text; of a line that stopped, empty
    column: int  # how many of its characters were matched, up to the place where it stopped
    expected: str = ""  # the piece of the pattern that did not match there
    found: str = ""  # what stands there
    problem: str = ""  # why the line could not be judged at all: the time limit

    def __str__(self) -> str:
        if self.problem:
            return f"line {self.line}: {self.problem}"
        if self.matched:
            return f"line {self.line} matched"
        rest = f"{self.found!r} stands" if self.found else "the line ends"
        place = f"matched up to column {self.column}" if self.column else "did not match from its beginning"
        expected = repr(self.expected) if self.expected.isspace() else self.expected
        return f"line {self.line} {place}: {rest} where {expected} was expected"


def explain_lines(pattern: str, lines: Iterable[str], custom_patterns: str = "", *, time_limit: float = TIME_LIMIT) -> list[LineVerdict]:
    """Say of each line what matched, or where it stopped. Raises InvalidInput for a pattern that is none."""
    grok = compile_grok(pattern, custom_patterns)
    return [explain_line(grok, line, number, time_limit) for number, line in enumerate(lines, 1)]


def explain_line(grok: Grok, line: str, number: int, time_limit: float = TIME_LIMIT) -> LineVerdict:
    """Say of one line what matched, or where it stopped."""
    try:
        values = grok.match(line, time_limit)
    except TooSlow as error:
        return LineVerdict(number, False, {}, 0, problem=str(error))
    if values is not None:
        return LineVerdict(number, True, {name: value for (name, _), value in zip(grok.columns, values, strict=True)}, len(line))
    column, expected = _furthest(grok, line, time_limit)
    return LineVerdict(number, False, {}, column, _short(expected), _short(line[column:]))


def _furthest(grok: Grok, line: str, time_limit: float) -> tuple[int, str]:
    """Return how far the longest beginning of the pattern that matches reaches, and the piece behind it."""
    beginnings = _beginnings(grok.pattern, grok.custom_patterns)
    low, reached = 0, 0  # a longer beginning matches only where the shorter ones do
    high = len(beginnings)
    while low < high:
        middle = (low + high) // 2
        end = _end(beginnings[middle][0], line, time_limit)
        if end is None:
            high = middle
        else:
            low, reached = middle + 1, end
    return reached, beginnings[low][1] if low < len(beginnings) else grok.pattern


def _end(search: Any, line: str, time_limit: float) -> int | None:
    try:
        found = search(line[:MAX_LINE], timeout=time_limit)
    except TimeoutError:
        return None
    return found.end() if found else None


@lru_cache(maxsize=16)
def _beginnings(pattern: str, custom_patterns: str) -> Sequence[tuple[Any, str]]:
    """Return every beginning of a pattern, compiled, with the last piece of each."""
    patterns = {**library(), **custom(custom_patterns)}
    pieces = top_level(pattern, patterns)[:MAX_PIECES]
    found: list[tuple[Any, str]] = []
    for count, piece in enumerate(pieces, 1):
        text = "".join(pieces[:count])
        try:
            found.append((compiled(Expansion(patterns).expand(text), text), piece))
        except InvalidInput:  # a piece that says nothing alone, like the condition of a later one
            continue
    return found


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
