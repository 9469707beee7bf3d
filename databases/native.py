"""From a database's own types to the catalog's: each engine has an ordered table of rules. [guess] §7.3 of Glue's behaviour, modelled on Spark's"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

MAX_PRECISION = 38
UNBOUNDED = "decimal(38,18)"  # of numbers whose precision is not said, as Spark has it

_ASIDE = re.compile(r"'(?:[^']|'')*'|/\*.*?\*/")  # an enumeration's texts, and notes such as MariaDB's /*M!100301 COMPRESSED*/
_PARAMETERS = re.compile(r"\s*\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Rule:
    """How one native type is catalogued and read."""

    native: str  # without parameters, or with those it is meant for: `tinyint(1)`
    type: str  # Hive's; {0} and {1} are the native type's parameters
    select: str = "{}"  # SQL that delivers it, {} being the quoted column: in an Arrow type that holds it exactly, or as text
    unbounded: str = ""  # Hive's, where the native type is given without parameters


@dataclass(frozen=True, slots=True)
class Mapped:
    """A native type's place in the catalog."""

    type: str
    rule: Rule | None  # None: unknown, so it is text


def mapper(rules: Sequence[Rule]) -> Callable[[str], Mapped]:
    """Return `mapped` for an engine's rules; a server has thousands of columns, and few types."""
    return lru_cache(maxsize=4096)(partial(mapped, rules))


def mapped(rules: Sequence[Rule], native: str) -> Mapped:
    """Find the Hive type of a native one; an unknown one is a string."""
    spelled = " ".join(_ASIDE.sub("", native).lower().split())
    found = _PARAMETERS.search(spelled)
    name = " ".join(_PARAMETERS.sub("", spelled).split())
    rule = next((rule for rule in rules if rule.native == spelled), None) or next((rule for rule in rules if rule.native == name), None)
    if rule is None:
        return Mapped("string", None)
    parameters = [part.strip() for part in found[1].split(",")] if found else []
    if "{" not in rule.type:
        return Mapped(rule.type, rule)
    if not all(re.fullmatch(r"-?\d+", one) for one in parameters) or not parameters:
        return Mapped(rule.unbounded or UNBOUNDED, rule)
    return Mapped(_decimal(*map(int, parameters)) if rule.type.startswith("decimal") else rule.type.format(*parameters), rule)


def _decimal(precision: int, scale: int = 0) -> str:
    """Return a decimal that holds such numbers: at most 38 digits, and a scale within them (some engines allow others)."""
    if scale < 0:
        precision, scale = precision - scale, 0
    return f"decimal({min(max(precision, scale), MAX_PRECISION)},{min(scale, MAX_PRECISION)})"
