"""From drafts to tables and partitions in Glue's words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby, islice
from urllib.parse import unquote

from ..catalog.model import Column, Partition, SerDe, StorageDescriptor, Table
from ..catalog.pins import Pin
from ..classifiers.inference.names import unique_names
from ..classifiers.inference.resolve import Inference, column_type, considered, mixed, null_tokens
from ..classifiers.inference.spelling import Field, fields_of, told
from ..classifiers.inference.summary import TypeSummary, Witness, merge_all
from ..classifiers.sample import UNKNOWN
from .corrections import Correction, corrections
from .corrections import told as correction_told
from .drafts import Draft, Place, escaped, leaves
from .drift import schema_differences, worth_telling
from .folders import Tally
from .naming import apart_from, key_names, key_type
from .report import SchemaDifference
from .serdes import Reading, codec_of, exclusions_parameter, reading_of
from .settings import CrawlSettings
from .signatures import Columns, Signature, columns_of, rules_for
from .value_names import are_values


@dataclass(frozen=True, slots=True)
class Built:
    """A table with all that the catalog and the report need."""

    table: Table
    draft: Draft
    place: Place
    schema: TypeSummary
    oddities: tuple[str, ...]
    doubled: tuple[tuple[str, str], ...] = ()  # URLs of folders that no partition can be, and why
    pins: tuple[Pin, ...] = ()  # what its user has decided
    differences: tuple[SchemaDifference, ...] = ()  # of partitions from the table

    @property
    def partitioned(self) -> bool:
        """True where the table has partition keys."""
        return bool(self.draft.levels)


def build(place: Place, draft: Draft, name: str, settings: CrawlSettings, run_id: str) -> Built:
    """Put a draft into Glue's words."""
    reading = reading_of(draft.signatures, settings.inference)
    schema = merge_all(signature.schema for signature in draft.signatures)
    keys, key_oddities = _partition_keys(place, draft, settings)
    columns, column_oddities = _columns(schema, draft, [key.name for key in keys], settings, reading)
    parameters = {**_parameters(draft, reading, settings, run_id), **exclusions_parameter(_exclusions(place, draft))}
    storage = _storage(columns, draft, reading, parameters, compressed=_is_nothing(draft, settings))
    table = Table(
        name=name,
        database_name=settings.database.lower(),
        owner="owner",
        retention=0,
        storage=storage,
        partition_keys=tuple(keys),
        table_type="EXTERNAL_TABLE",
        parameters={**parameters, **reading.own, **_own_parameters(schema, draft)},
    )
    corrected = [correction_told(one, place.store.root) for one in _corrections(draft, schema, settings)]
    differences = schema_differences(place, draft, schema, settings.inference)
    oddities = (*key_oddities, *column_oddities, *corrected, *draft.notes, *_told(differences, draft, settings))
    return Built(table, draft, place, schema, oddities, tuple(_doubled(place, draft)), differences=differences)


def _corrections(draft: Draft, schema: TypeSummary, settings: CrawlSettings) -> Iterator[Correction]:
    """Yield what whole files say against their samples."""
    if any(signature.confirmed for signature in draft.signatures):
        sampled = merge_all(signature.sampled if signature.confirmed else signature.schema for signature in draft.signatures)
        yield from corrections(sampled, schema, rules_for(draft.signatures[0].format, settings.inference))


def _told(differences: tuple[SchemaDifference, ...], draft: Draft, settings: CrawlSettings) -> list[str]:
    worth = [str(difference) for difference in worth_telling(differences, draft, settings.inference)]
    more = len(worth) - _DIFFERENCES_TOLD
    return worth if more <= 0 else [*worth[:_DIFFERENCES_TOLD], f"{more} more differences between partitions and the table: see explain"]


_DIFFERENCES_TOLD = 20  # of one table


def _exclusions(place: Place, draft: Draft) -> list[str]:
    """Return the globs over whole URLs that keep out what the user excluded [doc], and what belongs to other tables."""
    given = [f"{escaped(place.url(0))}{pattern}" for pattern in place.excludes.patterns]
    return given + [f"{escaped(draft.location)}{pattern}" for pattern in draft.exclusions]


