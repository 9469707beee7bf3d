"""What goes wrong with PostgreSQL: told with the target's name, the rest crawled, nothing written, no password repeated."""

from __future__ import annotations

import os
import signal
import socket
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from database_pot import Pot

import gluepot
from database_servers import Database, postgres
from gluepot.catalog.interface import Catalog
from gluepot.databases.address import parse_address
from gluepot.databases.include import include_parts
from gluepot.databases.postgresql import PostgreSql
from gluepot.databases.session import Select, Wanted
from gluepot.errors import AccessDenied, GluepotError, ObjectNotFound, StorageError, StoreUnavailable, TimedOut

SECRET = "s3cr3t/p@ss:word%"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with gluepot.open(tmp_path / "catalog.db") as opened:
        yield opened


@pytest.fixture
def pot(postgres_database: Database, catalog: Catalog) -> Pot:
    return Pot(postgres_database, catalog)


@pytest.fixture
def guest(postgres_database: Database) -> Iterator[str]:
    """A user with a password and without any right."""
    name = f"{postgres_database.name}_guest"
    postgres_database.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{SECRET}'")
    yield name
    postgres_database.execute(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


@pytest.fixture
def guest_url(postgres_database: Database, guest: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GUEST_PASSWORD", SECRET)
    return postgres_database.url_of(guest, "").replace(f"{guest}@", f"{guest}:env:GUEST_PASSWORD@")


def _session(database: Database, **options: Any) -> PostgreSql:
    address, _ = parse_address(database.url)
    return PostgreSql(address, None, **options)


def _select(database: Database, table: str, *columns: str, seconds: float | None = None) -> Select:
    return Select((database.name, "public", table), tuple(Wanted(name, "integer", "int") for name in columns), seconds=seconds)


def _told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


# --- connecting -----------------------------------------------------------------------------------------


def test_a_wrong_password_is_told_and_never_repeated(
    pot: Pot, guest_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pot.execute("CREATE TABLE t (a int)")
    monkeypatch.setenv("GUEST_PASSWORD", SECRET + "?")

    report = pot.crawl(guest_url)
    beside = pot.crawl()

    assert not report.ok
    (oddity,) = report.oddities
    assert "refuses this user or password" in oddity.message
    assert pot.database.name in f"{oddity.subject} {oddity.message}"
    assert beside.ok
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    heard = capfd.readouterr()
    for spelling in (SECRET, "s3cr3t", "s3cr3t%2F"):
        assert spelling not in f"{report!r}{heard.out}{heard.err}"
        assert spelling.encode() not in kept


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"database": "no_such"}, ObjectNotFound, "has no such database"),
        ({"host": "no-such-host.invalid"}, StoreUnavailable, "there is no such host"),
        ({"port": 1}, StoreUnavailable, "nothing listens there"),
        ({"tls": "require"}, StoreUnavailable, "offers no TLS"),
        ({"tls": "verify-full"}, StoreUnavailable, "offers no TLS"),
        ({"user": "no_such_user"}, AccessDenied, "refuses this user or password"),
    ],
)
def test_a_server_that_is_not_as_said_is_a_clear_error(
    postgres_database: Database, change: dict[str, Any], error: type[GluepotError], words: str
) -> None:
    from dataclasses import replace

    from gluepot.databases.session import open_session

    address = replace(parse_address(postgres_database.url)[0], **change)

    with pytest.raises(error, match=words) as raised:
        open_session(address, SECRET)

    assert address.host in str(raised.value)
    assert "s3cr3t" not in _told(raised.value)


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address, _ = parse_address(f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/shop?sslmode=disable")
        begun = time.monotonic()

        with pytest.raises(StoreUnavailable, match="did not answer in time"):
            PostgreSql(address, None, connect_seconds=2)

        assert time.monotonic() - begun < 6


def test_the_password_is_not_among_the_arguments_or_variables_of_a_process(pot: Pot, guest: str, guest_url: str) -> None:
    pot.execute("CREATE TABLE t (a int)", f"GRANT SELECT ON t TO {guest}")

    assert pot.crawl(guest_url).ok

    for place in ("cmdline", "environ") if Path("/proc/self").exists() else ():
        assert b"s3cr3t" not in Path("/proc/self", place).read_bytes()
    assert [(one.properties or {})["PASSWORD"] for one in pot.catalog.get_connections()] == ["env:GUEST_PASSWORD"]
    assert pot.rows() == []


# --- privileges -----------------------------------------------------------------------------------------


def test_what_a_user_may_not_see_is_told_and_the_rest_goes_on(pot: Pot, guest: str, guest_url: str) -> None:
    pot.execute(
        "CREATE TABLE mine (a int, secret text, b int)", "CREATE TABLE yours (a int)", "CREATE SCHEMA hidden", "CREATE TABLE hidden.t (a int)",
        "CREATE SCHEMA open", "CREATE TABLE open.t (a int)", f"GRANT USAGE ON SCHEMA open TO {guest}", f"GRANT SELECT ON open.t TO {guest}",
        f"GRANT SELECT (a, b) ON mine TO {guest}", "INSERT INTO mine VALUES (1, 'x', 2)",
    )  # fmt: skip

    report = pot.crawl(guest_url)

    assert set(pot.reports(report)) == {"public.mine", "open.t"}
    assert pot.types("mine") == {"a": "int", "b": "int"}
    assert pot.rows("mine") == [{"a": 1, "b": 2}]
    told = {oddity.message for oddity in report.oddities} | {f"{oddity.subject}: {oddity.message}" for oddity in report.oddities}
    name = pot.database.name
    assert any(f"{name}.hidden" in message and "USAGE" in message for message in told)
    assert any(f"{name}.public.yours" in message and "SELECT" in message for message in told)
    assert {one.verification.status for one in report.tables if one.verification} == {"verified"}


def test_rows_that_a_policy_hides_are_not_read(pot: Pot, guest: str, guest_url: str) -> None:
    pot.execute(
        "CREATE TABLE t (a int)", "INSERT INTO t VALUES (1), (2)", "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY p ON t TO {guest} USING (a = 2)", f"GRANT SELECT ON t TO {guest}",
    )  # fmt: skip

    pot.crawl(guest_url)

    assert pot.rows() == [{"a": 2}]


def test_one_database_that_refuses_leaves_the_others_to_be_crawled(pot: Pot, guest: str, guest_url: str) -> None:
    server, closed = pot.database.server, f"{pot.database.name}_closed"
    pot.execute("CREATE TABLE t (a int)", f"GRANT SELECT ON t TO {guest}")
    server.execute("", f"CREATE DATABASE {closed} CONNECTION LIMIT 0")
    try:
        report = pot.crawl(guest_url.rpartition("/")[0])
    finally:
        server.execute("", f"DROP DATABASE {closed} WITH (FORCE)")

    assert not report.ok
    assert "public.t" in pot.reports(report)
    assert any(closed in f"{oddity.subject} {oddity.message}" and "too many connections" in oddity.message for oddity in report.oddities)


def test_a_database_that_a_user_may_not_connect_to_is_not_among_those_meant(pot: Pot, guest: str, guest_url: str) -> None:
    server, closed = pot.database.server, f"{pot.database.name}_closed"
    pot.execute("CREATE TABLE t (a int)", f"GRANT SELECT ON t TO {guest}")
    server.execute("", f"CREATE DATABASE {closed}", f"REVOKE CONNECT ON DATABASE {closed} FROM PUBLIC")
    try:
        everything = pot.crawl(guest_url.rpartition("/")[0])
        named = pot.crawl(guest_url.rpartition("/")[0] + f"/{closed}")
    finally:
        server.execute("", f"DROP DATABASE {closed} WITH (FORCE)")

    assert closed not in repr(everything.oddities)
    assert "may not connect to this database" in repr(named.oddities)


# --- reading --------------------------------------------------------------------------------------------


def test_a_session_cannot_write_even_through_a_function(pot: Pot) -> None:
    pot.execute(
        "CREATE TABLE log (a int)", "CREATE TABLE fine (a int)",
        "CREATE FUNCTION sly() RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (1); RETURN 1; END $$",
        "CREATE FUNCTION slyer() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('transaction_read_only', 'off', false);"
        " INSERT INTO log VALUES (2); RETURN 1; END $$",
        "CREATE VIEW v AS SELECT sly() AS a", "CREATE VIEW w AS SELECT slyer() AS a", "CREATE SEQUENCE s", "CREATE VIEW x AS SELECT nextval('s') AS a",
    )  # fmt: skip

    reports = pot.reports(pot.crawl())

    for view in ("v", "w", "x"):
        verification = reports[f"public.{view}"].verification
        assert verification is not None
        assert verification.status == "failed"
        assert "read" in str(verification.failure)
    assert pot.execute("SELECT * FROM log") == []
    assert reports["public.fine"].verification.status == "verified"  # type: ignore[union-attr]  # it was read


def test_a_function_that_raises_fails_its_view_alone(pot: Pot) -> None:
    pot.execute(
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no bean left'; END $$",
        "CREATE VIEW v AS SELECT f() AS a", "CREATE VIEW late AS SELECT 1 / (50000 - n) AS a FROM generate_series(1, 60000) n", "CREATE TABLE t (a int)",
    )  # fmt: skip

    reports = pot.reports(pot.crawl(verify="full"))

    assert {name: one.verification.status for name, one in reports.items() if one.verification} == {
        "public.late": "failed", "public.t": "verified", "public.v": "failed",
    }  # fmt: skip
    assert "no bean left" in str(reports["public.v"].verification.failure)  # type: ignore[union-attr]  # it failed
    with pytest.raises(StorageError, match="division by zero"):
        pot.rows("late")


def test_a_view_finds_what_it_needs_by_its_users_own_search_path(pot: Pot) -> None:
    pot.execute(
        "CREATE TABLE prices (a int)", "INSERT INTO prices VALUES (7)",
        "CREATE FUNCTION price() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT a FROM prices); END $$",
        "CREATE VIEW v AS SELECT price() AS a",
    )  # fmt: skip

    pot.crawl()

    assert pot.rows("v") == [{"a": 7}]


def test_a_slow_view_is_left_unread_and_is_no_failure(pot: Pot) -> None:
    pot.execute("CREATE VIEW slow AS SELECT pg_sleep(60)::text AS a", "CREATE TABLE t (a int)")
    begun = time.monotonic()

    report = pot.crawl()

    assert time.monotonic() - begun < 20
    reports = pot.reports(report)
    assert reports["public.slow"].verification.status == "unreadable"  # type: ignore[union-attr]  # it was tried
    assert reports["public.t"].verification.status == "verified"  # type: ignore[union-attr]  # it was read
    assert report.ok


def test_a_session_serves_on_after_an_error(postgres_database: Database) -> None:
    postgres_database.execute(
        "CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)", "CREATE VIEW slow AS SELECT 1 AS a, pg_sleep(60)::text AS b"
    )
    with _session(postgres_database) as session:
        with pytest.raises(ObjectNotFound, match="is not there"):
            list(session.batches(_select(postgres_database, "nowhere", "a")))
        with pytest.raises(ObjectNotFound, match="one of its columns"):
            list(session.batches(_select(postgres_database, "t", "b")))
        with pytest.raises(TimedOut):
            list(session.batches(_select(postgres_database, "slow", "a", "b", seconds=0.1)))

        assert sum(batch.num_rows for batch in session.batches(_select(postgres_database, "t", "a"))) == 1
        assert postgres_database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()"
        ) == [(0,)]


