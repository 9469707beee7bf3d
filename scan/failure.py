"""What contradicts a table: the file, the line, the column, the value and why."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ReadError

SHOWN = 80  # characters of a value that a message repeats


@dataclass(frozen=True, slots=True)
class Failure:
    """One contradiction between an object's content and its table."""

    reason: str
    file: str | None = None  # URL
    line: int | None = None  # 1-based; the row's number in formats without lines
    column: str | None = None
    value: str | None = None  # shortened
    counted: str = "line"  # what `line` counts, in people's words

    def __str__(self) -> str:
        place = f"{self.file or 'the table'}{f', {self.counted} {self.line}' if self.line else ''}"
        column = f", column {self.column!r}" if self.column is not None else ""
        value = f": {self.value!r}" if self.value is not None else ""
        return f"{place}{column}{value} {self.reason}" if value else f"{place}{column}: {self.reason}"


class Refuted(ReadError):
    """An object holds what its table says it cannot; `failure` tells where."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure}.")
        self.failure = failure


class Misfit(ReadError):
    """A value of a batch does not fit its declared type; readers turn it into `Refuted`, knowing the place."""

    def __init__(self, row: int, value: str, declared: str, column: str = "") -> None:
        super().__init__(f"{value!r} is not {declared}")
        self.row = row  # 0-based, in its batch
        self.value = value
        self.declared = declared
        self.column = column

    def at(self, file: str, line: int) -> Refuted:
        """Return the error that names the place as well."""
        return Refuted(Failure(f"is not a value of type {self.declared}", file, line, self.column, shorten(self.value)))


def shorten(value: str) -> str:
    """Return at most 80 characters of a value."""
    return value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