def _storage(
    columns: Sequence[Column], draft: Draft, reading: Reading, parameters: dict[str, str], *, compressed: bool
) -> StorageDescriptor:
    """Return the descriptor that crawled tables have [seen, §5.1]."""
    return StorageDescriptor(
        columns=tuple(columns),
        location=draft.location,
        input_format=reading.input_format,
        output_format=reading.output_format,
        compressed=compressed,
        number_of_buckets=-1,
        serde=SerDe(library=reading.library, parameters=reading.serde),
        bucket_columns=(),
        sort_columns=(),
        parameters=parameters,
        stored_as_sub_directories=False,
    )


def _parameters(draft: Draft, reading: Reading, settings: CrawlSettings, run_id: str) -> dict[str, str]:
    """Return the parameters that Glue writes, the same map on table and descriptor [seen, §5.3–5.5]."""
    parameters = {
        "CRAWL_RUN_ID": run_id,
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": settings.crawler,
        "classification": draft.signatures[0].format.classification,
        "compressionType": codec_of(draft.signatures),
        "typeOfData": "file",
        **(_NOTHING if _is_nothing(draft, settings) else _statistics(draft.tally, draft.signatures)),
        **reading.table,
    }
    if draft.levels:
        parameters["partition_filtering.enabled"] = "true"
    return parameters


def _statistics(tally: Tally, signatures: Sequence[Signature]) -> dict[str, str]:
    objects = sum(signature.objects for signature in signatures)
    average = sum(signature.record_sizes for signature in signatures) // objects
    return {
        "averageRecordSize": str(average),
        "objectCount": str(tally.objects),
        "recordCount": str(tally.records),
        "sizeKey": str(tally.bytes),
    }


# [seen] §5.7: the table of what Glue does not know has no numbers, and is called compressed
_NOTHING = {"averageRecordSize": "0", "objectCount": "0", "recordCount": "0", "sizeKey": "0"}


def _is_nothing(draft: Draft, settings: CrawlSettings) -> bool:
    return settings.inference == "glue" and draft.signatures[0].format.classification == UNKNOWN


def _own_parameters(schema: TypeSummary, draft: Draft) -> dict[str, str]:
    """Return what only gluepot's `scan` reads."""
    tokens = {name.lower(): list(words) for name, member in schema.members.items() if (words := null_tokens(member.type))}
    own = {"gluepot.null.tokens": json.dumps(tokens, sort_keys=True)} if tokens else {}
    return {**own, "gluepot.recursive": "false"} if draft.own_files_only else own


# --- columns and keys -------------------------------------------------------------------------------


def _columns(
    schema: TypeSummary, draft: Draft, keys: Sequence[str], settings: CrawlSettings, reading: Reading
) -> tuple[list[Column], list[str]]:
    columns = columns_of(schema, rules_for(draft.signatures[0].format, settings.inference))
    oddities: list[str] = []
    clashing = apart_from([name for name, _ in columns], set(keys))
    if clashing and settings.inference == "accurate":
        by_position = draft.signatures[0].format.dialect is not None
        columns, oddities = _without_clash(columns, clashing, by_position=by_position)
    oddities += _case_told(schema, reading, settings.inference)
    return [Column(name=name, type=kind) for name, kind in columns], oddities


def _case_told(schema: TypeSummary, reading: Reading, inference: Inference) -> Iterator[str]:
    """Tell the keys that differ only by case, where names are folded to lower case."""
    if inference == "accurate":
        folded = reading.serde.get("case.insensitive") != "false"
        yield from (_field_told(field, folded=folded) for field in told(schema))
        return
    for column, spelled in groupby(sorted(schema.members, key=lambda name: (name.lower(), name)), key=str.lower):
        if len(names := list(spelled)) > 1:
            key = reading.serde.get(f"mapping.{column}", column if column in names else "only one of them")
            yield f"keys {', '.join(names)} differ only by case: column {column} reads {key}, and null where a record lacks it"


def _field_told(field: Field, *, folded: bool) -> str:
    if len(field.keys) == 1:
        return f"key {field.keys[0]!r} cannot be a name here: it is {field.name}"
    what = f"keys {', '.join(field.keys)} differ only by case, and no object has two of them: {field.name.lower()} reads"
    return f"{what} them all" if folded else f"{what} {field.keys[0]} only, because elsewhere case matters"


