"""Glue's subset of JSONPath: `$`, `*`, `.name`, `['name']` and `[n]`. [doc]"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from ...errors import InvalidInput

Step = str | int | None  # a member, an element, or (None) every one of them

_STEP = re.compile(
    r"""\.\s*(?:(?P<every>\*)|(?P<name>[^.\[\]*'"()\s]+))"""
    r"""|\[\s*(?:(?P<all>\*)|(?P<index>\d{1,9})|'(?P<single>(?:[^'\\]|\\.)+)'|"(?P<double>(?:[^"\\]|\\.)+)")\s*\]"""
)
# What other dialects of JSONPath have and Glue has not, by how it begins.
_FOREIGN = (
    (re.compile(r"\.\."), "recursive descent"),
    (re.compile(r"\[\s*\?"), "a filter"),
    (re.compile(r"\[\s*\("), "a script"),
    (re.compile(r"\[[^\]'\"]*:"), "a slice"),
    (re.compile(r"\[\s*(?:'[^']*'|\"[^\"]*\"|\d+)\s*,"), "a union"),
    (re.compile(r"\[\s*-"), "an index counted from the end"),
    (re.compile(r"\.[^.\[(]*\("), "a function"),
)


@lru_cache(maxsize=64)
def parse(path: str) -> tuple[Step, ...]:
    """Read a path. Raises InvalidInput naming the operator that Glue does not know, and its position."""
    text = path.strip()
    if not text.startswith("$"):
        raise InvalidInput(f"The JSON path {path!r} must begin with $, the whole document.")
    steps: list[Step] = []
    position = 1
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None:
            raise InvalidInput(_refusal(text, position))
        steps.append(_step(found))
        position = found.end()
    return tuple(steps)


def select(value: Any, steps: tuple[Step, ...]) -> Iterator[Any]:
    """Yield what a path leads to, in order; nothing where a value has no such member or element."""
    if not steps:
        yield value
        return
    for child in _children(value, steps[0]):
        yield from select(child, steps[1:])


def _children(value: Any, step: Step) -> Iterable[Any]:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        if step is None:
            return members.values()
        return (members[step],) if isinstance(step, str) and step in members else ()
    if isinstance(value, list):
        elements = cast("Sequence[Any]", value)
        if step is None:
            return elements
        return (elements[step],) if isinstance(step, int) and step < len(elements) else ()
    return ()


def as_row(value: Any) -> dict[str, Any]:
    """Return a selected value as a row: [doc] what is no object is the one column `record`."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {"record": value}


def _step(found: re.Match[str]) -> Step:
    groups = found.groupdict()
    if groups["index"] is not None:
        return int(groups["index"])
    if groups["name"] is not None:
        return groups["name"]
    quoted = groups["single"] or groups["double"]
    return None if quoted is None else re.sub(r"\\(.)", r"\1", quoted)


def _refusal(text: str, position: int) -> str:
    foreign = next((name for pattern, name in _FOREIGN if pattern.match(text, position)), "")
    what = f"{foreign} ({text[position : position + 12]!r})" if foreign else f"{text[position : position + 12]!r}"
    return (
        f"The JSON path {text!r} has {what} at position {position + 1}, which Glue does not know: "
        "a path is made of $, *, .name, ['name'] (one name) and [n]."
    )
