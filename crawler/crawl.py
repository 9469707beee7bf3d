"""A crawl, from targets to report. Read `crawl` from top to bottom: it is the list of stages."""

from __future__ import annotations

import os
import posixpath
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ..catalog.interface import Catalog
from ..catalog.model import Connection
from ..catalog.sqlite import open_catalog
from ..classifiers.chain import why_unknown
from ..databases.address import is_address, shown
from ..databases.connections import Sessions, address_of, connection_of
from ..databases.secrets import Aws
from ..errors import AlreadyExists, EntityNotFound, GluepotError, InvalidInput, StorageError
from ..profiles.gather import ALL_ROWS, FILE_ROWS, Profiler
from ..profiles.keep import Profile, keep_profile
from ..scan.verify import verify_table
from ..storage.globs import Excludes
from ..storage.targets import Location, locate
from .commit import apply_change, ensure_database, preview_change
from .confirm import Confirmer
from .databases import Covers, is_connection, leads_to, survey, target_of
from .drafts import Draft, Place, drafts
from .folders import FolderTree
from .grouping import GroupingRules, group
from .listing import Listing
from .memory import ChunkMemory
from .objects import ClassifyOptions
from .pins import PinBook
from .plan import Known, TableChange, plan_tables, plan_vanished
from .relations import BuiltRelation, Found
from .report import CrawlReport, Oddity, OnProgress, Progress, TableReport
from .rowtags import with_one_row_tag
from .settings import CrawlSettings
from .signatures import Signature, SignatureBook
from .tables import is_unknown
from .workers import classify_chunks

_VERIFY_ROWS = 10_000  # of each table, when verifying by sample
_VERIFY_SECONDS = 2.0
_OBJECTS_TOLD = 1000  # problems of single objects that are kept for the report


