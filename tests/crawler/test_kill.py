"""A kill at any moment leaves the catalog as before or as after, never between; two crawls at once both succeed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

import gluepot

_CRAWL = """
import sys, gluepot
from gluepot.crawler.settings import CrawlSettings
gluepot.crawl(sys.argv[1], catalog=sys.argv[2], settings=CrawlSettings(verify="none", workers=1, database=sys.argv[3]))
"""


def start(root: Path, path: Path, database: str = "default") -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _CRAWL, str(root), str(path), database])


def state(path: Path) -> tuple[list[str], list[int]]:
    with gluepot.open(path) as catalog:
        tables = [table.name for table in catalog.get_tables("default")]
        return tables, [sum(1 for _ in catalog.get_partitions("default", name)) for name in tables]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for table in range(20):
        for day in range(20):
            folder = tmp_path / "lake" / f"t{table:02}" / f"day={day}"
            folder.mkdir(parents=True)
            (folder / "a.csv").write_text(f"id,v{table}\n1,2\n3,4\n")
    return tmp_path / "lake"


@pytest.mark.slow
def test_a_killed_crawl_leaves_the_catalog_as_before_or_as_after(root: Path, tmp_path: Path) -> None:
    before: tuple[list[str], list[int]] = ([], [])
    after = ([f"t{table:02}" for table in range(20)], [20] * 20)
    started = time.monotonic()
    assert start(root, tmp_path / "whole.db").wait() == 0
    whole = time.monotonic() - started
    assert state(tmp_path / "whole.db") == after

    for step in range(12):
        path = tmp_path / f"{step}.db"
        process = start(root, path)
        time.sleep(whole * (0.4 + 0.055 * step))
        process.kill()
        process.wait()
        assert state(path) in (before, after)
        assert start(root, path).wait() == 0
        assert state(path) == after


def test_two_crawls_at_once_into_one_catalog_both_succeed(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    processes = [start(root, path, "default"), start(root, path, "other"), start(root, path, "default")]

    assert [process.wait() for process in processes] == [0, 0, 0]
    assert state(path) == ([f"t{table:02}" for table in range(20)], [20] * 20)
    with gluepot.open(path) as catalog:
        assert sum(1 for _ in catalog.get_tables("other")) == 20
        assert [table.version_id for table in catalog.get_tables("default")] == ["0"] * 20


def _children(process: int) -> list[int]:
    """Return the processes that a process has started; none where it has ended."""
    try:
        listed = [(thread / "children").read_text() for thread in Path(f"/proc/{process}/task").iterdir()]
    except OSError:
        return []
    return [int(child) for children in listed for child in children.split()]


def test_a_worker_killed_from_outside_costs_nothing(root: Path, tmp_path: Path) -> None:
    """What it was working on is tried anew. (An object that kills its worker twice would be given up.)"""
    path = tmp_path / "catalog.db"
    process = subprocess.Popen([sys.executable, "-c", _CRAWL.replace("workers=1", "workers=2"), str(root), str(path), "default"])
    killed = False
    while not killed and process.poll() is None:
        for worker in _children(process.pid)[:1]:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                killed = True
        time.sleep(0.01)

    assert process.wait() == 0
    assert killed
    assert state(path) == ([f"t{table:02}" for table in range(20)], [20] * 20)
