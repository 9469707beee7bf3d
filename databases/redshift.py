"""Redshift, through SQLAlchemy and Amazon's own driver. Tried on recorded answers only: no cluster was at hand."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import AccessDenied, ObjectNotFound, StoreUnavailable, TimedOut
from .address import Address
from .inspected import Inspected, Speech
from .native import Rule
from .session import CONNECT_SECONDS, Session

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

RULES = (
    Rule("smallint", "smallint"),
    Rule("integer", "int"),
    Rule("bigint", "bigint"),
    Rule("numeric", "decimal({0},{1})", unbounded="decimal(18,0)"),
    Rule("decimal", "decimal({0},{1})", unbounded="decimal(18,0)"),
    Rule("real", "float"),
    Rule("double precision", "double"),
    Rule("double_precision", "double"),
    Rule("boolean", "boolean"),
    Rule("date", "date"),
    *(Rule(name, "timestamp") for name in ("timestamp", "timestamptz", "timestamp without time zone", "timestamp with time zone")),
    *(Rule(name, "timestamp") for name in ("time", "timetz", "time without time zone", "time with time zone")),
    Rule("varbyte", "binary"),
    *(
        Rule(name, "string")
        for name in (
            "char",
            "varchar",
            "character",
            "character varying",
            "text",
            "nvarchar",
            "bpchar",
            "super",
            "geometry",
            "geography",
            "hllsketch",
        )
    ),
    *(Rule(name, "string") for name in ("interval", "interval year to month", "interval day to second")),
)


def connect(address: Address, password: str | None) -> Session:
    """Open a session, its transaction read only."""
    return Inspected(address, password, SPEECH)


def _open(address: Address, password: str | None) -> Engine:
    import sqlalchemy

    import_module("sqlalchemy_redshift")  # or SQLAlchemy would say that it knows no such plugin

    tls: dict[str, Any] = {"ssl": address.tls != "disable", "sslmode": "verify-full" if address.tls == "verify-full" else "verify-ca"}
    url = sqlalchemy.URL.create(
        "redshift+redshift_connector", address.user, password, address.host, address.port, address.database or "dev"
    )
    # Autocommit, because the driver would begin a transaction of its own, which may write.
    return sqlalchemy.create_engine(
        url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.pool.NullPool, connect_args={**tls, "timeout": CONNECT_SECONDS}
    )


def _within(connection: Connection, milliseconds: int) -> None:
    connection.exec_driver_sql(f"SET statement_timeout TO {milliseconds}")


SPEECH = Speech(
    RULES,
    _open,
    "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname NOT IN ('padb_harvest', 'sys:internal') ORDER BY 1",
    "SELECT version()",
    frozenset(("information_schema", "pg_catalog", "pg_internal", "pg_automv", "pg_auto_copy", "catalog_history")),
    (
        ("password authentication failed", AccessDenied, "the server refuses this user or password"),
        ("does not exist", ObjectNotFound, "it is not there (any more)"),
        ("permission denied", AccessDenied, "the user may not read it"),
        ("statement timeout", TimedOut, "the statement took longer than is allowed"),
        ("certificate verify failed", StoreUnavailable, "the server's certificate is not trusted"),
    ),
    ("BEGIN READ ONLY", "SET timezone TO 'UTC'"),
    within=_within,
)
