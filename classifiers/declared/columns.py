"""From declared catalog types (footers, writer schemas) to summaries, and the footers themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...catalog.types import STRING, VOID, Array, HiveType, Map, Scalar, Struct
from ..inference.names import column_name, unique_names
from ..inference.summary import EMPTY, Member, Place, TypeSummary, declared, struct_of

FOOTER = 65_536  # bytes of tail that hold nearly every footer


@dataclass(frozen=True, slots=True)
class DeclaredColumns:
    """The columns that a file's own schema declares; made once for all files that share the schema."""

    columns: tuple[tuple[str, HiveType], ...]  # by the catalog's names
    texts: tuple[tuple[str, str], ...]  # the same with types as text
    written: tuple[str, ...]  # the names as the file has them
    oddities: tuple[str, ...] = ()

    @property
    def evidence(self) -> dict[str, object]:
        """What is to be told of a file with these columns."""
        return {"oddities": list(self.oddities)} if self.oddities else {}


def declare(columns: Iterable[tuple[str, HiveType]]) -> DeclaredColumns:
    """Gather declared columns under the catalog's names; those that fold to one name are kept apart and told."""
    found = [(name, STRING if kind == VOID else kind) for name, kind in columns]
    written = tuple(name for name, _ in found)
    names = unique_names(written)
    return DeclaredColumns(
        tuple(zip(names, (kind for _, kind in found), strict=True)),
        tuple((name, str(kind)) for name, (_, kind) in zip(names, found, strict=True)),
        written,
        tuple(_renamed(written, names)),
    )


def _renamed(written: tuple[str, ...], names: tuple[str, ...]) -> Iterable[str]:
    """Tell the columns that had to be renamed, because the catalog knows no case and no two of a name."""
    for position, (was, name) in enumerate(zip(written, names, strict=True)):
        if name != column_name(was, position):
            yield f"column {was!r} is named like another, or differs from it only by case: it is {name}"


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
        if not kind.fields:  # Hive and Athena know no struct without members, and would refuse the table
            return declared("string", origin)
        return columns_summary(kind.fields, origin)
    return declared(str(kind), origin)
