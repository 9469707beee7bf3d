"""Writing a profile to a catalog: column statistics as Glue has them, all of it in the table's evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..catalog.interface import Catalog
from ..catalog.model import Column, Table
from .columns import ColumnSummary, TableSummary, shown
from .semantic import Semantics, described, masked, semantics_of
from .statistics import statistics_of

TOP = 10  # values kept of a small domain
_WORD = 64  # characters; what has longer values is no domain

Json = dict[str, Any]
Known = tuple[Column, ColumnSummary, Semantics]


@dataclass(frozen=True, slots=True)
class Profile:
    """What was gathered of one table, and how much of it that is."""

    database: str
    table: str
    summary: TableSummary
    files: int
    complete: bool  # every row of the table


def keep_profile(catalog: Catalog, profile: Profile, now: datetime) -> None:
    """Put a profile in place of the one before. Raises EntityNotFound where the table is gone."""
    database, name = profile.database, profile.table
    with catalog.transaction():
        table = catalog.get_table(database, name)
        found = {column.name.lower(): column for column in profile.summary.columns}
        known = ((column, found.get(column.name)) for column in table.columns)
        columns = [(column, summary, semantics_of(summary)) for column, summary in known if summary is not None]
        _keep_statistics(catalog, table, columns, now)
        catalog.put_evidence(database, name, _with_profile(catalog.get_evidence(database, name) or {}, columns, profile))


def _keep_statistics(catalog: Catalog, table: Table, columns: list[Known], now: datetime) -> None:
    database = table.database_name or ""
    written = [statistics_of(summary, column.type or "string", now, secret=means.secret) for column, summary, means in columns]
    records = [one for one in written if one is not None]
    names = {one.column_name for one in records}
    for old in catalog.get_column_statistics(database, table.name):
        if old.column_name not in names:
            catalog.delete_column_statistics(database, table.name, old.column_name)
    catalog.update_column_statistics(database, table.name, records)


def _with_profile(evidence: Mapping[str, Any], columns: list[Known], profile: Profile) -> Json:
    told: dict[str, Json] = {str(one.get("name", "")).lower(): dict(one) for one in evidence.get("columns") or ()}
    for column, summary, means in columns:
        entry = told.setdefault(column.name, {"name": column.name, "type": column.type})
        entry |= {"profile": describe(summary, secret=means.secret), **described(means)}
        if means.secret:
            entry["considered"] = [_without_value(one) for one in entry.get("considered") or ()]
    rows = {"rows": profile.summary.rows, "files": profile.files, "complete": profile.complete}
    return {**evidence, "profile": rows, "columns": list(told.values())}


def _without_value(considered: Mapping[str, Any]) -> Json:
    """Return why a type was ruled out, without showing by whose value."""
    against = considered.get("ruled_out_by")
    return {**considered, "ruled_out_by": {**against, "value": masked(str(against["value"]))} if against else against}


def describe(column: ColumnSummary, *, secret: bool = False) -> Json:
    """Return what a column's values are like, as JSON; masked if they are secret."""
    told: Json = {"values": column.values, "nulls": column.nulls}
    if column.family == "nested" or not column.values:
        return told
    told |= {"distinct": column.distinct, "exact": column.family == "boolean" or column.sample.exact}
    if column.family == "boolean":
        return told | {"trues": column.trues}
    if column.family in ("text", "binary"):
        told |= {"mean_length": round(column.length / column.values, 2), "max_length": column.longest}
    if column.minimum is not None:
        bounds = {"min": shown(column.minimum, column.family), "max": shown(column.maximum, column.family)}
        told |= {name: masked(str(bound)) for name, bound in bounds.items()} if secret else bounds
    return told if secret else told | _top(column)


def _top(column: ColumnSummary) -> Json:
    """Return the most frequent values, where some are frequent."""
    top = column.sample.top(TOP)
    if not top or column.distinct * 2 > column.values or max(len(str(value)) for value, _ in top) > _WORD:
        return {}
    return {"top": [[shown(value, column.family), count] for value, count in top]}
