"""What the catalog holds: databases, tables, partitions and their parts, as frozen dataclasses.

`from_api` and `to_api` are the edge to Glue's JSON. A field knows its member's name; a member that
no field stands for is kept in `other` and comes back unchanged, so newer clients lose nothing.
An absent member is None and stays absent. Times are aware datetimes in UTC, whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import pyarrow

Json = dict[str, Any]


def _member(name: str, convert: str = "", default: Any = None) -> Any:
    """Declare a field that stands for Glue's member `name`; `convert` names its row in `_CONVERT`."""
    return field(default=default, metadata={"api": name, "convert": convert})


@dataclass(frozen=True, slots=True)
class Entity:
    """The way between Glue's JSON and a dataclass, once for all of them."""

    other: Mapping[str, Any] = field(default_factory=dict[str, Any], kw_only=True)

    @classmethod
    def from_api(cls, document: Mapping[str, Any]) -> Self:
        """Build from Glue's JSON."""
        rest = dict(document)
        values: Json = {}
        for name, api, convert in _members(cls):
            value = rest.pop(api, None)
            if value is not None:
                values[name] = _CONVERT[convert][0](value) if convert else value
        return cls(**values, other=rest) if rest else cls(**values)

    def to_api(self) -> Json:
        """Return Glue's JSON: absent members left out."""
        document: Json = {}
        for name, api, convert in _members(type(self)):
            value = getattr(self, name)
            if value is not None:
                document[api] = _CONVERT[convert][1](value) if convert else value
        document.update(self.other)
        return document


@dataclass(frozen=True, slots=True)
class Column(Entity):
    """A column or partition key; `type` is Hive type text, which the catalog does not validate."""

    name: str = _member("Name", default="")
    type: str | None = _member("Type")
    comment: str | None = _member("Comment")
    parameters: Mapping[str, str] | None = _member("Parameters", "map")


@dataclass(frozen=True, slots=True)
class SerDe(Entity):
    """The serializer-deserializer that reads a table's rows."""

    name: str | None = _member("Name")
    library: str | None = _member("SerializationLibrary")
    parameters: Mapping[str, str] | None = _member("Parameters", "map")


@dataclass(frozen=True, slots=True)
class StorageDescriptor(Entity):
    """Where the rows lie, how they are laid out, and which columns they have."""

    columns: tuple[Column, ...] | None = _member("Columns", "columns")
    location: str | None = _member("Location")
    input_format: str | None = _member("InputFormat")
    output_format: str | None = _member("OutputFormat")
    compressed: bool | None = _member("Compressed")
    number_of_buckets: int | None = _member("NumberOfBuckets")
    serde: SerDe | None = _member("SerdeInfo", "serde")
    bucket_columns: tuple[str, ...] | None = _member("BucketColumns", "tuple")
    sort_columns: tuple[Mapping[str, Any], ...] | None = _member("SortColumns", "tuple")
    parameters: Mapping[str, str] | None = _member("Parameters", "map")
    stored_as_sub_directories: bool | None = _member("StoredAsSubDirectories")


@dataclass(frozen=True, slots=True)
class Database(Entity):
    """A named set of tables."""

    name: str = _member("Name", default="")
    description: str | None = _member("Description")
    location_uri: str | None = _member("LocationUri")
    parameters: Mapping[str, str] | None = _member("Parameters", "map")
    create_time: datetime | None = _member("CreateTime", "time")
    catalog_id: str | None = _member("CatalogId")


@dataclass(frozen=True, slots=True)
class Table(Entity):
    """A table's definition as of one version."""

    name: str = _member("Name", default="")
    database_name: str | None = _member("DatabaseName")
    description: str | None = _member("Description")
    owner: str | None = _member("Owner")
    create_time: datetime | None = _member("CreateTime", "time")
    update_time: datetime | None = _member("UpdateTime", "time")
    last_access_time: datetime | None = _member("LastAccessTime", "time")
    retention: int | None = _member("Retention")
    storage: StorageDescriptor | None = _member("StorageDescriptor", "storage")
    partition_keys: tuple[Column, ...] | None = _member("PartitionKeys", "columns")
    table_type: str | None = _member("TableType")
    parameters: Mapping[str, str] | None = _member("Parameters", "map")
    created_by: str | None = _member("CreatedBy")
    catalog_id: str | None = _member("CatalogId")
    version_id: str | None = _member("VersionId")

    @property
    def columns(self) -> tuple[Column, ...]:
        """The data columns, without partition keys."""
        return (self.storage.columns or ()) if self.storage else ()

    @property
    def location(self) -> str | None:
        """The URL under which the rows lie."""
        return self.storage.location if self.storage else None

    def arrow_schema(self) -> pyarrow.Schema:
        """Return columns and then partition keys as an Arrow schema.

        Raises InvalidInput for a type that is not a Hive type.
        """
        from .arrow import arrow_schema

        return arrow_schema((*self.columns, *(self.partition_keys or ())))

    def input(self) -> Json:
        """Return the TableInput that would make this table: what the service itself adds is left out."""
        return {name: value for name, value in self.to_api().items() if name not in _ADDED_BY_SERVICE}


