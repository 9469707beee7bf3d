"""Measure how much of messy CSV files comes out right, and what it costs: `bench/messy_csv.py --files 1000`, beside what is installed.

Files come from the generator that the tests use, one fault at a time and several at once. A file is right where delimiter, header,
names and types are the written table's; the sniffers of dialects are asked for delimiter and header only. CPU is of one process.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from messy import FAULTS, Table, Writing, render, table


class Answer(NamedTuple):
    """What a tool says of a file; columns as name and type, None where it is not asked for them."""

    delimiter: str
    header: bool
    columns: list[tuple[str, str]] | None = None


def gluepot(path: Path) -> Answer:
    from gluepot import classify
    from gluepot.crawler.signatures import columns_of

    found = classify(str(path))
    dialect = found.format.dialect
    assert dialect is not None
    return Answer(dialect.delimiter, dialect.header, list(found.declared or columns_of(found.schema, "accurate")))


_DUCKDB = {"BIGINT": "bigint", "DOUBLE": "double", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp", "VARCHAR": "string"}


def duckdb(path: Path) -> Answer:
    found: Any = import_module("duckdb").execute("select Delimiter, HasHeader, Columns from sniff_csv(?)", [str(path)]).fetchone()
    columns: list[dict[str, str]] = found[2]
    return Answer(found[0], found[1], [(column["name"], _DUCKDB.get(column["type"], column["type"])) for column in columns])


def clevercsv(path: Path) -> Answer:
    sniffer, text = import_module("clevercsv").Sniffer(), path.read_text("utf-8", "replace")
    return Answer(sniffer.sniff(text).delimiter, sniffer.has_header(text))


def sniffer(path: Path) -> Answer:
    text = path.read_text("utf-8", "replace")
    return Answer(csv.Sniffer().sniff(text).delimiter, csv.Sniffer().has_header(text))


TOOLS: dict[str, tuple[str, Callable[[Path], Answer]]] = {
    "gluepot": ("gluepot", gluepot),
    "DuckDB": ("duckdb", duckdb),
    "CleverCSV": ("clevercsv", clevercsv),
    "csv.Sniffer": ("csv", sniffer),
}


class Case(NamedTuple):
    """One file and the truth about it."""

    path: Path
    source: Table
    writing: Writing
    about: str


def cases(folder: Path, count: int) -> list[Case]:
    found = []
    for number in range(count):
        rnd = Random(number)
        several = rnd.random() < 0.4
        faults = tuple(fault for fault in sorted(FAULTS) if rnd.random() < 0.3) if several else tuple(rnd.sample(["", *sorted(FAULTS)], 1))
        faults = tuple(fault for fault in faults if fault)
        writing = Writing(rnd.choice(",,,;;\t|"), quoted=rnd.choice(("needed", "all")), header=rnd.random() < 0.8, faults=faults)
        source = table(rnd, rows=rnd.choice((12, 30, 80, 300)), columns=rnd.randrange(3, 9))
        path = folder / f"{number}.csv"
        path.write_bytes(render(source, writing, rnd))
        found.append(Case(path, source, writing, "several faults" if len(faults) > 1 else (faults[0] if faults else "no fault")))
    return found


def is_right(answer: Answer, case: Case) -> tuple[bool, bool]:
    """Say whether the dialect, and whether the columns are the written ones."""
    dialect = (answer.delimiter, answer.header) == (case.writing.delimiter, case.writing.header)
    if answer.columns is None:
        return dialect, False
    names = not case.writing.header or [name for name, _ in answer.columns] == [name for name, _ in case.source.columns]
    kinds = [kind for _, kind in answer.columns]
    # Who reads European days as dates is right as well; a catalog's SerDes cannot, so to gluepot they are text.
    finer = ["date" if kind == "european" else hive for kind, (_, hive) in zip(case.source.kinds, case.source.columns, strict=True)]
    return dialect, names and kinds in ([kind for _, kind in case.source.columns], finer)


def measure(ask: Callable[[Path], Answer], files: list[Case]) -> tuple[dict[str, list[int]], float]:
    """Return for each kind of file how many there are, and of how many dialect and columns are right; and CPU milliseconds a file."""
    ask(files[0].path)  # what is loaded once
    tally: dict[str, list[int]] = {}
    started = time.process_time()
    answers: list[Answer | None] = []
    for case in files:
        try:
            answers.append(ask(case.path))
        except Exception:  # noqa: BLE001 - a tool that fails has no answer
            answers.append(None)
    cost = (time.process_time() - started) / len(files) * 1000
    for case, answer in zip(files, answers, strict=True):
        right = (False, False) if answer is None else is_right(answer, case)
        for about in ("all", case.about):
            row = tally.setdefault(about, [0, 0, 0])
            row[0] += 1
            row[1] += right[0]
            row[2] += right[1]
    return tally, cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = cases(Path(folder), arguments.files)
        results = {name: measure(ask, files) for name, (module, ask) in TOOLS.items() if find_spec(module)}
    own = results["gluepot"][1]
    print("| % right: dialect · columns | n | " + " | ".join(results) + " |")
    print("|---" * (len(results) + 2) + "|")
    for about in sorted(results["gluepot"][0], key=lambda about: (about != "all", about)):
        shown = [tally[about] for tally, _ in results.values()]
        cells = [
            f"{100 * dialect / n:.1f} · {100 * columns / n:.1f}" if columns else f"{100 * dialect / n:.1f}" for n, dialect, columns in shown
        ]
        print(f"| {about} | {shown[0][0]} | " + " | ".join(cells) + " |")
    print("| CPU ms a file | | " + " | ".join(f"{cost:.2f} ({cost / own:.1f}×)" for _, cost in results.values()) + " |")


if __name__ == "__main__":
    main()
