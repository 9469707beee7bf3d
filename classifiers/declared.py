"""From declared catalog types (footers, writer schemas) to summaries, and the footers themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..catalog.types import STRING, VOID, Array, HiveType, Map, Scalar, Struct
from .names import column_name
from .summary import EMPTY, Member, Place, TypeSummary, declared, struct_of

FOOTER = 65_536  # bytes of tail that hold nearly every footer


@dataclass(frozen=True, slots=True)
class DeclaredColumns:
    """The columns that a file's own schema declares; made once for all files that share the schema."""

    columns: tuple[tuple[str, HiveType], ...]
    texts: tuple[tuple[str, str], ...] = ()  # the same with types as text; set by `declare`


def declare(columns: Iterable[tuple[str, HiveType]]) -> DeclaredColumns:
    """Gather declared columns, names folded to lower case as Glue folds them; of names that differ only by case the first counts."""
    folded: dict[str, HiveType] = {}
    for position, (name, kind) in enumerate(columns):
        folded.setdefault(column_name(name, position), STRING if kind == VOID else kind)
    return DeclaredColumns(tuple(folded.items()), tuple((name, str(kind)) for name, kind in folded.items()))


def columns_summary(columns: Iterable[tuple[str, HiveType]], origin: str) -> TypeSummary:
    """Summarise the columns that a file declares, in their order."""
    members = {name: Member(Place(origin, position), _summary(kind, origin)) for position, (name, kind) in enumerate(columns)}
    return struct_of(members, 1)


def first_line(error: Exception) -> str:
    """Return what an error says, in one line."""
    return (str(error) or type(error).__name__).splitlines()[0]


def _summary(kind: HiveType, origin: str) -> TypeSummary:
    if isinstance(kind, Scalar):
        return EMPTY if kind.name == "void" else declared(str(kind), origin)
    if isinstance(kind, Array):
        return TypeSummary(arrays=1, element=_summary(kind.element, origin))
    if isinstance(kind, Map):
        return TypeSummary(maps=1, key=_summary(kind.key, origin), value=_summary(kind.value, origin))
    if isinstance(kind, Struct):
        return columns_summary(kind.fields, origin)
    return declared(str(kind), origin)
