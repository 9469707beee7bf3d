"""The catalog's file: what is recognised, refused and left untouched, and what survives."""

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gluepot.catalog import Catalog, Column, Database, Partition, StorageDescriptor, Table
from gluepot.catalog.migrations import APPLICATION_ID, MIGRATIONS
from gluepot.catalog.sqlite import open_catalog
from gluepot.errors import CatalogCorrupt, CatalogLocked, CatalogUnavailable, EntityNotFound, GluepotError, NotACatalog

KEYED = Table("t", storage=StorageDescriptor(location="s3://lake/t/"), partition_keys=(Column("k", "string"),))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _filled(path: Path, partitions: int = 5000) -> None:
    with open_catalog(path) as catalog:
        catalog.create_table("default", KEYED)
        catalog.create_partitions("default", "t", (Partition((f"{number:06}",)) for number in range(partitions)))


def _refused(path: Path, error: type[GluepotError], match: str) -> None:
    """Opening the file fails, and neither it nor its folder is changed."""
    before, neighbours = _digest(path), sorted(os.listdir(path.parent))
    for read_only in (False, True):
        with pytest.raises(error, match=match):
            open_catalog(path, read_only=read_only)
    assert _digest(path) == before
    assert sorted(os.listdir(path.parent)) == neighbours


