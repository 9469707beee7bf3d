"""Rows of a table that lies in a database, given the catalog's types."""

from __future__ import annotations

from collections.abc import Generator

import msgspec
import orjson
import pyarrow as pa

from ..catalog.expressions import parse_expression
from ..catalog.model import Column as CatalogColumn
from ..catalog.model import Table
from ..databases.connections import Sessions
from ..databases.engines import BY_NAME, Engine
from ..databases.native import mapped
from ..databases.session import Select, Wanted, rules_of
from ..errors import InvalidInput
from .align import align, offsets
from .arrays import Column, Type, at, call, each, flat, glued, inner, lists, make, null_of, nulls, some
from .arrays import batch as as_batch
from .convert import convert
from .failure import Failure, Misfit, Refuted, shorten
from .parts import Wish
from .semantic import meant_batch

RAW_TYPE = "aws:RawType"
SPELLED = "gluepot.name"  # of a column: its name in the database, where the catalog's differs
MADE_OF = "gluepot.made.of"  # of a column whose type is a domain: the type that it is made of
PATH = "gluepot.path"  # of a table: the names of its database, schema and itself, where the location does not tell them apart

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # of the years 1 to 9999, counted from 1970
_DAY_US = 86_400_000_000


def is_relation(table: Table) -> bool:
    """Say whether a table's rows lie in a database."""
    parameters = table.parameters or {}
    return "connectionName" in parameters and parameters.get("classification") in BY_NAME


def path_of(table: Table) -> tuple[str, ...]:
    """Return the names of a table's database, schema and itself. Raises InvalidInput."""
    given = (table.parameters or {}).get(PATH)
    if given is None:
        return tuple((table.location or "").split("."))
    try:
        return msgspec.json.decode(given, type=tuple[str, ...])
    except msgspec.MsgspecError:
        raise InvalidInput(f"The parameter {PATH} of table {table.name} must be a JSON array of names, not {given!r}.") from None


def engine_of(table: Table) -> Engine:
    """Return the engine of a table in a database."""
    return BY_NAME[(table.parameters or {})["classification"]]


def native_columns(table: Table) -> list[CatalogColumn]:
    """Return the columns whose types are what their native types are catalogued as: nobody has pinned others."""
    rules = rules_of(engine_of(table))
    return [column for column in table.columns if mapped(rules, _native(column) or "").type == column.type]


def relation_rows(
    sessions: Sessions,
    table: Table,
    wanted: Wish,
    where: str | None = None,
    limit: int | None = None,
    seconds: float | None = None,
) -> Generator[pa.RecordBatch]:
    """Stream rows. Raises InvalidInput, StorageError, and Refuted naming the row and the value that contradict the table."""
    select = _select(table, wanted, where, limit, seconds)
    done = 0
    with sessions.session((table.parameters or {})["connectionName"], select.path[0]) as session:
        for batch in session.batches(select):
            rows = as_batch(_fitted(batch, wanted, table, done), wanted.schema)
            done += batch.num_rows
            yield meant_batch(rows, wanted.meanings, wanted.on_error, table.location or "") if wanted.meanings else rows


def _select(table: Table, wanted: Wish, where: str | None, limit: int | None, seconds: float | None) -> Select:
    columns = {column.name.lower(): _wanted(column) for column in table.columns}
    chosen = tuple(columns[column.name.lower()] for column in wanted.data)
    return Select(path_of(table), chosen, parse_expression(where), columns, limit, seconds)


def _wanted(column: CatalogColumn) -> Wanted:
    known = column.parameters or {}
    return Wanted(known.get(SPELLED, column.name), _native(column), column.type or "string")


def _native(column: CatalogColumn) -> str | None:
    known = column.parameters or {}
    return known.get(MADE_OF) or known.get(RAW_TYPE)


# --- the catalog's types


def _fitted(batch: pa.RecordBatch, wanted: Wish, table: Table, before: int) -> list[Column]:
    strict = wanted.on_error == "raise"
    fitted: list[Column] = []
    for place, (column, field) in enumerate(zip(wanted.data, each(wanted.schema), strict=True)):
        try:
            fitted.append(_fit(at(batch, place), field.type, column.type or "string", strict))
        except Misfit as misfit:
            reason = f"is not a value of type {misfit.declared}"
            failure = Failure(reason, table.location, before + misfit.row + 1, column.name, shorten(misfit.value), "row")
            raise Refuted(failure) from None
    return fitted


def _fit(column: Column, to: Type, declared: str, strict: bool) -> Column:
    """Return what a session delivers as a column of the catalog's type. Raises Misfit if `strict`, else nulls what does not fit."""
    try:
        fitted = _whole(column, to, declared, strict)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        fitted = glued([_alone(column.slice(row, 1), row, to, declared, strict) for row in range(len(column))])
    return _in_calendar(fitted, declared, strict) if pa.types.is_temporal(to) else fitted


def _whole(column: Column, to: Type, declared: str, strict: bool) -> Column:
    if not pa.types.is_string(column.type) or pa.types.is_string(to):
        return align(column, to)
    if pa.types.is_nested(to):
        parsed = [None if value is None else orjson.loads(value) for value in column.to_pylist()]
        if pa.types.is_list(inner(to)) and not all(_is_as_deep(value, to) for value in parsed):
            raise ValueError("an array has another number of dimensions")
        return _leaves(make(parsed, _of_texts(to)), to, declared)
    return convert(column, to, (), declared, strict)


def _alone(value: Column, row: int, to: Type, declared: str, strict: bool) -> Column:
    try:
        return _whole(value, to, declared, strict)
    except (pa.ArrowException, ValueError, TypeError, OverflowError, Misfit):
        if strict:
            raise Misfit(row, shorten(str(value[0].as_py())), declared) from None
        return nulls(1, to)


def _is_as_deep(value: object, to: Type) -> bool:
    """Say whether arrays lie in a value as deep as in its type: Arrow would take a text for a list of its characters."""
    if not isinstance(value, list) or not pa.types.is_list(to):
        return value is None or pa.types.is_list(to) == isinstance(value, list)
    return all(_is_as_deep(item, inner(to)) for item in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON


def _of_texts(to: Type) -> Type:
    return pa.list_(_of_texts(inner(to))) if pa.types.is_list(to) else pa.string()


def _leaves(column: Column, to: Type, declared: str) -> Column:
    if pa.types.is_list(to):
        return lists(offsets(column), _leaves(flat(column), inner(to), declared), to)
    if pa.types.is_binary(to):
        return make([None if text is None else bytes.fromhex(text) for text in column.to_pylist()], to)
    try:
        return convert(column, to, (), declared, strict=True)
    except Misfit as misfit:
        raise pa.ArrowInvalid(str(misfit)) from None  # which row that is must be found one by one


def _in_calendar(column: Column, declared: str, strict: bool) -> Column:
    """Refuse days that Hive's calendar does not have: PostgreSQL's infinity, and the years before Christ and beyond 9999."""
    days = column.cast(pa.int32()) if pa.types.is_date(column.type) else column.cast(pa.int64())
    unit = 1 if pa.types.is_date(column.type) else _DAY_US
    low, high = (make([day * unit], days.type)[0] for day in (_FIRST_DAY, _LAST_DAY + 1))
    outside = call("or", call("less", days, low), call("greater_equal", days, high))
    if not some(outside):
        return column
    if strict:
        row = outside.to_pylist().index(True)
        raise Misfit(row, "a moment that is infinite, or not in the years 1 to 9999", declared)
    return call("if_else", outside, null_of(column.type), column)
