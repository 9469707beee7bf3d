"""What a crawl changes: found tables against the catalog's, decided apart from doing it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import TypeVar

from ..catalog.interface import Catalog
from ..catalog.model import Column, Table
from ..errors import EntityNotFound, TableThresholdExceeded
from ..scan.relation import is_relation
from .databases import Covers, known_path
from .drafts import Draft, Place
from .naming import table_name, with_suffix
from .pins import PinBook
from .relations import BuiltRelation, Found, build_relation, renamed
from .report import Action
from .settings import CrawlSettings
from .tables import Built, build

# Parameters that a crawler owns: one that it writes no more disappears, any other survives. [seen]
_OWNED = frozenset(
    "CRAWL_RUN_ID CrawlerSchemaDeserializerVersion CrawlerSchemaSerializerVersion UPDATED_BY_CRAWLER classification compressionType connectionName typeOfData"
    " averageRecordSize objectCount recordCount sizeKey delimiter columnsOrdered areColumnsQuoted skip.header.line.count avro.schema.literal"
    " skip.footer.line.count partition_filtering.enabled exclusions DEPRECATED_BY_CRAWLER customSerde jsonPath".split()
)
# Likewise of what is known of databases, on tables and columns.
_OWNED_PREFIXES = ("aws:Raw", "gluepot.")
_RUN = frozenset(("CRAWL_RUN_ID",))
_COUNTS = frozenset(("averageRecordSize", "objectCount", "recordCount", "sizeKey"))


@dataclass(frozen=True, slots=True)
class TableChange:
    """What happens to one table."""

    action: Action
    table: Table  # as it will be
    changes: tuple[str, ...] = ()
    archive: bool = True  # whether the old definition is kept as a version: not for counts alone
    built: Built | BuiltRelation | None = None  # None for a table whose data vanished


@dataclass(slots=True)
class Known:
    """A database's tables before the crawl."""

    tables: dict[str, Table] = field(default_factory=dict)

    @classmethod
    def read(cls, catalog: Catalog, database: str) -> Known:
        """Read them; a database that does not exist has none."""
        try:
            catalog.get_database(database)
        except EntityNotFound:
            return cls()
        return cls({table.name: table for table in catalog.get_tables(database)})

    def names_of(self, drafts: Sequence[Draft], prefix: str) -> dict[int, str]:
        """Return the names that drafts (by number) had before: of the table at their place, of their classification if there are several.

        Where several drafts share a place, each takes the name that it would be given before any takes what is left.
        """
        here: dict[str, dict[str, str]] = {}
        for table in self.tables.values():
            classification = (table.parameters or {}).get("classification", "")
            here.setdefault((table.location or "").rstrip("/"), {})[table.name] = classification
        found: dict[int, str] = {}
        used: set[str] = set()
        for own in (True, False):
            for number, draft in enumerate(drafts):
                tables = here.get(draft.location.rstrip("/"), {})
                wanted = _own_names(draft, prefix) if own else tables.keys()
                kind = draft.signatures[0].format.classification
                free = sorted((tables[name] != kind, name) for name in tables.keys() & wanted if name not in used)
                if free and number not in found:
                    found[number] = free[0][1]
                    used.add(free[0][1])
        return found


def _same_place(a: str | None, b: str) -> bool:
    return a is not None and a.rstrip("/") == b.rstrip("/")


def plan_tables(
    known: Known,
    found: Sequence[tuple[Place, Draft]],
    relations: Sequence[Found],
    settings: CrawlSettings,
    run_id: str,
    pins: PinBook,
) -> list[TableChange]:
    """Name what was found, apply what is pinned, and hold it against what is known.

    Raises TableThresholdExceeded.
    """
    _check_threshold([*(draft.location for _, draft in found), *(relation.location for relation in relations)], settings)
    files = _plan_drafts(known, found, settings, run_id, pins)
    taken = {*known.tables, *(change.table.name for change in files)}
    return files + _plan_relations(known, relations, taken, settings, pins)


