"""Tables and colours for people, at any width; rich draws them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from ..catalog.model import Connection, Partition, Table
from ..catalog.pins import Pin
from ..crawler.report import CrawlReport
from ..crawler.workbench import Examined
from ..databases.trial import Trial
from .cells import cell, limited
from .entry import entry
from .explain import examination, explanation
from .interface import Explained, Output
from .report import crawl_report
from .ways import connection_facts, trial_facts
from .words import classification, count, full_name, place, shortened, visible

if TYPE_CHECKING:
    import pyarrow

ROWS = 100  # of a query; more than that scrolls by unread
NUMBERS = re.compile("u?int|float|double|decimal")
NARROW = 110  # characters of a terminal
CELL = 60  # characters of one value


class TerminalOutput(Output):
    """For people."""

    def __init__(self, stream: TextIO, base: str) -> None:
        super().__init__(stream)
        self.base = base
        self.console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)

    def report(self, report: CrawlReport, notices: TextIO | None) -> None:
        """Show the tables, then the oddities, then the summary."""
        self._show(crawl_report(report, self.base))

    def tables(self, tables: Iterable[Table]) -> None:
        """Show a line a table."""
        grid = _grid("table", "format", "columns", "partitioned by", "location", right={"columns"})
        if self.console.width < NARROW:
            grid.columns[3].max_width = len("partitioned by")  # what is there belongs to the location
        for table in tables:
            keys = ", ".join(key.name for key in table.partition_keys or ())
            name = Text(visible(full_name(table)), style="bold")
            facts = (classification(table), f"{len(table.columns):,}", keys, place(table.location or "", self.base).removesuffix("/"))
            grid.add_row(name, *map(_text, facts))
        self._show([grid] if grid.row_count else [Text("No tables. Fill the catalog with: crawl TARGET…")])

    def table(self, table: Table, partitions: Iterable[Partition]) -> None:
        """Show one table in full, and its first partitions."""
        self._show(entry(table, partitions, self.base))

    def explanation(self, explained: Explained) -> None:
        """Show why a table is as it is."""
        self._show(explanation(explained, self.base))

    def pins(self, pins: Iterable[Pin]) -> None:
        """Show a line a pin."""
        grid = _grid("pinned", "what", "to")
        for pin in pins:
            grid.add_row(Text(visible(pin.subject), style="bold"), _text(pin.key), _text(visible(repr(pin.value)[1:-1])))
        self._show([grid] if grid.row_count else [Text("Nothing is pinned. Pin a type with: crawl pin TABLE.COLUMN type=string")])

    def connections(self, connections: Iterable[Connection]) -> None:
        """Show a line a connection."""
        grid = _grid("connection", "url", "user", "password", "description")
        for one in connections:
            name, _, *facts = connection_facts(one)
            grid.add_row(Text(visible(name or ""), style="bold"), *(_text(fact or "") for fact in facts))
        self._show([grid] if grid.row_count else [Text("No connections. Add one with: crawl connections add NAME URL")])

    def trial(self, trial: Trial) -> None:
        """Show a line a fact."""
        grid = Grid(box=None, pad_edge=False, show_header=False)
        for name, fact in trial_facts(trial).items():
            told = ", ".join(map(str, fact)) if isinstance(fact, list) else "" if fact is None else str(fact)
            grid.add_row(Text(name, style="dim"), _text(told))
        self._show([grid])

    def files(self, files: Iterable[Examined]) -> None:
        """Show each file with what was tried and found."""
        for one in files:
            self._show(examination(one, self.base))

    def rows(self, reader: pyarrow.RecordBatchReader, limit: int | None) -> None:
        """Show the first rows."""
        most = ROWS if limit is None else limit
        rows = limited(reader, most + 1 if limit is None else most)
        kinds = zip(reader.schema.names, map(str, reader.schema.types), strict=True)
        grid = _grid(*reader.schema.names, right={name for name, kind in kinds if NUMBERS.match(kind)})
        for row in islice(rows, most):
            grid.add_row(
                *(_text(shortened(text, CELL)) if (text := cell(value)) is not None else Text("null", style="dim") for value in row)
            )
        more = limit is None and next(rows, None) is not None
        ending = f"The first {count(most, 'row')}; --limit or --output tsv gives more." if more else count(grid.row_count, "row")
        self._show([grid, Text(ending, style="dim")])

    def _show(self, renderables: Iterable[RenderableType]) -> None:
        for renderable in renderables:
            self.console.print(renderable)


def _text(value: str) -> Text:
    return Text(visible(value))


def _grid(*names: str, right: Iterable[str] = ()) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
    for name in names:
        grid.add_column(_text(name), justify="right" if name in right else "left", overflow="fold")
    return grid
