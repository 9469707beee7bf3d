"""From a folder tree to table candidates: which folders are tables, and which are partitions of one.

Bottom-up, a folder's children *fold* into it where they are one table's partitions: they are equally
deep, their objects can be read by one SerDe and have alike columns. What does not fold stays a table
of its own. Nothing is decided by the order in which objects were met.

`accurate` trusts `key=value` names and names that look like values; sibling folders with ordinary
names fold only where their columns are the same. `glue` follows AWS: the largest kind must be more
than 70 % of the folders and the kinds at most five. [doc]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from ..classifiers.inference.resolve import Inference
from ..classifiers.sample import UNKNOWN
from .folders import FolderTree, Tally
from .likeness import Likeness
from .signatures import Signature
from .value_names import VALUE_NAME, are_values, may_be_value

SHARE = 0.7  # [doc] the largest group's share must exceed this
MAX_KINDS = 5  # [doc] and the distinct schemas must be at most so many


# The formats that data files of Delta Lake, Iceberg and Hudi are written in.
_OF_LAKES = frozenset(("parquet", "orc", "avro"))


@dataclass(frozen=True, slots=True)
class Layout:
    """What a folder holds as a whole, where it can be one table or part of one."""

    levels: tuple[str | None, ...]  # the partition keys below, top first; None where names are plain
    signatures: frozenset[int]
    under: str = ""  # the ordinary name below a value that tells it from its siblings: `orders` in `2024-01-01/orders/`
    tentative: bool = False  # a table of its own, unless the folders beside its parent hold the same


@dataclass(frozen=True, slots=True)
class Candidate:
    """A table in the making."""

    folder: int
    layout: Layout
    own_files_only: bool = False  # folders lie beside the files, and are other tables
    lake: bool = False  # of a format with a log of its own: all below is one table, which may have no file yet


@dataclass(frozen=True, slots=True)
class Grouping:
    """What a tree holds."""

    candidates: tuple[Candidate, ...]
    mixed: tuple[int, ...]  # folders in which each kind of file is a table of its own
    unknown: tuple[int, ...]  # folders of a table's partitions in which nothing was recognised


@dataclass(frozen=True, slots=True)
class GroupingRules:
    """How tables are told from partitions."""

    inference: Inference = "accurate"
    single_schema: bool = False
    table_level: int | None = None
    target_level: int = 1  # of the target folder; the bucket is 1
    pinned_levels: Mapping[int, int] = field(default_factory=dict)  # folder → the level of the tables at and below it


def group(tree: FolderTree, signatures: Sequence[Signature], rules: GroupingRules) -> Grouping:
    """Decide on the tables of one target."""
    return _Grouper(tree, signatures, rules, Likeness(signatures, rules.inference, rules.single_schema)).run()


@dataclass(slots=True)
class _Cluster:
    """Children that could fold together."""

    key: str | None
    levels: tuple[str | None, ...]
    signatures: frozenset[int]
    under: str
    tentative: bool
    members: list[tuple[int, Layout]]


@dataclass(slots=True)
class _Grouper:
    tree: FolderTree
    signatures: Sequence[Signature]
    rules: GroupingRules
    likeness: Likeness
    candidates: list[Candidate] = field(default_factory=list)
    mixed: set[int] = field(default_factory=set)
    unknown: list[int] = field(default_factory=list)
    _leaves: dict[int, Layout] = field(default_factory=dict)
    _holding: set[int] = field(default_factory=set)  # folders with tables below that did not fold
    _apart: set[frozenset[int]] = field(default_factory=set)  # pairs of signatures that cannot share a table anywhere

    def run(self) -> Grouping:
        self._keep_apart()
        lake_of = self.tree.lake_of() if self.tree.lakes else None
        children: dict[int, list[int]] = {}
        layouts: dict[int, list[Layout]] = {}
        for folder in range(len(self.tree) - 1, -1, -1):
            below = children.pop(folder, [])
            if lake_of is not None and lake_of[folder] >= 0:
                if lake_of[folder] == folder:
                    self.candidates.append(Candidate(folder, self._lake(folder), lake=True))
                    self._holding.add(folder)
                    self._hand_up(folder, children)
                continue
            below.reverse()
            mine = self._layouts(folder, {child: layouts.pop(child, []) for child in below})
            if mine:
                layouts[folder] = mine
            if mine or folder in self._holding:
                self._hand_up(folder, children)
        for layout in layouts.get(0, ()):
            self._emit(0, layout)
        ordered = sorted(
            self.candidates,
            key=lambda candidate: (candidate.folder, candidate.own_files_only, min(candidate.layout.signatures, default=-1)),
        )
        return Grouping(tuple(ordered), tuple(sorted(self.mixed)), tuple(sorted(self.unknown)))

    def _hand_up(self, folder: int, children: dict[int, list[int]]) -> None:
        if folder:
            children.setdefault(self.tree.parents[folder], []).append(folder)

    def _lake(self, root: int) -> Layout:
        """Return what a table with a log of its own holds: the commonest format below, with the `key=value` levels that all of it has.

        Other folders (Iceberg's `data`, random prefixes) say nothing of the rows. Where folders have different keys, or two have the
        same values, there are no keys: the rows of one table may lie anywhere.
        """
        leaves = list(self.tree.leaves_below(root))
        counts: dict[str, int] = {}
        for leaf, _ in leaves:
            for number, tally in self.tree.tallies(leaf).items():
                name = self.signatures[number].format.classification
                counts[name] = counts.get(name, 0) + tally.objects
        counts.pop(UNKNOWN, None)
        if not counts:
            return Layout((), frozenset())
        commonest = max(sorted(counts), key=lambda name: (name in _OF_LAKES, counts[name]))
        members = [{n for n in self.tree.tallies(leaf) if self.signatures[n].format.classification == commonest} for leaf, _ in leaves]
        values = [tuple(map(str.lower, key_values(names))) for (_, names), mine in zip(leaves, members, strict=True) if mine]
        levels = {tuple(map(level_key, names)) for names in values}
        distinct = len(set(values)) == len(values)
        return Layout(levels.pop() if distinct and len(levels) == 1 else (), frozenset(number for mine in members for number in mine))

    def _layouts(self, folder: int, below: Mapping[int, list[Layout]]) -> list[Layout]:
        """Return what a folder is part of, one layout a table; what cannot be part of anything above is emitted."""
        own = self._own(folder, beside_folders=bool(below))
        if not below:
            return own
        folded = self._fold(folder, below, alone=not own)
        for layout in own:
            self._emit(folder, layout, own_files_only=True)
        if not folded:
            self._holding.add(folder)
        return folded

    def _keep_apart(self) -> None:
        """Note the kinds of text that lie in one folder in two orders of columns: a partition has one order only."""
        if self.rules.inference == "glue":
            return
        for folder in self.tree.others:
            kinds = self.likeness.kinds([number for number in self.tree.tallies(folder) if self.signatures[number].format.dialect])
            for a, b in combinations(kinds, 2):
                self._apart.update(frozenset(pair) for pair in product(a, b))

    # --- a folder's own files

    def _own(self, folder: int, *, beside_folders: bool) -> list[Layout]:
        """Return a layout for each kind of file; what nobody recognised counts only where there is nothing else."""
        first = self.tree.signatures[folder]
        if first < 0:
            return []
        if folder not in self.tree.others and not (beside_folders and self._is_unknown(first)):
            return [self._leaf(first)]
        tallies = self.tree.tallies(folder)
        known = [number for number in tallies if not self._is_unknown(number)]
        if not known:
            return [] if beside_folders else [Layout((), frozenset(tallies))]
        kinds = self.likeness.kinds(known)
        if self.rules.inference == "glue" and self._one_as_glue(kinds, tallies):
            kinds = [frozenset(known)]
        return [Layout((), kind) for kind in kinds]

    def _one_as_glue(self, kinds: Sequence[frozenset[int]], tallies: Mapping[int, Tally]) -> bool:
        sizes = [sum(tallies[number].objects for number in kind) for kind in kinds]
        compatible = all(self.likeness.compatible(kinds[0], kind) for kind in kinds)
        return compatible and len(kinds) <= MAX_KINDS and max(sizes) / sum(sizes) > SHARE

    def _leaf(self, signature: int) -> Layout:
        if signature not in self._leaves:
            self._leaves[signature] = Layout((), frozenset((signature,)))
        return self._leaves[signature]

    def _is_unknown(self, signature: int) -> bool:
        return self.signatures[signature].format.classification == UNKNOWN

    # --- children into their parent

    def _fold(self, folder: int, below: Mapping[int, list[Layout]], *, alone: bool) -> list[Layout]:
        clusters = self._clusters(self._without_pinned(folder, below))
        if not clusters:
            return []
        level, table_level = self.rules.target_level + self.tree.depth(folder), self._table_level(folder)
        forced = self.rules.single_schema or (table_level is not None and level >= table_level)
        if table_level is not None and level < table_level:
            folding: list[_Cluster] = []
        elif self.rules.inference == "glue" and not forced:
            folding = self._folding_as_glue(clusters)
        else:
            clusters = self._without_unknown(clusters)
            alone = alone and len(clusters) == 1 and folder not in self._holding
            folding = [cluster for cluster in clusters if forced or self._is_partitioning(cluster, alone=alone)]
        folded = [Layout((cluster.key, *cluster.levels), cluster.signatures, cluster.under) for cluster in folding]
        for cluster in clusters:
            if cluster in folding:
                continue
            if self._may_recur(folder, cluster):
                folded.extend(self._recurring(folder, cluster))
                continue
            for child, layout in cluster.members:
                self._emit(child, layout)
        return folded

    # --- tables below partitions: `2024-01-01/orders/`

    def _may_recur(self, folder: int, cluster: _Cluster) -> bool:
        """Say whether ordinary folders may be tables that recur below each value: then they are no tables of one day."""
        if (
            not folder
            or self.rules.inference == "glue"
            or self._table_level(folder) is not None
            or self._is_unknown(min(cluster.signatures))
        ):
            return False
        name = self.tree.names[folder]
        return (
            cluster.key is None
            and not cluster.tentative
            and (level_key(name) is not None or (may_be_value(name) and not any(cluster.levels)))
        )

    def _recurring(self, folder: int, cluster: _Cluster) -> list[Layout]:
        """Return the tables of a folder that is probably a value, one a name unless all have the very same columns."""
        tentative, levels = level_key(self.tree.names[folder]) is None, (None, *cluster.levels)
        if self._same_columns(cluster.signatures) and len(cluster.members) > 1:
            return [Layout(levels, cluster.signatures, "", tentative)]
        found = [(self.tree.names[child], layout.signatures) for child, layout in cluster.members]
        return [Layout(levels, signatures, name, tentative) for name, signatures in found]

    def _emit_below(self, folder: int, layout: Layout) -> None:
        """Make the tables of a layout that did not recur."""
        found: dict[int, frozenset[int]] = {}
        for leaf, names in self.tree.leaves_below(folder):
            mine = layout.signatures & self.tree.tallies(leaf).keys()
            if mine and tuple(map(level_key, names)) == layout.levels and layout.under in ("", names[0]):
                child = leaf
                for _ in layout.levels[1:]:
                    child = self.tree.parents[child]
                found[child] = found.get(child, frozenset()) | mine
        for child, signatures in found.items():
            self._emit(child, Layout(layout.levels[1:], signatures))

    def _without_pinned(self, folder: int, below: Mapping[int, list[Layout]]) -> Mapping[int, list[Layout]]:
        """Make tables of the children whose level is pinned: they fold no higher."""
        pinned = [child for child in below if child in self.rules.pinned_levels]
        for child in pinned:
            self._holding.add(folder)
            for layout in below[child]:
                self._emit(child, layout)
        return {child: layouts for child, layouts in below.items() if child not in pinned} if pinned else below

    def _table_level(self, folder: int) -> int | None:
        """Return the level that tables have there: what is pinned for the nearest folder above, or the setting."""
        while self.rules.pinned_levels and folder >= 0:
            if folder in self.rules.pinned_levels:
                return self.rules.pinned_levels[folder]
            folder = self.tree.parents[folder]
        return self.rules.table_level

    def _clusters(self, below: Mapping[int, list[Layout]]) -> list[_Cluster]:
        """Gather what is equally deep, named by the same key, and holds alike objects."""
        groups: dict[tuple[str | None, Layout], list[tuple[int, Layout]]] = {}
        for child, layouts in below.items():
            for layout in layouts:
                groups.setdefault((level_key(self.tree.names[child]), layout), []).append((child, layout))
        clusters: list[_Cluster] = []
        for (key, layout), members in groups.items():
            cluster = _Cluster(key, layout.levels, layout.signatures, layout.under, layout.tentative, members)
            others: list[_Cluster] = []
            for known in clusters:
                if self._together(known, cluster):
                    cluster.signatures |= known.signatures
                    cluster.members.extend(known.members)
                    cluster.under = cluster.under if cluster.under == known.under else ""
                    cluster.tentative = cluster.tentative and known.tentative
                else:
                    others.append(known)
            clusters = [*others, cluster]
        return clusters

    def _together(self, a: _Cluster, b: _Cluster) -> bool:
        if a.key != b.key or a.levels != b.levels or (a.under != b.under and a.under and b.under):
            return False
        if not self.likeness.alike(a.signatures, b.signatures):
            return False
        return not self._apart or self._apart.isdisjoint(map(frozenset, product(a.signatures, b.signatures)))

    def _without_unknown(self, clusters: list[_Cluster]) -> list[_Cluster]:
        """Leave out what nobody recognised where it lies among a recognised table's partitions."""
        known = [cluster for cluster in clusters if not self._is_unknown(min(cluster.signatures))]
        beside = {(cluster.key, cluster.levels) for cluster in known if self._is_partitioning(cluster, alone=False)}
        kept = []
        for cluster in clusters:
            if cluster in known or (cluster.key, cluster.levels) not in beside or not self._is_partitioning(cluster, alone=False):
                kept.append(cluster)
            else:
                self.unknown.extend(child for child, _ in cluster.members)
        return kept

    def _is_partitioning(self, cluster: _Cluster, *, alone: bool) -> bool:
        """Say whether folders are partitions: by their names, else by holding the very same columns.

        Folders with ordinary names that are themselves partitioned by `key=value` are tables: the
        keys begin where the table does.
        """
        names = [self.tree.names[child] for child, _ in cluster.members]
        if cluster.key is not None or are_values(names):
            return cluster.key is not None or len(names) > 1 or not cluster.tentative
        if cluster.tentative:
            return False
        return alone and len(names) > 1 and not any(cluster.levels) and self._same_columns(cluster.signatures)

    def _folding_as_glue(self, clusters: list[_Cluster]) -> list[_Cluster]:
        """Return the largest kind, with the others of its depth in it, where it is large enough. [doc] the 0.7 and the 5."""
        largest = max(clusters, key=lambda cluster: (len(cluster.members), -cluster.members[0][0]))
        names = [self.tree.names[child] for child, _ in largest.members]
        if len(names) == 1 and largest.key is None and not VALUE_NAME.fullmatch(names[0]):
            return []
        total = sum(len(cluster.members) for cluster in clusters)
        if len(largest.members) / total <= SHARE or len(clusters) > MAX_KINDS:
            return []
        for cluster in list(clusters):  # [guess] the minority goes where the majority goes
            alike = cluster.levels == largest.levels and self.likeness.compatible(cluster.signatures, largest.signatures)
            if alike and cluster is not largest:
                largest.signatures |= cluster.signatures
                clusters.remove(cluster)
        return [largest]

    def _same_columns(self, numbers: frozenset[int]) -> bool:
        """Say whether all have the same two or more columns: what sibling folders with ordinary names need to be one table."""
        names = {self.signatures[number].names for number in numbers}
        return len(names) == 1 and len(names.pop()) > 1

    def _emit(self, folder: int, layout: Layout, *, own_files_only: bool = False) -> None:
        """Make a table of a layout; the files of a folder that holds several kinds are told apart by name later."""
        if layout.tentative:
            self._emit_below(folder, layout)
            return
        if not layout.levels and folder in self.tree.others:
            known = [number for number in self.tree.tallies(folder) if not self._is_unknown(number)]
            if not layout.signatures.issuperset(known):
                self.mixed.add(folder)
                return
        self.candidates.append(Candidate(folder, layout, own_files_only))


def level_key(name: str) -> str | None:
    """Return the key of a `key=value` folder, folded to lower case; None for a plain name."""
    key, equals, _ = name.partition("=")
    return key.lower() if equals and key else None


def key_values(names: Sequence[str]) -> tuple[str, ...]:
    """Return those of some folders' names that are `key=value`."""
    return tuple(name for name in names if level_key(name) is not None)
