"""Listing and grouping without bodies: CPU a key, peak memory, and how both grow.

    python bench/grouping.py [KEYS ...]        default: 100000 1000000 10000000

Keys are made as S3 lists them: 60 tables in six layouts, with markers among them. Each key passes
through the crawl's own listing (hidden names, markers, folders, chunks) and the folder tree is then
grouped, as if every object had been classified as its extension says. The cost of making the keys
is measured alone and taken off. The peer is the plainest thing that Python can do: a count a folder
in a dictionary.
"""

from __future__ import annotations

import math
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from gluepot.classifiers.inference.summary import EMPTY
from gluepot.classifiers.sample import Dialect, Format
from gluepot.crawler.grouping import GroupingRules, group
from gluepot.crawler.listing import Listing
from gluepot.crawler.signatures import Signature, SignatureBook
from gluepot.storage.globs import Excludes
from gluepot.storage.store import StoredObject
from gluepot.storage.targets import Location

LAYOUTS = (("dt", "hour"), ("year", "month", "day"), ("region", "dt"), ("", "", ""), ("tenant", "year", "month"), ())
EXTENSIONS = ("snappy.parquet", "csv.gz", "json", "avro", "orc", "csv")


def folders(layout: Sequence[str], count: int) -> list[str]:
    """Return sorted partition folders of a layout."""
    if not layout:
        return [""]
    made: list[str] = []
    for number in range(count):
        values: tuple[str, ...] = (f"{2000 + number // 336}", f"{number % 336 // 28 + 1:02}", f"{number % 28 + 1:02}")[-len(layout) :]
        if len(layout) == 2:
            values = (f"{number // 28:06}", f"{number % 28 + 1:02}")
        made.append("/".join(f"{key}={value}" if key else value for key, value in zip(layout, values, strict=True)) + "/")
    return sorted(made)


def keys(count: int) -> Iterator[list[StoredObject]]:
    """Yield pages of a thousand keys in the order of a listing."""
    page: list[StoredObject] = []
    each = count // 60
    for table in range(60):
        layout, extension = LAYOUTS[table % 6], EXTENSIONS[table // 6 % 6]
        names = folders(layout, max(1, each // 12))
        per_folder = max(1, each // len(names))
        for folder in names:
            prefix = f"lake/db{table // 20}/table_{table:03}/{folder}"
            for part in range(per_folder):
                page.append(StoredObject(f"{prefix}part-{part:07}.{extension}", 1000 + part))
                if len(page) == 1000:
                    yield page
                    page = []
    yield page


class Keys:
    """A store that has keys and no bytes."""

    root = "s3://bench/"
    root_name = "bench"

    def __init__(self, count: int) -> None:
        self.count = count

    def list(self, prefix: str = "") -> Iterator[list[StoredObject]]:
        return keys(self.count)


def signature(extension: str) -> Signature:
    kind = extension.rpartition(".")[2] if "csv" not in extension else "csv"
    dialect = Dialect(",", header=True, columns=2) if kind == "csv" else None
    return Signature("", Format(kind, dialect=dialect), EMPTY, (("id", "bigint"), (f"v_{extension}", "string")), "", (), {})


def gluepot(count: int) -> tuple[int, int]:
    """List and group; return the tables and folders found."""
    store: Any = Keys(count)
    listing = Listing(Location(store, "", is_object=False), Excludes(()), None)
    book = SignatureBook("accurate")
    numbers = {extension: book.enter(signature(extension)) for extension in EXTENSIONS}
    for chunk in listing.chunks():
        number = numbers[chunk.shape[chunk.shape.index("*.") + 2 :] if "/*." not in chunk.shape else chunk.shape.rpartition("*.")[2]]
        for item in chunk.items:
            listing.tree.count(item.folder, number, item.size, 1)
    return len(group(listing.tree, book.entries, GroupingRules()).candidates), len(listing.tree)


def dictionary(count: int) -> tuple[int, int]:
    """Count the objects of each folder."""
    found: dict[str, int] = {}
    for page in keys(count):
        for stored in page:
            folder = stored.key[: stored.key.rfind("/")]
            found[folder] = found.get(folder, 0) + 1
    return 0, len(found)


def nothing(count: int) -> tuple[int, int]:
    """Only make the keys."""
    for _ in keys(count):
        pass
    return 0, 0


WAYS = {"keys alone": nothing, "dictionary": dictionary, "gluepot": gluepot}


def main() -> None:
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        started = time.process_time()
        tables, found = WAYS[sys.argv[2]](int(sys.argv[3]))
        print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, tables, found)
        return
    counts = [int(argument) for argument in sys.argv[1:]] or [100_000, 1_000_000, 10_000_000]
    print(f"{'keys':>10} {'way':<12} {'CPU s':>7} {'µs a key':>9} {'peak MB':>8} {'tables':>7} {'folders':>8}")
    times: dict[int, float] = {}
    for count in counts:
        alone = 0.0
        for way in WAYS:
            out = subprocess.run([sys.executable, __file__, "--one", way, str(count)], capture_output=True, text=True, check=True).stdout
            seconds, memory, tables_found, folders_found = (float(word) for word in out.split())
            alone = seconds if way == "keys alone" else alone
            own = seconds if way == "keys alone" else seconds - alone
            times[count] = own
            print(f"{count:>10} {way:<12} {own:>7.2f} {own / count * 1e6:>9.2f} {memory:>8.0f} {tables_found:>7.0f} {folders_found:>8.0f}")
    if len(counts) > 1:
        exponent = math.log(times[counts[-1]] / times[counts[0]]) / math.log(counts[-1] / counts[0])
        print(f"gluepot's time grows as keys^{exponent:.2f}")


if __name__ == "__main__":
    main()
