"""SQL over catalog tables: DuckDB runs it, each table is a stream of what `scan` reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from ..catalog.interface import Catalog
from ..errors import GluepotError, InvalidInput
from ..storage.s3 import S3Options
from .analysis import Analysis, Source, analyse
from .layout import BATCH_ROWS, OnError
from .parts import wish
from .semantic import meanings_of
from .table import DEFAULT_DATABASE, rows

# Tried in this order: what DuckDB's own grammar or functions do not know may be Athena's.
DIALECTS = ("duckdb", "athena")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a statement's tables are read."""

    s3: S3Options
    semantic: bool
    on_error: OnError


def query(
    catalog: Catalog,
    sql: str,
    *,
    database: str = DEFAULT_DATABASE,
    s3: S3Options | None = None,
    semantic: bool = False,
    on_error: OnError = "raise",
) -> pa.RecordBatchReader:
    """Run a SELECT over catalog tables (`db.table`, or `table` of `database`) and return its rows as a stream.

    Only the columns that the statement needs are read, and only the partitions that its WHERE allows.
    SQL reaches catalog tables and nothing else: no file, no network, no setting.
    `semantic` and `on_error` are those of `scan`.

    Raises InvalidInput for what is not one SELECT, for an unknown table or column (with the nearest
    names); the errors of `scan`, also while the rows are read.
    """
    reading = Reading(s3 or S3Options(), semantic, on_error)
    first: InvalidInput | None = None
    for dialect in DIALECTS:
        try:
            return _run(catalog, analyse(catalog, sql, database, dialect), reading)
        except InvalidInput as error:
            first = first or error
    assert first is not None
    raise first


def _run(catalog: Catalog, analysis: Analysis, reading: Reading) -> pa.RecordBatchReader:
    # No file, network or extension, and no way to switch them on again.
    connection = duckdb.connect(config={"enable_external_access": "false", "python_enable_replacements": "false"})
    failures: list[GluepotError] = []
    for source in analysis.sources:
        connection.register(source.name, _stream(catalog, source, reading, failures))
    connection.execute("SET lock_configuration = true")
    try:
        reader = connection.sql(analysis.sql).to_arrow_reader(BATCH_ROWS)
    except duckdb.Error as error:
        connection.close()
        raise failures[0] if failures else InvalidInput(_told(str(error), analysis)) from error
    except pa.ArrowInvalid as error:
        connection.close()
        tables = ", ".join(source.table.name for source in analysis.sources)
        raise InvalidInput(
            f"A column of {tables} cannot be queried ({error}): choose other columns, or read the table with scan."
        ) from error
    return pa.RecordBatchReader.from_batches(reader.schema, _results(reader, connection, failures))


def _results(reader: pa.RecordBatchReader, connection: duckdb.DuckDBPyConnection, failures: list[GluepotError]) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise failures[0] if failures else InvalidInput(str(error)) from error
    finally:
        connection.close()


def _stream(catalog: Catalog, source: Source, reading: Reading, failures: list[GluepotError]) -> pa.RecordBatchReader:
    wanted = wish(source.table, source.columns, reading.on_error)
    if reading.semantic:
        wanted = replace(wanted, meanings=meanings_of(catalog, source.table))

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from rows(catalog, source.table, wanted, source.where, reading.s3)
        except GluepotError as error:
            failures.append(error)  # DuckDB would keep only its text
            raise

    return pa.RecordBatchReader.from_batches(wanted.delivered, batches())


def _told(message: str, analysis: Analysis) -> str:
    """Return DuckDB's message with the names that the user wrote."""
    for source in analysis.sources:
        message = message.replace(source.name, source.table.name)
    return message.split("\n\nLINE ")[0]
