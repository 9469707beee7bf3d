"""Drafts: tables with their objects counted and their place known, before Glue's words are put to them."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..classifiers.resolve import Inference
from ..storage.store import Skipped, Store
from .chunks import CHUNK, extension_of, shape_of
from .folders import FolderTree, Tally
from .grouping import Candidate, Grouping, level_key
from .likeness import Kind, Likeness
from .objects import Chunk, ChunkItem, classify_chunk
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target lies, and what its objects are."""

    store: Store
    prefix: str  # of the target folder: '' or ending in '/'
    tree: FolderTree
    signatures: Sequence[Signature]
    inference: Inference

    def url(self, folder: int) -> str:
        """Return a folder's URL, ending in '/'."""
        return f"{self.store.root}{self.prefix}{self.tree.path(folder)}"

    def name(self, folder: int) -> str:
        """Return what a table at a folder is called: the folder, the target's own name at its root."""
        if folder:
            return self.tree.names[folder]
        return posixpath.basename(self.prefix.rstrip("/")) or self.store.root_name


def drafts(place: Place, grouping: Grouping) -> tuple[list[Draft], list[tuple[str, str]]]:
    """Return a target's tables, and the objects that belong to none, each with the reason."""
    outside: list[tuple[str, str]] = []
    stray_names: dict[int, list[str]] = {}
    for folder, numbers in grouping.strays:
        names, told = _strays(place, folder, numbers)
        stray_names[folder] = names
        outside.extend(told)
    found = [_with_exclusions(place, _draft(place, candidate), stray_names) for candidate in grouping.candidates]
    for folder in grouping.mixed:
        found.extend(_mixed_folder(place, folder, outside))
    return found, outside


def _draft(place: Place, candidate: Candidate) -> Draft:
    tally = Tally()
    for leaf, _ in leaves(place.tree, candidate.folder, candidate.layout.levels, candidate.layout.signatures):
        _add(tally, place.tree.tallies(leaf), candidate.layout.signatures)
    members = candidate.layout.signatures
    return Draft(
        place.name(candidate.folder),
        place.url(candidate.folder),
        tuple(place.signatures[number] for number in sorted(members)),
        tally,
        candidate.layout.levels,
        candidate.folder,
        candidate.own_files_only,
        notes=tuple(note for note in candidate.notes if note),
        members=members,
    )


def leaves(tree: FolderTree, root: int, levels: tuple[str | None, ...], members: Kind) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the folders of a table that hold its objects, with the names of its partition levels."""
    if not levels:
        yield root, ()
        return
    for leaf, names in tree.leaves_below(root):
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
class _File:
    """One file of an irregular folder, looked at again by name."""

    key: str
    size: int
    records: int
    signature: int  # in the book of this inspection

    @property
    def name(self) -> str:
        return posixpath.basename(self.key)


def _inspect(place: Place, folder: int) -> tuple[list[_File], SignatureBook]:
    """Classify a folder's own files again, now with their names: only irregular folders need them."""
    path = f"{place.prefix}{place.tree.path(folder)}"
    items = [
        ChunkItem(folder, stored.key, stored.size)
        for page in place.store.list(path)
        for stored in page
        if not isinstance(stored, Skipped) and stored.size and "/" not in stored.key[len(path) :] and stored.key[len(path)] not in "_."
    ]
    by_shape: dict[str, list[ChunkItem]] = {}
    for item in items:
        by_shape.setdefault(shape_of(place.tree.path(folder), posixpath.basename(item.key)), []).append(item)
    book = SignatureBook(place.inference)
    files: list[_File] = []
    for shape, members in by_shape.items():
        for start in range(0, len(members), CHUNK):
            chunk = Chunk(0, shape, tuple(members[start : start + CHUNK]))
            result = classify_chunk(place.store, chunk, place.inference)
            numbers = [book.enter(signature) for signature in result.signatures]
            files.extend(
                _File(item.key, item.size, outcome.records, numbers[outcome.signature])
                for item, outcome in zip(chunk.items, result.outcomes, strict=True)
                if outcome.signature >= 0
            )
    return files, book