def _without_clash(columns: Columns, clashing: dict[str, str], *, by_position: bool) -> tuple[Columns, list[str]]:
    """A table may not have a column and a partition key of one name: the key stays."""
    if by_position:
        told = [f"column {name} is called like a partition key: renamed to {new}" for name, new in clashing.items()]
        return tuple((clashing.get(name, name), kind) for name, kind in columns), told
    told = [f"column {name} is called like a partition key: left out, the key has its place" for name in clashing]
    return tuple(column for column in columns if column[0] not in clashing), told


def _partition_keys(place: Place, draft: Draft, settings: CrawlSettings) -> tuple[list[Column], list[str]]:
    names = key_names(draft.levels)
    if settings.inference == "glue" or not names:
        return [Column(name=name, type="string") for name in names], []  # [seen] Glue's keys are always strings
    values: list[set[str]] = [set() for _ in names]
    for _, folders in leaves(place.tree, draft.folder, draft.levels, draft.members):
        for seen, value in zip(values, folder_values(folders), strict=True):
            seen.add(value)
    chosen = settings.single_schema or settings.table_level is not None
    told = [
        f"folders {', '.join(sorted(seen)[:3])}{', …' if len(seen) > 3 else ''} hold the same columns, so they are partitions; "
        "--table-level keeps them apart as tables"
        for level, seen in zip(draft.levels, values, strict=True)
        if level is None and not chosen and len(seen) > 1 and not are_values(seen)
    ]
    return [Column(name=name, type=key_type(seen)) for name, seen in zip(names, values, strict=True)], told


