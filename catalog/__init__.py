"""The Data Catalog: types, entries, the Catalog interface, and the catalog in one SQLite file.

Open one with `gluepot.catalog.sqlite.open_catalog`; this module imports nothing heavy.
"""

from .definitions import ClassifierDefinition
from .interface import BatchError, Catalog, Page, Segment
from .model import Column, ColumnStatistics, Connection, Database, Partition, SerDe, StorageDescriptor, Table, TableVersion
from .types import parse_type

__all__ = [
    "BatchError",
    "Catalog",
    "ClassifierDefinition",
    "Column",
    "ColumnStatistics",
    "Connection",
    "Database",
    "Page",
    "Partition",
    "Segment",
    "SerDe",
    "StorageDescriptor",
    "Table",
    "TableVersion",
    "parse_type",
]
