"""The Output interface: commands say what to show, an output decides how it looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from ..catalog.model import Connection, Partition, Table
from ..catalog.pins import Pin
from ..crawler.report import CrawlReport
from ..crawler.workbench import Examined
from ..databases.trial import Trial

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a table, or one column of it, is as it is."""

    table: Table
    evidence: Mapping[str, Any]
    column: str | None = None  # this one only

    @property
    def columns(self) -> list[Mapping[str, Any]]:
        """The evidence of the columns asked for."""
        found: Iterable[Mapping[str, Any]] = self.evidence.get("columns") or ()
        return [one for one in found if self.column is None or str(one.get("name", "")).lower() == self.column.lower()]


class Output(ABC):
    """One way to show things on a stream."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    @abstractmethod
    def report(self, report: CrawlReport, notices: TextIO | None) -> None:
        """Show a crawl; what is not data goes to `notices`, or nowhere."""

    @abstractmethod
    def tables(self, tables: Iterable[Table]) -> None:
        """Show a list of tables."""

    @abstractmethod
    def table(self, table: Table, partitions: Iterable[Partition]) -> None:
        """Show one table in full."""

    @abstractmethod
    def explanation(self, explained: Explained) -> None:
        """Show why a table is as it is."""

    @abstractmethod
    def pins(self, pins: Iterable[Pin]) -> None:
        """Show what is pinned."""

    @abstractmethod
    def connections(self, connections: Iterable[Connection]) -> None:
        """Show ways to databases; of a password only where it is."""

    @abstractmethod
    def trial(self, trial: Trial) -> None:
        """Show what a database server answered."""

    @abstractmethod
    def files(self, files: Iterable[Examined]) -> None:
        """Show what each file is, as they come; those that could not be read are told elsewhere."""

    @abstractmethod
    def rows(self, reader: pyarrow.RecordBatchReader, limit: int | None) -> None:
        """Show rows as they come, at most `limit`."""
