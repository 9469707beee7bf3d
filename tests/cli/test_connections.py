"""`crawl connections`: ways to databases by name, and no password anywhere."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from database_servers import Database
from gluepot.cli import main

PASSWORD = "hunter2-Pa55"
REFERENCE = "env:SHOP_PASSWORD"


class Done(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GLUEPOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return Done(int(str(ended.value.code or 0)), out, err)

    return run


@pytest.fixture
def shop(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database whose user has its name, and a password in SHOP_PASSWORD."""
    name = postgres_database.name
    postgres_database.execute(
        f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'",
        "CREATE TABLE feedback (id int, stars int)",
        "INSERT INTO feedback VALUES (1, 5)",
        "CREATE TABLE secret (id int)",
        "CREATE VIEW happy AS SELECT * FROM feedback WHERE stars > 3",
        f"GRANT SELECT ON feedback, happy TO {name}",
    )
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    yield postgres_database
    postgres_database.execute(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def url(shop: Database, **change: str) -> str:
    parts = {"user": shop.name, "host": shop.server.host, "port": str(shop.server.port), "database": shop.name} | change
    return f"postgresql://{parts['user']}@{parts['host']}:{parts['port']}/{parts['database']}"


def test_a_connection_is_added_listed_and_forgotten(run: Run) -> None:
    added = run(
        "connections", "add", "till", "jdbc:mysql://db.example.com/shop?user=me", "--password", REFERENCE, "--description", "the till"
    )
    listed = run("connections", "list").out.splitlines()

    assert (added.code, added.out) == (0, "")
    assert "crawl connections test till" in added.err
    assert listed[1].split("\t") == ["till", "JDBC", "jdbc:mysql://db.example.com:3306/shop", "me", REFERENCE, "the till"]
    (entity,) = json.loads(run("connections", "list", "--output", "json").out)
    assert entity["ConnectionProperties"] == {
        "JDBC_CONNECTION_URL": "jdbc:mysql://db.example.com:3306/shop",
        "USERNAME": "me",
        "PASSWORD": REFERENCE,
    }
    assert "till" in run("connections", "list", "--output", "table").out
    assert run("connections", "rm", "till").code == 0
    assert "No connections" in run("connections", "list", "--output", "table").out


def test_tls_and_its_authority_are_kept(run: Run, mariadb_database: Database) -> None:
    certificate = str(mariadb_database.server.certificate)

    assert run("connections", "add", "a", "mysql://h", "--root-certificate", certificate).code == 0
    assert run("connections", "add", "b", "mysql://h", "--root-certificate", certificate, "--tls", "verify-ca").code == 0

    strict, lax = (line.split("\t")[2] for line in run("connections", "list").out.splitlines()[1:])
    assert strict == f"jdbc:mysql://h:3306/?sslMode=VERIFY_IDENTITY&ssl-ca={certificate}"
    assert lax == f"jdbc:mysql://h:3306/?sslMode=VERIFY_CA&ssl-ca={certificate}"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("postgresql://h/shop", "--password", PASSWORD), "--password must say where the password is"),
        ((f"postgresql://me:{PASSWORD}@h/shop",), "A password stands in the URL"),
        ((f"jdbc:postgresql://h/shop?password={PASSWORD}",), "A password stands in the URL"),
        (("postgresql://h/shop/public/orders",), "crawl shop/…"),
        (("s3://bucket",), "not the URL of a database"),
        (("postgresql://h", "--root-certificate", "nowhere.pem"), "nowhere.pem cannot be used: No such file"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(run: Run, arguments: tuple[str, ...], what: str) -> None:
    done = run("connections", "add", "shop", *arguments)

    assert done.code == 1
    assert what in done.err
    assert PASSWORD not in done.err
    assert not Path("gluepot.db").exists()


def test_a_name_is_given_once(run: Run) -> None:
    run("connections", "add", "shop", "postgresql://h")

    assert "shop already exists" in run("connections", "add", "shop", "postgresql://other").err


def test_a_name_that_is_not_there_is_told_with_the_nearest(run: Run) -> None:
    run("connections", "add", "shop", "postgresql://h")

    assert "Did you mean shop?" in run("connections", "test", "shpo").err
    assert "crawl connections list" in run("connections", "test", "nobody").err
    assert run("connections", "rm", "nobody").code == 1


def test_a_trial_says_what_the_server_is_and_what_may_be_seen(run: Run, shop: Database) -> None:
    run("connections", "add", "shop", url(shop), "--password", REFERENCE)

    found = json.loads(run("connections", "test", "shop", "--output", "json").out)

    assert found["server"].startswith("PostgreSQL ")
    assert (found["user"], found["tls"]) == (shop.name, "prefer")
    assert shop.name in found["databases"]
    assert (found["tables"], found["views"]) == (1, 1)
    assert found["denied"] == [f"{shop.name}.public.secret: SELECT is not granted"]
    lines = run("connections", "test", url(shop).replace("@", f":{REFERENCE}@")).out.splitlines()
    assert "tables\t1" in lines
    shown = run("connections", "test", "shop", "--output", "table").out.splitlines()
    assert ["user", shop.name] in [line.split() for line in shown]


@pytest.mark.parametrize(
    ("change", "reference", "what"),
    [
        ({}, "env:WRONG", "refuses this user or password"),
        ({}, "env:NOT_SET", "NOT_SET is not set"),
        ({"user": "nobody"}, REFERENCE, "refuses this user or password"),
        ({"host": "nowhere.invalid"}, REFERENCE, "no such host"),
        ({"port": "1"}, REFERENCE, "nothing listens there"),
        ({"database": "nowhere"}, REFERENCE, "no such database"),
        ({"database": "nowhere?sslmode=require"}, REFERENCE, "offers no TLS"),
    ],
)
def test_a_trial_says_what_is_wrong(
    run: Run, shop: Database, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], reference: str, what: str
) -> None:
    monkeypatch.setenv("WRONG", "wr0ng-Pa55")
    run("connections", "add", "shop", url(shop, **change), "--password", reference)

    done = run("connections", "test", "shop", "--verbose")

    assert done.code == 1
    assert what in done.err
    assert PASSWORD not in done.err
    assert "wr0ng-Pa55" not in done.err


