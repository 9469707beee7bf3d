"""From a database's tables and views to catalog tables in Glue's words. [seen, §5.8]"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..catalog.model import Column, SerDe, StorageDescriptor, Table
from ..catalog.pins import Pin
from ..classifiers.inference.names import unique_names
from ..databases.engines import Engine
from ..databases.relations import NativeColumn, Relation
from ..scan.relation import MADE_OF, PATH, RAW_TYPE, SPELLED
from .report import SchemaDifference
from .settings import CrawlSettings

MAX_COMMENT = 255  # bytes [doc]
COMMENT, TABLE_COMMENT = "aws:RawColumnComment", "aws:RawTableComment"


@dataclass(frozen=True, slots=True)
class Found:
    """A relation, and the connection by which it was found."""

    connection: str
    engine: Engine
    relation: Relation

    @property
    def location(self) -> str:
        """What Glue writes as its location: the names as the database spells them."""
        return ".".join(self.relation.path)


@dataclass(frozen=True, slots=True)
class BuiltRelation:
    """A relation's table with all that the catalog and the report need."""

    table: Table
    found: Found
    oddities: tuple[str, ...]
    pins: tuple[Pin, ...] = ()  # what its user has decided

    @property
    def partitioned(self) -> bool:
        """A database's table has no partitions in a catalog: a partitioned one is one table."""
        return False

    @property
    def doubled(self) -> tuple[tuple[str, str], ...]:
        """It has no folders either."""
        return ()

    @property
    def differences(self) -> tuple[SchemaDifference, ...]:
        """Nor partitions whose schema could differ."""
        return ()


def build_relation(found: Found, name: str, settings: CrawlSettings) -> BuiltRelation:
    """Put a relation into Glue's words; what Glue drops stands beside it in parameters of gluepot's own."""
    relation = found.relation
    names = dict(zip((column.name for column in relation.columns), _names(relation), strict=True))
    parameters = _parameters(found, settings)
    storage = StorageDescriptor(
        columns=tuple(_column(column, names[column.name], settings) for column in relation.columns),
        location=found.location,
        compressed=False,
        number_of_buckets=-1,
        serde=SerDe(parameters={}),
        bucket_columns=(),
        sort_columns=(),
        parameters=parameters,
        stored_as_sub_directories=False,
    )
    table = Table(
        name=name,
        database_name=settings.database.lower(),
        owner="owner",
        retention=0,
        storage=storage,
        partition_keys=(),
        table_type="EXTERNAL_TABLE",
        parameters={**parameters, **_beside(found, names, settings)},
    )
    return BuiltRelation(table, found, tuple(_oddities(relation)))


def _names(relation: Relation) -> tuple[str, ...]:
    return unique_names([column.name for column in relation.columns])


def _column(column: NativeColumn, name: str, settings: CrawlSettings) -> Column:
    parameters = {RAW_TYPE: column.native}
    if column.comment:
        parameters[COMMENT] = _cut(column.comment)
    if name != column.name:
        parameters[SPELLED] = column.name
    if column.made_of:
        parameters[MADE_OF] = column.made_of
    if settings.inference == "accurate":
        parameters |= {} if column.nullable else {"gluepot.nullable": "false"}
        parameters |= {} if column.default is None else {"gluepot.default": column.default}
    return Column(name=name, type=column.type, parameters=parameters)


def _parameters(found: Found, settings: CrawlSettings) -> dict[str, str]:
    return {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": settings.crawler,
        "classification": found.engine.name,
        "compressionType": "none",
        "connectionName": found.connection,
        "typeOfData": "view" if found.relation.kind.endswith("view") else "table",
    }


def _beside(found: Found, names: dict[str, str], settings: CrawlSettings) -> dict[str, str]:
    relation = found.relation
    beside: dict[str, str] = {}
    if relation.comment:
        beside[TABLE_COMMENT] = _cut(relation.comment)
    if any("." in part for part in relation.path):
        beside[PATH] = _json(relation.path)
    if settings.inference == "glue":
        return beside
    if relation.rows is not None:
        beside["recordCount"] = str(relation.rows)
    if relation.kind not in ("table", "view"):
        beside["gluepot.kind"] = relation.kind
    if relation.primary_key:
        beside["gluepot.primary.key"] = _json([names.get(name, name) for name in relation.primary_key])
    if relation.foreign_keys:
        beside["gluepot.foreign.keys"] = _json(
            [
                {"columns": [names.get(name, name) for name in key.columns], "table": key.target, "references": key.target_columns}
                for key in relation.foreign_keys
            ]
        )
    if relation.indexes:
        beside["gluepot.indexes"] = _json(
            [
                {"name": index.name, "columns": [names.get(name, name) for name in index.columns], "unique": index.unique}
                for index in relation.indexes
            ]
        )
    return beside


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cut(comment: str) -> str:
    """Return the first 255 bytes, without half a character at the end. [doc]"""
    return comment.encode()[:MAX_COMMENT].decode(errors="ignore")


def _oddities(relation: Relation) -> Iterator[str]:
    unknown: dict[str, list[str]] = {}
    for column in relation.columns:
        if not column.known:
            unknown.setdefault(column.native, []).append(column.name)
    for native, columns in unknown.items():
        are = "its elements are" if native.endswith("[]") else "it is" if len(columns) == 1 else "they are"
        yield f"{_some(columns)} of type {native}, which has no place in the catalog: {are} string"


def _some(columns: Sequence[str], shown: int = 5) -> str:
    more = f" and {len(columns) - shown} more" if len(columns) > shown else ""
    return f"column{'s' if len(columns) > 1 else ''} {', '.join(columns[:shown])}{more}"


def relation_evidence(built: BuiltRelation, run_id: str, settings: CrawlSettings) -> dict[str, object]:
    """Return why a relation's table is as it is, for `explain`."""
    relation = built.found.relation
    pinned = {pin.column: f"pinned: {pin.key} {pin.value}" for pin in built.pins if pin.column}
    names = _names(relation)
    return {
        "run_id": run_id,
        "inference": settings.inference,
        "sample": built.found.location,
        "classifiers": [
            {
                "classifier": built.found.engine.name,
                "certainty": 1.0,
                "reason": f"{relation.kind} of a database, by connection {built.found.connection}",
            }
        ],
        "columns": [
            {"name": name, "type": column.type, "native": _native(column), **({"note": pinned[name]} if name in pinned else {})}
            for name, column in zip(names, relation.columns, strict=True)
        ],
    }


def _native(column: NativeColumn) -> str:
    null = "" if column.nullable else " NOT NULL"
    default = "" if column.default is None else f" DEFAULT {column.default}"
    return f"{column.native}{null}{default}{'' if column.known else ', a type without a rule'}"


def renamed(before: Sequence[Column], after: Sequence[Column]) -> Iterator[str]:
    """Say which removed column may be an added one under a new name: it has the native type and the place of the other."""
    old, new = {column.name for column in before}, {column.name for column in after}
    for place, gone in enumerate(before):
        if gone.name in new or place >= len(after):
            continue
        come = after[place]
        native = (come.parameters or {}).get(RAW_TYPE)
        if native and come.name not in old and native == (gone.parameters or {}).get(RAW_TYPE):
            yield f"column {gone.name} was perhaps renamed to {come.name}: it has its place and its type"
