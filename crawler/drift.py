"""Partitions whose own schema differs from their table's: the place, both types, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..classifiers.inference.contrast import contrasts, is_widening
from ..classifiers.inference.resolve import Inference
from ..classifiers.inference.summary import TypeSummary, merge_all
from .drafts import Draft, Place, leaves
from .report import SchemaDifference
from .signatures import rules_for, summaries_of

MAX_DIFFERENCES = 1000  # kept of one table
_MAX_SETS = 10_000  # distinct sets of kinds in one partition that are looked at


def schema_differences(place: Place, draft: Draft, schema: TypeSummary, inference: Inference) -> tuple[SchemaDifference, ...]:
    """Return where partitions differ from the table: one a place and type, with the first partition and how many there are."""
    if not draft.levels or len(draft.signatures) < 2:
        return ()
    rules = rules_for(draft.signatures[0].format, inference)
    whole = summaries_of(schema, rules)
    by_kinds: dict[frozenset[int], list[tuple[str, str, str]]] = {}
    found: dict[tuple[str, str], SchemaDifference] = {}
    for leaf, folders in leaves(place.tree, draft.folder, draft.levels, draft.members):
        kinds = draft.members.intersection(place.tree.tallies(leaf))
        if kinds not in by_kinds and len(by_kinds) < _MAX_SETS:
            own = summaries_of(merge_all(place.signatures[number].schema for number in sorted(kinds)), rules)
            by_kinds[kinds] = [
                (path, str(mine), str(table))
                for name in own
                if name in whole
                for path, mine, table in contrasts(own[name], whole[name], rules, name)
            ]
        for path, mine, table in by_kinds.get(kinds, ()):
            known = found.get((path, mine))
            if known is not None:
                found[path, mine] = replace(known, partitions=known.partitions + 1)
            elif len(found) < MAX_DIFFERENCES:
                found[path, mine] = SchemaDifference(path, mine, table, "/".join(folders) + "/", 1)
    return tuple(found[key] for key in sorted(found))


def worth_telling(differences: tuple[SchemaDifference, ...], draft: Draft, inference: Inference) -> Iterator[SchemaDifference]:
    """Yield what an engine could stumble over.

    Text is read by the table's types, which hold all of a widening; formats with a schema of their own, and
    partitions that keep their own columns as in Glue, may be refused for any difference.
    """
    text = all(not signature.declares for signature in draft.signatures)
    for difference in differences:
        if inference == "glue" or not text or not is_widening(difference.type, difference.table_type):
            yield difference
