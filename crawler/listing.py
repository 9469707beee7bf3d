"""From a target to chunks: what is listed, what is left out and why."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import nsmallest

from ..storage.globs import Excludes
from ..storage.store import Skipped, StoredObject
from ..storage.targets import Location
from .chunks import Chunker, shape_of
from .folders import FolderTree
from .objects import Chunk, ChunkItem

# Folders that mark their parent as a table of a format with a log of its own.
_LAKE_MARKERS = {"_delta_log": "Delta Lake", ".hoodie": "Hudi"}
# What only Iceberg writes into a folder `metadata`, beside `data`.
_ICEBERG = re.compile(r".*\.metadata\.json(?:\.gz)?|snap-.*\.avro|.*-m[0-9]+\.avro|version-hint\.text")
_OF_ICEBERG = "metadata of an Iceberg table"
_ARCHIVED = frozenset(("GLACIER", "DEEP_ARCHIVE"))


@dataclass(slots=True)
class Omitted:
    """Objects left out for one reason."""

    reason: str
    count: int = 0
    first: str = ""  # the first key


@dataclass(slots=True)
class Listing:
    """One target while it is listed: fills the tree and hands out chunks."""

    location: Location
    exclude: Excludes
    sample_size: int | None
    tree: FolderTree = field(default_factory=FolderTree)
    listed: int = 0
    bytes: int = 0
    omitted: dict[str, Omitted] = field(default_factory=dict)
    unreadable: list[Skipped] = field(default_factory=list)
    claiming: bool = True  # tables of formats with a log are one table each; Glue takes their files as they lie
    lakes: dict[str, str] = field(default_factory=dict)  # folder -> format
    _chunker: Chunker = field(default_factory=Chunker)

    def chunks(self) -> Iterator[Chunk]:
        """List the target and yield what is to be classified, chunk by chunk."""
        for folder, path, members in self._folders():
            chosen = members if self.sample_size is None else self._sampled(members)
            for stored in chosen:
                shape = shape_of(path, stored.key[stored.key.rfind("/") + 1 :])
                item = ChunkItem(folder, stored.key, stored.size, stored.etag or stored.modified)
                yield from self._chunker.add(shape, item)
        yield from self._chunker.flush()

    def objects(self) -> Iterator[StoredObject]:
        """List the target and yield what is worth classifying, in the order of keys."""
        for _, _, members in self._folders():
            yield from members

    def _folders(self) -> Iterator[tuple[int, str, list[StoredObject]]]:
        """Yield the objects worth classifying, in runs of one folder."""
        prefix = len(self.location.prefix) if not self.location.is_object else self.location.prefix.rfind("/") + 1
        path: str | None = None
        folder, hidden, metadata = 0, "", False
        members: list[StoredObject] = []
        for page in self.location.store.list(self.location.prefix):
            for stored in page:
                if isinstance(stored, Skipped):
                    self.unreadable.append(stored)
                    continue
                if self.location.is_object and stored.key != self.location.prefix:
                    continue  # `data.csv` is asked for; `data.csv.bak` begins like it
                self.listed += 1
                cut = stored.key.rfind("/") + 1
                here = stored.key[prefix:cut]
                if here != path:
                    if members:
                        yield folder, path or "", members
                        members = []
                    path = here
                    hidden = self._hidden_folder(here)
                    folder = 0 if hidden else self.tree.enter(here)
                    metadata = not hidden and folder > 0 and self.tree.names[folder] == "metadata"
                reason = hidden or self._reason(stored, prefix, cut)
                if metadata and not reason and _ICEBERG.fullmatch(stored.key, cut):
                    self._claim(self.tree.parents[folder], "Iceberg")
                    if self.claiming:
                        hidden = reason = _OF_ICEBERG
                        for other in members:
                            self._omit(reason, other.key)
                        members = []
                if reason:
                    self._omit(reason, stored.key)
                else:
                    self.bytes += stored.size
                    members.append(stored)
                    if len(members) >= 4096 and self.sample_size is None:
                        yield folder, here, members
                        members = []
        if members:
            yield folder, path or "", members

    def _hidden_folder(self, path: str) -> str:
        components = path.split("/")[:-1]
        for depth, component in enumerate(components):
            if component in _LAKE_MARKERS:
                above = "".join(f"{name}/" for name in components[:depth])
                self._claim(self.tree.enter(above), _LAKE_MARKERS[component])
            if component.startswith(("_", ".")):
                return f"in a hidden folder ({component})"
        return ""

    def _reason(self, stored: StoredObject, prefix: int, cut: int) -> str:
        """Say why an object is left out; '' where it is not. The names are those that Athena, Hive and Glue ignore."""
        name = stored.key[cut:]
        if not name or name.endswith("_$folder$"):
            return "a folder marker"
        if name[0] in "_.":
            return "a hidden or marker file"
        if self.exclude.patterns and self.exclude.matches(stored.key[prefix:]):
            return "excluded by a pattern"
        if not stored.size:
            return "empty"
        if stored.storage_class in _ARCHIVED:
            return f"archived in {stored.storage_class}"
        return ""

    def _claim(self, folder: int, name: str) -> None:
        """Note that a folder is one table of a format with a log of its own."""
        self.lakes.setdefault(self.tree.path(folder), name)
        if self.claiming:
            self.tree.lakes.setdefault(folder, name)

    def _omit(self, reason: str, key: str) -> None:
        omitted = self.omitted.setdefault(reason, Omitted(reason, first=key))
        omitted.count += 1

    def _sampled(self, members: list[StoredObject]) -> list[StoredObject]:
        """[doc] Glue samples at random; by the hash of the key the same lake gives the same sample."""
        chosen = nsmallest(
            self.sample_size or 0, members, key=lambda stored: hashlib.md5(stored.key.encode(), usedforsecurity=False).digest()
        )
        kept = sorted(chosen)
        if len(kept) < len(members):
            self._omit_many("left out by the sample size", len(members) - len(kept), members[0].key)
        return kept

    def _omit_many(self, reason: str, count: int, key: str) -> None:
        omitted = self.omitted.setdefault(reason, Omitted(reason, first=key))
        omitted.count += count
