"""Measure what a crawl asks of a database, and how a table's rows arrive, beside drivers and SQLAlchemy, in one run.

    uv run --with sqlalchemy bench/databases.py             # both parts, PostgreSQL and MariaDB
    uv run bench/databases.py --parts rows --engines postgresql --rows 1000000

Servers are the tests' own, started for this. Each measurement is a process of its own; its seconds begin before it connects, its
imports done (those of a crawl, when the process starts) and its peak is the process's own. Runs are interleaved; the table shows medians, and
how often each time holds that of the first line. Needs Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from database_servers import Database, fresh_database, mariadb, postgres

Work = Callable[[], int]  # what is measured; returns how many columns or rows it has seen

SETUP = {"postgresql": ("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",), "mysql": ()}
TYPES = {
    "postgresql": (
        *("integer", "smallint", "bigint", "numeric(12,2)", "numeric", "real", "double precision", "money", "boolean", "date"),
        *("timestamp", "timestamptz", "time", "interval", "varchar(40)", "char(3)", "text", "uuid", "jsonb", "bytea"),
        *("inet", "bit(1)", "xml", "mood", "integer[]", "text[]", "numeric(10,4)[]", "point"),
    ),
    "mysql": (
        *("int", "smallint unsigned", "mediumint", "bigint unsigned", "tinyint(1)", "decimal(12,2)", "float", "double", "date"),
        *("datetime", "datetime(6)", "timestamp NULL", "time", "year", "varchar(40)", "char(3)", "text", "longtext", "json"),
        *("binary(16)", "varbinary(64)", "blob", "bit(1)", "bit(12)", "enum('sad','ok','happy')", "set('a','b')", "uuid", "inet6"),
    ),
}
INFORMATION_SCHEMA = {
    "postgresql": """SELECT table_schema, table_name, column_name, ordinal_position, data_type, udt_name, is_nullable, column_default,
        character_maximum_length, numeric_precision, numeric_scale FROM information_schema.columns
        WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 4""",
    "mysql": """SELECT table_schema, table_name, column_name, ordinal_position, data_type, column_type, is_nullable, column_default,
        character_maximum_length, numeric_precision, numeric_scale FROM information_schema.columns
        WHERE table_schema = database() ORDER BY 1, 2, 4""",
}
PG_CATALOG = """SELECT n.nspname, c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2, 4"""
ROWS = {
    "postgresql": (
        (
            "CREATE UNLOGGED TABLE sales (id bigint, shop integer, quantity smallint, price numeric(10,2), weight double precision,"
            " paid boolean, day date, at timestamptz, note varchar(60))"
        ),
        (
            "INSERT INTO sales SELECT i, i % 977, i % 31, (i % 100000) / 100.0, i * 0.37, i % 3 = 0, date '2020-01-01' + (i % 1500)::int,"
            " timestamptz '2020-01-01 00:00:00+00' + i * interval '7.3 s', 'note number ' || i FROM generate_series(1, {rows}) i"
        ),
        "ANALYZE sales",
    ),
    "mysql": (
        (
            "CREATE TABLE sales (id bigint, shop int, quantity smallint, price decimal(10,2), weight double,"
            " paid tinyint(1), day date, at datetime(6), note varchar(60))"
        ),
        (
            "INSERT INTO sales SELECT seq, seq % 977, seq % 31, (seq % 100000) / 100.0, seq * 0.37, seq % 3 = 0,"
            " '2020-01-01' + INTERVAL (seq % 1500) DAY, '2020-01-01' + INTERVAL seq * 7.3 SECOND, concat('note number ', seq)"
            " FROM seq_1_to_{rows}"
        ),
        "ANALYZE TABLE sales",
    ),
}


# What is measured: each connects once, so that what it imports is there, and returns the work, which connects again


def driver(url: str, **options: Any) -> Any:
    if urlsplit(url).scheme == "postgresql":
        import psycopg

        return psycopg.connect(url)
    import pymysql

    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname, port=parts.port or 3306, user=parts.username, database=parts.path[1:], charset="utf8mb4", **options
    )


def ask(url: str, sql: str) -> Work:
    driver(url).close()

    def work() -> int:
        with closing(driver(url)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            return len(cursor.fetchall())

    return work


def ask_information_schema(url: str, _: str) -> Work:
    return ask(url, INFORMATION_SCHEMA[urlsplit(url).scheme])


def ask_pg_catalog(url: str, _: str) -> Work:
    return ask(url, PG_CATALOG)


def reflect_in_sqlalchemy(url: str, _: str) -> Work:
    sqlalchemy = import_module("sqlalchemy")  # only where it is installed
    url = url.replace("postgresql://", "postgresql+psycopg://").replace("mysql://", "mysql+pymysql://")
    sqlalchemy.create_engine(url).connect().close()

    def work() -> int:
        with sqlalchemy.create_engine(url).connect() as connection:
            found = sqlalchemy.inspect(connection).get_multi_columns(kind=sqlalchemy.engine.reflection.ObjectKind.ANY)
            return sum(map(len, found.values()))

    return work


def survey(url: str, _: str) -> Work:
    from gluepot.databases.address import parse_address
    from gluepot.databases.session import open_session

    address, meant = parse_address(url)
    open_session(address).close()

    def work() -> int:
        with open_session(address) as session:
            return sum(len(relation.columns) for relation in session.survey(meant).relations)

    return work


def read_by_adbc(url: str, _: str) -> Work:
    dbapi = import_module("adbc_driver_postgresql.dbapi")
    dbapi.connect(url).close()

    def work() -> int:
        with dbapi.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT * FROM sales")
            return sum(batch.num_rows for batch in cursor.fetch_record_batch())

    return work


def read_by_pymysql(url: str, _: str) -> Work:
    from pymysql.cursors import SSCursor

    driver(url).close()

    def work() -> int:
        with closing(driver(url, cursorclass=SSCursor)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("SELECT * FROM sales")
            count = 0
            while rows := cursor.fetchmany(10_000):
                count += len(rows)
            return count

    return work


def scan(_: str, catalog: str) -> Work:
    import gluepot

    opened = gluepot.open(catalog)
    (table,) = (table.name for table in opened.get_tables("default") if table.name.endswith("sales"))
    gluepot.scan_table(opened, table, limit=1).read_all()
    return lambda: sum(batch.num_rows for batch in gluepot.scan_table(opened, table))


WAYS: dict[str, Callable[[str, str], Work]] = {
    "one information_schema query": ask_information_schema,
    "one pg_catalog query": ask_pg_catalog,
    "SQLAlchemy get_multi_columns": reflect_in_sqlalchemy,
    "gluepot's survey": survey,
    "ADBC alone": read_by_adbc,
    "PyMySQL's SSCursor alone": read_by_pymysql,
    "gluepot.scan_table": scan,
}
SURVEYS = {
    "postgresql": ("one information_schema query", "one pg_catalog query", "SQLAlchemy get_multi_columns", "gluepot's survey"),
    "mysql": ("one information_schema query", "SQLAlchemy get_multi_columns", "gluepot's survey"),
}
SCANS = {"postgresql": ("ADBC alone", "gluepot.scan_table"), "mysql": ("PyMySQL's SSCursor alone", "gluepot.scan_table")}


# Measuring


@dataclass(frozen=True, slots=True)
class Measure:
    """What one run took, and how many columns or rows it saw."""

    wall: float  # seconds
    cpu: float  # seconds, of the client alone
    peak: float  # MB
    count: int = 0


def measure_here(way: str, url: str, catalog: str) -> Measure:
    work = WAYS[way](url, catalog)
    cpu, start = time.process_time(), time.perf_counter()
    count = work()
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    return Measure(wall, cpu, peak_of_this(), count)


def peak_of_this() -> float:
    """Return the most memory that this process ever held, in MB; unlike getrusage's, its parent's is not in it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def measure(way: str, url: str, catalog: str) -> Measure:
    command = [sys.executable, "-W", "ignore", __file__, "--one", way, url, catalog]  # SQLAlchemy warns of each type it does not know
    return Measure(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))


