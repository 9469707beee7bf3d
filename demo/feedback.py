"""What guests of the coffee shop say, in a database: a SQLite file, or a schema of its own in a PostgreSQL that is at hand."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from ..errors import InvalidInput
from .lake import CUSTOMERS, DAYS, FIRST_DAY, STORES

SCHEMA = "gluepot_demo"  # in PostgreSQL
OURS = "made by crawl demo, which makes it anew each time"
SAID = ("lovely", "too slow", "the oat milk was off", "best flat white in town", "olá, até amanhã ☕", None, None)

_COLUMNS = """id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, store VARCHAR(4) NOT NULL, rating SMALLINT NOT NULL,
    tip DECIMAL(6,2), said TEXT, given_at TIMESTAMP NOT NULL"""
_VIEW = "SELECT customer_id, avg(rating) AS rating, count(*) AS times FROM {}feedback GROUP BY customer_id"


class Feedback(NamedTuple):
    """One guest's opinion."""

    id: int
    customer_id: int
    store: str
    rating: int
    tip: str | None
    said: str | None
    given_at: str


def feedback() -> list[Feedback]:
    """Return the same opinions every time; some are of guests who are no members any more."""
    chance = Random(2027)  # noqa: S311 - the same every time
    first = datetime.combine(FIRST_DAY, datetime.min.time())
    return [
        Feedback(
            number,
            chance.choice(CUSTOMERS) if chance.random() < 0.95 else 999,
            chance.choice(STORES),
            chance.choice((1, 2, 3, 4, 4, 5, 5, 5)),
            f"{chance.randrange(0, 300) / 100:.2f}" if chance.random() < 0.4 else None,
            chance.choice(SAID),
            str(first + timedelta(seconds=chance.randrange(DAYS * 86_400))),
        )
        for number in range(1, 241)
    ]


def write_sqlite(path: Path) -> None:
    """Write the database as a file, in place of the one before."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE feedback ({_COLUMNS})")
        connection.execute("CREATE INDEX feedback_of_customer ON feedback (customer_id)")
        connection.execute(f"CREATE VIEW opinions AS {_VIEW.format('')}")
        connection.executemany(f"INSERT INTO feedback VALUES ({', '.join('?' * len(Feedback._fields))})", feedback())
        connection.execute("ANALYZE")


def write_postgres(url: str) -> None:
    """Write the schema gluepot_demo into a PostgreSQL database, in place of the one that the demo made before.

    This is the only place of gluepot that writes to a database, and it is asked to. Raises InvalidInput
    where there is such a schema that the demo did not make, StorageError.
    """
    from ..databases.address import parse_address
    from ..databases.postgresql import translated, uri
    from ..databases.secrets import signed_in

    address, _ = parse_address(url)
    if address.engine.name != "postgresql" or not address.database:
        raise InvalidInput(f"--postgres wants the URL of a database in PostgreSQL, postgresql://user@host/database, not {url!r}.")
    from adbc_driver_postgresql import dbapi as driver  # type: ignore[import-untyped]  # it has no stubs

    try:
        with driver.connect(uri(*signed_in(address))) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = $1", (SCHEMA,))
            if cursor.fetchall() not in ([], [(OURS,)]):
                raise InvalidInput(f"{address.place} has a schema {SCHEMA} that crawl demo did not make; it is left alone.")
            for statement in _IN_POSTGRES:
                cursor.execute(statement)
            rows = json.dumps([one._asdict() for one in feedback()])
            cursor.execute(
                f"INSERT INTO {SCHEMA}.feedback SELECT * FROM json_populate_recordset(NULL::{SCHEMA}.feedback, $1::json)", (rows,)
            )
            connection.commit()
    except driver.Error as error:
        raise translated(error, address.place) from error


_IN_POSTGRES = (
    f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE",
    f"CREATE SCHEMA {SCHEMA}",
    f"COMMENT ON SCHEMA {SCHEMA} IS '{OURS}'",
    f"CREATE TABLE {SCHEMA}.feedback ({_COLUMNS})",
    f"COMMENT ON COLUMN {SCHEMA}.feedback.rating IS '1 to 5'",
    f"CREATE INDEX feedback_of_customer ON {SCHEMA}.feedback (customer_id)",
    f"CREATE VIEW {SCHEMA}.opinions AS {_VIEW.format(SCHEMA + '.')}",
)
