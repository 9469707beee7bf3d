"""JSON in Glue's own shapes, streamed: a list of a million partitions is never held."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from ..catalog.model import Connection, Partition, Table
from ..catalog.pins import Pin
from ..crawler.report import CrawlReport, TableReport
from ..crawler.workbench import Examined
from ..databases.trial import Trial
from .cells import limited, plain
from .interface import Explained, Output
from .notices import write_notices
from .ways import trial_facts

if TYPE_CHECKING:
    import pyarrow

# Glue's times; the catalog keeps them as its wire does, in seconds, and the AWS CLI shows them in ISO 8601.
TIMES = frozenset(("CreateTime", "UpdateTime", "CreationTime", "LastAccessTime", "LastAnalyzedTime", "LastUpdatedTime"))
# A terminal may obey these, and JSON lets them stand in strings: C1 controls, separators, bidirectional overrides, broken UTF-8.
UNSAFE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class JsonOutput(Output):
    """For programs."""

    def report(self, report: CrawlReport, notices: TextIO | None) -> None:
        """Show the whole report as one object."""
        self.stream.write(_dumped(_report(report)) + "\n")
        write_notices(report, notices)

    def tables(self, tables: Iterable[Table]) -> None:
        """Show what GetTables lists."""
        self._array(_entity(table) for table in tables)
        self.stream.write("\n")

    def table(self, table: Table, partitions: Iterable[Partition]) -> None:
        """Show what GetTable gives, with `Partitions` as GetPartitions gives them."""
        head = _dumped(_entity(table))
        self.stream.write(head.removesuffix("\n}") + ',\n  "Partitions": ')
        self._array(_entity(partition) for partition in partitions)
        self.stream.write("\n}\n")

    def explanation(self, explained: Explained) -> None:
        """Show the evidence as it is kept, or that of one column."""
        wanted: object = explained.evidence
        if explained.column is not None:
            wanted = next(iter(explained.columns), None)
        self.stream.write(_dumped(wanted) + "\n")

    def pins(self, pins: Iterable[Pin]) -> None:
        """Show an object a pin; a table's own has no `column`."""
        self._array(
            {name: getattr(pin, name) for name in ("database", "table", "column", "key", "value") if getattr(pin, name)} for pin in pins
        )
        self.stream.write("\n")

    def connections(self, connections: Iterable[Connection]) -> None:
        """Show what GetConnections lists."""
        self._array(_entity(one) for one in connections)
        self.stream.write("\n")

    def trial(self, trial: Trial) -> None:
        """Show one object, whose names are those of the other forms."""
        self.stream.write(_dumped(trial_facts(trial)) + "\n")

    def files(self, files: Iterable[Examined]) -> None:
        """Show an object a file, a line each; one that could not be read has an `error`."""
        for one in files:
            self.stream.write(_dumped(one.to_json(), indent=None) + "\n")
            self.stream.flush()

    def rows(self, reader: pyarrow.RecordBatchReader, limit: int | None) -> None:
        """Show an array of objects."""
        names = reader.schema.names
        self._array(dict(zip(names, map(plain, row), strict=True)) for row in limited(reader, limit))
        self.stream.write("\n")

    def _array(self, items: Iterable[object]) -> None:
        opening = "["
        for item in items:
            self.stream.write(f"{opening}\n{_dumped(item, indent=None)}")
            opening = ","
        self.stream.write("[]" if opening == "[" else "\n]")


def _dumped(value: object, indent: int | None = 2) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _entity(entity: Table | Partition | Connection) -> dict[str, Any]:
    document = entity.to_api()
    for name in TIMES & document.keys():
        document[name] = datetime.fromtimestamp(document[name], UTC).isoformat()
    return document


def _report(report: CrawlReport) -> Mapping[str, Any]:
    return {
        "RunId": report.run_id,
        "Database": report.database,
        "Targets": report.targets,
        "DryRun": report.dry_run,
        "Ok": report.ok,
        "Tables": [_reported(one) for one in report.tables],
        "Oddities": [{"Severity": one.severity, "Subject": one.subject, "Message": one.message} for one in report.oddities],
        "Databases": report.databases,
        "Listed": report.listed,
        "Classified": report.classified,
        "Skipped": report.skipped,
        "Bytes": report.bytes,
        "Seconds": round(report.seconds, 3),
    }


def _reported(one: TableReport) -> Mapping[str, Any]:
    counts, verification = one.partitions, one.verification
    return {
        "Action": one.action,
        "Changes": one.changes,
        "Table": _entity(one.table),
        "Partitions": {"Added": counts.added, "Updated": counts.updated, "Unchanged": counts.unchanged, "Vanished": counts.vanished},
        "Objects": one.objects,
        "Bytes": one.bytes,
        "Verification": verification
        and {
            "Status": verification.status,
            "Complete": verification.complete,
            "Rows": verification.rows,
            "Files": verification.files,
            "Failure": verification.failure
            and {
                "Reason": verification.failure.reason,
                "File": verification.failure.file,
                "Line": verification.failure.line,
                "Column": verification.failure.column,
                "Value": verification.failure.value,
            },
        },
    }