def test_a_crawl_through_a_connection_leaves_the_password_nowhere(run: Run, shop: Database) -> None:
    run("connections", "add", "shop", url(shop), "--password", REFERENCE)

    crawled = run("shop", "--output", "json")
    tables = run("tables", "--output", "json")
    rows = run("query", f"SELECT * FROM {shop.name}_public_feedback")

    assert crawled.code == 0
    assert rows.out == "id\tstars\n1\t5\n"
    assert PASSWORD not in "".join((*crawled[1:], *tables[1:], *rows[1:]))
    assert all(PASSWORD.encode() not in path.read_bytes() for path in Path().glob("gluepot.db*"))
    with sqlite3.connect("gluepot.db") as catalog:
        assert PASSWORD not in "\n".join(catalog.iterdump())


@pytest.mark.parametrize("form", ["table", "tsv", "json"])
@pytest.mark.parametrize(
    "target",
    [
        f"postgresql://me:{PASSWORD}@h/shop",
        f"postgresql://me:{PASSWORD[:5]}/{PASSWORD}@h/shop",
        f"mysql://h/shop?password={PASSWORD}",
        f"jdbc:sqlserver://h;password={PASSWORD}",
        f"mongodb://me:{PASSWORD}@h/shop",
    ],
)
def test_a_target_in_which_a_password_stands_is_not_repeated(run: Run, target: str, form: str) -> None:
    done = run(target, "--output", form, "--verbose")

    assert done.code == 3
    assert PASSWORD[:5] not in done.out + done.err


def test_a_folder_may_be_called_like_a_password(run: Run) -> None:
    assert "password=x" in run("lake/password=x").err
