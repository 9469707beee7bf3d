"""Drafts: tables with their objects counted and their place known, before Glue's words are put to them."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..classifiers.chain import why_unknown
from ..classifiers.inference.summary import EMPTY
from ..classifiers.sample import UNKNOWN, Format, Verdict
from ..storage.globs import Excludes
from ..storage.store import Skipped, Store
from .chunks import CHUNK, extension_of, shape_of
from .folders import FolderTree, Tally
from .grouping import SHARE, Candidate, Grouping, key_values, level_key
from .likeness import Kind, Likeness
from .objects import Chunk, ChunkItem, ChunkResult, ClassifyOptions, classify_chunk
from .rowtags import with_one_row_tag
from .signatures import Signature, SignatureBook

MAX_EXCLUSIONS = 1000


@dataclass(frozen=True, slots=True)
class Draft:
    """One table in the making."""

    base: str  # what its name is made from
    location: str  # URL, ending in '/' for a folder
    signatures: tuple[Signature, ...]
    tally: Tally
    levels: tuple[str | None, ...] = ()
    folder: int = -1  # the root in its tree; -1 for a single file or some of a folder's files
    own_files_only: bool = False
    exclusions: tuple[str, ...] = ()  # globs relative to the location
    notes: tuple[str, ...] = ()
    members: Kind = field(default_factory=frozenset)  # the signatures' numbers in the tree
    recurring: bool = False  # one of the tables below each value: they share their place


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target lies, and what its objects are."""

    store: Store
    prefix: str  # of the target folder: '' or ending in '/'
    tree: FolderTree
    signatures: Sequence[Signature]
    options: ClassifyOptions
    confirmed: Mapping[str, Signature] = field(default_factory=dict)  # the kinds of objects of which all was read, by key
    excludes: Excludes = Excludes()  # the user's, relative to the target folder

    def url(self, folder: int) -> str:
        """Return a folder's URL, ending in '/'."""
        return f"{self.store.root}{self.prefix}{self.tree.path(folder)}"

    def file_url(self, file: File) -> str:
        """Return a file's URL."""
        return f"{self.store.root}{file.key}"

    def name(self, folder: int) -> str:
        """Return what a table at a folder is called: the folder, the target's own name at its root."""
        if folder:
            return self.tree.names[folder]
        return posixpath.basename(self.prefix.rstrip("/")) or self.store.root_name


def drafts(place: Place, grouping: Grouping) -> tuple[list[Draft], list[tuple[str, str]]]:
    """Return a target's tables, and the objects or folders that belong to none, each with the reason."""
    inspected: dict[int, Inspection] = {}
    claimed: dict[int, set[int]] = {}
    found = [_draft(place, candidate, inspected, claimed) for candidate in grouping.candidates]
    outside = [
        (place.url(folder), "nothing in this folder was recognised, beside a table's partitions: left out") for folder in grouping.unknown
    ]
    for folder in grouping.mixed:
        tables, strays = _mixed_folder(place, folder, claimed.get(folder, set()))
        found.extend(tables)
        outside.extend(strays)
    for folder in _with_strays(place.tree, claimed, grouping):
        inspection = inspected.get(folder) or inspect(place, folder)
        outside.extend((place.file_url(file), why_stray(kind)) for file, kind in inspection.unclaimed(place, claimed.get(folder, set())))
    return found, outside


def _with_strays(tree: FolderTree, claimed: dict[int, set[int]], grouping: Grouping) -> list[int]:
    """Return the folders in which some objects belong to no table, apart from those that were told of already."""
    told = {*grouping.mixed, *grouping.unknown}
    below_unknown = set(grouping.unknown)
    found: list[int] = []
    for folder in range(len(tree)):
        if tree.parents[folder] in below_unknown:
            below_unknown.add(folder)
        if tree.signatures[folder] < 0 or folder in told or folder in below_unknown:
            continue
        mine = claimed.get(folder, set())
        if not mine or (folder in tree.others and set(tree.tallies(folder)) - mine):
            found.append(folder)
    return found


