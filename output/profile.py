"""A column's profile in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .words import count, shortened

_VALUE = 40  # characters
_TOP = 5
_MARKS = {",": "commas", ".": "points", " ": "spaces", "'": "apostrophes"}


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


def meant(semantic: Mapping[str, Any]) -> str:
    """Return what a column means, how many of its values say so, and what speaks against it."""
    alternatives = [str(one) for one in semantic.get("alternatives") or ()]
    what = " ".join(filter(None, (str(semantic.get("name", "")), _format(semantic.get("format") or {}))))
    told = [f"{semantic.get('matched', 0):,} of {semantic.get('of', 0):,}"]
    if semantic.get("decided_by"):
        decides = "value decides" if semantic["decided_by"] == 1 else "values decide"
        told.append(f"{semantic['decided_by']:,} {decides} the order")
    if alternatives:
        told.append(f"ambiguous: {' and '.join(alternatives)} fits every value as well")
    if semantic.get("first_other"):
        told.append(f"not {_shown(semantic['first_other'])}")
    return f"{what} ({'; '.join(told)})"


def flagged(personal: Mapping[str, Any]) -> str:
    """Return which personal data a column holds, with masked samples."""
    samples = ", ".join(_shown(sample) for sample in personal.get("samples") or ())
    return f"{personal.get('name', '')}: {personal.get('matched', 0):,} of {personal.get('of', 0):,}{f', such as {samples}' if samples else ''}"


def _format(form: Mapping[str, Any]) -> str:
    if "pattern" in form:
        return str(form["pattern"])
    if "decimal" in form:
        group = f", {_MARKS.get(form['group'], repr(form['group']))} between thousands" if form.get("group") else ""
        comma = f"with a decimal {'comma' if form['decimal'] == ',' else 'point'}{group}"
        return f"{form['currency']} {comma}" if form.get("currency") else comma
    if "true" in form:
        return f"{form['true']}/{form['false']}"
    if "width" in form:
        return f"of {form['width']} digits"
    return str(form.get("unit") or form.get("standard") or "")


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
