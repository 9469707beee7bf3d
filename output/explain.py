"""Why a table is as it is, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from ..crawler.workbench import Examined
from .evidence import Fact, facts, facts_of_file
from .interface import Explained
from .words import full_name, place, visible

TITLES = {
    "classifier": "classifiers tried",
    "dialect": "dialect",
    "dialect candidate": "dialects considered (delimiter, quote)",
    "header": "header",
    "grok": "log lines",
    "profile": "what the profiles below are of",
    "column": "columns",
    "grok line": "line by line",
    "parameter": "parameters of its table",
    "oddity": "oddities",
    "grouping": "why these objects are one table",
    "difference": "partitions whose schema is not the table's",
    "partition key": "why these folders are partitions",
}
# Facts about the column before them stand below it.
DETAILS = {"note", "values", "semantic", "personal data", "ruled out"}
LABELLED = {"semantic", "personal data"}  # said before the fact


def explanation(explained: Explained, base: str) -> Iterator[RenderableType]:
    """Yield what to print of a table's evidence."""
    evidence = explained.evidence
    yield Text(visible(full_name(explained.table)), style="bold")
    if evidence.get("sample"):
        inference = f", inference {evidence['inference']}" if evidence.get("inference") else ""
        yield _indented(Text(f"judged by {place(str(evidence['sample']), base)}{visible(inference)}", style="dim"))
    yield from _sections(facts(explained, base))


def examination(one: Examined, base: str) -> Iterator[RenderableType]:
    """Yield what to print of one file."""
    if one.found is None:
        return
    head = Text(place(one.file, base), style="bold")
    sure = f", certainty {one.certainty:g}" if one.found.known else ""
    head.append(f"  {visible(one.found.format.classification)}, compression {one.found.format.codec}{sure}", style="not bold")
    yield head
    yield from _sections(facts_of_file(one))
    yield Text()


def _sections(found: Iterator[Fact]) -> Iterator[RenderableType]:
    for title, group in groupby(found, key=_title):
        yield Text()
        yield Text(title, style="bold")
        yield _indented(_facts(list(group)))


def _title(fact: Fact) -> str:
    return TITLES["column"] if fact[0] in DETAILS else TITLES[fact[0]]


def _facts(group: list[Fact]) -> RenderableType:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold", ratio=1)
    for about, name, fact in group:
        if about in DETAILS:
            grid.add_row(Text(), Text(visible(f"{about}: {fact}" if about in LABELLED else fact), style="dim"))
        elif name:
            grid.add_row(Text(visible(name), style="cyan"), Text(visible(fact)))
        else:
            grid.add_row(Text("-", style="dim"), Text(visible(fact)))
    return grid


def _indented(body: RenderableType) -> Padding:
    return Padding(body, (0, 0, 0, 2))
