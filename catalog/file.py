"""The catalog's file: recognise it, connect each thread to it, group changes, name what goes wrong.

Only this module talks to SQLite. It looks at a file's first bytes before SQLite may touch them, so
a file that is not a catalog of ours stays as it is.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

from ..errors import CatalogCorrupt, CatalogLocked, CatalogUnavailable, EntityNotFound, GluepotError, InvalidInput, NotACatalog
from .migrations import APPLICATION_ID, MIGRATIONS

Parameters = Sequence[Any]
Row = tuple[Any, ...]

_MAGIC = b"SQLite format 3\0"
_HEADER = 100  # bytes
_MAX_CACHED = 1024  # a table whose partitions all differ must not fill the memory
_RETRY = 0.02  # seconds between attempts to switch to WAL while another process opens the same new file


class Connection:
    """One thread's connection: statements, transactions, and a cache that a rollback empties."""

    def __init__(self, uri: str, path: str, timeout: float) -> None:
        self.path = path
        self.timeout = timeout
        self.depth = 0
        self.cache: dict[int | str | tuple[str, str], Any] = {}
        with self._told():
            self.raw = sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None, check_same_thread=False, cached_statements=256)
        for pragma in (
            "foreign_keys = ON",
            "synchronous = FULL",
            "cache_size = -32000",
            "temp_store = MEMORY",
            "journal_size_limit = 67108864",
        ):
            self.run(f"PRAGMA {pragma}")

    def run(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Execute a statement that changes something."""
        try:
            return self.raw.execute(sql, parameters)
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise self._named(error) from error

    def run_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Execute a statement for each row. Raises sqlite3.IntegrityError as it is."""
        try:
            self.raw.executemany(sql, rows)
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise self._named(error) from error

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Return all rows of a query."""
        try:
            return self.raw.execute(sql, parameters).fetchall()
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise self._named(error) from error

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """Return the first row of a query."""
        try:
            row: Row | None = self.raw.execute(sql, parameters).fetchone()
        except (sqlite3.Error, UnicodeEncodeError) as error:
            raise self._named(error) from error
        return row

    @contextlib.contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Keep all changes made inside, or none; an inner one is kept when its outer one is."""
        name = f"level_{self.depth}"
        self.run(f"SAVEPOINT {name}" if self.depth else "BEGIN IMMEDIATE")
        self.depth += 1
        try:
            yield
        except BaseException:
            self._leave(f"ROLLBACK TO {name}", name)
            raise
        try:
            self.depth -= 1
            self.run(f"RELEASE {name}" if self.depth else "COMMIT")
        except GluepotError:
            self.depth += 1
            self._leave(f"ROLLBACK TO {name}", name)
            raise

    def _leave(self, undo: str, name: str) -> None:
        self.cache.clear()
        self.depth -= 1
        if not self.raw.in_transaction:
            return  # SQLite itself rolled back: disk full, I/O error
        if self.depth:
            self.run(undo)
            self.run(f"RELEASE {name}")
        else:
            self.run("ROLLBACK")

    @contextlib.contextmanager
    def snapshot(self) -> Generator[None, None, None]:
        """Let all reads made inside see one moment."""
        if self.raw.in_transaction:
            yield
            return
        self.run("BEGIN")
        try:
            yield
        finally:
            self.run("COMMIT")

    @contextlib.contextmanager
    def _told(self) -> Generator[None, None, None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._named(error) from error

    def _named(self, error: Exception) -> Exception:
        if isinstance(error, UnicodeEncodeError):
            return InvalidInput(f"{error.object!r} is not Unicode text: it holds half of a surrogate pair.")
        if isinstance(error, (sqlite3.IntegrityError, sqlite3.InterfaceError)):
            return error
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return CatalogLocked(
                f"{self.path} has been locked by another process for {self.timeout:g} seconds; wait for that process or end it."
            )
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return CatalogCorrupt(f"{self.path} is damaged ({error}); restore a copy, or crawl into a new file.")
        return CatalogUnavailable(f"{self.path} cannot be used: {error}.")

    def remember(self, key: int | str | tuple[str, str], value: Any) -> None:
        """Keep something read from the file until a rollback; callers must be able to tell when it is old."""
        if len(self.cache) >= _MAX_CACHED:
            self.cache.clear()
        self.cache[key] = value

    def close(self) -> None:
        """Close the connection."""
        self.raw.close()

    def __del__(self) -> None:
        if "raw" in self.__dict__:
            self.raw.close()


class CatalogFile:
    """A catalog file and the connections of the threads that use it."""

    def __init__(
        self, path: str | os.PathLike[str], *, read_only: bool, create: bool, timeout: float, prepare: Callable[[Connection], None]
    ) -> None:
        """Open the file; `prepare` fills a new one, inside the transaction that makes it."""
        self.path = os.fspath(path)
        self._timeout = timeout
        self._local = threading.local()
        self._connections: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._closed = False
        self._uri = _uri(self.path, read_only=read_only, create=create)
        connection = self.connection
        try:
            _refuse_newer(self.path, _version(connection))
            if not read_only:
                _migrate(connection, prepare)
                _write_ahead(connection)
            elif 0 < _version(connection) < len(MIGRATIONS):
                self._migrate_aside(prepare)
        except BaseException:
            self.close()
            raise

    def _migrate_aside(self, prepare: Callable[[Connection], None]) -> None:
        """Bring an older file up to date before it is read; one that may not be written is read as far as it goes."""
        writable = Connection(_uri(self.path, read_only=False, create=False), self.path, self._timeout)
        try:
            _migrate(writable, prepare)
        except CatalogUnavailable:
            pass
        finally:
            writable.close()

    @property
    def connection(self) -> Connection:
        """This thread's connection."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            if self._closed:
                raise CatalogUnavailable(f"{self.path} was closed; open it again.")
            connection = self._local.connection = Connection(self._uri, self.path, self._timeout)
            self._connections.add(connection)
        return connection

    def close(self) -> None:
        """Close every thread's connection."""
        self._closed = True
        for connection in list(self._connections):
            connection.close()


def _uri(path: str, *, read_only: bool, create: bool) -> str:
    exists = _inspect(path)
    if not exists and (read_only or not create):
        raise EntityNotFound(f"There is no catalog at {path}; name another file, or crawl something to make it.")
    base = Path(path).absolute().as_uri()
    if not read_only:
        return f"{base}?mode=rwc"
    # SQLite cannot read a WAL file where it may not make the index beside it; without a log none is needed.
    alone = not os.path.exists(path + "-wal") and not os.access(Path(path).absolute().parent, os.W_OK)
    return f"{base}?mode=ro" + ("&immutable=1" if alone else "")


def _inspect(path: str) -> bool:
    """Say whether the file holds a catalog (False: missing or empty), without SQLite. Raises CatalogUnavailable."""
    try:
        with open(path, "rb") as file:
            header = file.read(_HEADER)
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        if not Path(path).absolute().parent.is_dir():
            raise CatalogUnavailable(f"The folder of {path} does not exist; make it first.") from None
        return False
    except IsADirectoryError:
        raise NotACatalog(f"{path} is a folder; name a file in it.") from None
    except OSError as error:
        raise CatalogUnavailable(f"{path} cannot be read: {error.strerror}.") from error
    if not header:
        return False
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise NotACatalog(f"{path} is not a catalog and was left untouched; name another file.")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotACatalog(f"{path} is an SQLite file of another program and was left untouched; name another file.")
    _refuse_newer(path, int.from_bytes(header[60:64], "big"))
    _refuse_truncated(path, header, size)
    return True


def _refuse_newer(path: str, version: int) -> None:
    if version > len(MIGRATIONS):
        raise NotACatalog(f"{path} was written by a newer gluepot (format {version}, this one knows {len(MIGRATIONS)}); upgrade gluepot.")


def _refuse_truncated(path: str, header: bytes, size: int) -> None:
    page_size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    log = Path(path + "-wal")
    if size < pages * (65536 if page_size == 1 else page_size) and not (log.exists() and log.stat().st_size):
        raise CatalogCorrupt(f"{path} is damaged: it ends after {size} bytes; restore a copy, or crawl into a new file.")


def _version(connection: Connection) -> int:
    row = connection.row("PRAGMA user_version")
    assert row is not None
    return int(row[0])


def _migrate(connection: Connection, prepare: Callable[[Connection], None]) -> None:
    if _version(connection) == len(MIGRATIONS):
        return
    with connection.transaction():
        version = _version(connection)  # another process may have been faster
        if not version and connection.row("SELECT 1 FROM sqlite_master"):
            raise NotACatalog(f"{connection.path} is an SQLite file of another program; name another file.")
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.run(statement)
        connection.run(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.run(f"PRAGMA application_id = {APPLICATION_ID}")
        if not version:
            prepare(connection)


def _write_ahead(connection: Connection) -> None:
    """Switch to WAL, after the schema is in the file itself: so its header always says whose it is."""
    deadline = time.monotonic() + connection.timeout
    while connection.row("PRAGMA journal_mode") != ("wal",):
        try:
            connection.row("PRAGMA journal_mode = WAL")
        except CatalogLocked:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY)
