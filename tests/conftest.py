"""Fixtures for every area: real servers, and what reaches them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import pytest
from hypothesis import settings

from database_servers import Database, DatabaseServer, fresh_database, mariadb, postgres
from fault_proxy import FaultProxy
from gluepot.storage.s3 import S3Options
from s3_server import S3Server, seaweedfs
from servers import ServerMissing

Server = TypeVar("Server")


@contextmanager
def started(start: Callable[[], AbstractContextManager[Server]]) -> Generator[Server]:
    """Run a server. Where its program is missing, tests are skipped; CI fails, unless only the machine's owner can install it."""
    try:
        with start() as server:
            yield server
    except ServerMissing as error:
        if error.obtainable and os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


# Laws are tried on the same values each time, however slow the machine.
settings.register_profile("gluepot", deadline=None, derandomize=True, database=None)
settings.load_profile("gluepot")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A running S3 server."""
    with started(seaweedfs) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[DatabaseServer]:
    """A running PostgreSQL, without TLS."""
    with started(postgres) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[DatabaseServer]:
    """A running MariaDB, with TLS for who asks for it."""
    with started(mariadb) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_without_tls() -> Iterator[DatabaseServer]:
    """A running MariaDB that has no TLS for anybody."""
    with started(lambda: mariadb(ssl="OFF")) as server:
        yield server


@pytest.fixture
def postgres_database(postgres_server: DatabaseServer) -> Iterator[Database]:
    """A new, empty database in PostgreSQL."""
    with fresh_database(postgres_server) as database:
        yield database


@pytest.fixture
def mariadb_database(mariadb_server: DatabaseServer) -> Iterator[Database]:
    """A new, empty database in MariaDB."""
    with fresh_database(mariadb_server) as database:
        yield database


@pytest.fixture
def s3_options(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Options:
    """How to reach the server, its credentials given in the environment."""
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    return S3Options(endpoint_url=s3_server.endpoint, patience=3)


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    """A new, empty bucket."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    s3_server.client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def fault_proxy(s3_server: S3Server) -> Iterator[FaultProxy]:
    """A proxy before the S3 server that makes it fail as told."""
    with FaultProxy(s3_server.endpoint) as proxy:
        yield proxy
