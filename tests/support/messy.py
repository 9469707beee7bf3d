"""Messy CSV with known truth: a table of many kinds of values, written in some dialect, with faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

Cells = list[str]
Lines = list[str]

WORDS = "amber birch cedar delta ember fjord grove heath islet jetty knoll larch maple north olive pearl quartz river slate tulip".split()
NAMES = "id name city price amount ordered paid code rate comment status total zone weight height owner email score colour unit".split()

# What a column may hold, and the type that a catalog gives it.
VALUES: dict[str, tuple[Callable[[Random], str], str]] = {
    "count": (lambda rnd: str(rnd.randrange(100_000)), "bigint"),
    "negative": (lambda rnd: str(rnd.randrange(-500, 500)), "bigint"),
    "measure": (lambda rnd: f"{rnd.uniform(-900, 900):.3f}", "double"),
    "day": (lambda rnd: f"20{rnd.randrange(10, 30)}-{rnd.randrange(1, 13):02}-{rnd.randrange(1, 29):02}", "date"),
    "moment": (lambda rnd: f"2021-03-{rnd.randrange(1, 29):02} {rnd.randrange(24):02}:{rnd.randrange(60):02}:00", "timestamp"),
    "truth": (lambda rnd: rnd.choice(("true", "false")), "boolean"),
    "word": (lambda rnd: rnd.choice(WORDS), "string"),
    "words": (lambda rnd: " ".join(rnd.choices(WORDS, k=rnd.randrange(2, 6))), "string"),
    "code": (lambda rnd: f"{rnd.randrange(10_000):05}", "string"),
    "mixed": (lambda rnd: f"{rnd.choice('ABC')}{rnd.randrange(100)}", "string"),
    "european": (lambda rnd: f"{rnd.randrange(1, 29):02}/{rnd.randrange(1, 13):02}/2020", "string"),
    "money": (lambda rnd: f"${rnd.randrange(1, 900)}.50", "string"),
    "url": (lambda rnd: f"https://example.org/{rnd.choice(WORDS)}?q={rnd.randrange(99)}", "string"),
    "remark": (lambda rnd: f"{rnd.choice(WORDS)}, {rnd.choice(WORDS)}; {rnd.choice(WORDS)}", "string"),
    "said": (lambda rnd: f'he said "{rnd.choice(WORDS)}" and left', "string"),
    "poem": (lambda rnd: f"{rnd.choice(WORDS)}\n{rnd.choice(WORDS)}", "string"),
}
TYPED = tuple(kind for kind, (_, hive) in VALUES.items() if hive != "string")
LONG = frozenset(("remark", "said", "poem"))  # values that must be quoted somewhere


@dataclass(frozen=True)
class Table:
    """Names, kinds and rows, before they are written."""

    names: Sequence[str]
    kinds: Sequence[str]
    rows: Sequence[Cells]

    @property
    def columns(self) -> list[tuple[str, str]]:
        """What a catalog should say."""
        return [(name, VALUES[kind][1]) for name, kind in zip(self.names, self.kinds, strict=True)]


def table(rnd: Random, *, rows: int, columns: int, typed: bool = True) -> Table:
    """Make a table; with `typed`, one column at least is of another type than string."""
    kinds = rnd.choices(list(VALUES), k=columns)
    if typed and not set(kinds) & set(TYPED):
        kinds[rnd.randrange(columns)] = rnd.choice(TYPED)
    return Table(rnd.sample(NAMES, columns), kinds, [[VALUES[kind][0](rnd) for kind in kinds] for _ in range(rows)])


@dataclass(frozen=True)
class Writing:
    """How a table is written."""

    delimiter: str = ","
    quote: str = '"'
    quoted: str = "needed"  # or "all"
    escape: str = ""  # none: a quote is doubled
    header: bool = True
    end: str = "\n"
    encoding: str = "utf-8"
    faults: Sequence[str] = field(default=())


Fault = Callable[[Lines, Writing, Random], Lines]


def render(source: Table, writing: Writing, rnd: Random) -> bytes:
    """Write a table."""
    records = [list(source.names)] * writing.header + [list(row) for row in source.rows]
    lines = [writing.delimiter.join(_cell(cell, writing) for cell in record) for record in records]
    for fault in writing.faults:
        lines = FAULTS[fault](lines, writing, rnd)
    return (writing.end.join(lines) + writing.end).encode(writing.encoding)


def _cell(cell: str, writing: Writing) -> str:
    if writing.quoted == "needed" and not any(mark in cell for mark in (writing.delimiter, writing.quote, "\n")):
        return cell
    escaped = cell.replace(writing.quote, (writing.escape or writing.quote) + writing.quote)
    return f"{writing.quote}{escaped}{writing.quote}"


def _somewhere(lines: Lines, writing: Writing, rnd: Random) -> int:
    """Return the place of a row in the middle, so that neither a title nor a note is made of it."""
    rows = [place for place, line in enumerate(lines) if writing.delimiter in line]
    return rnd.choice(rows[len(rows) // 3 : 2 * len(rows) // 3])


def _edit(lines: Lines, place: int, line: str) -> Lines:
    return [*lines[:place], line, *lines[place + 1 :]]


def _short_row(lines: Lines, writing: Writing, rnd: Random) -> Lines:
    place = _somewhere(lines, writing, rnd)
    return _edit(lines, place, lines[place].rpartition(writing.delimiter)[0] or lines[place])


def _long_row(lines: Lines, writing: Writing, rnd: Random) -> Lines:
    place = _somewhere(lines, writing, rnd)
    return _edit(lines, place, lines[place] + writing.delimiter + "more")


def _stray_quote(lines: Lines, writing: Writing, rnd: Random) -> Lines:
    """Put a quote behind a word: behind a number it would rightly make text of it."""
    place = _somewhere(lines, writing, rnd)
    cells = lines[place].split(writing.delimiter)
    word = next((index for index, cell in enumerate(cells) if cell in WORDS), None)
    return lines if word is None else _edit(lines, place, writing.delimiter.join([*cells[:word], f'{cells[word]}"', *cells[word + 1 :]]))


def _blank_line(lines: Lines, writing: Writing, rnd: Random) -> Lines:
    place = rnd.randrange(len(lines) + 1)
    return [*lines[:place], "", *lines[place:]]


def _above(*titles: str) -> Fault:
    return lambda lines, writing, rnd: [*titles, *lines]  # noqa: ARG005 - faults share their arguments


def _below(*notes: str) -> Fault:
    return lambda lines, writing, rnd: [*lines, *notes]  # noqa: ARG005 - likewise


def _wide_title(lines: Lines, writing: Writing, _: Random) -> Lines:
    return ["Report of 2021" + writing.delimiter * lines[0].count(writing.delimiter), *lines]


FAULTS: dict[str, Fault] = {
    "title": _above("Report of the year 2021", "made by the statistics office", ""),
    "wide title": _wide_title,
    "comments": _above("# made by a program", "# version 3"),
    "total": _below("TOTAL"),
    "notes": _below("", "Source: the statistics office", "1. Figures are provisional, and may change."),
    "short row": _short_row,
    "long row": _long_row,
    "stray quote": _stray_quote,
    "blank line": _blank_line,
}
