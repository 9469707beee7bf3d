"""Oracle, through SQLAlchemy and Oracle's own thin driver. Tried on recorded answers only: no server was at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import AccessDenied, InvalidInput, ObjectNotFound, StoreUnavailable, TimedOut
from .address import Address
from .inspected import Inspected, Speech
from .native import Rule
from .session import CONNECT_SECONDS, Session

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

RULES = (
    Rule("number", "decimal({0},{1})", unbounded="decimal(38,10)"),
    Rule("integer", "decimal(38,0)"),
    Rule("float", "double"),
    Rule("real", "double"),
    Rule("double precision", "double"),
    Rule("binary_float", "float"),
    Rule("binary_double", "double"),
    Rule("boolean", "boolean"),
    Rule("date", "timestamp"),  # it has a time of day
    *(Rule(name, "timestamp") for name in ("timestamp", "timestamp with time zone", "timestamp with local time zone")),
    *(
        Rule(name, "string")
        for name in ("varchar2", "nvarchar2", "varchar", "char", "nchar", "clob", "nclob", "long", "rowid", "urowid", "json", "xmltype")
    ),
    *(Rule(name, "string") for name in ("interval day to second", "interval year to month")),
    *(Rule(name, "binary") for name in ("raw", "blob", "long raw")),
)
_SYSTEM = """anonymous appqossys audsys ctxsys dbsfwuser dbsnmp dip dvf dvsys ggsys gsmadmin_internal gsmcatuser gsmuser lbacsys mddata mdsys
    olapsys oracle_ocm ordplugins orddata ordsys outln pdbadmin public rdsadmin remote_scheduler_agent si_informtn_schema spatial_csw_admin_usr
    sys sys$umf sysbackup sysdg syskm sysrac system wmsys xdb xs$null"""


def connect(address: Address, password: str | None) -> Session:
    """Open a session, its transaction read only."""
    return Inspected(address, password, SPEECH)


def _open(address: Address, password: str | None) -> Engine:
    import sqlalchemy

    if address.tls == "verify-ca":
        raise InvalidInput(f"{address.place}: Oracle's driver verifies the host with the certificate: say verify-full.")
    by = {"sid": address.database} if address.sid else {"service_name": address.database}
    secure: dict[str, Any] = (
        {"protocol": "tcps", "ssl_server_dn_match": address.tls == "verify-full"} if address.tls in ("require", "verify-full") else {}
    )
    arguments = {"host": address.host, "port": address.port, "user": address.user, "password": password, **by, **secure}
    return sqlalchemy.create_engine(
        "oracle+oracledb://", poolclass=sqlalchemy.pool.NullPool, connect_args={**arguments, "tcp_connect_timeout": CONNECT_SECONDS}
    )


def _within(connection: Connection, milliseconds: int) -> None:
    driver: Any = connection.connection.driver_connection
    driver.call_timeout = milliseconds


SPEECH = Speech(
    RULES,
    _open,
    "SELECT sys_context('USERENV', 'SERVICE_NAME') FROM dual",
    "SELECT banner FROM v$version WHERE rownum = 1",
    frozenset(_SYSTEM.split()),
    (
        ("ORA-01017", AccessDenied, "the server refuses this user or password"),
        ("ORA-28000", AccessDenied, "the user's account is locked"),
        ("ORA-01031", AccessDenied, "the user may not read it"),
        ("ORA-00942", ObjectNotFound, "it is not there (any more), or the user may not read it"),
        ("ORA-00904", ObjectNotFound, "one of its columns is not there (any more): crawl again"),
        ("ORA-12514", ObjectNotFound, "the server has no such service"),
        ("DPY-6001", ObjectNotFound, "the server has no such service"),
        ("ORA-12505", ObjectNotFound, "the server has no such SID"),
        ("DPY-4024", TimedOut, "the statement took longer than is allowed"),
        ("DPY-6005", StoreUnavailable, "nothing answers there"),
    ),
    (
        "ALTER SESSION SET TIME_ZONE = 'UTC' NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS' NLS_NUMERIC_CHARACTERS = '.,'",
        "SET TRANSACTION READ ONLY",
    ),
    within=_within,
)
