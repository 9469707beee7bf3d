r"""Glue's exclude patterns: which keys below a target are left out.

[doc] '*' stands for anything within one name, '**' for anything across names, '?' for one character of a name;
'[abc]', '[a-z]', '[!a-c]' for one of a set (never '/'), '{a,b}' for one of several, without nesting; '\' takes the
next character as it is. [guess] Where the documentation is silent, Java's `glob:` is followed.

The regular expressions cannot run away: '{…}' is multiplied out, and every wildcard but the last before a fixed
end takes the nearest match for good (an atomic group), which loses nothing since what follows it is a wildcard too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from ..errors import InvalidInput

MOST_ALTERNATIVES = 1000  # that the groups of one pattern may multiply out to

_ANY, _ACROSS, _SLASH = "[^/]*", ".*", "/"
_Tokens = tuple[str, ...]  # regular expressions of one character each, or one of the above


@dataclass(frozen=True)
class Excludes:
    """Patterns of keys to leave out. Raises InvalidInput for one that is malformed, naming the place in it."""

    patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Compile now, so that a mistake is told before anything is listed."""
        _ = self._regex

    def matches(self, key: str) -> bool:
        """Tell whether some pattern matches a key relative to the target."""
        return self._regex is not None and self._regex.match(key) is not None

    @cached_property
    def _regex(self) -> re.Pattern[str] | None:
        return re.compile("|".join(map(glob_to_regex, self.patterns)), re.DOTALL) if self.patterns else None


def glob_to_regex(pattern: str) -> str:
    """Return a regular expression that matches from the start to the end of the keys that a glob matches."""
    parts = list(_parts(pattern))
    count = 1
    for part in parts:
        count *= len(part)
    if count > MOST_ALTERNATIVES:
        raise InvalidInput(
            f"The exclude pattern {pattern!r} stands for {count} alternatives, more than {MOST_ALTERNATIVES}; give several patterns."
        )
    whole = [_regex_of(sum(choice, ())) for choice in product(*parts)]
    return whole[0] if len(whole) == 1 else f"(?:{'|'.join(whole)})"


def _parts(pattern: str) -> Iterator[Sequence[_Tokens]]:
    """Yield what must follow each other in a key: each a choice of token sequences, of one outside of '{…}'."""
    place = 0
    while place < len(pattern):
        if pattern[place] != "{":
            token, place = _token(pattern, place)
            yield ((token,),)
            continue
        choices, place = _group(pattern, place)
        yield choices


def _group(pattern: str, start: int) -> tuple[list[_Tokens], int]:
    choices: list[_Tokens] = [()]
    place = start + 1
    while place < len(pattern):
        if pattern[place] == "}":
            return choices, place + 1
        if pattern[place] == "{":
            raise _mistake(pattern, place, "'{' within '{…}' is not allowed")
        if pattern[place] == ",":
            choices.append(())
            place += 1
            continue
        token, place = _token(pattern, place)
        choices[-1] += (token,)
    raise _mistake(pattern, start, "'{' is never closed")


def _token(pattern: str, place: int) -> tuple[str, int]:
    """Return the token at a place and where the next begins."""
    character = pattern[place]
    if character == "*":
        across = pattern.startswith("**", place)
        return (_ACROSS, place + 2) if across else (_ANY, place + 1)
    if character == "?":
        return "[^/]", place + 1
    if character == "[":
        return _bracket(pattern, place)
    if character != "\\":
        return re.escape(character), place + 1
    if place + 1 == len(pattern):
        raise _mistake(pattern, place, "'\\' has nothing behind it to take as it is")
    return re.escape(pattern[place + 1]), place + 2


def _bracket(pattern: str, start: int) -> tuple[str, int]:
    """Translate '[…]'; within it only '!' first, '-' between two characters and ']' mean something."""
    place = start + 1
    negated = pattern.startswith("!", place)
    place += negated
    end = pattern.find("]", place)
    if end < 0:
        raise _mistake(pattern, start, "'[' is never closed")
    if end == place:
        raise _mistake(pattern, start, "'[]' holds no character")
    if "/" in pattern[place:end]:
        raise _mistake(pattern, pattern.index("/", place), "'/' cannot stand within '[…]'")
    members: list[str] = []
    while place < end:
        literal = pattern[place] == "-" and not members
        is_range = not literal and place + 2 < end and pattern[place + 1] == "-"
        first, last = pattern[place], pattern[place + 2 * is_range]
        if last < first:
            raise _mistake(pattern, place, f"the range {first}-{last} is the wrong way round")
        members.append(f"{re.escape(first)}-{re.escape(last)}" if is_range else re.escape(first))
        place += 3 if is_range else 1
    return f"(?!/)[{'^' if negated else ''}{''.join(members)}]", end + 1


def _regex_of(tokens: _Tokens) -> str:
    """Join tokens so that matching takes time quadratic in the key at worst."""
    segments: list[list[str]] = [[]]
    for token in tokens:
        if token == _ACROSS:
            segments.append([])
        else:
            segments[-1].append(token)
    if len(segments) == 1:
        return _segment(segments[0], fixed_end=True) + r"\Z"
    first, *middle, last = segments
    nearest = [f"(?>.*?{_segment(segment, fixed_end=False)})" for segment in middle if segment]
    return f"(?>{_segment(first, fixed_end=False)}){''.join(nearest)}.*{_segment(last, fixed_end=True)}\\Z"


def _segment(tokens: list[str], *, fixed_end: bool) -> str:
    """Translate what stands between two '**'; its end is fixed where nothing but the key's end follows."""
    names: list[list[str]] = [[]]
    for token in tokens:
        if token == _SLASH:
            names.append([])
        else:
            names[-1].append(token)
    *whole, final = names
    return "".join(_name(name, fixed_end=True) + _SLASH for name in whole) + _name(final, fixed_end=fixed_end)


def _name(tokens: list[str], *, fixed_end: bool) -> str:
    """Translate what stands between two '/'."""
    chunks = [""]
    for token in tokens:
        if token == _ANY:
            chunks.append("")
        else:
            chunks[-1] += token
    if len(chunks) == 1:
        return chunks[0]
    first, *middle, last = chunks
    nearest = "".join(f"(?>[^/]*?{chunk})" for chunk in middle if chunk)
    return f"{first}{nearest}{_ANY if fixed_end else '[^/]*?'}{last}"


def _mistake(pattern: str, place: int, what: str) -> InvalidInput:
    return InvalidInput(f"The exclude pattern {pattern!r} is wrong at character {place + 1}: {what}.")
