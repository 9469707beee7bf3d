"""A grok pattern, compiled: what it makes of a line, within a time limit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...errors import InvalidInput, Unreadable
from .library.all import library
from .syntax import Expansion

GROK_PATTERN, GROK_CUSTOM = "grokPattern", "grokCustomPatterns"  # table parameters that say how to read it [guess]
MAX_PATTERN = 2048  # [doc] characters
MAX_CUSTOM = 16_000  # [doc]
MAX_LINE = 1 << 17  # characters of a line; a longer one is cut, as even a good pattern may look at every pair of them
TIME_LIMIT = 0.25  # seconds for one line: ten thousand times what a sound pattern takes

_CUSTOM_LINE = re.compile(r"(\w+)[ \t]+(.+)")

Values = tuple[str | None, ...]


class TooSlow(Unreadable):
    """A pattern took too long over a line."""


@dataclass(frozen=True, slots=True)
class Grok:
    """A compiled pattern. Get one from `compile_grok`, which keeps those it made."""

    pattern: str
    custom_patterns: str
    columns: tuple[tuple[str, str], ...]  # name and catalog type, in the pattern's order
    _search: Any  # the compiled expression's
    _groups: tuple[tuple[str, ...], ...]  # the groups that may fill each column
    _plain: tuple[str, ...]  # the groups, where there are several columns of one group each

    def match(self, line: str, time_limit: float = TIME_LIMIT) -> Values | None:
        """Return the columns' texts where the pattern matches anywhere in a line, else None. Raises TooSlow.

        [guess] Glue's SerDe finds a pattern within a line as Logstash does; ^ and $ hold it to the whole.
        """
        try:
            found = self._search(line[:MAX_LINE], timeout=time_limit)
        except TimeoutError:
            raise TooSlow(
                f"the grok pattern took longer than {time_limit:g} s over one line and was cut off: "
                "it can repeat the same characters in too many ways; write (?>…) or ++ around what repeats"
            ) from None
        if found is None:
            return None
        if self._plain:  # the usual pattern, at a third of the cost
            texts: Values = found.group(*self._plain)
            return texts
        return tuple(next((found[name] for name in names if found[name] is not None), None) for names in self._groups)


@lru_cache(maxsize=64)
def compile_grok(pattern: str, custom_patterns: str = "") -> Grok:
    """Compile a pattern with its custom patterns, a line each: NAME regex. Raises InvalidInput naming the pattern and the cure."""
    if not 0 < len(pattern) <= MAX_PATTERN or "\n" in pattern:
        raise InvalidInput(
            f"A grok pattern is one line of 1 to {MAX_PATTERN} characters, not {len(pattern)}; move parts of it to custom patterns."
        )
    patterns = {**library(), **custom(custom_patterns)}
    expansion = Expansion(patterns)
    search = compiled(expansion.expand(pattern), pattern)
    columns: dict[str, tuple[str, list[str]]] = {}
    for capture in expansion.captures:
        columns.setdefault(capture.column, (capture.type, []))[1].append(capture.group)
    groups = tuple(tuple(names) for _, names in columns.values())
    plain = tuple(names[0] for names in groups) if len(groups) > 1 and all(len(names) == 1 for names in groups) else ()
    return Grok(pattern, custom_patterns, tuple((name, kind) for name, (kind, _) in columns.items()), search, groups, plain)


def compiled(expression: str, pattern: str) -> Any:
    """Return the search of an expression that was spelled out from a pattern. Raises InvalidInput."""
    import regex

    try:
        # ASCII as in Java, which reads the tables on AWS: \d, \w and \b know no other letters there.
        return regex.compile(expression, regex.VERSION1 | regex.ASCII | regex.MULTILINE).search
    except (regex.error, RecursionError, OverflowError, MemoryError, ValueError) as error:
        raise InvalidInput(f"The grok pattern {_shown(pattern)} is no regular expression: {_without_place(error)}.") from None


def custom(text: str) -> Mapping[str, str]:
    """Return custom patterns by name: one a line, its name, a space and its regular expression. Raises InvalidInput."""
    if len(text) > MAX_CUSTOM:
        raise InvalidInput(f"Custom grok patterns may have {MAX_CUSTOM:,} characters together, not {len(text):,}.")
    patterns: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _CUSTOM_LINE.fullmatch(line.strip())
        if found is None:
            raise InvalidInput(
                f"Line {number} of the custom grok patterns is not a name, a space and a regular expression: {_shown(line)}."
            )
        if found[1] in patterns:
            raise InvalidInput(f"The custom grok pattern {found[1]} is defined twice, the second time on line {number}.")
        patterns[found[1]] = found[2]
    return patterns


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")


def _without_place(error: Exception) -> str:
    """The place in what was spelled out tells a user nothing."""
    return re.sub(r" at position .*", "", str(error)) or type(error).__name__
