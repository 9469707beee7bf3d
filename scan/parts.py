"""A table as parts that are read alike: its partitions, or the whole of an unpartitioned one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from ..catalog.arrow import arrow_schema
from ..catalog.interface import Catalog
from ..catalog.model import Column, Partition, SerDe, StorageDescriptor, Table
from ..classifiers.documents.xml import ROW_TAG
from ..errors import InvalidInput
from .arrays import Value, each, texts, type_of
from .convert import convert
from .failure import Misfit
from .layout import Layout, OnError
from .semantic import Meaning, meant_schema

NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which columns of a table to deliver, under which names and types."""

    schema: pa.Schema  # as delivered: data columns, then partition keys
    data: tuple[Column, ...]
    keys: tuple[tuple[int, Column], ...]  # with their place among the partition values
    on_error: OnError = "raise"
    meanings: Mapping[str, Meaning] = field(default_factory=dict[str, Meaning])  # of columns to deliver as what they mean

    @property
    def delivered(self) -> pa.Schema:
        """The schema of the rows that are handed out."""
        return meant_schema(self.schema, self.meanings)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that lie under one location and share their partition values."""

    location: str
    layout: Layout
    values: Mapping[str, Value]  # partition key → its value in all of these rows


def wish(table: Table, columns: Sequence[str] | None, on_error: OnError) -> Wish:
    """Choose columns by name, ignoring case; all of them for None. Raises InvalidInput naming those that do not exist."""
    keys = tuple(enumerate(table.partition_keys or ()))
    taken = {key.name.lower() for _, key in keys}
    data = [column for column in table.columns if column.name.lower() not in taken]  # a key hides a column of its name, as in Hive
    if columns is not None:
        asked = {name.lower() for name in columns}
        unknown = asked - taken - {column.name.lower() for column in data}
        if unknown or not asked:
            known = ", ".join(column.name for column in (*data, *(key for _, key in keys)))
            raise InvalidInput(f"Table {table.name} has no column {', '.join(sorted(unknown)) or 'chosen'}; its columns are {known}.")
        data = [column for column in data if column.name.lower() in asked]
        keys = tuple((place, key) for place, key in keys if key.name.lower() in asked)
    return Wish(arrow_schema((*data, *(key for _, key in keys))), tuple(data), keys, on_error)


def parts(catalog: Catalog, table: Table, wanted: Wish, where: str | None = None) -> Iterator[Part]:
    """Yield a table's parts as a stream, those partitions only that satisfy `where`. Raises InvalidInput."""
    if not table.partition_keys:
        if where:
            raise InvalidInput(f"Table {table.name} has no partition keys, so `where` cannot choose among its partitions.")
        yield _part(table, None, wanted)
        return
    for partition in catalog.get_partitions(table.database_name or "", table.name, where):
        yield _part(table, partition, wanted)


def _part(table: Table, partition: Partition | None, wanted: Wish) -> Part:
    own = partition.storage if partition else None
    storage = table.storage or StorageDescriptor()
    serde = (own.serde if own and own.serde and own.serde.library else storage.serde) or SerDe()
    columns = (own.columns if own and own.columns else None) or table.columns
    carried = wanted.data or _carrier(table)
    layout = Layout(
        library=library_of(table, serde),
        names=tuple(column.name.lower() for column in columns),
        wanted=_folded(arrow_schema(carried)),
        declared={column.name.lower(): column.type or "string" for column in (*table.columns, *carried)},
        parameters={**(table.parameters or {}), **((partition.parameters if partition else None) or {}), **(serde.parameters or {})},
        on_error=wanted.on_error if wanted.data else "null",
    )
    return Part(_location(table, partition), layout, _values(table, partition, wanted))


def library_of(table: Table, serde: SerDe | None) -> str:
    """Return what says who reads a table: its SerDe's class, else its classification (XML has no SerDe in Hive, and may be called anything)."""
    parameters = table.parameters or {}
    return (serde.library if serde else None) or ("xml" if ROW_TAG in parameters else parameters.get("classification", ""))


def _carrier(table: Table) -> tuple[Column, ...]:
    """Where only partition keys are wanted, some column must be read to count the rows."""
    return table.columns[:1]


def _folded(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_name(field.name.lower()) for field in each(schema)])


def _location(table: Table, partition: Partition | None) -> str:
    location = partition.location if partition else table.location
    if location:
        return location
    if partition is None or not table.location:
        raise InvalidInput(f"Table {table.name} has no location, so it has no rows to read.")
    keys = (key.name for key in table.partition_keys or ())
    return table.location.rstrip("/") + "/" + "/".join(f"{key}={value}" for key, value in zip(keys, partition.values, strict=False)) + "/"


def _values(table: Table, partition: Partition | None, wanted: Wish) -> dict[str, Value]:
    if partition is None:
        return {}
    values: dict[str, Value] = {}
    for place, key in wanted.keys:
        text = partition.values[place]
        try:
            column = convert(
                texts([text]), type_of(wanted.schema, key.name), (NULL_PARTITION,), key.type or "string", wanted.on_error == "raise"
            )
        except Misfit as misfit:
            misfit.column = key.name
            raise misfit.at(_location(table, partition), 0) from None
        values[key.name] = column[0]
    return values
