"""A crawl's report for a terminal: a block a table, the oddities, one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.columns import Columns
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from ..catalog.model import Column
from ..crawler.report import Action, CrawlReport, Severity, TableReport
from ..scan.verify import Status
from .words import (
    action_word,
    column_type,
    count,
    failure,
    full_name,
    grouped,
    held,
    partition_changes,
    place,
    read_back,
    severities,
    shortened,
    summary,
    verdict,
    visible,
)

MARKS: dict[Action, tuple[str, str]] = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "unchanged": ("=", "dim"),
    "deprecate": ("-", "red"),
    "delete": ("-", "bold red"),
}
VERDICTS: dict[Status, tuple[str, str]] = {"verified": ("✓", "green"), "failed": ("✗", "red"), "unreadable": ("–", "yellow")}
COLOURS: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "cyan"}
BLOCKS = 40  # tables shown in full; of more, a line each
COLUMNS = 24  # of one table
CHANGES = 8
GROUPS = 25  # kinds of oddities
TYPE = 32  # characters of one type; nested ones go on for pages


def crawl_report(report: CrawlReport, base: str) -> Iterator[RenderableType]:
    """Yield what to print of a crawl."""
    if len(report.tables) <= BLOCKS:
        for one in report.tables:
            yield from _block(one, report, base)
            yield Text()
    else:
        yield from (_head(one, report) for one in report.tables)
        yield from (line for one in report.tables for line in _failure(one, base))
        yield Text()
    oddities = list(_oddities(report, base))
    yield from oddities
    if oddities:
        yield Text()
    yield _summary(report)


def _block(one: TableReport, report: CrawlReport, base: str) -> Iterator[RenderableType]:
    yield _head(one, report)
    facts = f"{held(one)} in "
    yield _indented(Text(visible(facts) + place(one.table.location or "", base), style="dim"))
    if one.table.columns:
        yield Padding(Columns(_columns(one), padding=(0, 3)), (0, 0, 0, 2))
    if one.table.partition_keys:
        keys = Text("partitioned by ", style="dim")
        keys.append_text(Text(", ").join(_column(key) for key in one.table.partition_keys))
        yield _indented(keys.append(f"  {partition_changes(one.partitions)}", style="dim"))
    yield from _failure(one, base)
    for change in one.changes[:CHANGES]:
        yield _indented(Text(f"~ {visible(change)}", style="yellow"))
    if len(one.changes) > CHANGES:
        yield _indented(Text(f"~ and {count(len(one.changes) - CHANGES, 'more change')}", style="yellow"))


def _head(one: TableReport, report: CrawlReport) -> Grid:
    mark, colour = MARKS[one.action]
    name = Text.assemble(
        (f"{mark} ", colour), (visible(full_name(one.table)), "bold"), (f" {action_word(one, dry_run=report.dry_run)}", colour)
    )
    grid = Grid.grid(expand=True, padding=(0, 1))
    grid.add_column(ratio=1, overflow="fold")
    grid.add_column(justify="right", overflow="fold")
    grid.add_row(name, _verdict(one))
    return grid


def _verdict(one: TableReport) -> Text:
    found = read_back(one)
    if found is None:
        return Text()
    mark, colour = VERDICTS[found.status]
    return Text(f"{mark} {verdict(found)}", style=colour)


def _failure(one: TableReport, base: str) -> Iterator[RenderableType]:
    found = read_back(one)
    if found is not None and found.status != "verified":
        yield _indented(Text(failure(found, base), style=VERDICTS[found.status][1]))


def _columns(one: TableReport) -> Sequence[Text]:
    columns = one.table.columns
    shown = columns if len(columns) <= COLUMNS else columns[: COLUMNS - 1]
    texts = [_column(column) for column in shown]
    if len(shown) < len(columns):
        texts.append(Text(f"… and {len(columns) - len(shown):,} more", style="dim italic"))
    return texts


def _column(column: Column) -> Text:
    return Text.assemble(visible(column.name), " ", (visible(shortened(column_type(column), TYPE)), "cyan"))


def _oddities(report: CrawlReport, base: str) -> Iterator[RenderableType]:
    groups = grouped(report.oddities)
    for group in groups[:GROUPS]:
        line = Grid.grid(padding=(0, 1))
        line.add_row(Text(group.severity, style=COLOURS[group.severity]), Text(group.sentence(base), overflow="fold"))
        yield line
    if len(groups) > GROUPS:
        yield Text(f"and {count(len(groups) - GROUPS, 'more kind')} of oddities: --output json gives all of them", style="dim")


def _summary(report: CrawlReport) -> Text:
    text = Text(summary(report), style="bold")
    for severity, number in severities(report):
        text.append("  ")
        text.append(count(number, severity), style=COLOURS[severity])
    return text


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2))
