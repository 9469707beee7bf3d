"""From a folder tree to table candidates: which folders are tables, and which are partitions of one.

Bottom-up, a folder's children *fold* into it where they are one table's partitions: they are equally
deep, their objects can be read by one SerDe and have alike columns. What does not fold stays a table
of its own. Nothing is decided by the order in which objects were met.

`accurate` trusts `key=value` names and names that look like values; sibling folders with ordinary
names fold only where their columns are the same. `glue` follows AWS: the largest kind must be more
than 70 % of the folders and the kinds at most five. [doc]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..classifiers.resolve import Inference
from ..classifiers.sample import UNKNOWN
from .chunks import VALUE_NAME
from .folders import FolderTree
from .likeness import Likeness
from .signatures import Signature

SHARE = 0.7  # [doc] the largest group's share must exceed this
MAX_KINDS = 5  # [doc] and the distinct schemas must be at most so many


@dataclass(frozen=True, slots=True)
class Layout:
    """What a folder holds as a whole, where it can be one table or part of one."""

    levels: tuple[str | None, ...]  # the partition keys below, top first; None where names are plain
    signatures: frozenset[int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A table in the making."""

    folder: int
    layout: Layout
    own_files_only: bool = False  # folders lie beside the files, and are other tables
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouping:
    """What a tree holds: tables, folders that hold several tables' files, and strays among a table's files."""

    candidates: tuple[Candidate, ...]
    mixed: tuple[int, ...]  # each kind of file is a table of its own
    strays: tuple[tuple[int, frozenset[int]], ...]  # folder, and the signatures that are not the table's


@dataclass(frozen=True, slots=True)
class GroupingRules:
    """How tables are told from partitions."""

    inference: Inference = "accurate"
    single_schema: bool = False
    table_level: int | None = None
    target_level: int = 1  # of the target folder; the bucket is 1


def group(tree: FolderTree, signatures: Sequence[Signature], rules: GroupingRules) -> Grouping:
    """Decide on the tables of one target."""
    return _Grouper(tree, signatures, rules, Likeness(signatures, rules.inference, rules.single_schema)).run()


@dataclass(slots=True)
class _Cluster:
    """Children that could fold together."""

    key: str | None
    layout: Layout
    children: list[int]


