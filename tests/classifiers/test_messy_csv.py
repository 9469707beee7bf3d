"""classify(render(table, dialect)) gives the table back, whatever is wrong with the file."""

from __future__ import annotations

from random import Random

import pytest

from gluepot.classifiers.chain import classify
from gluepot.classifiers.inference.resolve import column_type
from gluepot.classifiers.sample import Dialect, Sample
from messy import FAULTS, Table, Writing, render, table

SEEDS = range(40)


def found(written: bytes) -> tuple[Dialect, list[tuple[str, str]]]:
    answer = classify(Sample("orders.csv", len(written), written))
    assert answer.format.dialect is not None, answer.tried
    return answer.format.dialect, [(name, str(column_type(member.type))) for name, member in answer.schema.members.items()]


def some_table(rnd: Random, rows: int | None = None) -> Table:
    return table(rnd, rows=rows or rnd.choice((4, 8, 20, 60)), columns=rnd.randrange(3, 9))


def expect(source: Table, writing: Writing, rnd: Random) -> None:
    written = render(source, writing, rnd)
    dialect, columns = found(written)

    assert (dialect.delimiter, dialect.header) == (writing.delimiter, writing.header), written.decode(writing.encoding)
    names = [name for name, _ in source.columns] if writing.header else [f"col{place}" for place in range(len(source.columns))]
    assert columns == list(zip(names, (kind for _, kind in source.columns), strict=True)), written.decode(writing.encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "\x01", "~", "^", "#"])
def test_any_delimiter_gives_the_table_back(delimiter: str) -> None:
    for seed in SEEDS:
        rnd = Random(f"{delimiter}{seed}")
        expect(some_table(rnd), Writing(delimiter, quoted=rnd.choice(("needed", "all"))), rnd)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_encoding_and_line_end_gives_the_table_back(end: str, encoding: str) -> None:
    for seed in range(10):
        rnd = Random(f"{encoding}{end}{seed}")
        expect(some_table(rnd), Writing(end=end, encoding=encoding), rnd)


@pytest.mark.parametrize("escape", ["", "\\"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotes_and_escapes_are_found(quote: str, escape: str) -> None:
    for seed in SEEDS:
        rnd = Random(f"{quote}{escape}{seed}")
        expect(some_table(rnd), Writing(quote=quote, escape=escape, quoted="all"), rnd)


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_one_fault_at_a_time_leaves_the_table_as_it_is(fault: str) -> None:
    for seed in SEEDS:
        rnd = Random(f"{fault}{seed}")
        expect(some_table(rnd, rows=rnd.choice((12, 30, 80))), Writing(rnd.choice(",;\t|"), faults=(fault,)), rnd)


def test_several_faults_at_once_leave_the_table_as_it_is() -> None:
    for seed in range(200):
        rnd = Random(seed)
        faults = tuple(fault for fault in sorted(FAULTS) if rnd.random() < 0.3)
        expect(some_table(rnd, rows=rnd.choice((20, 80))), Writing(rnd.choice(",;\t|"), faults=faults), rnd)


@pytest.mark.parametrize("rows", [2, 3, 5, 20])
def test_a_table_without_a_header_keeps_its_first_row(rows: int) -> None:
    for seed in SEEDS:
        rnd = Random(f"{rows}{seed}")
        expect(some_table(rnd, rows), Writing(rnd.choice(",;\t|"), header=False), rnd)
