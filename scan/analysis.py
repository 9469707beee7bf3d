"""What a SQL statement needs of the catalog: which tables, which columns of each, which partitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from ..catalog.interface import Catalog
from ..catalog.model import Table
from ..errors import EntityNotFound, InvalidInput
from .pushdown import partition_filter


@dataclass(frozen=True, slots=True)
class Source:
    """One mention of a catalog table."""

    name: str  # under which the statement's SQL now knows it; no two are the same
    table: Table
    columns: tuple[str, ...]  # needed, at least one
    where: str | None  # GetPartitions expression that loses no row the statement needs


@dataclass(frozen=True, slots=True)
class Analysis:
    """A statement in DuckDB's SQL, and what it reads."""

    sql: str
    sources: tuple[Source, ...]


def analyse(catalog: Catalog, sql: str, database: str, dialect: str) -> Analysis:
    """Find what a SELECT needs. Raises InvalidInput; EntityNotFound for an unknown table, with the nearest names."""
    tree = _parse(sql, dialect)
    tables = _name_apart(catalog, tree, database)
    needed = _needed(tree, tables)
    sources = tuple(
        Source(name, table, needed[name] if needed else _names(table), partition_filter(tree, name, table))
        for name, table in tables.items()
    )
    return Analysis(tree.sql("duckdb"), sources)


def _parse(sql: str, dialect: str) -> exp.Query:
    try:
        statements = [statement for statement in sqlglot.parse(sql, read=dialect) if statement is not None]
    except SqlglotError as error:
        raise InvalidInput(f"The SQL cannot be understood: {str(error).splitlines()[0]}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query) or statements[0].find(exp.Into):
        raise InvalidInput("Only one SELECT statement can be run.")
    return statements[0]


def _name_apart(catalog: Catalog, tree: exp.Query, database: str) -> dict[str, Table]:
    """Give each mention of a catalog table a name of its own (aliased to what it was called), CTE names left alone."""
    tables: dict[str, Table] = {}
    for scope in traverse_scope(tree):
        for node in scope.tables:
            if not isinstance(node.this, exp.Identifier) or (not node.db and node.name.lower() in _visible(scope.cte_sources)):
                continue
            if node.name in tables:
                continue
            found = _find(catalog, node, database)
            name = f"__scan_{len(tables)}"
            if not node.alias:
                node.set("alias", exp.TableAlias(this=exp.to_identifier(node.name, quoted=True)))
            node.set("this", exp.to_identifier(name))
            node.set("db", None)
            node.set("catalog", None)
            tables[name] = found
    for column in tree.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)
    return tables


def _visible(ctes: Mapping[str, object]) -> set[str]:
    return {name.lower() for name in ctes}


def _find(catalog: Catalog, node: exp.Table, database: str) -> Table:
    where = node.db or database
    try:
        return catalog.get_table(where, node.name)
    except EntityNotFound:
        raise InvalidInput(f"There is no table {node.name} in database {where}.{_nearest(catalog, where, node.name)}") from None


def _nearest(catalog: Catalog, database: str, name: str) -> str:
    try:
        known = {table.name for table in catalog.get_tables(database)}
    except EntityNotFound:
        known = {found.name for found in catalog.get_databases()}
        near = get_close_matches(database.lower(), known) or sorted(known)[:5]
        return f" Databases are {', '.join(near)}." if near else ""
    near = get_close_matches(name.lower(), known)
    return (
        f" Did you mean {' or '.join(near)}?"
        if near
        else f" Its tables are {', '.join(sorted(known)[:10])}."
        if known
        else " It has no tables."
    )


def _names(table: Table) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column.name.lower() for column in (*table.columns, *(table.partition_keys or ()))))


def _needed(tree: exp.Query, tables: dict[str, Table]) -> dict[str, tuple[str, ...]] | None:
    """Return the columns that the statement needs of each table; None where that cannot be told for sure."""
    schema: dict[str, object] = {name: dict.fromkeys(_names(table), "unknown") for name, table in tables.items()}
    try:
        qualified = qualify(tree.copy(), schema=schema, dialect="duckdb", quote_identifiers=False)
        scopes = list(traverse_scope(qualified))
    except SqlglotError:
        return None  # DuckDB will say what is wrong, if anything is
    used: dict[str, set[str]] = {name: set() for name in tables}
    resolved: set[int] = set()
    for scope in scopes:
        for column in scope.columns:
            source = scope.sources.get(column.table)
            if source is not None:
                resolved.add(id(column))
            if isinstance(source, exp.Table) and source.name in used:
                used[source.name].add(column.name.lower())
    if _takes_more(qualified) or any(id(column) not in resolved for column in qualified.find_all(exp.Column)):
        return None
    return {name: tuple(column for column in _names(tables[name]) if column in used[name]) or _names(tables[name])[:1] for name in tables}


def _takes_more(tree: exp.Query) -> bool:
    """Say whether columns are meant without being named."""
    stars = (star for star in tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count))
    return next(stars, None) is not None or tree.find(exp.Columns, exp.Pivot, exp.TableColumn) is not None