def crawl(
    targets: Sequence[str] | str,
    *,
    catalog: Catalog | str | Path = "gluepot.db",
    settings: CrawlSettings | None = None,
    on_progress: OnProgress | None = None,
    new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> CrawlReport:
    """Crawl targets into a catalog and report.

    targets: folders, files, `file://` and `s3://` URLs. catalog: an open one, or the path of one.
    What goes wrong with one object or target is in the report (`report.ok` is False); the rest goes on.
    Raises InvalidInput for settings, CatalogUnavailable, and TableThresholdExceeded: nothing is written then.
    """
    names = (targets,) if isinstance(targets, str) else tuple(targets)
    if not names:
        raise InvalidInput("There is nothing to crawl: name at least one folder, file or URL.")
    opened = nullcontext(catalog) if isinstance(catalog, Catalog) else open_catalog(catalog)
    with opened as entries:
        return _Crawl(names, entries, settings or CrawlSettings(), on_progress or (lambda _: None), new_id(), now).run()


@dataclass(slots=True)
class _Crawl:
    targets: tuple[str, ...]
    catalog: Catalog
    settings: CrawlSettings
    on_progress: OnProgress
    run_id: str
    now: Callable[[], datetime]
    oddities: list[Oddity] = field(default_factory=list)
    places: list[tuple[Place, Draft]] = field(default_factory=list)
    surveyed: set[tuple[str, str]] = field(default_factory=set)  # targets by root and prefix: one may be named twice
    relations: dict[tuple[str, tuple[str, ...]], Found] = field(default_factory=dict)  # tables in databases, by connection and path
    connections: dict[str, Connection] = field(default_factory=dict)  # that targets make
    covers: list[Covers] = field(default_factory=list)  # what of targets was looked at to the end
    databases: int = 0
    profiles: list[Profile] = field(default_factory=list)  # of tables that were read back
    progress: Progress = Progress("listing")
    skipped: int = 0
    bytes: int = 0
    confirmed: Mapping[str, Signature] = field(default_factory=dict)  # kinds of objects of the target, by key
    pins: PinBook = field(init=False)
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(self.catalog, Aws(self.settings.s3.region, self.settings.s3.profile))
        self.pins = PinBook(self.catalog.get_pins(self.settings.database), self.catalog, self.settings.classifiers)

    def run(self) -> CrawlReport:
        with self.sessions:
            return self._run()

    def _run(self) -> CrawlReport:
        started = time.monotonic()
        excludes = Excludes(self.settings.exclude)
        for target in self.targets:
            self._survey(target, excludes)
        self.places = list(_distinct(self.places))
        tables = self._write()
        tables = [self._verified(table) for table in tables]
        self._keep_profiles()
        return CrawlReport(
            self.run_id,
            self.settings.database,
            tuple(map(shown, self.targets)),
            tuple(tables),
            tuple(dict.fromkeys(self.oddities)),
            self.progress.listed,
            self.progress.classified,
            self.skipped,
            self.bytes,
            time.monotonic() - started,
            self.settings.dry_run,
            self.databases,
        )

    @property
    def _options(self) -> ClassifyOptions:
        return ClassifyOptions(self.settings.inference, self.settings.classifiers, self.pins.readings(), self.settings.confirm)

    # --- what is there

    def _survey(self, target: str, excludes: Excludes) -> None:
        """List, classify and group one target; its failure leaves the others alone."""
        if is_address(target) or is_connection(self.catalog, target):
            self._survey_databases(target, excludes)
            return
        try:
            location = locate(target, self.settings.s3)
        except GluepotError as error:
            self._tell("error", shown(target), str(error))
            return
        if (location.store.root, location.prefix) in self.surveyed:
            return
        self.surveyed.add((location.store.root, location.prefix))
        listing = Listing(location, excludes, self.settings.sample_size, claiming=self.settings.inference == "accurate")
        book = SignatureBook(self.settings.inference)
        try:
            self._classify(listing, book)
        except StorageError as error:
            self._tell("error", target, f"listing stopped: {error}")
        else:
            if not listing.unreadable and not location.is_object:
                root = f"{location.store.root}{location.prefix}"
                self.covers.append(lambda table: (table.location or "").startswith(root))
        self.skipped += sum(omitted.count for omitted in listing.omitted.values())
        self.bytes += listing.bytes
        self._tell_omissions(listing)
        try:
            self._group(listing, book)
        except StorageError as error:
            self._tell("error", target, f"its tables could not be told apart: {error}")

    def _survey_databases(self, target: str, excludes: Excludes) -> None:
        """Ask a server what there is."""
        try:
            meant = target_of(self.catalog, target, self.sessions.introduced)
            surveyed = survey(meant, self.sessions, excludes)
        except GluepotError as error:
            self._tell("error", shown(target), str(error))
            return
        self.relations.update({(found.connection, found.relation.path): found for found in surveyed.found})
        self.covers += surveyed.covers
        self.databases += surveyed.databases
        if surveyed.excluded:
            self._tell("note", shown(target), f"excluded: {surveyed.excluded} table{'s' if surveyed.excluded > 1 else ''} left out")
        if meant.new and surveyed.databases:
            self.connections.setdefault(meant.connection, connection_of(meant.connection, meant.address))
        for reason in surveyed.failed:
            self._tell("error", shown(target), reason)
        for subject, reason in surveyed.denied:
            self._tell_object("warning", f"{meant.connection}/{subject}", f"left out: {reason}")
        if not surveyed.found and not surveyed.failed:
            self._tell("warning", shown(target), "no table or view that may be read is meant by it; capitals matter")
        self._advance(replace(self.progress, stage="listing", tables=len(self.places) + len(self.relations)))

    def _classify(self, listing: Listing, book: SignatureBook) -> None:
        store, settings = listing.location.store, self.settings
        workers = settings.workers or os.cpu_count() or 1
        listed, classified = self.progress.listed, self.progress.classified
        target = f"{store.root}{listing.location.prefix}"
        memory = ChunkMemory(self.catalog, target, self._options, forgetful=settings.dry_run)
        found = classify_chunks(store, listing.chunks(), self._options, workers, memory.recall)
        if settings.confirm:
            confirmer = Confirmer(store, self._options, workers, self._tell_confirmed)
            self.confirmed = confirmer.kinds
            found = confirmer.confirm((chunk, result, memory.recalled(chunk)) for chunk, result in found)
        for chunk, result in found:
            memory.remember(chunk, result)
            numbers = [book.enter(signature) for signature in result.signatures]
            for item, outcome in zip(chunk.items, result.outcomes, strict=True):
                if outcome.problem:
                    severity = "error" if outcome.signature < 0 else "warning"
                    self._tell_object(severity, f"{store.root}{item.key}", outcome.problem)
                if outcome.signature >= 0:
                    listing.tree.count(item.folder, numbers[outcome.signature], item.size, outcome.records)
            classified += len(chunk.items)
            self._advance(replace(self.progress, stage="classifying", listed=listed + listing.listed, classified=classified))
        memory.finish()
        self._advance(replace(self.progress, listed=listed + listing.listed))

    def _tell_confirmed(self, size: int) -> None:
        self._advance(replace(self.progress, stage="confirming", confirmed=self.progress.confirmed + size))

    def _group(self, listing: Listing, book: SignatureBook) -> None:
        location, settings = listing.location, self.settings
        folder = location.prefix if not location.is_object else location.prefix[: location.prefix.rfind("/") + 1]
        level = _target_level(location)
        pinned = _pinned_levels(self.pins.levels(), f"{location.store.root}{folder}", level, listing.tree)
        rules = GroupingRules(settings.inference, settings.single_schema, settings.table_level, level, pinned)
        kinds = with_one_row_tag(book.entries, settings.inference)
        grouping = group(listing.tree, kinds, rules)
        place = Place(location.store, folder, listing.tree, kinds, self._options, self.confirmed, listing.exclude)
        found, outside = drafts(place, grouping)
        if location.is_object:
            url, name = f"{location.store.root}{location.prefix}", posixpath.basename(location.prefix)
            found = [replace(draft, base=name, location=url, own_files_only=False) for draft in found]
        self.places.extend((place, draft) for draft in found)
        for subject, message in outside:
            self._tell_object("warning", subject, message)
        self._advance(replace(self.progress, stage="grouping", tables=len(self.places)))

    # --- what changes

    def _write(self) -> list[TableReport]:
        """Hold what was found against the catalog and write it, all or nothing."""
        self._advance(replace(self.progress, stage="writing"))
        if self.settings.dry_run:
            return [preview_change(self.catalog, change, self.settings) for change in self._plan()]
        with self.catalog.transaction():
            ensure_database(self.catalog, self.settings.database)
            for connection in self.connections.values():
                self._keep_connection(connection)
            reports = [self._apply(change) for change in self._plan()]
            self.pins.remember()
        return [report for report in reports if report is not None]

    def _keep_connection(self, connection: Connection) -> None:
        """Write a connection, unless another crawl has meanwhile made the same. Raises AlreadyExists where it leads elsewhere."""
        try:
            self.catalog.create_connection(connection)
        except AlreadyExists:
            if not leads_to(address_of(self.catalog.get_connection(connection.name)), address_of(connection)):
                raise

    def _apply(self, change: TableChange) -> TableReport | None:
        """Write one table; one that the catalog refuses is told, and the others are written."""
        try:
            return apply_change(self.catalog, change, self.settings, self.run_id)
        except InvalidInput as error:
            self._tell("error", change.table.location or change.table.name, f"the catalog refuses table {change.table.name}: {error}")
            return None

    def _plan(self) -> list[TableChange]:
        known = Known.read(self.catalog, self.settings.database)
        relations = [self.relations[key] for key in sorted(self.relations)]
        changes = plan_tables(known, self.places, relations, self.settings, self.run_id, self.pins)
        for change in changes:
            self._tell_table(change)
        for disagreement in self.pins.new():
            self._tell("warning", disagreement.pin.location or disagreement.pin.subject, disagreement.message)
        now_ms = int(self.now().timestamp() * 1000)
        return changes + plan_vanished(known, changes, self.covers, self.settings, now_ms)

    # --- whether it can be read

    def _verified(self, report: TableReport) -> TableReport:
        readable = report.action not in ("deprecate", "delete") and report.table.columns
        if self.settings.verify == "none" or self.settings.dry_run or not readable:
            return report
        full = self.settings.verify == "full"
        profiler = Profiler(ALL_ROWS if full else FILE_ROWS)
        verification = verify_table(
            self.catalog,
            self.settings.database,
            report.table.name,
            mode=self.settings.verify,
            max_rows=2**62 if full else _VERIFY_ROWS,
            max_seconds=float("inf") if full else _VERIFY_SECONDS,
            s3=self.settings.s3,
            sessions=self.sessions,
            on_batch=profiler.add if self.settings.statistics else None,
        )
        if self.settings.statistics and verification.rows:
            complete = verification.complete and profiler.whole
            self.profiles.append(Profile(self.settings.database, report.table.name, profiler.summary(), verification.files, complete))
        self._advance(replace(self.progress, stage="verifying", verified=self.progress.verified + 1))
        return replace(report, verification=verification)

    def _keep_profiles(self) -> None:
        """Write what the tables' columns hold, all at once: each transaction waits for the disk."""
        if not self.profiles:
            return
        with self.catalog.transaction():
            for profile in self.profiles:
                with suppress(EntityNotFound):  # somebody has deleted the table meanwhile
                    keep_profile(self.catalog, profile, self.now())

    # --- what is told

    def _advance(self, progress: Progress) -> None:
        self.progress = progress
        self.on_progress(progress)

    def _tell(self, severity: str, subject: str, message: str) -> None:
        assert severity in ("error", "warning", "note")
        self.oddities.append(Oddity(severity, subject, message))  # type: ignore[arg-type]  # asserted above

    def _tell_object(self, severity: str, subject: str, message: str) -> None:
        if len(self.oddities) < _OBJECTS_TOLD:
            self._tell(severity, subject, message)
        elif len(self.oddities) == _OBJECTS_TOLD:
            self._tell("error", self.targets[0], f"more than {_OBJECTS_TOLD} objects have something to tell; the rest is left out here")

    def _tell_omissions(self, listing: Listing) -> None:
        root = listing.location.store.root
        for skipped in listing.unreadable:
            self._tell_object("error", f"{root}{skipped.key}", skipped.reason)
        for omitted in listing.omitted.values():
            self._tell("note", f"{root}{omitted.first}", f"{omitted.reason}: {_objects(omitted.count)} left out")
        for folder, name in listing.lakes.items():
            whole = "one table; " if listing.claiming else ""
            message = f"is a table of {name}: {whole}its log is not read yet, so its files are taken as they lie, replaced ones too"
            self._tell("warning", f"{root}{listing.location.prefix}{folder}", message)

    def _tell_table(self, change: TableChange) -> None:
        if change.built is None:
            return
        location = change.table.location or change.table.name
        for oddity in change.built.oddities:
            self._tell("warning", location, oddity)
        for folder, message in change.built.doubled:
            self._tell_object("error", folder, message)
        if isinstance(change.built, BuiltRelation):
            return
        if is_unknown(change.built):
            reason = why_unknown(change.built.draft.signatures[0].tried)
            self._tell("warning", location, f"UNKNOWN, its table has no columns: {reason}")
        elif not change.table.columns:
            self._tell("warning", location, "its table has no columns: every record is empty")


def _distinct(places: Iterable[tuple[Place, Draft]]) -> Iterator[tuple[Place, Draft]]:
    """Yield each table once, where targets overlap and both hold the whole of it."""
    seen: dict[tuple[object, ...], Place] = {}
    for place, draft in places:
        kinds = frozenset((signature.format, signature.columns) for signature in draft.signatures)
        mark = (draft.location, draft.levels, draft.own_files_only, draft.tally.objects, kinds)
        if seen.setdefault(mark, place) is place:
            yield place, draft


def _pinned_levels(pins: Sequence[tuple[str, int]], target: str, level: int, tree: FolderTree) -> dict[int, int]:
    """Return the folders below which the level of tables is pinned, with it: a table's own folder, or the one above it that is so high."""
    found: dict[int, int] = {}
    for url, wanted in pins:
        if not url.startswith(target):
            continue
        names = url[len(target) :].strip("/").split("/") if url != target else []
        folder = tree.find(names[: max(0, wanted - level)])
        if folder is not None:
            found[folder] = wanted
    return found


def _objects(count: int) -> str:
    return f"{count} object{'s' if count != 1 else ''}"


def _target_level(location: Location) -> int:
    """Return the absolute level of a target: a bucket is 1, as in Glue; a local target folder is 1 too."""
    return 1 + location.prefix.count("/") if location.store.root.startswith("s3://") else 1
