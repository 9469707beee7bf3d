"""A catalog's connections, opened as they are needed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

from ..catalog.interface import Catalog
from ..catalog.model import Connection
from ..errors import GluepotError, InvalidInput
from .address import Address, jdbc_url, parse_address
from .session import Session, open_session

URL = "JDBC_CONNECTION_URL"


def address_of(connection: Connection) -> Address:
    """Return where a connection leads. Raises InvalidInput for one of another kind."""
    properties = connection.properties or {}
    if connection.connection_type != "JDBC" or URL not in properties:
        raise InvalidInput(f"Connection {connection.name} is of type {connection.connection_type}: it leads to no database.")
    address, _ = parse_address(properties[URL])
    return replace(address, user=properties.get("USERNAME"), password=properties.get("PASSWORD"))


def connection_of(name: str, address: Address) -> Connection:
    """Return an address as a connection."""
    properties = {URL: jdbc_url(address), "USERNAME": address.user, "PASSWORD": address.password}
    given = {key: value for key, value in properties.items() if value is not None}
    return Connection(name=name, connection_type="JDBC", properties=given)


class Sessions:
    """Sessions of a catalog's connections, one a database at a time: what is free is used again."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._new: dict[str, Address] = {}
        self._free: dict[tuple[str, str], list[Session]] = {}

    def introduce(self, name: str, address: Address) -> None:
        """Make known a connection that is not in the catalog yet."""
        self._new[name] = address

    @contextmanager
    def session(self, connection: str, database: str) -> Generator[Session]:
        """Lend a session; one in which something failed, or whose rows were not read to the end, is not lent again.

        Raises EntityNotFound for the connection, InvalidInput, StorageError.
        """
        free = self._free.setdefault((connection, database), [])
        session = free.pop() if free else self._open(connection, database)
        try:
            yield session
        except BaseException:
            with suppress(GluepotError):
                session.close()
            raise
        free.append(session)

    def close(self) -> None:
        """End all sessions."""
        for free in self._free.values():
            while free:
                with suppress(GluepotError):
                    free.pop().close()

    def _open(self, connection: str, database: str) -> Session:
        address = self._new.get(connection) or address_of(self._catalog.get_connection(connection))
        return open_session(address if address.engine.name == "sqlite" else replace(address, database=database), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
