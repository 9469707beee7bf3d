"""The documents in a piece of JSON text, each with its line; and why a text is none.

orjson reads what is strict UTF-8 and fits 64 bits; the rest (NaN, huge numbers, other encodings, several
documents side by side, a sample's cut end) goes through the standard library's decoder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SPACES = " \t\r\n\ufeff"
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_MAX_DIGITS = 1000  # no type holds longer numbers
_TRIED_LINES = 20  # without any document, before the text is given up


class WrittenFloat(float):
    """A number that was written with a point or an exponent."""


@dataclass(frozen=True, slots=True)
class Documents:
    """What a text holds."""

    values: list[Any]
    lines: list[int]  # where each one starts
    error: str = ""  # what stopped the reading
    stopped: int = 0  # where that was: the start of what could not be read
    bad: tuple[int, int, str] = (0, 0, "")  # lines that are no documents: how many, the first, and why


def exact(text: str) -> Any:
    """Read one document with whole numbers of any length. Raises ValueError, RecursionError."""
    value, end = decode_at(text, skip_spaces(text, 0))
    if skip_spaces(text, end) < len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return value


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


_DECODER = json.JSONDecoder(parse_float=WrittenFloat)
_LENGTHY = json.JSONDecoder(parse_float=WrittenFloat, parse_int=_whole)  # slower: a call for each number


def decode_at(text: str, at: int) -> tuple[Any, int]:
    """Return the document that begins at a place, with whole numbers of any length, and where it ends. Raises ValueError, RecursionError."""
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError:
        raise
    except ValueError:  # Python reads no number of more than 4,300 digits
        return _LENGTHY.raw_decode(text, at)


def lines_of(head: bytes, load: Callable[[bytes], Any]) -> Documents | None:
    """Return the documents where each line is an object, the fast and usual case."""
    parts = head.split(b"\n")
    try:
        values = [load(part) for part in parts if part and not part.isspace()]
    except (ValueError, RecursionError):
        return None
    if not values or not all(type(value) is dict for value in values):
        return None
    if len(values) >= len(parts) - 1:
        return Documents(values, list(range(1, len(values) + 1)))
    return Documents(values, [number for number, part in enumerate(parts, 1) if part and not part.isspace()])


def documents_of(text: str) -> Documents:
    """Return the documents that follow one another."""
    values: list[Any] = []
    lines: list[int] = []
    at, line = skip_spaces(text, 0), 1
    counted = 0
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, end = decode_at(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            return Documents(values, lines, why(text, error), at)
        values.append(value)
        lines.append(line)
        at = skip_spaces(text, end)
    return Documents(values, lines)


def elements_of(text: str) -> Documents:
    """Return the elements of an array that is the whole text, those before the cut where it ends inside."""
    values: list[Any] = []
    lines: list[int] = []
    at, line, counted = skip_spaces(text, 1), 1, 0
    if text[at : at + 1] == "]":
        return Documents([], [], _after(text, at + 1))
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, end = decode_at(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            return Documents(values, lines, why(text, error), at)
        values.append(value)
        lines.append(line)
        at = skip_spaces(text, end)
        if text[at : at + 1] == "]":
            return Documents(values, lines, _after(text, at + 1), at + 1)
        if at < len(text) and text[at] != ",":
            return Documents(values, lines, f"a comma is missing at line {text.count(chr(10), 0, at) + 1}", at)
        at = skip_spaces(text, at + 1)
    return Documents(values, lines, "it ends inside the array", len(text))


AFTER = "text after the array"


def _after(text: str, at: int) -> str:
    return AFTER if skip_spaces(text, at) < len(text) else ""


def tolerant_lines(text: str) -> Documents:
    """Return the documents of those lines that are one, and count the others: a few bad lines are not another format."""
    values: list[Any] = []
    lines: list[int] = []
    bad: list[int] = []
    reason = ""
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip(SPACES)
        if not stripped:
            continue
        try:
            value = exact(stripped)
        except (json.JSONDecodeError, RecursionError) as error:
            bad.append(number)
            reason = reason or why(stripped, error, line=False)
        else:
            values.append(value)
            lines.append(number)
        if len(bad) == _TRIED_LINES and len(values) < len(bad):
            break
    return Documents(values, lines, bad=(len(bad), bad[0] if bad else 0, reason))


def skip_spaces(text: str, at: int) -> int:
    """Return where the next thing stands."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def why(text: str, error: ValueError | RecursionError, *, line: bool = True) -> str:
    """Say in a few words why a text is no JSON, and at which line."""
    if not isinstance(error, json.JSONDecodeError):
        return "it nests too deep" if isinstance(error, RecursionError) else str(error)
    at = error.pos
    before = text[max(0, at - 100) : at].rstrip(SPACES)[-1:]
    here = text[at : at + 2]
    word = _WORD.match(text, at)
    if here[:1] == "#" or here in ("//", "/*"):
        reason = "a comment"
    elif (here[:1] in ("}", "]") and before == ",") or "trailing comma" in error.msg:
        reason = "a trailing comma"
    elif here[:1] == "'":
        reason = "a text in single quotes"
    elif word is not None and error.msg.startswith("Expecting"):
        reason = f"the bare word {word.group()[:30]}"
    else:
        reason = error.msg[:1].lower() + error.msg[1:]
    return f"{reason} at line {error.lineno}" if line else reason


def repeated_key(text: str) -> str:
    """Return a key that stands twice in one object of some line or document; '' for none."""
    found: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> None:
        if not found and len({key for key, _ in items}) < len(items):
            seen: set[str] = set()
            found.extend(key for key, _ in items if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # adds, and is false

    decoder = json.JSONDecoder(object_pairs_hook=pairs, parse_int=len, parse_float=len)
    at = skip_spaces(text, 0)
    while at < len(text) and not found:
        try:
            _, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        at = skip_spaces(text, at)
    return found[0] if found else ""
