"""Tables and partitions from bucket listings with known truth: names and sizes, no contents.

    python bench/grouping_quality.py LISTINGS.jsonl [--wrong]

Each line holds a `listing` of [key, size] and the `tables` in it, each with its `root` and `partition_keys`. The keys pass
through the crawl's own listing and grouping, as if every object had been classified as its extension says; two objects of one
format have alike columns, but nothing says that they have the very same ones.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from gluepot.classifiers.inference.summary import EMPTY
from gluepot.classifiers.sample import UNKNOWN, Dialect, Format
from gluepot.crawler.chunks import extension_of
from gluepot.crawler.grouping import GroupingRules, group
from gluepot.crawler.listing import Listing
from gluepot.crawler.naming import key_names
from gluepot.crawler.signatures import Signature, SignatureBook
from gluepot.storage.globs import Excludes
from gluepot.storage.store import StoredObject
from gluepot.storage.targets import Location

TEXTS = ("", "csv", "tsv", "txt", "psv", "log")
FORMATS = {
    **{name: name for name in ("parquet", "orc", "avro", "json", "xml", "ion", "bson")},
    **dict.fromkeys(("jsonl", "ndjson"), "json"),
    **dict.fromkeys(TEXTS, "csv"),
}
CODECS = frozenset(("gz", "bz2", "xz", "zst", "lz4", "snappy", "zip"))

Tables = dict[str, list[str]]


class Keys:
    """A store that has keys and no bytes."""

    root = "s3://bench/"
    root_name = "bench"

    def __init__(self, listing: Sequence[tuple[str, int]]) -> None:
        self.listing = listing

    def list(self, prefix: str = "") -> Iterator[list[StoredObject]]:
        yield [StoredObject(key, size) for key, size in sorted(self.listing)]


def signature(name: str) -> Signature:
    """Describe an object by its extension: one column, so that nothing but names tells tables from partitions."""
    parts = [part for part in extension_of(name).split(".") if part not in CODECS]
    kind = FORMATS.get(parts[-1] if parts else "", UNKNOWN)
    dialect = Dialect(",", header=True, columns=2) if kind == "csv" else None
    return Signature("", Format(kind, dialect=dialect), EMPTY, (("value", "string"),) if kind != UNKNOWN else (), "", (), {})


def tables(listing: Sequence[tuple[str, int]]) -> Tables:
    """Return the roots found, with their partition keys."""
    store: Any = Keys(listing)
    found = Listing(Location(store, "", is_object=False), Excludes(()), None)
    book = SignatureBook("accurate")
    for chunk in found.chunks():
        for item in chunk.items:
            found.tree.count(item.folder, book.enter(signature(item.key.rpartition("/")[2])), item.size, 1)
    grouping = group(found.tree, book.entries, GroupingRules())
    roots: Tables = {found.tree.path(folder): [] for folder in grouping.mixed}
    return roots | {found.tree.path(candidate.folder): key_names(candidate.layout.levels) for candidate in grouping.candidates}


def main() -> None:
    """Print buckets exactly right, F1 over roots, and keys right on the roots found; with --wrong, what differs."""
    exact = count = hits = extra = missed = keys = 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for bucket in map(json.loads, lines):
            got = tables(bucket["listing"])
            want: Tables = {table["root"]: [key.lower() for key in table["partition_keys"]] for table in bucket["tables"]}
            both = got.keys() & want.keys()
            count, exact = count + 1, exact + (got == want)
            hits, extra, missed = hits + len(both), extra + len(got.keys() - both), missed + len(want.keys() - both)
            keys += sum(got[root] == want[root] for root in both)
            for root in sorted(got.keys() | want.keys()) if "--wrong" in sys.argv else ():
                if got.get(root) != want.get(root):
                    print(f"{bucket.get('id', '?')} {root!r}: found {got.get(root)}, in truth {want.get(root)}")
    score = 2 * hits / (2 * hits + extra + missed)
    print(f"{exact}/{count} buckets exactly right = {exact / count:.1%}; F1 of tables {score:.1%}; keys right {keys / max(hits, 1):.1%}")


if __name__ == "__main__":
    main()