def crawl(url: str, catalog: str, *options: str) -> Measure:
    """Crawl in a process of its own, its start and imports included."""
    command = [str(Path(sys.executable).with_name("crawl")), url, "--catalog", catalog, *options]
    start = time.perf_counter()
    # With its bytecode kept, as an installed program has it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stderr
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} exited with {process.returncode}\n{said.decode()[-3000:]}")
    return Measure(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def median(runs: list[Measure]) -> Measure:
    wall, cpu, peak = (statistics.median(figures) for figures in zip(*((run.wall, run.cpu, run.peak) for run in runs), strict=True))
    return Measure(wall, cpu, peak, runs[0].count)


def compare(ways: Mapping[str, Callable[[], Measure]], runs: int, counted: str) -> None:
    """Run each way in turn; print medians, and ratios to the first."""
    taken: dict[str, list[Measure]] = {label: [] for label in ways}
    for _ in range(runs):
        for label, way in ways.items():
            taken[label].append(way())
    print(f"{'':34}{counted:>12}{'wall s':>10}{'CPU s':>8}{'peak MB':>9}{'per s':>12}{'wall':>8}")
    first = median(next(iter(taken.values())))
    for label, measures in taken.items():
        found = median(measures)
        counts = f"{found.count:>12,}" if found.count else " " * 12
        pace = f"{found.count / found.wall:>12,.0f}" if found.count else " " * 12
        print(f"{label:34}{counts}{found.wall:>10.3f}{found.cpu:>8.2f}{found.peak:>9.0f}{pace}{found.wall / first.wall:>7.2f}x", flush=True)


# The two parts


def create_tables(database: Database, tables: int, columns: int) -> None:
    engine = database.server.engine
    types = TYPES[engine]
    statements = list(SETUP[engine])
    for number in range(tables):
        made = [f"column_{place:02} {types[(number + place) % len(types)]}" for place in range(1, columns - 1)]
        parent = f", FOREIGN KEY (parent) REFERENCES table_{number - 1:04}" + ("" if engine == "postgresql" else "(id)") if number else ""
        statements.append(f"CREATE TABLE table_{number:04} (id integer PRIMARY KEY, parent integer, {', '.join(made)}{parent})")
        if engine == "postgresql":  # MariaDB makes an index for the foreign key
            statements.append(f"CREATE INDEX ON table_{number:04} (parent)")
    database.execute(*statements)


def compare_surveys(database: Database, runs: int, tables: int, columns: int) -> None:
    create_tables(database, tables, columns)
    engine = database.server.engine
    print(f"\n{engine}: {tables:,} tables of {columns} columns, each with a primary key, a foreign key and an index; medians of {runs}")
    ways: dict[str, Callable[[], Measure]] = {}
    for way in SURVEYS[engine]:
        if "SQLAlchemy" not in way or find_spec("sqlalchemy"):
            ways[way] = partial(measure, way, database.url, "")
    ways["crawl --verify none"] = partial(crawl_anew, database.url, "--verify", "none")
    ways["crawl, each table read back"] = partial(crawl_anew, database.url)
    compare(ways, runs, "columns")


def crawl_anew(url: str, *options: str) -> Measure:
    with tempfile.TemporaryDirectory() as folder:
        return crawl(url, f"{folder}/catalog.db", *options)


def compare_scans(database: Database, runs: int, rows: int, folder: Path) -> None:
    engine = database.server.engine
    database.execute(*(statement.format(rows=rows) for statement in ROWS[engine]))
    catalog = str(folder / f"{engine}.db")
    crawl(f"{database.url}/%" if engine == "mysql" else f"{database.url}/public/%", catalog, "--verify", "none", "--no-statistics")
    print(f"\n{engine}: a table of {rows:,} rows and 9 columns; medians of {runs}")
    compare({way: partial(measure, way, database.url, catalog) for way in SCANS[engine]}, runs, "rows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", default="postgresql,mysql")
    parser.add_argument("--parts", default="tables,rows")
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=5, help="of the tables; the rows are read a third as often")
    given = parser.parse_args()
    parts = given.parts.split(",")
    servers = {"postgresql": partial(postgres, max_wal_size="8GB"), "mysql": partial(mariadb, innodb_buffer_pool_size="512M")}
    for engine in given.engines.split(","):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            server = stack.enter_context(servers[engine]())
            if "tables" in parts:
                with fresh_database(server) as database:
                    compare_surveys(database, given.runs, given.tables, given.columns)
            if "rows" in parts:
                with fresh_database(server) as database:
                    compare_scans(database, max(1, given.runs // 3), given.rows, folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        found = measure_here(*sys.argv[2:5])
        print(json.dumps({"wall": found.wall, "cpu": found.cpu, "peak": found.peak, "count": found.count}))
    else:
        main()
