r"""Tab-separated values: a line of names, then a line a thing; `\t`, `\n`, `\\` and `\N` (null) as in PostgreSQL's COPY."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from ..catalog.model import Column, Connection, Partition, Table
from ..catalog.pins import Pin
from ..crawler.report import CrawlReport, TableReport
from ..crawler.workbench import Examined
from ..databases.trial import Trial
from .cells import cell, limited
from .evidence import facts
from .interface import Explained, Output
from .notices import write_notices
from .ways import connection_facts, trial_facts
from .words import classification, full_name, visible

if TYPE_CHECKING:
    import pyarrow

NULL = r"\N"


class TsvOutput(Output):
    """For pipes: cut, awk, sort."""

    def report(self, report: CrawlReport, notices: TextIO | None) -> None:
        """Show a line a table; oddities and the summary are notices."""
        names = "action table classification columns partition_keys partitions objects bytes verification location"
        self._lines(names.split(), map(_reported, report.tables))
        write_notices(report, notices)

    def tables(self, tables: Iterable[Table]) -> None:
        """Show a line a table."""
        names = "table classification columns partition_keys location"
        self._lines(names.split(), (_listed(table) for table in tables))

    def table(self, table: Table, partitions: Iterable[Partition]) -> None:
        """Show a line a column, partition keys last."""
        kinds = [("column", table.columns), ("partition key", table.partition_keys or ())]
        rows = ([column.name, column.type, kind, column.comment] for kind, columns in kinds for column in columns)
        self._lines(["name", "type", "kind", "comment"], rows)

    def explanation(self, explained: Explained) -> None:
        """Show a line a fact."""
        self._lines(["about", "name", "fact"], facts(explained))

    def pins(self, pins: Iterable[Pin]) -> None:
        """Show a line a pin."""
        self._lines(["database", "table", "column", "key", "value"], ([p.database, p.table, p.column, p.key, p.value] for p in pins))

    def connections(self, connections: Iterable[Connection]) -> None:
        """Show a line a connection."""
        self._lines(["name", "type", "url", "user", "password", "description"], map(connection_facts, connections))

    def trial(self, trial: Trial) -> None:
        """Show a line a fact, and a database."""
        facts = trial_facts(trial).items()
        self._lines(["about", "fact"], ([name, one] for name, fact in facts for one in (fact if isinstance(fact, list) else [fact])))

    def files(self, files: Iterable[Examined]) -> None:
        """Show a line a file."""
        names = "file classification certainty compression delimiter quote header encoding columns"
        self._lines(names.split(), (_examined(one) for one in files if one.found))

    def rows(self, reader: pyarrow.RecordBatchReader, limit: int | None) -> None:
        """Show a line a row."""
        self._lines(reader.schema.names, (map(cell, row) for row in limited(reader, limit)))

    def _lines(self, names: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
        self.stream.write("\t".join(map(_escaped, names)) + "\n")
        for row in rows:
            self.stream.write("\t".join(map(_escaped, row)) + "\n")


def _escaped(value: object) -> str:
    return NULL if value is None else visible(str(value).replace("\\", "\\\\"))


def _names(columns: Sequence[Column] | None) -> str:
    return ",".join(column.name for column in columns or ())


def _listed(table: Table) -> list[object]:
    return [full_name(table), classification(table), len(table.columns), _names(table.partition_keys), table.location]


def _examined(one: Examined) -> list[object]:
    shown = one.to_json()
    names = ("file", "classification", "certainty", "compression", "delimiter", "quote", "header", "encoding")
    return [*(_lower(shown[name]) for name in names), ",".join(f"{name} {kind}" for name, kind in one.columns)]


def _lower(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _reported(one: TableReport) -> list[object]:
    name, kind, columns, keys, location = _listed(one.table)
    status = one.verification.status if one.verification else None
    return [one.action, name, kind, columns, keys, one.partitions.total, one.objects, one.bytes, status, location]
