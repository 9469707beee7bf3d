"""The database engines, and how Glue calls each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["database", "schema", "table"]

_WITH_SCHEMAS: tuple[Level, ...] = ("database", "schema", "table")
_WITHOUT: tuple[Level, ...] = ("database", "table")


@dataclass(frozen=True, slots=True)
class Engine:
    """One kind of database."""

    name: str  # Glue's classification of its tables
    title: str  # what people call it
    schemes: tuple[str, ...]  # of URLs; the first is the one that is written
    port: int | None
    levels: tuple[Level, ...]  # what an include path names [doc]
    module: str  # of this package: its `connect` opens a session, its `RULES` map native types
    home: str = ""  # a database that every server has, for asking which others there are
    moments: bool = True  # whether dates and moments compare with literals in ISO form whatever the settings
    extra: str = ""  # what must be installed beside gluepot: pip install gluepot[extra]


ENGINES = (
    Engine("postgresql", "PostgreSQL", ("postgresql", "postgres"), 5432, _WITH_SCHEMAS, ".postgresql", "postgres"),
    Engine("mysql", "MySQL", ("mysql",), 3306, _WITHOUT, ".mysql"),
    Engine("mariadb", "MariaDB", ("mariadb",), 3306, _WITHOUT, ".mysql"),
    Engine("sqlite", "SQLite", ("sqlite",), None, _WITHOUT, ".sqlite", moments=False),
    Engine(
        "sqlserver", "SQL Server", ("sqlserver", "mssql"), 1433, _WITH_SCHEMAS, ".sqlserver", "master", moments=False, extra="sqlserver"
    ),
    # Glue's path of Oracle is database/table [doc]; tables of several schemas could not be told apart by it.
    Engine("oracle", "Oracle", ("oracle",), 1521, _WITH_SCHEMAS, ".oracle", moments=False, extra="oracle"),
    Engine("redshift", "Redshift", ("redshift",), 5439, _WITH_SCHEMAS, ".redshift", "dev", extra="redshift"),
)
BY_NAME = {engine.name: engine for engine in ENGINES}
BY_SCHEME = {scheme: engine for engine in ENGINES for scheme in engine.schemes}