def _draft(place: Place, candidate: Candidate, inspected: dict[int, Inspection], claimed: dict[int, set[int]]) -> Draft:
    if candidate.lake and not candidate.layout.signatures:
        return _draft_without_files(place, candidate.folder)
    tally, members = Tally(), candidate.layout.signatures
    irregular = _foreign(place.tree, candidate) if candidate.lake else []
    for leaf, _ in leaves(place.tree, candidate.folder, candidate.layout.levels, members):
        tallies = place.tree.tallies(leaf)
        _add(tally, tallies, members)
        claimed.setdefault(leaf, set()).update(members & tallies.keys())
        if not members.issuperset(tallies):
            irregular.append(leaf)
    for leaf in irregular:
        inspected.setdefault(leaf, inspect(place, leaf))
    root = place.tree.path(candidate.folder)
    exclusions = _exclusions_of(place, root, members, [inspected[leaf] for leaf in irregular])
    if candidate.lake and not candidate.layout.levels:
        exclusions = (*_inner_folders(place.tree, candidate.folder), *exclusions)
    notes = ["files lie beside folders: engines that read folders recursively would read both"] if candidate.own_files_only else []
    if exclusions:
        notes.append("other files lie among its own: they are in its exclusions, which gluepot and Glue ETL honour and Athena does not")
    return Draft(
        candidate.layout.under or place.name(candidate.folder),
        place.url(candidate.folder),
        tuple(place.signatures[number] for number in sorted(members)),
        tally,
        candidate.layout.levels,
        candidate.folder,
        candidate.own_files_only,
        exclusions,
        tuple(notes),
        members,
        bool(candidate.layout.under),
    )


def _draft_without_files(place: Place, folder: int) -> Draft:
    """Return the table of a format with a log of its own that has no data file yet: what it is only its log knows."""
    name = place.tree.lakes[folder]
    verdict = Verdict(name, 0.0, "there is no data file yet, and its log is not read yet")
    url = place.url(folder)
    signature = Signature("", Format(UNKNOWN), EMPTY, (), url[len(place.store.root) :], (verdict,), {})
    return Draft(place.name(folder), url, (signature,), Tally(), folder=folder)


def _foreign(tree: FolderTree, candidate: Candidate) -> list[int]:
    """Return the folders of a lake without any of its data files, but with others, which a reader of it all would meet."""
    if candidate.layout.levels:
        return []
    return [leaf for leaf, _ in tree.leaves_below(candidate.folder) if candidate.layout.signatures.isdisjoint(tree.tallies(leaf))]


def _inner_folders(tree: FolderTree, root: int) -> Iterator[str]:
    """Yield the globs of what lies in a lake's folder and is none of its rows: Iceberg's metadata, other lakes."""
    if tree.lakes[root] == "Iceberg":
        yield "metadata/**"
    start = tree.path(root)
    for other in tree.lakes:
        if other != root and (path := tree.path(other)).startswith(start):
            yield f"{escaped(path[len(start) :])}**"


def _exclusions_of(place: Place, root: str, members: Kind, irregular: Sequence[Inspection]) -> tuple[str, ...]:
    """Return the globs that keep other tables' files out: by extension where that tells them apart, else by name."""
    mine: list[str] = []
    foreign: list[str] = []
    own = {_alike_key(place.signatures[number]) for number in members}
    for inspection in irregular:
        for file in inspection.files:
            (mine if _alike_key(inspection.kind(file)) in own else foreign).append(file.key[len(place.prefix) + len(root) :])
    return _globs(mine, foreign, "**")


def leaves(tree: FolderTree, root: int, levels: tuple[str | None, ...], members: Kind) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the folders of a table that hold its objects, with the names of its partition levels."""
    if not levels and root not in tree.lakes:
        yield root, ()
        return
    for leaf, names in tree.leaves_below(root):
        if root in tree.lakes:
            names = key_values(names) if levels else ()
        if len(names) != len(levels) or any(level_key(name) != level for name, level in zip(names, levels, strict=True)):
            continue
        if tree.signatures[leaf] in members or not members.isdisjoint(tree.others.get(leaf, ())):
            yield leaf, names


def _add(total: Tally, tallies: dict[int, Tally], members: Kind) -> None:
    for number, tally in tallies.items():
        if number in members:
            total.objects += tally.objects
            total.bytes += tally.bytes
            total.records += tally.records


# --- folders whose files are not all of one table ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class File:
    """One file of an irregular folder, looked at again by name."""

    key: str
    size: int
    records: int
    signature: int  # in the book of its inspection

    @property
    def name(self) -> str:
        """The last component of the key."""
        return posixpath.basename(self.key)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What each file of a folder is."""

    files: tuple[File, ...]
    kinds: tuple[Signature, ...]

    def kind(self, file: File) -> Signature:
        """Return a file's kind."""
        return self.kinds[file.signature]

    def unclaimed(self, place: Place, claimed: set[int]) -> Iterator[tuple[File, Signature]]:
        """Yield the files that no table took."""
        taken = {_alike_key(place.signatures[number]) for number in claimed}
        for file in self.files:
            if _alike_key(self.kind(file)) not in taken:
                yield file, self.kind(file)