def _plan_relations(known: Known, found: Sequence[Found], taken: set[str], settings: CrawlSettings, pins: PinBook) -> list[TableChange]:
    before = {_relation_mark(table): name for name, table in known.tables.items() if is_relation(table)}
    changes: list[TableChange] = []
    for relation in found:
        plain = table_name("_".join(relation.relation.path), settings.prefix)
        name = before.get((relation.connection, relation.relation.path)) or _free_relation_name(plain, relation, taken)
        taken.add(name)
        built = pins.apply_to_relation(build_relation(relation, name, settings))
        changes.append(_change(known.tables.get(name), built, settings))
    return changes


def _relation_mark(table: Table) -> tuple[str, tuple[str, ...]]:
    """Return what a table is known by: names with dots may make one location of two tables."""
    return (table.parameters or {}).get("connectionName", ""), known_path(table)


def _free_relation_name(plain: str, relation: Found, taken: Collection[str]) -> str:
    places = chain([relation.location], (f"{relation.location}#{number}" for number in count(2)))
    suffixed = (with_suffix(plain, f"{relation.connection}/{place}") for place in places)
    return next(name for name in chain([plain], suffixed) if name not in taken)


def _plan_drafts(
    known: Known, found: Sequence[tuple[Place, Draft]], settings: CrawlSettings, run_id: str, pins: PinBook
) -> list[TableChange]:
    taken: dict[str, str] = {name: table.location or "" for name, table in known.tables.items()}
    mine: set[str] = set()
    changes: list[TableChange] = []
    ordered = sorted(found, key=lambda pair: (pair[1].location, pair[1].own_files_only, -pair[1].tally.objects, pair[1].base))
    names = known.names_of([draft for _, draft in ordered], settings.prefix)
    for number, (place, draft) in enumerate(ordered):
        name = names.get(number) or _free_name(draft, settings.prefix, taken)
        beside = next((other for other in sorted(mine) if _same_place(taken[other], draft.location)), None)
        if beside and not draft.exclusions and not draft.own_files_only and not draft.recurring:
            notes = (*draft.notes, f"its objects differ from those of table {beside} in format, columns or depth")
        else:
            notes = draft.notes
        mine.add(name)
        taken[name] = draft.location
        built = pins.apply(build(place, replace(draft, notes=notes), name, settings, run_id))
        changes.append(_change(known.tables.get(name), built, settings))
    return changes


def _check_threshold(found: Sequence[str], settings: CrawlSettings) -> None:
    threshold = settings.table_threshold
    if threshold is not None and len(found) > threshold:
        places = ", ".join(sorted(found)[:10])
        raise TableThresholdExceeded(
            f"The number of tables detected by crawler: {len(found)} is greater than the table threshold value provided: {threshold}. "
            f"Failing crawler without writing to Data Catalog. They were found at {places}{', …' if len(found) > 10 else ''}."
        )


def _own_names(draft: Draft, prefix: str) -> tuple[str, str, str]:
    """Return the plain name, the name with the format where a folder holds two tables, and the name with Glue's hash."""
    plain = table_name(draft.base, prefix)
    told = "files" if draft.own_files_only else draft.signatures[0].format.classification
    return plain, table_name(f"{draft.base}_{told}", prefix), with_suffix(plain, draft.location)


def _free_name(draft: Draft, prefix: str, taken: Mapping[str, str]) -> str:
    """Return the first of a draft's own names that is not taken."""
    plain, by_format, _ = _own_names(draft, prefix)
    if plain not in taken:
        return plain
    if _same_place(taken[plain], draft.location) and by_format not in taken:
        return by_format
    places = chain([draft.location], (f"{draft.location}#{number}" for number in count(2)))
    return next(name for place in places if (name := with_suffix(plain, place)) not in taken)


AnyBuilt = TypeVar("AnyBuilt", Built, BuiltRelation)


def _change(before: Table | None, built: AnyBuilt, settings: CrawlSettings) -> TableChange:
    if before is None:
        return TableChange("create", built.table, built=built)
    after = _merged(before, built.table)
    unchanged = replace(built, table=before)
    changes = tuple(differences(before, after))
    counts = any((before.parameters or {}).get(key) != (after.parameters or {}).get(key) for key in _COUNTS)
    if settings.update_behavior == "LOG" and (changes or counts):
        return TableChange("unchanged", before, tuple(f"left as it was: {change}" for change in changes), built=unchanged)
    if changes:
        return TableChange("update", after, changes, built=replace(built, table=after))
    if counts:
        return TableChange("update", after, ("objects, bytes or rows changed",), archive=False, built=replace(built, table=after))
    return TableChange("unchanged", before, built=unchanged)


