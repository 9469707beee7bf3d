"""The folder tree of a target: what ten million keys leave in memory.

Keys arrive in sorted order, so a folder's whole subtree is one run of keys: the tree needs only the
open path, and keeps a few numbers a folder in flat arrays. Folders are numbered in the order they
are met, parents before children.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from sys import intern

NO_SIGNATURE = -1


@dataclass(slots=True)
class Tally:
    """What was counted for one signature in one folder."""

    objects: int = 0
    bytes: int = 0
    records: int = 0


@dataclass(slots=True)
class FolderTree:
    """Folders below one target; folder 0 is the target itself."""

    names: list[str] = field(default_factory=lambda: [""])
    parents: array[int] = field(default_factory=lambda: array("l", [-1]))
    objects: array[int] = field(default_factory=lambda: array("q", [0]))
    bytes: array[int] = field(default_factory=lambda: array("q", [0]))
    records: array[int] = field(default_factory=lambda: array("q", [0]))
    signatures: array[int] = field(default_factory=lambda: array("l", [NO_SIGNATURE]))
    # Few folders hold more than one kind of object: the others are kept aside.
    others: dict[int, dict[int, Tally]] = field(default_factory=dict)
    # Roots of tables in a format with a log of its own, and which: whatever lies below is theirs.
    lakes: dict[int, str] = field(default_factory=dict)
    _open: list[tuple[str, int]] = field(default_factory=list)  # the path that was entered last

    def __len__(self) -> int:
        return len(self.names)

    def enter(self, path: str) -> int:
        """Return the number of the folder `a/b/` ('' is the target), making what is new on the way."""
        components = path.split("/")[:-1]
        shared = 0
        for (name, _), component in zip(self._open, components, strict=False):
            if name != component:
                break
            shared += 1
        del self._open[shared:]
        for component in components[shared:]:
            self._open.append((component, self._add(component, self._open[-1][1] if self._open else 0)))
        return self._open[-1][1] if self._open else 0

    def _add(self, name: str, parent: int) -> int:
        self.names.append(intern(name))
        self.parents.append(parent)
        for column in (self.objects, self.bytes, self.records):
            column.append(0)
        self.signatures.append(NO_SIGNATURE)
        return len(self.names) - 1

    def count(self, folder: int, signature: int, size: int, records: int) -> None:
        """Note one classified object."""
        first = self.signatures[folder]
        if first in (signature, NO_SIGNATURE):
            self.signatures[folder] = signature
            self.objects[folder] += 1
            self.bytes[folder] += size
            self.records[folder] += records
            return
        tally = self.others.setdefault(folder, {}).setdefault(signature, Tally())
        tally.objects += 1
        tally.bytes += size
        tally.records += records

    def tallies(self, folder: int) -> dict[int, Tally]:
        """Return what a folder itself holds, by signature."""
        first = self.signatures[folder]
        if first == NO_SIGNATURE:
            return {}
        return {first: Tally(self.objects[folder], self.bytes[folder], self.records[folder]), **self.others.get(folder, {})}

    def path(self, folder: int) -> str:
        """Return a folder's path from the target, ending in '/' ('' for the target)."""
        parts: list[str] = []
        while folder > 0:
            parts.append(self.names[folder])
            folder = self.parents[folder]
        return "".join(f"{part}/" for part in reversed(parts))

    def find(self, components: Sequence[str]) -> int | None:
        """Return the number of a folder by the names from the target to it; None where it was not met."""
        folder = 0
        for component in components:
            below = range(folder + 1, len(self.names))
            found = next((one for one in below if self.parents[one] == folder and self.names[one] == component), None)
            if found is None:
                return None
            folder = found
        return folder

    def depth(self, folder: int) -> int:
        """Return how many levels a folder lies below the target."""
        levels = 0
        while folder > 0:
            folder = self.parents[folder]
            levels += 1
        return levels

    def children(self) -> dict[int, list[int]]:
        """Return each folder's children, in order."""
        found: dict[int, list[int]] = {}
        for folder in range(1, len(self.names)):
            found.setdefault(self.parents[folder], []).append(folder)
        return found

    def lake_of(self) -> array[int]:
        """Return for each folder the innermost lake that it belongs to, -1 where it belongs to none."""
        found = array("l", [-1]) * len(self.names)
        for folder in range(len(self.names)):
            found[folder] = folder if folder in self.lakes else found[self.parents[folder]] if folder else -1
        return found

    def leaves_below(self, root: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the folders at and below `root` that hold objects, with the names of the levels between; other lakes are left out."""
        levels: dict[int, tuple[str, ...]] = {root: ()}
        for folder in range(root, len(self.names)):
            if folder != root:
                above = levels.get(self.parents[folder])
                if above is None:
                    if folder > root and self.parents[folder] < root:
                        break  # numbered in order of keys: the subtree is one run
                    continue
                if folder in self.lakes:
                    continue
                levels[folder] = (*above, self.names[folder])
            if self.signatures[folder] != NO_SIGNATURE:
                yield folder, levels[folder]