def inspect(place: Place, folder: int) -> Inspection:
    """Classify a folder's own files again, now with their names: only irregular folders need them."""
    path = f"{place.prefix}{place.tree.path(folder)}"
    by_shape: dict[str, list[ChunkItem]] = {}
    for page in place.store.list(path):
        for stored in page:
            if isinstance(stored, Skipped) or not stored.size:
                continue
            name = stored.key[len(path) :]
            if "/" not in name and name[:1] not in ("_", ".", "") and not place.excludes.matches(stored.key[len(place.prefix) :]):
                by_shape.setdefault(shape_of(place.tree.path(folder), name), []).append(ChunkItem(folder, stored.key, stored.size))
    book = SignatureBook(place.options.inference)
    files: list[File] = []
    for shape, members in by_shape.items():
        for start in range(0, len(members), CHUNK):
            chunk = Chunk(0, shape, tuple(members[start : start + CHUNK]))
            result = _as_confirmed(chunk, classify_chunk(place.store, chunk, place.options), place.confirmed)
            numbers = [book.enter(signature) for signature in result.signatures]
            files.extend(
                File(item.key, item.size, outcome.records, numbers[outcome.signature])
                for item, outcome in zip(chunk.items, result.outcomes, strict=True)
                if outcome.signature >= 0
            )
    return Inspection(tuple(files), tuple(with_one_row_tag(book.entries, place.options.inference)))


def _as_confirmed(chunk: Chunk, result: ChunkResult, kinds: Mapping[str, Signature]) -> ChunkResult:
    """Return a chunk's result with the kinds of those objects that were confirmed before."""
    signatures = list(result.signatures)
    for item, outcome in zip(chunk.items, result.outcomes, strict=True):
        if outcome.signature >= 0 and item.key in kinds:
            signatures[outcome.signature] = kinds[item.key]
    return replace(result, signatures=tuple(signatures))


def _alike_key(signature: Signature) -> tuple[object, ...]:
    return signature.format.classification, signature.format.codec, signature.names


def why_stray(signature: Signature) -> str:
    """Say why a file belongs to no table."""
    if not signature.columns:
        return f"UNKNOWN, in no table: {why_unknown(signature.tried)}"
    return f"{signature.format.classification} with other columns than the files beside it: in no table; move it to a folder of its own"


def _mixed_folder(place: Place, folder: int, claimed: set[int]) -> tuple[list[Draft], list[tuple[str, str]]]:
    """Return the tables of a folder that holds several: each kind of file is one, or (as in Glue) each file."""
    inspection = inspect(place, folder)
    free = [file for file, _ in inspection.unclaimed(place, claimed)]  # the others are in a partition of a table above
    known = [file for file in free if inspection.kind(file).columns]
    strays = [(place.file_url(file), why_stray(inspection.kind(file))) for file in free if file not in known]
    tables: list[Draft] = []
    for kind in Likeness(inspection.kinds, place.options.inference).kinds(sorted({file.signature for file in known})):
        mine = [file for file in known if file.signature in kind]
        others = [file.name for file in inspection.files if file.signature not in kind]
        if len(mine) == 1 or len(others) > MAX_EXCLUSIONS or place.options.inference == "glue":
            tables.extend(Draft(file.name, place.file_url(file), (inspection.kind(file),), _total([file])) for file in mine)
            continue
        tables.append(
            Draft(
                _common_name(mine, place.name(folder), largest=len(mine) > SHARE * len(known)),
                place.url(folder),
                tuple(inspection.kinds[number] for number in sorted(kind)),
                _total(mine),
                own_files_only=True,
                exclusions=_globs([file.name for file in mine], others, "*"),
                notes=("several kinds of file share this folder: exclusions tell them apart, which Athena does not honour",),
            )
        )
    return tables, strays


def _total(files: Sequence[File]) -> Tally:
    return Tally(len(files), sum(file.size for file in files), sum(file.records for file in files))


def _globs(mine: Sequence[str], others: Sequence[str], any_name: str) -> tuple[str, ...]:
    extensions = {extension_of(posixpath.basename(path)) for path in mine}
    foreign = {extension_of(posixpath.basename(path)) for path in others}
    if foreign and extensions.isdisjoint(foreign) and "" not in foreign:
        return tuple(sorted(f"{any_name}.{extension}" for extension in foreign))
    return tuple(sorted(map(escaped, others))[:MAX_EXCLUSIONS])


def escaped(path: str) -> str:
    """Return the glob that matches one path only."""
    return "".join(f"\\{character}" if character in "*?[]{}\\" else character for character in path)


def _common_name(files: Sequence[File], folder: str, *, largest: bool) -> str:
    """Return the folder's name for most of its files, else what the files' names have in common, or the folder's name and the format."""
    if largest:
        return folder
    stem = posixpath.commonprefix([file.name for file in files]).split(".")[0].rstrip("0123456789_-. ")
    if len(stem) > 2:
        return stem
    extension, _ = Counter(extension_of(file.name) for file in files).most_common(1)[0]
    return f"{folder}_{extension}" if extension else folder
