"""Where a database is and who asks: what a URL or a Glue connection says, without any secret."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote, unquote

from ..catalog.references import FORMS, is_reference, open_secret
from ..errors import InvalidInput
from .engines import BY_SCHEME, Engine
from .include import Include, include_parts
from .jdbc import Parts, plain, split_jdbc
from .tls import Tls, tls_of

_FILES = ("file", "s3", "s3a", "s3n")
_LONGEST = 8192  # characters of a URL
_FILE_SECRET = re.compile(r"([^:/?#@]*):(file:[^@]*)@(.*)", re.DOTALL)  # a path in the user part, slashes and all
_ORACLE_NAME = re.compile(r"[\w.$#-]+")


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
    instance: str | None = None  # of SQL Server, where a host has several
    sid: bool = False  # Oracle: the database is the name of an instance, not of a service

    def anchored(self) -> Self:
        """Return the address with absolute paths, so that it leads to the same place from every folder."""
        kind, _, path = (self.password or "").partition(":")
        return replace(
            self,
            database=_absolute(self.database) if self.engine.name == "sqlite" else self.database,
            password=f"file:{_absolute(path)}" if kind == "file" else self.password,
            root_certificate=self.root_certificate and _absolute(self.root_certificate),
        )

    @property
    def place(self) -> str:
        """Where it is, for people."""
        if self.engine.name == "sqlite":
            return self.database
        host = f"[{self.host}]" if ":" in self.host else self.host
        instance = f"\\{self.instance}" if self.instance else ""
        return f"{host}{instance}{f':{self.port}' if self.port else ''}{f'/{self.database}' if self.database else ''}"


def _absolute(path: str) -> str:
    return os.path.abspath(os.path.expanduser(path))


def is_address(text: str) -> bool:
    """Say whether a target is the URL of a database."""
    scheme = _scheme(text)
    return scheme == "jdbc" or (scheme in BY_SCHEME and text.partition(":")[2].startswith("//"))


def parse_address(text: str) -> tuple[Address, Include]:
    """Read a URL, JDBC's too, and the include path in it. Raises InvalidInput, which never repeats a password."""
    if len(text) > _LONGEST:
        raise InvalidInput(f"A URL of {len(text):,} characters is too long: {_LONGEST:,} are allowed.")
    if place := open_secret(text):
        raise InvalidInput(f"A password stands in the URL ({place}), where every process can read it; write {FORMS} instead.")
    if any(ord(character) < 32 for character in text):
        raise InvalidInput(f"{text!r} holds a control character, which no URL does.")
    if not is_address(text):
        raise InvalidInput(
            f"{text!r} is not the URL of a database; those begin with {', '.join(f'{scheme}://' for scheme in BY_SCHEME)} or jdbc:."
        )
    return _address(split_jdbc(text) if _scheme(text) == "jdbc" else _split(text))


def shown(target: str) -> str:
    """Return a target as it may be told: one in which a password stands is only named by how it begins."""
    is_url = is_address(target) or ("://" in target and _scheme(target) not in _FILES)  # a folder may be called password=x
    return f"{_scheme(target)}:…" if is_url and (len(target) > _LONGEST or open_secret(target)) else target


# --- reading --------------------------------------------------------------------------------------------


def _scheme(text: str) -> str:
    """Return what a URL begins with, without the driver that SQLAlchemy's URLs name."""
    return text.partition(":")[0].partition("+")[0].lower()


def _split(text: str) -> Parts:
    """Take a URL apart; # has no meaning of its own, so that a secret's key may follow it."""
    engine, rest = BY_SCHEME[_scheme(text)], text.partition("://")[2]
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    if within := _FILE_SECRET.match(rest):
        authority, slash, path = within[3].partition("/")
        authority = f"{within[1]}:{quote(within[2], safe=':%')}@{authority}"
    return Parts(engine, authority, path if slash else "", plain(query, "&"))


def _address(parts: Parts) -> tuple[Address, Include]:
    engine, options = parts.engine, parts.options
    if engine.name == "sqlite":
        if parts.authority or not parts.path:
            raise InvalidInput("The URL of a SQLite file has three slashes, or four before an absolute path: sqlite:///shop.db.")
        path = parts.path if parts.verbatim else unquote(parts.path)
        return Address(engine, "", None, path), include_parts(engine, ())
    names = [parts.path] if parts.verbatim else [_decoded(part) for part in parts.path.split("/") if part]
    if engine.name == "oracle" and names and not _ORACLE_NAME.fullmatch(names[0]):
        raise InvalidInput(f"{names[0]!r} cannot be the name of a service or SID.")
    meant = include_parts(engine, [name for name in names if name])
    who, _, server = parts.authority.rpartition("@")
    user, _, password = who.partition(":")
    host, port, instance = _server(parts, server)
    mode, root = tls_of(engine.name, options)
    address = Address(
        engine,
        host,
        port,
        meant.database or "",
        options.get("user") or options.get("username") or options.get("uid") or unquote(user) or None,
        _reference(options.get("password") or options.get("pwd") or unquote(password)),
        mode,
        root,
        instance,
        parts.sid,
    )
    return address, meant


