"""One catalog entry in full, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from ..catalog.model import Column, Partition, Table
from .words import classification, column_type, full_name, place, visible

PARTITIONS = 10  # shown; a table may have millions


def entry(table: Table, partitions: Iterable[Partition], base: str) -> Iterator[RenderableType]:
    """Yield what to print of a table."""
    yield Text(visible(full_name(table)), style="bold")
    yield _pairs(_facts(table, base))
    yield from _section("columns", _columns(table.columns))
    if table.partition_keys:
        yield from _section("partition keys", _columns(table.partition_keys))
        yield from _section("partitions", _partitions(partitions, base))
    if table.storage and table.storage.serde and (table.storage.serde.library or table.storage.serde.parameters):
        library = {"library": table.storage.serde.library or ""}
        yield from _section("SerDe", _pairs({**library, **(table.storage.serde.parameters or {})}))
    if table.parameters:
        yield from _section("parameters", _pairs(dict(sorted(table.parameters.items()))))


def _facts(table: Table, base: str) -> Mapping[str, str]:
    storage = table.storage
    facts = {
        "format": classification(table),
        "location": place(table.location or "", base),
        "description": table.description,
        "owner": table.owner,
        "type": table.table_type,
        "version": table.version_id,
        "created": table.create_time and table.create_time.isoformat(" "),
        "updated": table.update_time and table.update_time.isoformat(" "),
        "input format": storage and storage.input_format,
        "output format": storage and storage.output_format,
    }
    return {name: value for name, value in facts.items() if value}


def _columns(columns: Sequence[Column]) -> Grid:
    grid = _grid(5)
    for number, column in enumerate(columns, 1):
        kind = Text(visible(column_type(column)), style="cyan")
        native, comment = _native(column)
        more = (Text(visible(text), style="dim") for text in (native, comment))
        grid.add_row(Text(f"{number}", style="dim"), Text(visible(column.name)), kind, *more)
    return grid


def _native(column: Column) -> tuple[str, str]:
    """Return how a database has a column, and what is said of it there or in the catalog."""
    known = column.parameters or {}
    required = " NOT NULL" if known.get("gluepot.nullable") == "false" else ""
    default = f" DEFAULT {known['gluepot.default']}" if "gluepot.default" in known else ""
    return f"{known.get('aws:RawType', '')}{required}{default}", column.comment or known.get("aws:RawColumnComment", "")


def _partitions(partitions: Iterable[Partition], base: str) -> RenderableType:
    grid = _grid(2)
    found = iter(partitions)
    for partition in islice(found, PARTITIONS):
        grid.add_row(Text(visible(", ".join(partition.values))), Text(place(partition.location or "", base), style="dim"))
    if next(found, None) is not None:
        grid.add_row(Text("…"), Text("more: --output json gives all of them", style="dim"))
    return grid if grid.row_count else Text("none", style="dim")


def _pairs(pairs: Mapping[str, str]) -> RenderableType:
    grid = _grid(2)
    for name, value in pairs.items():
        grid.add_row(Text(visible(name), style="dim"), Text(visible(value)))
    return Padding(grid, (0, 0, 0, 2))


def _section(title: str, body: RenderableType) -> Iterator[RenderableType]:
    yield Text()
    yield Text(title, style="bold")
    yield body if isinstance(body, Padding) else Padding(body, (0, 0, 0, 2))


def _grid(columns: int) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    for _ in range(columns):
        grid.add_column(overflow="fold")
    return grid