def _doubled(place: Place, draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield the folders whose names say the same as another's: keys that differ by case, values by percent-encoding."""
    found = leaves(place.tree, draft.folder, draft.levels, draft.members)
    if not any(
        "%" in name or not name.startswith(level or "") for _, names in found for name, level in zip(names, draft.levels, strict=True)
    ):
        return  # as nearly always: nothing to remember of a million partitions
    seen: dict[tuple[str, ...], int] = {}
    for leaf, folders in leaves(place.tree, draft.folder, draft.levels, draft.members):
        first = seen.setdefault(folder_values(folders), leaf)
        if first != leaf:
            told = f"is the same partition as {place.url(first)}, and is left out: move its files there, or give it another value"
            yield place.url(leaf), told


def folder_values(folders: Sequence[str]) -> tuple[str, ...]:
    """Return the partition values that folder names give; percent-encoding is undone."""
    return tuple(_decoded(name.partition("=")[2]) if "=" in name[1:] else name for name in folders)


def _decoded(value: str) -> str:
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:  # `50%ff`: the per cent sign means itself
        return value


# --- partitions -------------------------------------------------------------------------------------


def partitions(built: Built, settings: CrawlSettings) -> Iterator[Partition]:
    """Yield a table's partitions in order of their folders; those that give the same values are one."""
    place, draft = built.place, built.draft
    seen: set[tuple[str, ...]] = set()
    descriptors: dict[tuple[int, ...], StorageDescriptor] = {}
    for leaf, folders in leaves(place.tree, draft.folder, draft.levels, draft.members):
        values = folder_values(folders)
        if values in seen:
            continue
        seen.add(values)
        tallies = {number: tally for number, tally in place.tree.tallies(leaf).items() if number in draft.members}
        numbers = tuple(tallies)
        if numbers not in descriptors:
            descriptors[numbers] = _partition_descriptor(built, numbers, settings)
        signatures = [place.signatures[number] for number in numbers]
        total = Tally(*map(sum, zip(*((t.objects, t.bytes, t.records) for t in tallies.values()), strict=True)))
        yield Partition(
            values=values,
            storage=replace(descriptors[numbers], location=place.url(leaf)),
            parameters=_statistics(total, signatures),
        )


def _partition_descriptor(built: Built, numbers: tuple[int, ...], settings: CrawlSettings) -> StorageDescriptor:
    """Return the table's descriptor, with columns of its own only where the files have another order or schema.

    `accurate`: partitions inherit the table's columns, so that engines that compare the two do not
    refuse the table; text without names in it must keep the order of its own columns. `glue`: each
    partition's schema as sampled there. [doc]
    """
    storage = built.table.storage
    assert storage is not None
    signatures = [built.place.signatures[number] for number in numbers]
    mine = columns_of(merge_all(signature.schema for signature in signatures), rules_for(signatures[0].format, settings.inference))
    if settings.inference == "glue":
        columns = tuple(Column(name=name, type=kind) for name, kind in mine)
        return replace(storage, columns=columns)
    known = {column.name: column for column in storage.columns or ()}
    names = [name for name, _ in mine]
    positional = signatures[0].format.dialect is not None
    if not positional or names == list(known)[: len(names)] or not set(names) <= known.keys():
        return storage
    return replace(storage, columns=tuple(known[name] for name in names))


def evidence(built: Built, run_id: str, settings: CrawlSettings) -> dict[str, object]:
    """Return why a table is as it is, for `explain`."""
    first = min(built.draft.signatures, key=lambda signature: signature.first)
    found: dict[str, object] = {
        "run_id": run_id,
        "inference": settings.inference,
        "sample": f"{built.place.store.root}{first.first}",
        "classifiers": [{"classifier": v.classifier, "certainty": v.certainty, "reason": v.reason} for v in first.tried],
        "grouping": _grouping_told(built),
        "partitions": _partitions_told(built),
        "differences": [asdict(difference) for difference in built.differences],
        "columns": _columns_told(built, settings),
    }
    return {**found, **{name: value for name, value in first.evidence.items() if name in ("dialect", "header", "grok")}}


def _grouping_told(built: Built) -> list[str]:
    draft = built.draft
    told = [f"{draft.tally.objects} objects of classification {draft.signatures[0].format.classification} share {draft.location}"]
    if len(draft.signatures) > 1:
        told.append(f"{len(draft.signatures)} kinds of them are alike enough to be one table: their columns were merged")
    return told + list(draft.notes)


def _partitions_told(built: Built) -> list[dict[str, object]]:
    keys = built.table.partition_keys or ()
    return [
        {
            "key": key.name,
            "type": key.type,
            "reason": f"folders are named {level}=…" if level else "folders at this level have alike objects, and names that are values",
        }
        for key, level in zip(keys, built.draft.levels, strict=True)
    ]


def _columns_told(built: Built, settings: CrawlSettings) -> list[dict[str, object]]:
    classification = built.draft.signatures[0].format.classification
    corrected = {one.column: one for one in _corrections(built.draft, built.schema, settings)}
    told: list[dict[str, object]] = []
    fields = fields_of(built.schema)
    for name, field in zip(unique_names([field.name for field in fields]), fields, strict=True):
        tokens = null_tokens(field.type)
        worded = sum(field.type.tokens[word].count for word in tokens)
        entry: dict[str, object] = {
            "name": name,
            "type": str(column_type(field.type, rules_for(built.draft.signatures[0].format, settings.inference))),
            "values": field.type.values - worded,
            "nulls": field.type.nulls + worded,
        }
        if tokens:
            entry["null_tokens"] = list(tokens)
        if name in corrected:
            first = corrected[name].first
            entry["sampled"] = {
                "type": corrected[name].proposed,
                "null_tokens": list(corrected[name].tokens),
                "refuted_by": None if first is None else _first(built, first),
            }
        if pinned := [f"{pin.key} {pin.value}" for pin in built.pins if pin.column == name]:
            entry["note"] = f"pinned: {', '.join(pinned)}"
        if classification in ("csv", "json") and field.type.kinds:
            entry["considered"] = [
                {"type": kind, "values": count, "ruled_out_by": None if against is None else _first(built, against)}
                for kind, count, against in considered(field.type)
            ]
        if classification == "json" and (several := list(islice(mixed(field.type), _MIXED_TOLD))):
            entry["mixed"] = [
                {
                    "path": f"{name}{path}",
                    "kinds": [{"type": kind, "values": first.count, "first": _first(built, first)} for kind, first in kinds.items()],
                }
                for path, kinds in several
            ]
        told.append(entry)
    return told


_MIXED_TOLD = 20  # places of one column


def _first(built: Built, seen: Witness) -> dict[str, object]:
    return {
        "value": seen.value,
        "object": f"{built.place.store.root}{seen.origin}",
        "line": seen.line,
        **({"byte": seen.byte} if seen.byte >= 0 else {}),
    }


def is_unknown(built: Built) -> bool:
    """True for a table that no classifier recognised."""
    return built.draft.signatures[0].format.classification == UNKNOWN
