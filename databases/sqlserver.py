"""SQL Server, through SQLAlchemy and Microsoft's driver. Tried on recorded answers only: no server was at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import AccessDenied, ObjectNotFound, StoreUnavailable
from .address import Address
from .inspected import Inspected, Speech
from .native import Rule
from .session import CONNECT_SECONDS, Session

if TYPE_CHECKING:
    from sqlalchemy import Engine

RULES = (
    Rule("bit", "boolean"),
    Rule("tinyint", "smallint"),  # 0 to 255
    Rule("smallint", "smallint"),
    Rule("int", "int"),
    Rule("integer", "int"),
    Rule("bigint", "bigint"),
    Rule("decimal", "decimal({0},{1})", unbounded="decimal(18,0)"),
    Rule("numeric", "decimal({0},{1})", unbounded="decimal(18,0)"),
    Rule("money", "decimal(19,4)"),
    Rule("smallmoney", "decimal(10,4)"),
    Rule("real", "float"),
    Rule("float", "double"),
    Rule("double precision", "double"),
    Rule("date", "date"),
    *(Rule(name, "timestamp") for name in ("datetime", "datetime2", "smalldatetime", "time")),
    Rule("datetimeoffset", "string"),
    *(Rule(name, "binary") for name in ("binary", "varbinary", "image", "timestamp", "rowversion")),
    *(Rule(name, "string") for name in ("char", "nchar", "varchar", "nvarchar", "text", "ntext", "xml", "uniqueidentifier", "sql_variant")),
)


def connect(address: Address, password: str | None) -> Session:
    """Open a session. Nothing but SELECT is sent, and rolled back: SQL Server has no read-only transaction."""
    return Inspected(address, password, SPEECH)


def _open(address: Address, password: str | None) -> Engine:
    import sqlalchemy

    host = f"{address.host}\\{address.instance}" if address.instance else address.host
    query = {
        "Encrypt": "no" if address.tls == "disable" else "yes",
        "TrustServerCertificate": "no" if address.tls.startswith("verify") else "yes",
        "ApplicationIntent": "ReadOnly",  # a wish: it chooses a replica, and forbids nothing
    }
    url = sqlalchemy.URL.create("mssql+mssqlpython", address.user, password, host, address.port, address.database or "master", query)
    return sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool, connect_args={"timeout": CONNECT_SECONDS})


SPEECH = Speech(
    RULES,
    _open,
    "SELECT name FROM sys.databases WHERE HAS_DBACCESS(name) = 1 AND name NOT IN ('master', 'tempdb', 'model', 'msdb', 'rdsadmin') ORDER BY name",
    "SELECT @@VERSION",
    frozenset(
        "sys information_schema guest db_owner db_accessadmin db_securityadmin db_ddladmin db_backupoperator db_datareader db_datawriter".split()
    )
    | frozenset(("db_denydatareader", "db_denydatawriter")),
    (
        ("Login failed", AccessDenied, "the server refuses this user or password"),
        ("Cannot open database", ObjectNotFound, "there is no such database, or the user may not use it"),
        ("permission was denied", AccessDenied, "the user may not read it"),
        ("Invalid object name", ObjectNotFound, "it is not there (any more)"),
        ("Invalid column name", ObjectNotFound, "one of its columns is not there (any more): crawl again"),
        ("certificate verify failed", StoreUnavailable, "the server's certificate is not trusted"),
    ),
    pattern=lambda text: text.replace("[", "[[]"),  # a bracket opens a set of characters
)
