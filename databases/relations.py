"""What a database says of its tables and views, whatever the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["table", "view", "materialized view", "foreign table"]  # a partitioned table is a table


@dataclass(frozen=True, slots=True)
class NativeColumn:
    """A column as its database has it, and its type in the catalog."""

    name: str  # as spelled there
    native: str  # its type as the database prints it: `numeric(12,2)`, `bigint unsigned`
    type: str  # Hive's
    known: bool = True  # False: no rule knows the native type, so it is text
    nullable: bool = True
    default: str | None = None  # an expression, as the database prints it
    comment: str | None = None
    made_of: str | None = None  # the type that a domain (or an array of it) is made of


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values are the key of another table."""

    name: str
    columns: tuple[str, ...]
    target: tuple[str, ...]  # path of the other table: `shop`, `public`, `customers`
    target_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """Columns (or expressions) by which rows are found."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view."""

    path: tuple[str, ...]  # database, schema where there are schemas, name; as spelled there
    kind: Kind
    columns: tuple[NativeColumn, ...]
    comment: str | None = None
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    rows: int | None = None  # the database's own estimate; None: it has none


@dataclass(frozen=True, slots=True)
class Survey:
    """The relations of one database that are asked for and may be read."""

    relations: tuple[Relation, ...]
    denied: tuple[tuple[str, str], ...] = field(default=())  # path of what could not be looked into (`shop.secret`), and why
