"""A fixed share of a column's distinct values, with exact counts: those whose hashes are least.

Which values these are depends on the values alone, not on their order or on how they were split, so
samples merge in any order to the same one; how close together their hashes lie tells how many values
there are. One structure so gives the distinct estimate (3 % off), the top values of small domains,
and the values that semantic types are judged by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeAlias

import pyarrow as pa
import xxhash

from ..scan.arrays import Column, bits, counted, items, least, make, picked

SIZE = 1024  # values; the standard error of the estimate is 1/√SIZE
KEPT = 1024  # characters of a text; hashes are of all of it

Plain: TypeAlias = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Sample:
    """Distinct values with the least hashes, in the order of these, and how often each was seen."""

    hashes: tuple[int, ...] = ()
    values: tuple[Plain, ...] = ()
    counts: tuple[int, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether these are all the values that there are."""
        return len(self.hashes) < SIZE

    @property
    def distinct(self) -> int:
        """How many distinct values there are, or about how many."""
        return len(self.hashes) if self.exact else round((SIZE - 1) / (self.hashes[-1] + 1) * 2**64)

    def top(self, most: int) -> list[tuple[Plain, int]]:
        """Return the most frequent values, or nothing where some values are not in the sample."""
        if not self.exact:
            return []
        return sorted(zip(self.values, self.counts, strict=True), key=lambda one: (-one[1], str(one[0])))[:most]


def sample_of(column: Column) -> Sample:
    """Return the sample of a column without nulls: integers, floats, text or binary."""
    text = pa.types.is_string(column.type)
    values, counts = counted(column.cast(pa.binary()) if text else column)  # a text from a file may be no UTF-8
    hashes = _hashes(values)
    if len(values) > SIZE:
        chosen = least(make(hashes, pa.uint64()), SIZE)
        places: list[int] = items(chosen)
        hashes = [hashes[place] for place in places]
        values, counts = picked(values, chosen), picked(counts, chosen)
    found = sorted(zip(hashes, (_plain(value, text=text) for value in items(values)), items(counts), strict=True), key=itemgetter(0))
    return Sample(*zip(*found, strict=True))


def merge(one: Sample, other: Sample) -> Sample:
    """Return the sample of both columns."""
    found = dict(zip(one.hashes, zip(one.values, one.counts, strict=True), strict=True))
    for key, value, count in zip(other.hashes, other.values, other.counts, strict=True):
        found[key] = (value, count + found[key][1]) if key in found else (value, count)
    keys = sorted(found)[:SIZE]
    return Sample(tuple(keys), tuple(found[key][0] for key in keys), tuple(found[key][1] for key in keys))


def _plain(value: float | bytes, *, text: bool) -> Plain:
    if isinstance(value, bytes):
        return value[: 4 * KEPT].decode(errors="replace")[:KEPT] if text else value[: KEPT // 2].hex()
    return value


def _hashes(values: Column) -> list[int]:
    """Return 64 bits of each value; an integer and a float of one number differ."""
    if pa.types.is_floating(values.type):
        values = bits(values.cast(pa.float64()))
    elif pa.types.is_integer(values.type):
        values = bits(values.cast(pa.int64()))
    digest: Callable[[bytes], int] = xxhash.xxh3_64_intdigest
    return [digest(value) for value in items(values.cast(pa.binary()))]