def _merged(before: Table, after: Table) -> Table:
    """Return the new definition with what users gave the old one: their parameters, comments and description."""
    comments = {column.name: column for column in before.columns}
    assert after.storage is not None
    columns = tuple(_with_comment(column, comments.get(column.name)) for column in after.columns)
    return replace(
        after,
        storage=replace(after.storage, columns=columns),
        parameters=_with_users(before.parameters, after.parameters),
        description=before.description,
        owner=before.owner,
        retention=before.retention,
        create_time=before.create_time,
        version_id=before.version_id,
        other=before.other,
    )


def _with_users(before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> dict[str, str]:
    kept = {key: value for key, value in (before or {}).items() if key not in _OWNED and not key.startswith(_OWNED_PREFIXES)}
    return {**kept, **(after or {})}


def _with_comment(column: Column, before: Column | None) -> Column:
    if before is None:
        return column
    parameters = _with_users(before.parameters, column.parameters)
    return replace(column, comment=before.comment, parameters=parameters or before.parameters, other=before.other)


def differences(before: Table, after: Table) -> Iterable[str]:
    """Say in sentences how two definitions differ, counts and run aside."""
    yield from _column_differences("column", before.columns, after.columns)
    yield from renamed(before.columns, after.columns)
    yield from _column_differences("partition key", before.partition_keys or (), after.partition_keys or ())
    old, new = before.storage, after.storage
    if old and new:
        if old.location != new.location:
            yield f"location: {old.location} → {new.location}"
        if old.serde != new.serde or (old.input_format, old.output_format) != (new.input_format, new.output_format):
            yield "SerDe changed"
    ignored = _RUN | _COUNTS
    mine, other = before.parameters or {}, after.parameters or {}
    for key in sorted(mine.keys() | other.keys()):
        if key not in ignored and mine.get(key) != other.get(key):
            yield f"parameter {key}: {mine.get(key, 'none')} → {other.get(key, 'none')}"


def _column_differences(what: str, before: Sequence[Column], after: Sequence[Column]) -> Iterable[str]:
    old = {column.name: column.type for column in before}
    new = {column.name: column.type for column in after}
    for name in [name for name in new if name not in old]:
        yield f"{what} {name} {new[name]} added"
    for name, kind in old.items():
        if name not in new:
            yield f"{what} {name} {kind} removed"
        elif kind != new[name]:
            yield f"{what} {name}: {kind} → {new[name]}"
    mine, other = ({column.name: column.parameters or {} for column in columns} for columns in (before, after))
    for name in [name for name in mine if name in other]:
        for key in sorted(mine[name].keys() | other[name].keys()):
            if mine[name].get(key) != other[name].get(key):
                yield f"{what} {name}, {key}: {mine[name].get(key, 'none')} → {other[name].get(key, 'none')}"
    if list(old) != list(new) and old == new:
        yield f"{what}s in another order"


def plan_vanished(
    known: Known, changes: Sequence[TableChange], covers: Sequence[Covers], settings: CrawlSettings, now_ms: int
) -> list[TableChange]:
    """Decide about this crawler's tables that would have been found, were there any data of them still. [doc]"""
    alive = {change.table.name for change in changes}
    vanished: list[TableChange] = []
    for name, table in sorted(known.tables.items()):
        parameters = dict(table.parameters or {})
        mine = parameters.get("UPDATED_BY_CRAWLER") == settings.crawler and name not in alive
        if not mine or not any(one(table) for one in covers):
            continue
        told = f"nothing is left of it at {table.location}"
        if settings.delete_behavior == "DELETE_FROM_DATABASE":
            vanished.append(TableChange("delete", table, (f"deleted: {told}",)))
        elif settings.delete_behavior == "LOG":
            vanished.append(TableChange("unchanged", table, (f"left as it was: {told}",)))
        elif "DEPRECATED_BY_CRAWLER" not in parameters:
            deprecated = replace(table, parameters={**parameters, "DEPRECATED_BY_CRAWLER": str(now_ms)})
            vanished.append(TableChange("deprecate", deprecated, (f"marked deprecated: {told}",)))
    return vanished
