"""What a crawl tells: tables, what was verified, and the oddities, each with the file it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..catalog.model import Table
from ..scan.verify import Verification

Severity = Literal["error", "warning", "note"]  # error: something was not crawled; the crawl went on
Action = Literal["create", "update", "unchanged", "deprecate", "delete"]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something found that a user should know."""

    severity: Severity
    subject: str  # the URL of the object, folder or table
    message: str  # what it is, and the cure where there is one


@dataclass(frozen=True, slots=True)
class PartitionCounts:
    """What happens to a table's partitions."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    vanished: int = 0  # in the catalog, but without data now; kept, as Glue keeps them

    @property
    def total(self) -> int:
        """Partitions that have data."""
        return self.added + self.updated + self.unchanged


@dataclass(frozen=True, slots=True)
class SchemaDifference:
    """A place whose type in some partitions is not the table's."""

    path: str  # `details.items.element.price`
    type: str  # in the partitions
    table_type: str
    partition: str  # the first of them: `year=2019/`
    partitions: int  # how many there are

    def __str__(self) -> str:
        more = f" and {self.partitions - 1} more" if self.partitions > 1 else ""
        return f"{self.path}: {self.type} in {self.partition}{more}, {self.table_type} in the table"


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table as the crawl leaves it (or would, in a dry run)."""

    table: Table
    action: Action
    changes: tuple[str, ...]  # sentences: column added, type changed, …
    partitions: PartitionCounts
    objects: int
    bytes: int
    verification: Verification | None = None
    differences: tuple[SchemaDifference, ...] = ()  # of partitions from the table


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """Everything one crawl has to say."""

    run_id: str
    database: str
    targets: tuple[str, ...]
    tables: tuple[TableReport, ...]
    oddities: tuple[Oddity, ...]
    listed: int  # objects met, excluded and hidden ones too
    classified: int
    skipped: int  # excluded, hidden, markers, empty
    bytes: int
    seconds: float
    dry_run: bool
    databases: int = 0  # that were looked into

    @property
    def ok(self) -> bool:
        """True where every target was crawled and every table verified could be read back."""
        failed = any(table.verification is not None and table.verification.status == "failed" for table in self.tables)
        return not failed and not any(oddity.severity == "error" for oddity in self.oddities)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a crawl is."""

    stage: Literal["listing", "classifying", "confirming", "grouping", "writing", "verifying"]
    listed: int = 0
    classified: int = 0
    confirmed: int = 0  # bytes
    tables: int = 0
    verified: int = 0


OnProgress = Callable[[Progress], None]