def test_no_lock_is_kept_on_what_was_read(postgres_database: Database) -> None:
    postgres_database.execute("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
    with _session(postgres_database) as session:
        list(session.batches(_select(postgres_database, "t", "a")))

        postgres_database.execute("SET lock_timeout = '2s'", "DROP TABLE t")


# --- locks, and servers that die ------------------------------------------------------------------------


def test_a_locked_table_is_surveyed_all_the_same_and_its_rows_are_waited_for_in_bounds(postgres_database: Database) -> None:
    postgres_database.execute(
        "CREATE TABLE t (a int DEFAULT 5, b int GENERATED ALWAYS AS (a + 1) STORED)", "CREATE INDEX i ON t ((a * 2)) WHERE a > 0",
        "CREATE TABLE free (a int DEFAULT 5)",
    )  # fmt: skip
    with psycopg.connect(postgres_database.url) as locker:
        locker.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        with _session(postgres_database, lock_seconds=0.3) as session:
            begun = time.monotonic()
            found = session.survey(include_parts(parse_address(postgres_database.url)[0].engine, (postgres_database.name,)))
            with pytest.raises(StoreUnavailable, match=r"public\.t: somebody else has locked it"):
                list(session.batches(_select(postgres_database, "t", "a")))
            assert time.monotonic() - begun < 5

    assert {relation.path[-1]: [column.default for column in relation.columns] for relation in found.relations} == {
        "free": ["5"],
        "t": [None, None],
    }


def test_a_connection_that_is_cut_in_the_middle_is_told(postgres_database: Database) -> None:
    postgres_database.execute("CREATE VIEW t AS SELECT n AS a, repeat('x', 1000) AS b FROM generate_series(1, 1000000) n")
    with _session(postgres_database) as session:
        batches = session.batches(_select(postgres_database, "t", "a", "b"))
        next(batches)
        postgres_database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gluepot' AND datname = current_database()"
        )

        with pytest.raises(StoreUnavailable, match=r"public\.t"):
            for _ in batches:
                pass