def _server(parts: Parts, text: str) -> tuple[str, int | None, str | None]:
    """Return host, port and SQL Server's instance."""
    if "," in text:
        raise InvalidInput("The URL names several servers; give one of them, since a connection leads to one.")
    found = re.fullmatch(r"(\[[^\]]*\]|[^:\\\[\]]*)(?:\\([^:\\]+))?(?::(\d*))?", re.sub("%5c", r"\\", text, flags=re.IGNORECASE))
    if found is None or "@" in text:
        raise InvalidInput("The URL's host cannot be understood: write host:port or [IPv6 address]:port, and %40 for an @ in a name.")
    host = unquote(found[1]).strip("[]") or parts.options.get("host") or parts.options.get("servername") or "localhost"
    instance = found[2] or parts.options.get("instancename")
    digits = found[3] or parts.options.get("port") or parts.options.get("portnumber")
    if digits and not (digits.isdecimal() and 0 < int(digits[:6]) < 65536):
        raise InvalidInput(f"{digits[:20]!r} is no port.")
    default = None if instance else parts.engine.port
    return (
        host if host.startswith("/") else host.lower(),
        int(digits) if digits else default,
        instance if parts.engine.name == "sqlserver" else None,
    )


def _reference(text: str) -> str | None:
    if text and not is_reference(text):  # whatever open_secret did not find
        raise InvalidInput(f"The URL's password must be a reference: {FORMS}.")
    return text or None


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise InvalidInput(f"{text!r} is percent-encoded, and is no UTF-8; a % before two hexadecimal digits is written %25.") from None


# --- writing --------------------------------------------------------------------------------------------


def jdbc_url(address: Address) -> str:
    """Return the URL that Glue's connections have: without user and password, which are properties of their own."""
    name = address.engine.name
    if name == "sqlite":
        return f"jdbc:sqlite:{address.database}"
    host = f"[{address.host}]" if ":" in address.host else address.host
    if name == "sqlserver":
        return f"jdbc:sqlserver://{host}{_sqlserver_rest(address)}"
    server = f"{quote(host, safe='[]:~')}:{address.port}"
    query = "&".join(f"{option}={quote(value, safe='/:')}" for option, value in _tls_options(address).items())
    query = f"?{query}" if query else ""
    if name == "oracle":
        service = f"{'tcps:' if address.tls == 'verify-full' else ''}//{server}/{address.database}"
        return f"jdbc:oracle:thin:@{f'{server}:{address.database}' if address.sid else service}{query}"
    return f"jdbc:{name}://{server}/{quote(address.database, safe='')}{query}"


def _sqlserver_rest(address: Address) -> str:
    instance = f"\\{address.instance}" if address.instance else ""
    port = f":{address.port}" if address.port else ""
    options = {"databaseName": address.database, **_tls_options(address)}
    return instance + port + "".join(f";{name}={_braced(value)}" for name, value in options.items() if value)


def _braced(value: str) -> str:
    return value if re.fullmatch(r"[\w./:-]+", value) else f"{{{value.replace('}', '}}')}}}"


def _tls_options(address: Address) -> dict[str, str]:
    """Return the options in the words of each engine's JDBC driver, where it has them."""
    unsaid = {} if address.tls == "prefer" and not address.root_certificate else {"sslmode": address.tls}
    options = dict(_SPELLED.get(address.engine.name, {}).get(address.tls, unsaid))
    if address.engine.name == "oracle" and address.tls == "verify-full" and not address.sid:
        options = {}  # its protocol says it
    if address.root_certificate:
        options[_ROOT.get(address.engine.name, "sslrootcert")] = address.root_certificate
    return options


_SPELLED: Mapping[str, Mapping[Tls, Mapping[str, str]]] = {
    "mysql": {
        "disable": {"sslMode": "DISABLED"},
        "require": {"sslMode": "REQUIRED"},
        "verify-ca": {"sslMode": "VERIFY_CA"},
        "verify-full": {"sslMode": "VERIFY_IDENTITY"},
    },
    "mariadb": {
        "disable": {"sslMode": "disable"},
        "require": {"sslMode": "trust"},
        "verify-ca": {"sslMode": "verify-ca"},
        "verify-full": {"sslMode": "verify-full"},
    },
    "sqlserver": {
        "disable": {"encrypt": "false"},
        "require": {"encrypt": "true", "trustServerCertificate": "true"},
        "verify-full": {"encrypt": "true"},
    },
}
_ROOT = {"mysql": "ssl-ca", "mariadb": "serverSslCert", "sqlserver": "serverCertificate"}
