"""Where a database is and who asks: what a URL or a Glue connection says, without any secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from ..errors import InvalidInput
from .engines import BY_SCHEME, Engine
from .include import Include, include

Tls = Literal["disable", "prefer", "require", "verify-ca", "verify-full"]  # libpq's words


@dataclass(frozen=True, slots=True)
class Address:
    """A server, or one database of it."""

    engine: Engine
    host: str
    port: int | None
    database: str = ""  # '' where none was named; the file of SQLite
    user: str | None = None
    password: str | None = None  # a reference to it, such as env:SHOP_PASSWORD; never itself
    tls: Tls = "prefer"
    root_certificate: str | None = None  # a file, for verify-ca and verify-full


def is_address(text: str) -> bool:
    """Say whether a target is the URL of a database."""
    scheme = text.partition(":")[0].lower()
    return scheme == "jdbc" or (scheme in BY_SCHEME and text[len(scheme) : len(scheme) + 3] == "://")


def parse_address(text: str) -> tuple[Address, Include]:
    """Read a URL and the include path in it. Raises InvalidInput."""
    parts = urlsplit(text)
    engine = BY_SCHEME.get(parts.scheme.lower())
    if engine is None:
        raise InvalidInput(f"{text!r} is not the URL of a database.")
    path = unquote(parts.path).lstrip("/")
    if engine.name == "sqlite":
        return Address(engine, "", None, "/" + path), include(engine, "")
    meant = include(engine, path)
    user = unquote(parts.username) if parts.username else None
    return Address(engine, parts.hostname or "localhost", parts.port or engine.port, meant.database or "", user), meant
