"""Measure a crawl beside other engines, in one run: `bench/crawl.py LAKE` after `bench/lakes.py`.

Every measurement is a whole process and its children: wall and CPU seconds, and the most memory held at once (proportional set size).
Engines infer one schema for each table of the truth, from the tables whose format and codec they read; they are told the format and
the folder, list nothing themselves, and write no catalog. gluepot is told only the folder: beside an engine it crawls a copy (hard
links) that holds the same files. Runs are interleaved; the table shows medians, and ratios to gluepot on the same files. Needs Linux.

    uv run --group spark bench/crawl.py /tmp/lakes/mixed --runs 3
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from peers import LABELS, READS

PEERS = Path(__file__).with_name("peers.py")
UNDERSTOOD = ("csv", "json", "parquet", "avro", "orc", "xml")  # with the columns of the truth; a log has those of its pattern

Truth = dict[str, Any]


# Measuring


@dataclass(frozen=True, slots=True)
class Measure:
    """What one run of a process tree took."""

    wall: float  # seconds
    cpu: float  # seconds, of the whole tree
    peak: float  # MB, proportional set size of the whole tree
    output: str


def descendants(process: int) -> Iterator[int]:
    yield process
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from descendants(int(child))
    except OSError:
        return  # it ended meanwhile


def memory(process: int) -> int:
    """Return a process's own memory and its part of what it shares, in kB."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def reap_orphans() -> None:
    """Wait for children whose parent ended, so that their CPU counts."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(command: list[str]) -> Measure:
    """Run a command to its end. A failure ends the bench with its message."""
    peak = 0
    ended = threading.Event()
    before, start = cpu_of_children(), time.perf_counter()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors)

        def watch() -> None:
            nonlocal peak
            while not ended.wait(0.2):
                peak = max(peak, sum(memory(member) for member in descendants(process.pid)))

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = process.wait()
        wall = time.perf_counter() - start
        ended.set()
        watcher.join()
        reap_orphans()
        output.seek(0)
        errors.seek(0)
        if code not in (0, 3):
            sys.exit(f"{' '.join(command)} exited with {code}\n{errors.read()[-3000:]}")
        return Measure(wall, cpu_of_children() - before, peak / 1024, output.read())


# gluepot itself


def crawl_command(root: Path, catalog: Path, verify: str) -> list[str]:
    return [str(Path(sys.executable).with_name("crawl")), str(root), "--catalog", str(catalog), "--verify", verify, "--output", "json"]


def measure_crawl(root: Path, verify: str) -> tuple[Measure, list[Truth]]:
    """Crawl into a new catalog; return the cost and the tables found, as GetTables gives them."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = Path(folder) / "catalog.db"
        taken = measure(crawl_command(root, catalog, verify))
        listing = measure([str(Path(sys.executable).with_name("crawl")), "tables", "--catalog", str(catalog), "--output", "json"])
        return taken, json.loads(listing.output)


def wrong_tables(found: list[Truth], expected: list[Truth]) -> list[str]:
    """Return what is missing, unexpected, or has other columns or partition keys than the truth; other formats aside."""
    aside = {table["name"] for table in expected if table["format"] not in UNDERSTOOD}
    shapes = {table["Name"]: shape_found(table) for table in found if table["Name"] not in aside}
    wanted = {table["name"]: shape_expected(table) for table in expected if table["name"] not in aside}
    return sorted(name for name in shapes | wanted if shapes.get(name) != wanted.get(name))


