"""Fixed width: columns found by the blanks between them, from the crawl to the query; and what is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

import gluepot
from gluepot.classifiers.chain import BUILT_IN, classify
from gluepot.classifiers.inference.resolve import column_type
from gluepot.classifiers.sample import Classification, Sample

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("id", "full name", "since", "amount", "city")
ROWS = (
    ("00001", "Ann Smith", "2024-01-02", "12.50", "New York"),
    ("00002", "Bob van der Berg", "2024-01-03", "7.00", "Ulm"),
    ("00003", "Cy", "2024-02-11", "1200.75", "San Jose"),
    ("00004", "Dee Dee Ray", "2024-02-12", "3.10", ""),
    ("00005", "Ed", "2024-03-02", "0.99", "Paris"),
)
WIDTHS = (6, 18, 12, 9, 10)
TYPES = ["string", "string", "date", "double", "string"]


def rendered(rows: Sequence[Sequence[str]], *, trimmed: bool = True, right: Sequence[int] = (3,)) -> list[str]:
    lines = [
        "".join(
            cell.rjust(width - 2) + "  " if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, WIDTHS, strict=True))
        )
        for row in rows
    ]
    return [line.rstrip() for line in lines] if trimmed else lines


def of(lines: Sequence[str]) -> Classification:
    text = "\n".join(lines) + "\n"
    return classify(Sample("data", len(text.encode()), text.encode()))


def columns(found: Classification) -> dict[str, str]:
    return {name: str(column_type(member.type)) for name, member in found.schema.members.items()}


def test_columns_below_their_names_are_found() -> None:
    found = of(rendered([NAMES, *ROWS]))

    assert found.format.classification == "fixedwidth"
    assert columns(found) == dict(zip(NAMES, TYPES, strict=True))
    assert found.schema.structs == 5


def test_a_ruler_says_where_the_columns_are() -> None:
    ruler = " ".join("-" * (width - 1) for width in WIDTHS)
    found = of(["Members of the club", "", *rendered([NAMES]), ruler, *rendered(ROWS), "", "(5 rows)"])

    assert columns(found) == dict(zip(NAMES, TYPES, strict=True))
    assert dict(found.format.options)["skip.header.line.count"] == "4"
    assert dict(found.format.options)["skip.footer.line.count"] == "2"


def test_records_of_one_length_need_no_names() -> None:
    assert columns(of(rendered(ROWS, trimmed=False))) == {f"col{place}": kind for place, kind in enumerate(TYPES)}


@pytest.mark.parametrize("right", [(), (2, 3), (1, 2, 3)])
def test_values_may_stand_left_or_right(right: Sequence[int]) -> None:
    assert columns(of(rendered([NAMES, *ROWS], right=right))) == dict(zip(NAMES, TYPES, strict=True))


@pytest.mark.parametrize(
    "lines",
    [
        ["total 48", "-rw-r--r-- 1 root root  1024 Jan  2 10:00 a file.txt", "drwxr-xr-x 2 root staff 4096 Feb 12 11:30 folder"] * 2,
        [" /\\_/\\ ", "( o.o )", " > ^ < ", "  | |  ", "  m m  "],
        ["Dear all,", "  this is  a letter, and no table.", "  It has  many lines, though,", "and some of  them are wide.", "Yours,  Ann"],
        ["def f(x):", "    if x:", "        return 1", "    return 2", "", "def g(x):", "    return 3"],
        ["name     colour", "ann      red", "bob      blue", "cy       green", "dee      white"],
        ["only  two", "1     2"],
        ["a  1", "b  2", "c  3", "d   4", "e 5"],
    ],
)
def test_what_only_has_blanks_is_no_table(lines: list[str]) -> None:
    assert of(lines).format.classification != "fixedwidth"


def test_delimited_text_is_left_to_csv() -> None:
    assert of(["id,   name", "1,    ann", "2,    bob", "3,    cy", "4,    dee"]).format.classification == "csv"
    assert BUILT_IN[-1].name == "fixedwidth"


def test_a_crawled_table_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "members").mkdir()
    (tmp_path / "members" / "a.txt").write_text("\n".join(rendered([NAMES, *ROWS])) + "\n")

    report = gluepot.crawl([str(tmp_path)], catalog=str(tmp_path / "g.db"))

    with gluepot.open(str(tmp_path / "g.db")) as catalog:
        rows = gluepot.scan_table(catalog, "members").read_all().to_pylist()
    assert report.ok
    assert [tuple(row.values()) for row in rows] == [
        (number, name, dt.date.fromisoformat(since), float(amount), city) for number, name, since, amount, city in ROWS
    ]


def test_a_line_as_wide_as_can_be_ends_quickly() -> None:
    assert not of(["x  " * 100_000] * 6).known
    assert not of(["x  1" * 3000] * 6).known
