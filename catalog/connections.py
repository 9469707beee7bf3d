"""Connections in the SQLite catalog, and what one may say."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime

from ..errors import AlreadyExists, EntityNotFound, InvalidInput
from . import documents
from .file import CatalogFile, Row
from .interface import Page
from .model import Connection, Json, to_epoch
from .names import checked_limit, checked_name
from .references import FORMS, is_reference, is_secret_name, open_secret
from .tokens import read_token, write_token

_SELECT = "SELECT name, body, created, updated FROM connections"
# Members that have columns of their own, that the service sets, or that only ask something of a request.
_NOT_KEPT = frozenset(
    ("Name", "CreationTime", "LastUpdatedTime", "LastUpdatedBy", "Status", "StatusReason", "LastConnectionValidationTime")
    + ("ValidateCredentials", "ValidateForComputeEnvironments")
)
_MAPS = ("ConnectionProperties", "SparkProperties", "AthenaProperties", "PythonProperties")
_CREDENTIALS = ("BasicAuthenticationCredentials", "CustomAuthenticationCredentials", "OAuth2Credentials", "AuthorizationCodeProperties")


class Connections:
    """The connections of one catalog file. [guess] Their names keep their case, and they are READY at once."""

    def __init__(self, file: CatalogFile, clock: Callable[[], datetime]) -> None:
        self._file = file
        self._clock = clock

    def create(self, connection: Connection) -> None:
        """Add a connection."""
        check(connection)
        now = to_epoch(self._clock())
        row = (connection.name, _body(connection), now, now)
        try:
            self._file.connection.run("INSERT INTO connections (name, body, created, updated) VALUES (?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            raise AlreadyExists(f"Connection {connection.name} already exists.") from None

    def get(self, name: str) -> Connection:
        """Return a connection."""
        row = self._file.connection.row(f"{_SELECT} WHERE name = ?", (name,))
        if row is None:
            raise _missing(name)
        return _read(row)

    def update(self, name: str, connection: Connection) -> None:
        """Replace a connection's definition."""
        check(connection)
        if connection.name != name:
            raise InvalidInput(f"Connection {name} cannot be renamed to {connection.name}: delete it and create the other.")
        values = (_body(connection), to_epoch(self._clock()), name)
        if not self._file.connection.run("UPDATE connections SET body = ?, updated = ? WHERE name = ?", values).rowcount:
            raise _missing(name)

    def delete(self, name: str) -> None:
        """Remove a connection."""
        if not self._file.connection.run("DELETE FROM connections WHERE name = ?", (name,)).rowcount:
            raise _missing(name)

    def page(self, token: str | None, limit: int) -> Page[Connection]:
        """Return some connections in the order of their names."""
        after = read_token(["connections"], token) or ("",)
        rows = self._file.connection.rows(f"{_SELECT} WHERE name > ? ORDER BY name LIMIT ?", (*after, checked_limit(limit) + 1))
        items = [_read(row) for row in rows[:limit]]
        return Page(items, write_token(["connections"], [items[-1].name]) if len(rows) > limit else None)


def check(connection: Connection) -> None:
    """Refuse what Glue refuses, and a secret that stands in it. Raises InvalidInput with every mistake and no secret."""
    checked_name(connection.name, "connection")
    mistakes = [*_incomplete(connection), *_open_secrets(connection.to_api())]
    if mistakes:
        raise InvalidInput(" ".join(mistakes))


def _incomplete(connection: Connection) -> Iterator[str]:
    properties = connection.properties
    if not connection.connection_type:
        yield f"Connection {connection.name} needs a ConnectionType, such as JDBC."
    if properties is None:
        yield f"Connection {connection.name} needs ConnectionProperties."
    elif connection.connection_type == "JDBC" and not ("JDBC_CONNECTION_URL" in properties or {"HOST", "JDBC_ENGINE"} <= properties.keys()):
        yield f"Connection {connection.name} of type JDBC needs the property JDBC_CONNECTION_URL, or HOST and JDBC_ENGINE."
    values: Json = dict(properties or {})  # Glue's JSON may hold anything
    for name, value in values.items():
        if not isinstance(value, str) or not 1 <= len(value) <= 1024:
            yield f"The property {name} must be text of 1 to 1,024 characters."


def _open_secrets(document: Json) -> Iterator[str]:
    """Say which members hold a secret, or would: Glue encrypts them, a file on a disk does not."""
    for member in _MAPS:
        properties: Json = document.get(member) or {}
        for name, value in properties.items():
            if name.startswith("ENCRYPTED_") and is_secret_name(name):
                yield f"{name} cannot be kept: only AWS can decrypt it; write a reference into {name[len('ENCRYPTED_') :]} ({FORMS})."
            elif is_secret_name(name) and not is_reference(str(value)):
                yield f"{name} must be a reference to the password, not the password itself: {FORMS}."
            elif place := open_secret(str(value)):
                yield f"{name} holds a password ({place}); take it out and write a reference into PASSWORD: {FORMS}."
    authentication: Json = document.get("AuthenticationConfiguration") or {}
    held: Json = {**authentication, **(authentication.get("OAuth2Properties") or {})}
    for member in _CREDENTIALS:
        if held.get(member):
            yield f"AuthenticationConfiguration holds a secret ({member}): keep it in AWS Secrets Manager and give its SecretArn."


def _body(connection: Connection) -> str:
    return documents.dumps({member: value for member, value in connection.to_api().items() if member not in _NOT_KEPT})


def _read(row: Row) -> Connection:
    name, body, created, updated = row
    service = {"Name": name, "CreationTime": created, "LastUpdatedTime": updated, "Status": "READY"}
    return Connection.from_api(documents.loads(body) | service)


def _missing(name: str) -> EntityNotFound:
    return EntityNotFound(f"Connection {name} not found.")