@dataclass(slots=True)
class _Grouper:
    tree: FolderTree
    signatures: Sequence[Signature]
    rules: GroupingRules
    likeness: Likeness
    candidates: list[Candidate] = field(default_factory=list)
    mixed: list[int] = field(default_factory=list)
    strays: list[tuple[int, frozenset[int]]] = field(default_factory=list)
    _leaves: dict[int, Layout] = field(default_factory=dict)
    _holding: set[int] = field(default_factory=set)  # folders with tables below that did not fold

    def run(self) -> Grouping:
        children: dict[int, list[int]] = {}
        layouts: dict[int, Layout] = {}
        for folder in range(len(self.tree) - 1, -1, -1):
            below = children.pop(folder, [])
            below.reverse()
            layout = self._layout(folder, below, layouts)
            for child in below:
                layouts.pop(child, None)
            if layout is not None:
                layouts[folder] = layout
            if folder and (layout is not None or folder in self._holding):
                children.setdefault(self.tree.parents[folder], []).append(folder)
        if 0 in layouts:
            self._emit(0, layouts[0])
        ordered = sorted(
            self.candidates, key=lambda candidate: (candidate.folder, candidate.own_files_only, min(candidate.layout.signatures))
        )
        return Grouping(tuple(ordered), tuple(sorted(self.mixed)), tuple(sorted(self.strays, key=lambda stray: stray[0])))

    def _layout(self, folder: int, children: Sequence[int], layouts: dict[int, Layout]) -> Layout | None:
        """Return what a folder is as a whole; None where it holds nothing, or tables that were emitted."""
        own = self._own(folder, beside_folders=bool(children))
        if not children:
            return own
        folded = self._fold(folder, [child for child in children if child in layouts], layouts, alone=own is None)
        if own is not None:
            note = "files lie beside folders: engines that read folders recursively would read both" if folded or children else ""
            self.candidates.append(Candidate(folder, own, own_files_only=True, notes=(note,)))
        if folded is None:
            self._holding.add(folder)
        return folded

    # --- a folder's own files

    def _own(self, folder: int, *, beside_folders: bool) -> Layout | None:
        first = self.tree.signatures[folder]
        if first < 0:
            return None
        if folder not in self.tree.others and not (beside_folders and self._is_unknown(first)):
            return self._leaf(first)
        tallies = self.tree.tallies(folder)
        known = [number for number in tallies if not self._is_unknown(number)]
        if not known:
            if beside_folders:
                self._stray(folder, frozenset(tallies))
                return None
            return Layout((), frozenset(tallies))
        kinds = self.likeness.kinds(known)
        largest = max(kinds, key=lambda kind: (sum(tallies[number].objects for number in kind), -min(kind)))
        share = sum(tallies[number].objects for number in largest) / sum(tallies[number].objects for number in known)
        if len(kinds) > 1 and share <= SHARE:
            self.mixed.append(folder)
            self._holding.add(folder)
            return None
        if self.rules.inference == "glue" and len(kinds) <= MAX_KINDS and all(self.likeness.compatible(largest, kind) for kind in kinds):
            largest = frozenset(known)
        self._stray(folder, frozenset(tallies) - largest)
        return Layout((), largest)

    def _leaf(self, signature: int) -> Layout:
        if signature not in self._leaves:
            self._leaves[signature] = Layout((), frozenset((signature,)))
        return self._leaves[signature]

    def _stray(self, folder: int, signatures: frozenset[int]) -> None:
        if signatures:
            self.strays.append((folder, signatures))

    def _is_unknown(self, signature: int) -> bool:
        return self.signatures[signature].format.classification == UNKNOWN

    # --- children into their parent

    def _fold(self, folder: int, children: Sequence[int], layouts: dict[int, Layout], *, alone: bool) -> Layout | None:
        if not children:
            return None
        clusters = self._clusters(children, layouts)
        chosen = max(clusters, key=lambda cluster: (cluster.key is not None, len(cluster.children), -cluster.children[0]))
        merged, notes = self._foldable(folder, clusters, chosen, alone=alone)
        for cluster in clusters:
            if cluster is chosen and merged is not None:
                continue
            if merged is not None and self.rules.inference == "glue" and cluster.layout.levels == chosen.layout.levels:
                continue  # [guess] the minority goes where the majority goes
            if cluster.key is not None and len(cluster.children) > 1 and self.rules.inference == "accurate":
                self._emit(folder, Layout((cluster.key, *cluster.layout.levels), cluster.layout.signatures))
                continue
            for child in cluster.children:
                self._emit(child, layouts[child], notes)
        return merged

    def _clusters(self, children: Sequence[int], layouts: dict[int, Layout]) -> list[_Cluster]:
        """Gather children that are equally deep, named by the same key, and hold alike objects."""
        groups: dict[tuple[str | None, Layout], list[int]] = {}
        for child in children:
            groups.setdefault((level_key(self.tree.names[child]), layouts[child]), []).append(child)
        clusters: list[_Cluster] = []
        for (key, layout), members in groups.items():
            cluster = next((known for known in clusters if self._together(known, key, layout)), None)
            if cluster is None:
                clusters.append(_Cluster(key, layout, members))
            else:
                cluster.children.extend(members)
                cluster.layout = Layout(layout.levels, cluster.layout.signatures | layout.signatures)
        return clusters

    def _together(self, cluster: _Cluster, key: str | None, layout: Layout) -> bool:
        if cluster.key != key or cluster.layout.levels != layout.levels:
            return False
        return self.likeness.alike(cluster.layout.signatures, layout.signatures)

    def _foldable(
        self, folder: int, clusters: Sequence[_Cluster], chosen: _Cluster, *, alone: bool
    ) -> tuple[Layout | None, tuple[str, ...]]:
        """Return the folded layout, or None and why not."""
        level = self.rules.target_level + self.tree.depth(folder)
        if self.rules.table_level is not None and level < self.rules.table_level:
            return None, ()
        layout = Layout((chosen.key, *chosen.layout.levels), chosen.layout.signatures)
        if self._forced(level) or (self.rules.inference == "accurate" and chosen.key is not None):
            return layout, ()
        names = [self.tree.names[child] for child in chosen.children]
        values = chosen.key is not None or all(VALUE_NAME.fullmatch(name) for name in names)
        if len(chosen.children) == 1 and not values:
            return None, ()
        if self.rules.inference == "glue":
            return self._foldable_as_glue(clusters, chosen, layout)
        if values:
            return layout, ()
        if len(clusters) > 1 or not alone or folder in self._holding or not self._same_columns(layout.signatures):
            return None, ()
        return layout, ()

    def _foldable_as_glue(self, clusters: Sequence[_Cluster], chosen: _Cluster, layout: Layout) -> tuple[Layout | None, tuple[str, ...]]:
        total = sum(len(cluster.children) for cluster in clusters)
        share = len(chosen.children) / total
        if share <= SHARE or len(clusters) > MAX_KINDS:
            return None, (f"the largest kind of folder is {share:.0%} of {total}, in {len(clusters)} kinds: each is a table of its own",)
        alike = [cluster.layout.signatures for cluster in clusters if cluster.layout.levels == chosen.layout.levels]
        return Layout(layout.levels, frozenset().union(*alike)), ()

    def _forced(self, level: int) -> bool:
        return self.rules.single_schema or (self.rules.table_level is not None and level >= self.rules.table_level)

    def _same_columns(self, numbers: frozenset[int]) -> bool:
        """Say whether all have the same two or more columns: what sibling folders with ordinary names need to be one table."""
        names = {self.signatures[number].names for number in numbers}
        return len(names) == 1 and len(names.pop()) > 1

    def _emit(self, folder: int, layout: Layout, notes: tuple[str, ...] = ()) -> None:
        self.candidates.append(Candidate(folder, layout, notes=notes))


def level_key(name: str) -> str | None:
    """Return the key of a `key=value` folder, folded to lower case; None for a plain name."""
    key, equals, _ = name.partition("=")
    return key.lower() if equals and key else None
