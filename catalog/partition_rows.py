"""The way between `Partition` objects and their short rows.

What a table's partitions share, a storage descriptor without its location, is stored once; a
location that follows from the table's location and the values is not stored at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, overload

from . import documents
from .file import Connection, Row
from .model import Partition, StorageDescriptor, Table, from_epoch, to_epoch
from .tables import STORAGE_DEFAULTS, TableEntry, fold_columns

COLUMNS = "descriptor_id, location, parameters, created, accessed, other"  # after the key columns and the spelling

_NOTHING: dict[str, Any] = {}  # shared by all partitions without unknown members
_MAX_CACHED = 1024  # descriptors


class RowWriter:
    """Turn partitions of one table into rows, writing each distinct descriptor the first time it comes."""

    def __init__(self, connection: Connection, entry: TableEntry, table: Table, now: datetime) -> None:
        self.odd_keys = 0
        self._connection = connection
        self._entry = entry
        self._now = to_epoch(now)
        self._layouts = _layouts(table, [key.name for key in entry.codec.keys])
        # Keyed by the identity of the parts, which the kept descriptor keeps alive; bounded, or a table
        # whose partitions all differ would fill the memory.
        self._descriptors: dict[tuple[Any, ...], tuple[int, StorageDescriptor]] = {}

    def row(self, partition: Partition) -> Row:
        """Return the whole row. Raises InvalidInput for values that do not fit the keys."""
        values, storage = partition.values, partition.storage
        columns = self._entry.codec.encode(values)
        self.odd_keys |= self._entry.codec.odd_keys(columns)
        descriptor, location = (None, None) if storage is None else self._storage(storage, values)
        parameters = None if partition.parameters is None else documents.dumps(partition.parameters)
        accessed = None if partition.last_access_time is None else to_epoch(partition.last_access_time)
        other = documents.dumps(partition.other) if partition.other else None
        return (self._entry.id, *columns, descriptor, location, parameters, self._now, accessed, other)

    def _storage(self, storage: StorageDescriptor, values: tuple[str, ...]) -> tuple[int, str | None]:
        location = storage.location
        layout = None if location is None else self._layout(location, values)
        key = (
            layout,
            storage.input_format,
            storage.output_format,
            storage.compressed,
            storage.number_of_buckets,
            storage.stored_as_sub_directories,
            id(storage.columns),
            id(storage.serde),
            id(storage.parameters),
            id(storage.bucket_columns),
            id(storage.sort_columns),
            id(storage.other) if storage.other else 0,
        )
        known = self._descriptors.get(key)
        if known is None:
            if len(self._descriptors) >= _MAX_CACHED:
                self._descriptors.clear()
            known = self._descriptors[key] = (self._descriptor(storage, layout), storage)
        return known[0], None if layout else location

    def _layout(self, location: str, values: tuple[str, ...]) -> str | None:
        for number, layout in enumerate(self._layouts):
            if layout % values == location:
                if number:  # siblings are alike: try this one first from now on
                    self._layouts.insert(0, self._layouts.pop(number))
                return layout
        return None

    def _descriptor(self, storage: StorageDescriptor, layout: str | None) -> int:
        document = storage.to_api()
        document.pop("Location", None)
        fold_columns(document.get("Columns") or [])
        body = documents.dumps(document)
        digest = blake2b(documents.dumps([layout, body]).encode(), digest_size=16).digest()
        found = self._connection.row("SELECT id FROM descriptors WHERE table_id = ? AND digest = ?", (self._entry.id, digest))
        if found is not None:
            return int(found[0])
        sql = "INSERT INTO descriptors (table_id, digest, layout, body) VALUES (?, ?, ?, ?)"
        return self._connection.run(sql, (self._entry.id, digest, layout, body)).lastrowid or 0


def _layouts(table: Table, keys: Sequence[str]) -> list[str]:
    """Return the locations that partitions mostly have, as templates over their values."""
    if not table.location:
        return []
    base = table.location.rstrip("/").replace("%", "%%")
    hive = base + "".join(f"/{key.replace('%', '%%')}=%s" for key in keys)
    plain = base + "/%s" * len(keys)
    return [hive + "/", hive, plain + "/", plain]


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A shared storage descriptor and where its partitions lie."""

    storage: StorageDescriptor
    layout: str | None


class RowReader:
    """Turn rows of one table back into partitions."""

    def __init__(self, connection: Connection, entry: TableEntry, account_id: str) -> None:
        self._connection = connection
        self._entry = entry
        self._codec = entry.codec
        self.descriptor_column = len(entry.codec.keys) + 1
        self._descriptors: dict[int, Descriptor] = {}
        self._account_id = account_id
        self._created = (0, from_epoch(0))

    def partition(self, row: Row) -> Partition:
        """Return the partition of a row: key columns, spelling, and then COLUMNS."""
        values = self._codec.decode(row)
        descriptor, location, parameters, created, accessed, other = row[self.descriptor_column :]
        if created != self._created[0]:  # mostly that of the row before
            self._created = created, from_epoch(created)
        return Partition(
            values,
            self._entry.database,
            self._entry.name,
            self._created[1],
            None if accessed is None else from_epoch(accessed),
            None if descriptor is None else self._storage(descriptor, location, values),
            None if parameters is None else documents.loads(parameters),
            self._account_id,
            other=_NOTHING if other is None else documents.loads(other),
        )

    def _storage(self, identity: int, location: str | None, values: tuple[str, ...]) -> StorageDescriptor:
        shared = self._descriptors.get(identity) or self.descriptor(identity)
        if location is None and shared.layout is not None:
            location = shared.layout % values
        common = shared.storage
        # Written out: `dataclasses.replace` takes five times as long, a thousand times a page.
        return StorageDescriptor(
            common.columns,
            location,
            common.input_format,
            common.output_format,
            common.compressed,
            common.number_of_buckets,
            common.serde,
            common.bucket_columns,
            common.sort_columns,
            common.parameters,
            common.stored_as_sub_directories,
            other=common.other,
        )

    def descriptor(self, identity: int) -> Descriptor:
        """Return a shared descriptor, which is then held as long as this reader is."""
        descriptor: Descriptor | None = self._connection.cache.get(identity)
        if descriptor is None:
            row = self._connection.row("SELECT layout, body FROM descriptors WHERE id = ?", (identity,))
            layout, body = row or (None, "{}")  # the table was deleted between two reads
            descriptor = Descriptor(StorageDescriptor.from_api(STORAGE_DEFAULTS | documents.loads(body)), layout)
            self._connection.remember(identity, descriptor)
        self._descriptors[identity] = descriptor
        return descriptor


class PartitionRows(Sequence[Partition]):
    """The partitions of some rows, made when they are asked for: whoever wants ten of a page pays for ten."""

    def __init__(self, rows: list[Row], reader: RowReader) -> None:
        self._rows = rows
        self._reader = reader
        for identity in {row[reader.descriptor_column] for row in rows}:
            if identity is not None:
                reader.descriptor(identity)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Partition]:
        return map(self._reader.partition, self._rows)

    @overload
    def __getitem__(self, index: int) -> Partition: ...
    @overload
    def __getitem__(self, index: slice) -> PartitionRows: ...
    def __getitem__(self, index: int | slice) -> Partition | PartitionRows:
        if isinstance(index, slice):
            return PartitionRows(self._rows[index], self._reader)
        return self._reader.partition(self._rows[index])
