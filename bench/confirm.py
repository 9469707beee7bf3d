"""How fast `crawl --confirm` reads a long CSV, beside DuckDB's sniffer over all rows: `python bench/confirm.py [MB…] [--data DIR]`.

Each is a process of its own; memory is the proportional set size of its whole tree. Columns: two whole numbers, a price, a
date, a timestamp, a boolean, quoted cities, names, codes; a word stands in the last row of the first column.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from pathlib import Path

from crawl import Measure, measure

ROWS = 100_000  # that are written again and again
CITIES = ("Berlin", '"Paris, France"', '"New York"')
LATE = "A7,1,1.00,2024-01-01,2024-01-01 00:00:00,Berlin,true,last,A\n"


def rows(seed: int) -> str:
    """Return some rows of the table."""
    made = random.Random(seed)
    return "".join(
        f"{number},{made.randint(0, 10**9)},{made.random() * 1000:.2f},2024-{made.randint(1, 12):02}-{made.randint(1, 28):02},"
        f"2024-01-01 {made.randint(0, 23):02}:{made.randint(0, 59):02}:00,"
        f"{made.choice(CITIES)},{made.choice(('true', 'false'))},name {number},{made.choice('ABC')}\n"
        for number in range(ROWS)
    )


def generate(path: Path, megabytes: int) -> None:
    """Write the table, of at least so many megabytes."""
    block = rows(megabytes).encode()
    with path.open("wb") as file:
        file.write(b"id,number,price,day,at,city,flag,name,code\n")
        for _ in range(megabytes * 1_000_000 // len(block) + 1):
            file.write(block)
        file.write(LATE.encode())


def commands(path: Path, scratch: Path) -> dict[str, list[str]]:
    """Return what is measured."""
    count = (
        "import duckdb, sys; print(duckdb.sql(f\"DESCRIBE FROM read_csv('{sys.argv[1]}', all_varchar=false, sample_size=-1)\").fetchall())"
    )
    crawl = f"""
import sys
from gluepot.crawler.crawl import crawl
from gluepot.crawler.settings import CrawlSettings
settings = CrawlSettings(confirm=True, verify="none", dry_run=True, workers=int(sys.argv[2]))
report = crawl(sys.argv[1], catalog={str(scratch / "bench.db")!r}, settings=settings)
print([column.type for column in report.tables[0].table.columns], report.oddities)
"""
    return {
        "gluepot --confirm, 2 workers": [sys.executable, "-c", crawl, str(path), "2"],
        "gluepot --confirm, 1 worker": [sys.executable, "-c", crawl, str(path), "1"],
        "DuckDB read_csv, sample_size=-1": [sys.executable, "-c", count, str(path)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", type=int, nargs="*", default=[200])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--repeat", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.data) as folder:
        print(f"{'':34} {'MB':>7} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'MB/s':>7} {'MB/CPU s':>9}")
        for megabytes in given.megabytes:
            path = Path(folder) / f"{megabytes}.csv"
            generate(path, megabytes)
            for label, command in commands(path, Path(folder)).items():
                runs = [measure(command) for _ in range(given.repeat)]
                print(
                    row(label, path.stat().st_size / 1e6, min(runs, key=lambda run: run.wall), statistics.median(run.peak for run in runs))
                )
            path.unlink()


def row(label: str, megabytes: float, run: Measure, peak: float) -> str:
    """Return a line of the table."""
    return f"{label:34} {megabytes:7,.0f} {run.wall:8.2f} {run.cpu:8.2f} {peak:8.0f} {megabytes / run.wall:7.0f} {megabytes / run.cpu:9.0f}"


if __name__ == "__main__":
    main()
