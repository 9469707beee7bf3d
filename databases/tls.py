"""TLS to a server in libpq's words, whatever an engine's drivers call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from ..errors import InvalidInput

if TYPE_CHECKING:
    import ssl

Tls = Literal["disable", "prefer", "require", "verify-ca", "verify-full"]
MODES: tuple[Tls, ...] = ("disable", "prefer", "require", "verify-ca", "verify-full")

# libpq's, MySQL's and MariaDB's words.
_WORDS: Mapping[str, Tls] = {
    **{mode: mode for mode in MODES},
    "allow": "prefer",
    "disabled": "disable",
    "preferred": "prefer",
    "required": "require",
    "trust": "require",
    "verify-identity": "verify-full",
}
_ROOTS = ("sslrootcert", "sslca", "serversslcert", "servercertificate")
_TRUE = ("true", "yes", "1", "on", "mandatory", "strict")
_UNUSABLE = ("ssl", "tls", "trust", "keystore", "clientcertificate", "clientkey", "truststore", "hostnameincertificate")
_READ = ("ssl", "sslmode", "sslfactory", "usessl", "requiressl", "verifyservercertificate", "encrypt", "trustservercertificate", *_ROOTS)


def tls_of(engine: str, options: Mapping[str, str]) -> tuple[Tls, str | None]:
    """Read the mode and the root certificate from a URL's options, whose names are in lower case and plain letters.

    Raises InvalidInput for a mode that is none, and for options of TLS that cannot be followed.
    """
    for name in options:
        if name.startswith(_UNUSABLE) and name not in _READ:
            raise InvalidInput(
                f"The option {name} cannot be followed: of TLS there are sslmode={'|'.join(MODES)} and sslrootcert=FILE (PEM)."
            )
    root = next((options[name] for name in _ROOTS if options.get(name)), None)
    said = _mode(engine, options)
    return said or ("verify-full" if root else "prefer"), root


def mode_of(word: str) -> Tls:
    """Read a mode in any engine's spelling. Raises InvalidInput."""
    mode = _WORDS.get(word.lower().replace("_", "-"))
    if mode is None:
        raise InvalidInput(f"{word!r} is no mode of TLS; there are {', '.join(MODES)}.")
    return mode


def _mode(engine: str, options: Mapping[str, str]) -> Tls | None:
    if word := options.get("sslmode"):
        return mode_of(word)
    return _IDIOMS[engine](options) if engine in _IDIOMS else None


def _is(options: Mapping[str, str], name: str) -> bool | None:
    return options[name].lower() in _TRUE if name in options else None


def _postgresql(options: Mapping[str, str]) -> Tls | None:
    if not _is(options, "ssl"):
        return None  # ssl=false leaves it to the server, as does silence
    return "require" if options.get("sslfactory", "").endswith("NonValidatingFactory") else "verify-full"


def _mysql(options: Mapping[str, str]) -> Tls | None:
    if _is(options, "usessl") is False:
        return "disable"
    if _is(options, "verifyservercertificate"):
        return "verify-ca"
    return "require" if _is(options, "requiressl") else None


def _mariadb(options: Mapping[str, str]) -> Tls | None:
    used = _is(options, "usessl") if "usessl" in options else _is(options, "ssl")
    if used is None:
        return None
    return "disable" if not used else "require" if _is(options, "trustservercertificate") else "verify-full"


def _sqlserver(options: Mapping[str, str]) -> Tls | None:
    used = _is(options, "encrypt")
    if used is None:
        return None
    return "disable" if not used else "require" if _is(options, "trustservercertificate") else "verify-full"


# How each engine's JDBC driver is told without sslmode.
_IDIOMS: Mapping[str, Callable[[Mapping[str, str]], Tls | None]] = {
    "postgresql": _postgresql,
    "redshift": _postgresql,
    "mysql": _mysql,
    "mariadb": _mariadb,
    "sqlserver": _sqlserver,
}


def context(mode: Tls, root_certificate: str | None) -> ssl.SSLContext:
    """Return what verifies a server's certificate as a mode demands. Raises InvalidInput for a root certificate that is none."""
    import ssl

    try:
        made = ssl.create_default_context(cafile=root_certificate)
    except (OSError, ssl.SSLError) as error:
        raise InvalidInput(f"The root certificate {root_certificate} cannot be used: {error.strerror or error}.") from error
    made.check_hostname = mode == "verify-full"
    if mode not in ("verify-ca", "verify-full"):
        made.verify_mode = ssl.CERT_NONE
    return made


def libpq_options(mode: Tls, root_certificate: str | None) -> dict[str, str]:
    """Return what libpq is told; left to itself it trusts nobody, and `system` stands for verify-full alone."""
    import ssl

    trusted = {"verify-full": "system", "verify-ca": ssl.get_default_verify_paths().cafile}.get(mode)
    root = root_certificate or trusted
    return {"sslmode": mode, "sslrootcert": root} if root else {"sslmode": mode}


def pymysql_arguments(mode: Tls, root_certificate: str | None) -> dict[str, Any]:
    """Return what PyMySQL's `connect` is told; left to itself it prefers TLS, unverified."""
    if mode == "disable":
        return {"ssl_disabled": True}
    return {} if mode == "prefer" else {"ssl": context(mode, root_certificate)}
