"""Carrying out a plan: the one place where a crawl writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice

from ..catalog.interface import Catalog
from ..catalog.model import Database, Partition
from ..errors import EntityNotFound
from .plan import TableChange
from .relations import BuiltRelation, relation_evidence
from .report import PartitionCounts, TableReport
from .settings import CrawlSettings
from .tables import Built, evidence, partitions

_BATCH = 5000


def ensure_database(catalog: Catalog, name: str) -> None:
    """Make the database where there is none."""
    try:
        catalog.get_database(name)
    except EntityNotFound:
        catalog.create_database(Database(name=name))


def apply_change(catalog: Catalog, change: TableChange, settings: CrawlSettings, run_id: str) -> TableReport:
    """Write one table with its partitions and its evidence, and say what was done."""
    database = settings.database
    if change.action == "create":
        catalog.create_table(database, change.table)
    elif change.action == "delete":
        catalog.delete_table(database, change.table.name)
        return report_of(change, PartitionCounts())
    elif change.action != "unchanged":
        change = _without_old_partitions(catalog, change, database)
        catalog.update_table(database, change.table, skip_archive=not change.archive)
    counts = PartitionCounts()
    if change.built is not None:
        if change.built.partitioned:
            counts = _write_partitions(catalog, change, settings)
        catalog.put_evidence(database, change.table.name, _evidence(change.built, run_id, settings))
    return report_of(replace(change, table=catalog.get_table(database, change.table.name)), counts)


def _evidence(built: Built | BuiltRelation, run_id: str, settings: CrawlSettings) -> dict[str, object]:
    return relation_evidence(built, run_id, settings) if isinstance(built, BuiltRelation) else evidence(built, run_id, settings)


def _without_old_partitions(catalog: Catalog, change: TableChange, database: str) -> TableChange:
    """Remove the partitions of a table that is given more or fewer keys: their values would mean nothing."""
    keys = catalog.get_table(database, change.table.name).partition_keys or ()
    if len(keys) == len(change.table.partition_keys or ()):
        return change
    old = [partition.values for partition in catalog.get_partitions(database, change.table.name)]
    if not old:
        return change
    catalog.delete_partitions(database, change.table.name, old)
    told = f"partitions of the old keys removed: {len(old)}, whose folders are partitions no more"
    return replace(change, changes=(*change.changes, told))


def preview_change(catalog: Catalog, change: TableChange, settings: CrawlSettings) -> TableReport:
    """Say what would be done."""
    counts = PartitionCounts()
    if change.built is not None and change.built.partitioned:
        counts = _walk_partitions(catalog, change, settings, _write_nothing, _write_nothing)
    return report_of(change, counts)


def report_of(change: TableChange, counts: PartitionCounts) -> TableReport:
    """Return the report of one table."""
    tally = change.built.draft.tally if isinstance(change.built, Built) else None
    differences = change.built.differences if change.built is not None else ()
    action = change.action
    if action == "unchanged" and (counts.added or counts.updated):
        action = "update"
    objects, size = (tally.objects, tally.bytes) if tally else (0, 0)
    return TableReport(change.table, action, change.changes, counts, objects, size, differences=differences)


Write = Callable[[Sequence[Partition]], object]


def _write_nothing(_: Sequence[Partition]) -> None:
    """Take a dry run's partitions."""


def _write_partitions(catalog: Catalog, change: TableChange, settings: CrawlSettings) -> PartitionCounts:
    database, name = settings.database, change.table.name
    return _walk_partitions(
        catalog,
        change,
        settings,
        lambda batch: catalog.create_partitions(database, name, batch),
        lambda batch: catalog.update_partitions(database, name, batch),
    )


def _walk_partitions(catalog: Catalog, change: TableChange, settings: CrawlSettings, create: Write, update: Write) -> PartitionCounts:
    """Hold the found partitions against the catalog's, in batches, and hand on what is new and what changed."""
    assert isinstance(change.built, Built)
    before = {} if change.action == "create" else _fingerprints(catalog, settings.database, change.table.name)
    known = len(before)
    stream = partitions(change.built, settings)
    added = updated = same = 0
    while batch := list(islice(stream, _BATCH)):
        marks = [before.pop(partition.values, None) for partition in batch]
        new = [partition for partition, mark in zip(batch, marks, strict=True) if mark is None]
        changed = [partition for partition, mark in zip(batch, marks, strict=True) if mark is not None and mark != _fingerprint(partition)]
        if new:
            create(new)
        if settings.update_behavior == "LOG":  # only new partitions are made then [doc]
            changed = []
        if changed:
            update(changed)
        added, updated, same = added + len(new), updated + len(changed), same + len(batch) - len(new) - len(changed)
    return PartitionCounts(added, updated, same, vanished=known - updated - same)


def _fingerprints(catalog: Catalog, database: str, table: str) -> dict[tuple[str, ...], int]:
    return {partition.values: _fingerprint(partition) for partition in catalog.get_partitions(database, table)}


def _fingerprint(partition: Partition) -> int:
    """Return a mark that differs where location, columns, SerDe or counts do."""
    storage = partition.storage
    assert storage is not None
    columns = tuple((column.name, column.type) for column in storage.columns or ())
    serde = tuple(sorted((storage.serde.parameters or {}).items())) if storage.serde else ()
    return hash((storage.location, columns, serde, tuple(sorted((partition.parameters or {}).items()))))