def test_a_missing_file_becomes_a_catalog(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    open_catalog(path).close()

    with open_catalog(path, create=False) as catalog:
        assert catalog.get_database("default").name == "default"


def test_a_missing_file_is_told_where_it_may_not_be_made(tmp_path: Path) -> None:
    for create, read_only in ((False, False), (True, True)):
        with pytest.raises(EntityNotFound, match="no catalog at"):
            open_catalog(tmp_path / "new.db", create=create, read_only=read_only)
    with pytest.raises(CatalogUnavailable, match="folder of"):
        open_catalog(tmp_path / "none" / "new.db")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_a_catalog(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()

    with open_catalog(tmp_path / "empty.db") as catalog:
        assert [database.name for database in catalog.get_databases()] == ["default"]


@pytest.mark.parametrize("content", [b"id,name\n1,a\n", b"x", b"SQLite format 3\0", b"\0" * 5000])
def test_a_file_that_is_no_database_is_left_untouched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes(content)
    _refused(path, NotACatalog, "not a catalog")


def test_a_database_of_another_program_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE tables (id)")
    other.close()
    _refused(path, NotACatalog, "another program")


def test_a_catalog_of_a_newer_gluepot_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "gluepot.db"
    _filled(path, 1)
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    _refused(path, NotACatalog, "newer gluepot")


def test_a_truncated_catalog_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "gluepot.db"
    _filled(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    _refused(path, CatalogCorrupt, "damaged")


def test_a_damaged_page_is_told(tmp_path: Path) -> None:
    path = tmp_path / "gluepot.db"
    _filled(path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))

    with pytest.raises(CatalogCorrupt, match="damaged"), open_catalog(path) as catalog:
        list(catalog.get_partitions("default", "t"))


def test_a_folder_is_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(NotACatalog, match="is a folder"):
        open_catalog(tmp_path)


def test_a_locked_catalog_is_told_and_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "gluepot.db"
    _filled(path, 1)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    before = _digest(path)

    with open_catalog(path, timeout=0.05) as catalog:
        with pytest.raises(CatalogLocked, match="locked by another process"):
            catalog.create_database(Database("other"))
        assert catalog.get_table("default", "t").name == "t"
    assert _digest(path) == before

    holder.execute("ROLLBACK")
    holder.close()


def test_a_read_only_catalog_can_be_read_but_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "gluepot.db"
    _filled(path, 1)
    before = _digest(path)

    with open_catalog(path, read_only=True) as catalog:
        assert len(list(catalog.get_partitions("default", "t"))) == 1
        with pytest.raises(CatalogUnavailable, match="readonly"):
            catalog.create_database(Database("other"))
    assert _digest(path) == before


def test_a_closed_catalog_says_so(tmp_path: Path) -> None:
    catalog = open_catalog(tmp_path / "gluepot.db")
    catalog.close()

    with pytest.raises(CatalogUnavailable, match="closed"):
        catalog.get_database("default")


def test_the_clock_is_an_argument(tmp_path: Path) -> None:
    moment = datetime(2020, 2, 29, 12, tzinfo=UTC)
    with open_catalog(tmp_path / "gluepot.db", clock=lambda: moment, account_id="000000000000") as catalog:
        database = catalog.get_database("default")

    assert (database.create_time, database.catalog_id) == (moment, "000000000000")


def test_a_catalog_that_was_copied_while_in_use_still_opens(tmp_path: Path) -> None:
    with open_catalog(tmp_path / "gluepot.db") as catalog:
        catalog.create_table("default", KEYED)
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"gluepot.db{suffix}", tmp_path / f"copy.db{suffix}")

    with open_catalog(tmp_path / "copy.db") as copy:
        assert copy.get_table("default", "t").name == "t"


def test_threads_share_a_catalog(tmp_path: Path) -> None:
    with open_catalog(tmp_path / "gluepot.db") as catalog:
        catalog.create_table("default", KEYED)

        def work(number: int) -> int:
            catalog.create_partitions("default", "t", [Partition((f"{number}-{item}",)) for item in range(50)])
            return len(list(catalog.get_partitions("default", "t")))

        with ThreadPoolExecutor(8) as pool:
            counts = list(pool.map(work, range(16)))
        assert max(counts) == 800


def test_another_thread_sees_a_transaction_only_when_it_is_kept(tmp_path: Path) -> None:
    with open_catalog(tmp_path / "gluepot.db") as catalog, ThreadPoolExecutor(1) as pool:
        with catalog.transaction():
            catalog.create_table("default", KEYED)
            assert list(pool.submit(lambda: list(catalog.get_tables("default"))).result()) == []
        assert len(pool.submit(lambda: list(catalog.get_tables("default"))).result()) == 1


CRAWL = """
import sys
from gluepot.catalog import Column, Partition, Table
from gluepot.catalog.sqlite import open_catalog

with open_catalog(sys.argv[1]) as catalog:
    for number in range(20):
        name = f"{sys.argv[2]}_{number}"
        with catalog.transaction():
            catalog.create_table("default", Table(name, partition_keys=(Column("k", "string"),)))
            catalog.create_partitions("default", name, [Partition((str(item),)) for item in range(200)])
"""


def test_two_processes_that_make_and_fill_a_catalog_at_once_both_succeed(tmp_path: Path) -> None:
    path = tmp_path / "gluepot.db"
    processes = [subprocess.Popen([sys.executable, "-c", CRAWL, str(path), name]) for name in ("a", "b")]

    assert [process.wait() for process in processes] == [0, 0]
    with open_catalog(path) as catalog:
        tables = [table.name for table in catalog.get_tables("default")]
        assert len(tables) == 40
        assert {len(list(catalog.get_partitions("default", name))) for name in tables} == {200}


BULK = """
import sys
from gluepot.catalog import Partition
from gluepot.catalog.sqlite import open_catalog

def partitions():
    for number in range(1_000_000):
        if number % 1000 == 0:
            print(number, flush=True)
        yield Partition((f"{number:07}",), parameters={"bulk": "x" * 1000})  # so that SQLite writes before the end

catalog = open_catalog(sys.argv[1])
with catalog.transaction():
    catalog.delete_partitions("default", "t", [("before",)])
    catalog.create_partitions("default", "t", partitions())
"""


def _count(catalog: Catalog) -> int:
    return sum(1 for _ in catalog.get_partitions("default", "t"))


@pytest.mark.parametrize("rows", [0, 60_000])
def test_a_bulk_write_that_is_killed_leaves_the_catalog_as_before(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "gluepot.db"
    with open_catalog(path) as catalog:
        catalog.create_table("default", KEYED)
        catalog.create_partitions("default", "t", [Partition(("before",))])
    with subprocess.Popen([sys.executable, "-c", BULK, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) >= rows:
                break
        writer.send_signal(signal.SIGKILL)
    assert writer.returncode == -signal.SIGKILL
    assert Path(f"{path}-wal").stat().st_size > 0 or rows == 0

    with open_catalog(path) as catalog:
        assert [partition.values for partition in catalog.get_partitions("default", "t")] == [("before",)]
        catalog.create_partitions("default", "t", [Partition(("after",))])
        assert _count(catalog) == 2
    check = sqlite3.connect(path)
    assert check.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    check.close()


ONE_BY_ONE = """
import sys
from gluepot.catalog import Partition
from gluepot.catalog.sqlite import open_catalog

catalog = open_catalog(sys.argv[1])
for number in range(1_000_000):
    catalog.create_partitions("default", "t", [Partition((f"{number}-{item}",)) for item in range(10)])
    print(number, flush=True)
"""


def test_whatever_was_confirmed_before_a_kill_is_kept_and_nothing_by_halves(tmp_path: Path) -> None:
    path = tmp_path / "gluepot.db"
    with open_catalog(path) as catalog:
        catalog.create_table("default", KEYED)
    confirmed = -1
    with subprocess.Popen([sys.executable, "-c", ONE_BY_ONE, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        deadline = time.monotonic() + 0.5
        for line in writer.stdout:
            confirmed = int(line)
            if time.monotonic() > deadline:
                break
        writer.send_signal(signal.SIGKILL)
        confirmed = max([confirmed, *map(int, writer.stdout.read().split())])

    with open_catalog(path) as catalog:
        count = _count(catalog)
    assert confirmed > 0
    assert count % 10 == 0
    assert count // 10 - 1 in (confirmed, confirmed + 1)


def test_an_older_file_is_brought_up_to_date_also_by_those_who_only_read(tmp_path: Path) -> None:
    path = tmp_path / "gluepot.db"
    older = sqlite3.connect(path, isolation_level=None)
    for statement in (*MIGRATIONS[0], f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 1"):
        older.execute(statement)
    older.close()

    with open_catalog(path, read_only=True) as catalog:
        assert list(catalog.get_classifiers()) == []