def shape_found(table: Truth) -> tuple[list[str], list[str]]:
    columns = [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
    return sorted(columns), [key["Name"] for key in table.get("PartitionKeys", [])]


def shape_expected(table: Truth) -> tuple[list[str], list[str]]:
    names = [name for name, _ in table["columns"]] if table["header"] else [f"col{number}" for number, _ in enumerate(table["columns"])]
    keys = table["partition_keys"]
    return sorted(names), keys if table["hive"] else [f"partition_{level}" for level, _ in enumerate(keys)]


# The comparison


@dataclass(frozen=True, slots=True)
class Lake:
    """A lake, or the part of one that an engine reads."""

    root: Path
    tables: list[Truth]

    @property
    def files(self) -> int:
        return sum(table["files"] for table in self.tables)


def part_of(lake: Lake, engine: str, folder: Path) -> Lake:
    """Link what an engine reads into a folder of its own."""
    reads = READS[engine]
    tables = [table for table in lake.tables if table["codec"] in reads.get(table["format"], ())]
    for table in tables:
        source = lake.root / table["name"]
        for path in source.rglob("*"):
            if path.is_file():
                link = folder / path.relative_to(lake.root)
                link.parent.mkdir(parents=True, exist_ok=True)
                os.link(path, link)
    return Lake(folder, tables)


def measure_engine(name: str, lake: Lake) -> tuple[Measure, list[str]]:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as tables:
        json.dump(lake.tables, tables)
        tables.flush()
        taken = measure([sys.executable, str(PEERS), name, str(lake.root), tables.name])
    return taken, json.loads(taken.output.splitlines()[-1])


def median(runs: list[Measure]) -> Measure:
    wall, cpu, peak = (statistics.median(figures) for figures in zip(*((run.wall, run.cpu, run.peak) for run in runs), strict=True))
    return Measure(wall, cpu, peak, output="")


def row(label: str, files: int, taken: Measure, own: Measure | None = None, note: str = "") -> str:
    ratios = f"{taken.wall / own.wall:6.2f}x {taken.cpu / own.cpu:6.2f}x" if own else " " * 15
    return f"{label:34} {files:7,} {taken.wall:8.2f} {taken.cpu:8.2f} {taken.peak:8.0f} {files / taken.wall:9,.0f} {ratios}  {note}"


def compare(engine: str, lake: Lake, runs: int) -> None:
    """Print gluepot's and an engine's rows on the files that the engine reads."""
    with tempfile.TemporaryDirectory(dir=lake.root.parent) as folder:
        part = part_of(lake, engine, Path(folder))
        own: list[Measure] = []
        other: list[Measure] = []
        failed: list[str] = []
        for _ in range(runs):
            own.append(measure_crawl(part.root, "none")[0])
            taken, failed = measure_engine(engine, part)
            other.append(taken)
        print(row("  gluepot, the same files", part.files, median(own)))
        note = f"{len(failed)} of {len(part.tables)} tables failed" if failed else ""
        print(row(LABELS[engine], part.files, median(other), median(own), note), flush=True)


def compare_all(lake: Lake, engines: list[str], runs: int) -> None:
    print(f"{lake.root}: {lake.files:,} files in {len(lake.tables)} tables; medians of {runs}; {os.cpu_count()} cores\n")
    print(f"{'':34} {'files':>7} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'files/s':>9} {'wall':>7} {'CPU':>7}")
    measure_engine("floor", lake)  # so that every run finds the files in memory
    floor: list[Measure] = []
    own: dict[str, list[Measure]] = {"none": [], "sample": []}
    found: list[Truth] = []
    for _ in range(runs):
        floor.append(measure_engine("floor", lake)[0])
        for verify, measures in own.items():
            taken, found = measure_crawl(lake.root, verify)
            measures.append(taken)
    base = median(own["none"])
    print(row("gluepot, without reading back", lake.files, base))
    print(row("gluepot", lake.files, median(own["sample"]), base))
    print(row(LABELS["floor"], lake.files, median(floor), base), flush=True)
    for engine in engines:
        compare(engine, lake, runs)
    wrong = wrong_tables(found, lake.tables)
    known = sum(table["format"] in UNDERSTOOD for table in lake.tables)
    print(f"\ngluepot's tables against the truth: {known} of formats it knows, {len(wrong)} wrong {' '.join(wrong[:12])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lake", type=Path, help="a lake with its .truth.json beside it")
    parser.add_argument("--engines", default="duckdb,pyarrow,spark", help="which to compare with; spark only where pyspark is installed")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: Spark's JVM outlives its starter
    truth = json.loads(given.lake.with_name(f"{given.lake.name}.truth.json").read_text())
    engines = [name for name in given.engines.split(",") if name and (name != "spark" or find_spec("pyspark"))]
    compare_all(Lake(given.lake.resolve(), truth["tables"]), engines, given.runs)


if __name__ == "__main__":
    main()