def test_a_server_that_is_killed_in_the_middle_is_told(catalog: Catalog) -> None:
    with postgres() as server:
        database = Database(server, "postgres")
        database.execute(
            "CREATE TABLE t AS SELECT n AS a, repeat('x', 1000) AS b FROM generate_series(1, 300000) n", "CREATE TABLE u (a int)"
        )
        pot = Pot(database, catalog)
        pot.crawl(verify="none")
        reader = gluepot.scan_table(catalog, "postgres_public_t")
        reader.read_next_batch()
        ((file,),) = database.execute("SELECT pg_read_file('postmaster.pid')")
        backends = database.execute("SELECT pid FROM pg_stat_activity")
        for pid in (int(str(file).split()[0]), *(pid for (pid,) in backends)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

        with pytest.raises(StoreUnavailable, match=r"postgres\.public\.t"):
            reader.read_all()
        report = pot.crawl()

    assert not report.ok
    assert "DEPRECATED_BY_CRAWLER" not in pot.parameters("t")


def test_a_table_that_goes_or_changes_after_the_survey_fails_alone(pot: Pot) -> None:
    pot.execute("CREATE TABLE gone (a int)", "CREATE TABLE changed (a int, b int)", "CREATE TABLE t (a int)")
    pot.crawl(verify="none")
    pot.execute("DROP TABLE gone", "ALTER TABLE changed DROP b", "ALTER TABLE t ALTER a TYPE text")

    with pytest.raises(ObjectNotFound, match=r"public\.gone: it is not there"):
        pot.rows("gone")
    with pytest.raises(ObjectNotFound, match=r"public\.changed: one of its columns is not there .* crawl again"):
        pot.rows("changed")
    assert pot.rows("t") == []
