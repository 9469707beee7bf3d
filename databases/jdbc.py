"""JDBC's URLs taken apart: each driver has a grammar of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from ..errors import InvalidInput
from .engines import BY_NAME, Engine


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a URL, still percent-encoded but for the options."""

    engine: Engine
    authority: str  # user:reference@host:port
    path: str  # database/schema/table
    options: Mapping[str, str] = field(default_factory=dict[str, str])  # by their names in lower case, without - and _
    verbatim: bool = False  # the path is one name, and not percent-encoded
    sid: bool = False


def split_jdbc(text: str) -> Parts:
    """Take a JDBC URL apart. Raises InvalidInput for what is not one server's."""
    protocol, _, rest = text.partition(":")[2].partition(":")
    split = _GRAMMARS.get(protocol.lower())
    if split is None:
        raise InvalidInput(f"No engine is called {protocol!r} in JDBC; there are {', '.join(_GRAMMARS)}.")
    return split(BY_NAME[protocol.lower()], rest)


def plain(text: str, separators: str) -> dict[str, str]:
    """Read `name=value&name=value`, names in lower case and without - and _."""
    pairs = (pair.partition("=") for pair in re.split(f"[{separators}]", text) if pair)
    return {_name(unquote(name)): unquote(value) for name, _, value in pairs}


def _name(text: str) -> str:
    return re.sub(r"[-_\s]", "", text).lower()


def _url(engine: Engine, rest: str) -> Parts:
    """`//host:port/database?options`, or only the database."""
    found = re.fullmatch(r"(?://([^/?;]*)(?:/([^?;]*))?|/?([^/:?;]*))(?:[?;](.*))?", rest, re.DOTALL)
    if found is None:
        raise InvalidInput(f"jdbc:{engine.name}:{rest.partition('/')[0]} is a driver's own kind of URL; give the URL of one server.")
    if (found[1] or "").startswith(("(", "address=")):
        raise InvalidInput("A list of addresses cannot be read; give the URL of one server.")
    return Parts(engine, found[1] or "", found[2] or found[3] or "", plain(found[4] or "", "&;" if engine.name == "redshift" else "&"))


def _sqlserver(engine: Engine, rest: str) -> Parts:
    r"""`//host\instance:port;name=value;name={value}`."""
    server, _, properties = rest.removeprefix("//").partition(";")
    options: dict[str, str] = {}
    for name, braced, bare in re.findall(r"\s*([^=;]+)=(?:\{((?:[^}]|\}\})*)\}|([^;]*))\s*(?:;|$)", properties):
        options[_name(name)] = braced.replace("}}", "}") or bare.strip()
    return Parts(engine, server.rstrip("/"), options.get("databasename") or options.get("database") or "", options, verbatim=True)


def _oracle(engine: Engine, rest: str) -> Parts:
    """`thin:user@host:port:SID`, `thin:@//host:port/service`, `thin:@tcps://host:port/service`."""
    found = re.fullmatch(
        r"thin:(?://)?([^@/]*)(?:/([^@]*))?@(?:(tcps?):)?(?://)?([^/?()]*?)(?::([A-Za-z_][^/:?]*)|/([^?]*))(?:\?(.*))?", rest, re.DOTALL
    )
    if found is None:
        raise InvalidInput("An Oracle URL is jdbc:oracle:thin:@//host:port/service or jdbc:oracle:thin:@host:port:SID.")
    user, password, protocol, server, sid, service, query = found.groups()
    options = plain(query or "", "&")
    named = options.pop("sslserverdnmatch", "").lower() not in ("false", "no", "off")
    if protocol == "tcps":
        options.setdefault("sslmode", "verify-full" if named else "verify-ca")
    return Parts(engine, f"{user}:{password or ''}@{server}", sid or service, options, verbatim=True, sid=sid is not None)


def _sqlite(engine: Engine, rest: str) -> Parts:
    """A path, whatever is in it."""
    return Parts(engine, "", rest.removeprefix("file:"), verbatim=True)


_GRAMMARS: Mapping[str, Callable[[Engine, str], Parts]] = {
    **dict.fromkeys(("postgresql", "mysql", "mariadb", "redshift"), _url),
    "sqlserver": _sqlserver,
    "oracle": _oracle,
    "sqlite": _sqlite,
}
