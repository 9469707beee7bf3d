"""Where two summaries say different things of the same place: `details.items.element.price` is string in one, double in the other.

Only what both know is held against each other: what one of them never saw, or saw only as null, differs from nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from ...catalog.types import Array, HiveType, Map, Struct
from .resolve import Rules, resolve
from .spelling import fields_of
from .summary import TypeSummary

_NUMBERS = frozenset(("tinyint", "smallint", "int", "bigint", "decimal", "float", "double"))
_WIDER = {**dict.fromkeys(_NUMBERS, "number"), "timestamp": "date", "char": "string", "varchar": "string", "padded": "string"}


def contrasts(mine: TypeSummary, other: TypeSummary, rules: Rules, path: str) -> Iterator[tuple[str, HiveType, HiveType]]:
    """Yield the places, at any depth, that resolve to two types, with both."""
    if not (_is_known(mine) and _is_known(other)):
        return
    a, b = resolve(mine, rules), resolve(other, rules)
    if a == b:
        return
    if isinstance(a, Struct) and isinstance(b, Struct):
        members = _members(other, rules)
        for name, member in _members(mine, rules).items():
            if name in members:
                yield from contrasts(member, members[name], rules, f"{path}.{name}")
    elif isinstance(a, Array) and isinstance(b, Array):
        if mine.element and other.element:
            yield from contrasts(mine.element, other.element, rules, f"{path}.element")
    elif isinstance(a, Map) and isinstance(b, Map) and mine.value and other.value:
        yield from contrasts(mine.value, other.value, rules, f"{path}.value")
    else:
        yield path, a, b


def is_widening(mine: str, other: str) -> bool:
    """Say whether the one type only has more room than the other: both are numbers, days, or texts."""
    return family(mine) == family(other)


@lru_cache(maxsize=1024)
def family(kind: str) -> str:
    """Return what a scalar is, whatever its width: a `number`, a `date`, a `string`; other types themselves."""
    name = kind.partition("(")[0] if "<" not in kind else kind
    return _WIDER.get(name, name)


def outline(summary: TypeSummary) -> dict[str, str]:
    """Return what each known place holds, at any depth, whatever its width: cheap enough to hold objects against their siblings."""
    found: dict[str, str] = {}
    _outline(summary, "", found)
    return found


def _outline(summary: TypeSummary, path: str, found: dict[str, str]) -> None:
    kinds = {family(kind) for kind in summary.kinds} if summary.kinds else set[str]()
    if summary.members or summary.maps:
        kinds.add("object")
        for name, member in summary.members.items():
            _outline(member.type, f"{path}.{name}", found)
    if summary.element:
        kinds.add("array")
        _outline(summary.element, f"{path}[]", found)
    if kinds:
        found[path] = kinds.pop() if len(kinds) == 1 else "several"


def _is_known(summary: TypeSummary) -> bool:
    return bool(summary.kinds or summary.members or summary.element or summary.maps)


def _members(summary: TypeSummary, rules: Rules) -> Mapping[str, TypeSummary]:
    if rules == "accurate":
        return {field.name: field.type for field in fields_of(summary, nested=True)}
    return {name: member.type for name, member in summary.members.items()}
