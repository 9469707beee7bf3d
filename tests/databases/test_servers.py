"""The servers that the tests start are those that the tests believe in."""

from __future__ import annotations

import ssl

import psycopg
import pymysql
import pytest

from database_servers import Database, DatabaseServer


def test_postgres_lets_users_in_by_their_passwords_alone(postgres_database: Database) -> None:
    name, server = postgres_database.name, postgres_database.server
    postgres_database.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'p@ss/word'")

    with psycopg.connect(postgres_database.url_of(name, "p@ss/word")) as connection:
        assert connection.execute("SELECT current_user").fetchall() == [(name,)]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres_database.url_of(name, "wrong"))
    with pytest.raises(psycopg.OperationalError, match="does not support SSL"):
        psycopg.connect(postgres_database.url, sslmode="require")
    server.execute("", f"DROP ROLE {name}")


def test_mariadb_speaks_tls_with_a_certificate_that_can_be_checked(mariadb_database: Database) -> None:
    server: DatabaseServer = mariadb_database.server
    trust = ssl.create_default_context(cafile=str(server.certificate))

    with pymysql.connect(host=server.host, port=server.port, user=server.admin, ssl=trust) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
        row = cursor.fetchone()

    assert row
    assert row[1]
    assert mariadb_database.execute("SELECT user, host FROM mysql.user WHERE user = ''") == []


def test_two_mariadbs_share_no_temporary_folder(mariadb_server: DatabaseServer) -> None:
    ((data, temporary),) = mariadb_server.execute("", "SELECT @@datadir, @@tmpdir")

    assert data.startswith(temporary.rstrip("/") + "/")
