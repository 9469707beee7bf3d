"""Connections lead to databases: what they say is understood, and secrets are asked for when they are opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database_servers import Database
from gluepot.catalog import Catalog, Connection
from gluepot.catalog.sqlite import open_catalog
from gluepot.databases.address import Address, parse_address
from gluepot.databases.connections import Sessions, address_of, connection_of
from gluepot.databases.engines import BY_NAME
from gluepot.databases.include import include
from gluepot.databases.tls import MODES
from gluepot.errors import AccessDenied, InvalidInput, ObjectNotFound, StoreUnavailable

PASSWORD = "p@ss/w:rd ä'"


def jdbc(**properties: str) -> Address:
    return address_of(Connection("shop", connection_type="JDBC", properties=properties))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with open_catalog(tmp_path / "gluepot.db") as catalog:
        yield catalog


@pytest.fixture
def reader(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """A user with a password in SHOP_PASSWORD, and where the user's database is."""
    name = postgres_database.name
    postgres_database.execute(f"""CREATE ROLE "{name}" LOGIN PASSWORD '{PASSWORD.replace("'", "''")}'""")
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    yield parse_address(postgres_database.url_of(name, "env:SHOP_PASSWORD"))[0]
    postgres_database.server.execute("", f"""DROP ROLE "{name}" """)


def ask(catalog: Catalog, address: Address) -> list[str]:
    catalog.create_connection(connection_of("shop", address))
    with Sessions(catalog) as sessions, sessions.session("shop", address.database) as session:
        return session.databases()


def test_glue_s_properties_are_understood() -> None:
    found = jdbc(
        JDBC_CONNECTION_URL="jdbc:mysql://host/shop?user=nobody",
        USERNAME="me",
        PASSWORD="env:PW",
        JDBC_ENFORCE_SSL="True",
        CUSTOM_JDBC_CERT="/ca.pem",
    )

    assert found == Address(BY_NAME["mysql"], "host", 3306, "shop", "me", "env:PW", "verify-full", "/ca.pem")


def test_a_secret_and_a_server_in_parts_are_understood() -> None:
    assert jdbc(JDBC_CONNECTION_URL="jdbc:mysql://host", SECRET_ID="prod/shop").password == "secretsmanager:prod/shop"
    assert jdbc(JDBC_ENGINE="POSTGRESQL", HOST="host", PORT="99") == Address(BY_NAME["postgresql"], "host", 99)


@pytest.mark.parametrize(
    ("connection", "what"),
    [
        (Connection("vpc", connection_type="NETWORK", properties={}), "vpc is of type NETWORK: it leads to no database"),
        (Connection("old", connection_type="JDBC", properties={"JDBC_CONNECTION_URL": "jdbc:db2://h"}), "old: .*No engine is called 'db2'"),
        (
            Connection(
                "far", connection_type="JDBC", properties={"JDBC_CONNECTION_URL": "jdbc:mysql://h", "CUSTOM_JDBC_CERT": "s3://b/ca.pem"}
            ),
            "far: .*download it",
        ),
    ],
)
def test_a_connection_that_leads_nowhere_is_named(connection: Connection, what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        address_of(connection)


@settings(deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(["postgresql", "mysql", "mariadb", "sqlserver", "redshift"]),
    st.one_of(st.none(), st.text(min_size=1, max_size=9)),
    st.sampled_from([None, "env:PW", "rds-iam", "file:/pw"]),
    st.sampled_from(MODES),
    st.sampled_from([None, "/ca.pem"]),
)
def test_an_address_and_its_connection_say_the_same(name: str, user: str | None, password: str | None, tls: str, root: str | None) -> None:
    address = Address(BY_NAME[name], "host", 99, "shop", user, password, tls, root)  # type: ignore[arg-type]  # one of MODES

    assert address_of(connection_of("shop", address)) == address


def test_files_are_found_from_every_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    server = address_of(connection_of("shop", parse_address("mysql://a@h?password=file:~/pw&sslrootcert=ca.pem")[0]))

    assert address_of(connection_of("shop", parse_address("sqlite:///shop.db")[0])).database == str(tmp_path / "shop.db")
    assert (server.password, server.root_certificate) == (f"file:{tmp_path}/me/pw", str(tmp_path / "ca.pem"))


def test_a_session_is_opened_with_what_the_reference_leads_to(catalog: Catalog, reader: Address) -> None:
    assert reader.database in ask(catalog, reader)


def test_a_wrong_password_is_told_and_not_repeated(catalog: Catalog, reader: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "hunter2")

    with pytest.raises(AccessDenied, match="refuses this user or password") as refused:
        ask(catalog, reader)
    assert "hunter2" not in str(refused.value)


def test_what_a_driver_repeats_of_a_password_is_taken_out(catalog: Catalog, reader: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", reader.user or "")  # which the server names

    with pytest.raises(AccessDenied, match=r'for user "\*\*\*"') as refused:
        ask(catalog, reader)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("change", "kind", "what"),
    [
        ({"password": None}, AccessDenied, "wants a password"),
        ({"password": "env:NOT_SET"}, InvalidInput, "NOT_SET is not set"),
        ({"user": "nobody"}, AccessDenied, "user"),
        ({"database": "nowhere"}, ObjectNotFound, "no such database"),
        ({"port": 1}, StoreUnavailable, "nothing listens"),
        ({"host": "nowhere.invalid"}, StoreUnavailable, "no such host"),
        ({"tls": "require"}, StoreUnavailable, "offers no TLS"),
        ({"tls": "verify-full"}, StoreUnavailable, "offers no TLS"),
    ],
)
def test_what_keeps_a_connection_from_opening_is_told(
    catalog: Catalog, reader: Address, change: dict[str, object], kind: type[Exception], what: str
) -> None:
    with pytest.raises(kind, match=what) as refused:
        ask(catalog, replace(reader, **change))  # type: ignore[arg-type]  # each by its name
    assert "p@ss" not in str(refused.value)
    assert "p%40ss" not in str(refused.value)


def test_the_same_password_serves_every_database_of_a_server(catalog: Catalog, reader: Address) -> None:
    catalog.create_connection(connection_of("shop", reader))

    with Sessions(catalog) as sessions, sessions.session("shop", "postgres") as session:
        assert session.survey(include(reader.engine, "postgres")).relations == ()