def _strays(place: Place, folder: int, numbers: Kind) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the names of the files in a table's folder that are not the table's, and what to tell of each."""
    files, book = _inspect(place, folder)
    strangers = {_alike_key(place.signatures[number]) for number in numbers}
    found = [file for file in files if _alike_key(book.entries[file.signature]) in strangers]
    told = [(f"{place.store.root}{file.key}", _why_stray(book.entries[file.signature])) for file in found]
    return [file.name for file in found], told


def _alike_key(signature: Signature) -> tuple[object, ...]:
    return signature.format.classification, signature.format.codec, signature.names


def _why_stray(signature: Signature) -> str:
    if not signature.columns:
        reasons = "; ".join(f"{verdict.classifier}: {verdict.reason}" for verdict in signature.tried)
        return f"UNKNOWN, left out of the table beside it ({reasons})"
    return f"{signature.format.classification} with other columns than the files beside it: left out of their table; move it to a folder of its own"


def _with_exclusions(place: Place, draft: Draft, strays: dict[int, list[str]]) -> Draft:
    if not strays or draft.folder < 0:
        return draft
    root = place.tree.path(draft.folder)
    patterns = [
        _escaped(f"{place.tree.path(folder)[len(root) :]}{name}")
        for folder, names in strays.items()
        if place.tree.path(folder).startswith(root)
        for name in names
    ]
    return replace(draft, exclusions=tuple(sorted(patterns)[:MAX_EXCLUSIONS])) if patterns else draft


def _escaped(path: str) -> str:
    return "".join(f"\\{character}" if character in "*?[]{}\\" else character for character in path)


def _mixed_folder(place: Place, folder: int, outside: list[tuple[str, str]]) -> Iterator[Draft]:
    """Yield the tables of a folder that holds several: each kind of file is one, or each file where kinds cannot be told by name."""
    files, book = _inspect(place, folder)
    known = [file for file in files if book.entries[file.signature].columns]
    for file in files:
        if file not in known:
            outside.append((f"{place.store.root}{file.key}", _why_stray(book.entries[file.signature])))
    likeness = Likeness(book.entries, place.inference)
    for kind in likeness.kinds(sorted({file.signature for file in known})):
        mine = [file for file in known if file.signature in kind]
        others = [file for file in files if file.signature not in kind]
        if len(mine) == 1 or len(others) > MAX_EXCLUSIONS or place.inference == "glue":
            yield from (_file_draft(place, file, book) for file in mine)
            continue
        yield Draft(
            _common_name(mine, place.name(folder)),
            place.url(folder),
            tuple(book.entries[number] for number in sorted(kind)),
            _total(mine),
            own_files_only=True,
            exclusions=_exclusions(mine, others),
            notes=("several kinds of file share this folder: engines other than gluepot and Glue ETL ignore exclusions",),
        )


def _file_draft(place: Place, file: _File, book: SignatureBook) -> Draft:
    return Draft(file.name, f"{place.store.root}{file.key}", (book.entries[file.signature],), _total([file]))


def _total(files: Sequence[_File]) -> Tally:
    return Tally(len(files), sum(file.size for file in files), sum(file.records for file in files))


def _exclusions(mine: Sequence[_File], others: Sequence[_File]) -> tuple[str, ...]:
    """Return the globs that leave out the others: by extension where that tells them apart, else by name."""
    extensions = {extension_of(file.name) for file in mine}
    foreign = {extension_of(file.name) for file in others}
    if foreign and extensions.isdisjoint(foreign) and "" not in foreign:
        return tuple(sorted(f"*.{extension}" for extension in foreign))
    return tuple(sorted(_escaped(file.name) for file in others))


def _common_name(files: Sequence[_File], folder: str) -> str:
    """Return what the files' names have in common, or the folder's name and the files' format."""
    stem = posixpath.commonprefix([file.name for file in files]).rstrip("0123456789")
    stem = stem.split(".")[0].rstrip("_-. ")
    if len(stem) > 2:
        return stem
    extension, _ = Counter(extension_of(file.name) for file in files).most_common(1)[0]
    return f"{folder}_{extension}" if extension else folder
