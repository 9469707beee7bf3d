"""A column's profile in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .words import count, shortened

_VALUE = 40  # characters
_TOP = 5


def profiled(profile: Mapping[str, Any]) -> str:
    """Return what a column's values are like: nulls, distinct values, extremes, lengths, the most frequent ones."""
    values, nulls = profile.get("values", 0), profile.get("nulls", 0)
    told = [f"null {percent(nulls, values + nulls)}"]
    if "distinct" in profile:
        about = "" if profile.get("exact") else "about "
        told.append(f"{about}{profile['distinct']:,} distinct")
    if "trues" in profile:
        told.append(f"true {percent(profile['trues'], values)}")
    if "min" in profile:
        told += [f"min {_shown(profile['min'])}", f"max {_shown(profile['max'])}"]
    if "max_length" in profile:
        told.append(f"length {profile['mean_length']:g} on average, at most {profile['max_length']:,}")
    if profile.get("top"):
        told.append("top: " + ", ".join(f"{_shown(value)} ({number:,})" for value, number in profile["top"][:_TOP]))
    return ", ".join(told)


def covered(profile: Mapping[str, Any]) -> str:
    """Return how many rows a table's profile is of."""
    rows = count(profile.get("rows", 0), "row")
    return f"all {rows}" if profile.get("complete") else f"the first rows of {count(profile.get('files', 0), 'file')}: {rows}"


def percent(part: int, whole: int) -> str:
    """Return a share as `3 %`; one that is not none and not all is never shown as that."""
    if not whole or part in (0, whole):
        return "100 %" if whole and part == whole else "0 %"
    share = 100 * part / whole
    return "< 0.1 %" if share < 0.1 else f"{min(share, 99.9):.{0 if share == round(share) else 1}f} %"


def _shown(value: object) -> str:
    return repr(shortened(value, _VALUE)) if isinstance(value, str) else str(value)