# Members of Glue's Table that TableInput does not have.
_ADDED_BY_SERVICE = frozenset(
    ("DatabaseName", "CreateTime", "UpdateTime", "CreatedBy", "IsRegisteredWithLakeFormation", "CatalogId", "VersionId")
    + ("FederatedTable", "IsMultiDialectView", "IsMaterializedView", "Status")
)


@dataclass(frozen=True, slots=True)
class TableVersion:
    """One archived or current definition of a table."""

    table: Table
    version_id: str

    def to_api(self) -> Json:
        """Return Glue's JSON."""
        return {"Table": self.table.to_api(), "VersionId": self.version_id}


@dataclass(frozen=True, slots=True)
class Partition(Entity):
    """The rows that share one value for each partition key; `values` are exact strings in key order."""

    values: tuple[str, ...] = _member("Values", "tuple", default=())
    database_name: str | None = _member("DatabaseName")
    table_name: str | None = _member("TableName")
    creation_time: datetime | None = _member("CreationTime", "time")
    last_access_time: datetime | None = _member("LastAccessTime", "time")
    storage: StorageDescriptor | None = _member("StorageDescriptor", "storage")
    parameters: Mapping[str, str] | None = _member("Parameters", "map")
    catalog_id: str | None = _member("CatalogId")

    @property
    def location(self) -> str | None:
        """The URL under which the rows lie."""
        return self.storage.location if self.storage else None


@dataclass(frozen=True, slots=True)
class Connection(Entity):
    """How to reach a store, by name; where a property would be a password, it is a reference to one."""

    name: str = _member("Name", default="")
    description: str | None = _member("Description")
    connection_type: str | None = _member("ConnectionType")
    match_criteria: tuple[str, ...] | None = _member("MatchCriteria", "tuple")
    properties: Mapping[str, str] | None = _member("ConnectionProperties", "map")
    physical_requirements: Mapping[str, Any] | None = _member("PhysicalConnectionRequirements", "map")
    creation_time: datetime | None = _member("CreationTime", "time")
    last_updated_time: datetime | None = _member("LastUpdatedTime", "time")
    last_updated_by: str | None = _member("LastUpdatedBy")
    status: str | None = _member("Status")


@dataclass(frozen=True, slots=True)
class ColumnStatistics(Entity):
    """What is known of one column's values; `data` is Glue's StatisticsData as on its wire, bytes in base64."""

    column_name: str = _member("ColumnName", default="")
    column_type: str | None = _member("ColumnType")
    analyzed_time: datetime | None = _member("AnalyzedTime", "time")
    data: Mapping[str, Any] | None = _member("StatisticsData", "map")


def to_epoch(moment: datetime) -> int:
    """Return whole seconds since 1970, as Glue's wire has them."""
    return int(moment.timestamp())


def from_epoch(moment: float | datetime) -> datetime:
    """Read Glue's wire time; a datetime (as boto3 gives) passes through in UTC."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else datetime.fromtimestamp(int(moment), UTC)


def _members(cls: type[Entity]) -> tuple[tuple[str, str, str], ...]:
    found = _MEMBERS.get(cls)
    if found is None:
        found = _MEMBERS[cls] = tuple((f.name, f.metadata["api"], f.metadata["convert"]) for f in fields(cls) if f.metadata)
    return found


# Each class's (field, member, row of _CONVERT), found once.
_MEMBERS: dict[type[Entity], tuple[tuple[str, str, str], ...]] = {}


def _read_columns(documents: Iterable[Json]) -> tuple[Column, ...]:
    return tuple(Column.from_api(document) for document in documents)


def _write_columns(columns: Iterable[Column]) -> list[Json]:
    return [column.to_api() for column in columns]


# name -> (from Glue's JSON, to Glue's JSON)
_CONVERT: dict[str, tuple[Any, Any]] = {
    "map": (dict, dict),
    "tuple": (tuple, list),
    "columns": (_read_columns, _write_columns),
    "serde": (SerDe.from_api, SerDe.to_api),
    "storage": (StorageDescriptor.from_api, StorageDescriptor.to_api),
    "time": (from_epoch, to_epoch),
}
