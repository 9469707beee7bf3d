"""A catalog's connections, opened as they are needed."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import quote

from ..catalog.interface import Catalog
from ..catalog.model import Connection
from ..errors import EntityNotFound, GluepotError, InvalidInput
from .address import Address, jdbc_url, parse_address
from .secrets import Aws, signed_in
from .session import Session, open_session

URL = "JDBC_CONNECTION_URL"


def address_of(connection: Connection) -> Address:
    """Return where a connection leads. Raises InvalidInput for one that leads to no database."""
    properties = connection.properties or {}
    if connection.connection_type != "JDBC":
        raise InvalidInput(f"Connection {connection.name} is of type {connection.connection_type}: it leads to no database.")
    try:
        address, _ = parse_address(properties.get(URL) or _url(properties))
        return replace(
            address,
            user=properties.get("USERNAME") or address.user,
            password=password_of(properties) or address.password,
            tls="verify-full" if properties.get("JDBC_ENFORCE_SSL", "").lower() == "true" else address.tls,
            root_certificate=_certificate(properties) or address.root_certificate,
        )
    except InvalidInput as error:
        raise InvalidInput(f"Connection {connection.name}: {error}") from None


def connection_of(name: str, address: Address, description: str | None = None) -> Connection:
    """Return an address as a connection, which leads to the same place from every folder."""
    address = address.anchored()
    properties = {
        URL: jdbc_url(address),
        "USERNAME": address.user,
        "PASSWORD": address.password,
        "JDBC_ENFORCE_SSL": "true" if address.tls == "verify-full" else None,
    }
    given = {key: value for key, value in properties.items() if value is not None}
    return Connection(name=name, description=description, connection_type="JDBC", properties=given)


def password_of(properties: Mapping[str, str]) -> str | None:
    """Return the reference to a connection's password."""
    secret = properties.get("SECRET_ID")
    return properties.get("PASSWORD") or (f"secretsmanager:{secret}" if secret else None)


def _url(properties: Mapping[str, str]) -> str:
    """Return the URL of a connection that names its server in parts."""
    engine, host, port = (properties.get(key, "") for key in ("JDBC_ENGINE", "HOST", "PORT"))
    return f"{engine.lower()}://{quote(host, safe='[]:')}{f':{port}' if port else ''}"


def _certificate(properties: Mapping[str, str]) -> str | None:
    """Return the root certificate's file. Raises InvalidInput for one that only Glue can fetch."""
    place = properties.get("CUSTOM_JDBC_CERT")
    if place and "://" in place:
        raise InvalidInput(f"Its CUSTOM_JDBC_CERT {place} is no file here: download it, and give the file's path.")
    return place or None


class Sessions:
    """Sessions of a catalog's connections, one a database at a time: what is free is used again."""

    def __init__(self, catalog: Catalog, aws: Aws | None = None) -> None:
        self._catalog = catalog
        self._aws = aws
        self.introduced: dict[str, Address] = {}  # connections that are not in the catalog yet
        self._free: dict[tuple[str, str], list[Session]] = {}

    def introduce(self, name: str, address: Address) -> None:
        """Make known a connection that is not in the catalog yet."""
        self.introduced.setdefault(name, address)

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
        address = self.introduced.get(connection) or self._address(connection)
        if address.engine.name != "sqlite":
            address = replace(address, database=database)
        return open_session(*signed_in(address, self._aws))

    def _address(self, name: str) -> Address:
        try:
            return address_of(self._catalog.get_connection(name))
        except EntityNotFound:
            raise EntityNotFound(
                f"The catalog has no connection {name} (any more): add it again, crawl connections add {name} URL."
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
