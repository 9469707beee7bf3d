"""A session: one open connection that only reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..catalog.expressions import Node
from ..errors import GluepotError, InvalidInput
from .address import Address
from .engines import Engine
from .include import Include
from .native import Rule
from .relations import Survey
from .secrets import scrubbed

if TYPE_CHECKING:
    import pyarrow as pa

CONNECT_SECONDS = 10  # for a server to answer
LOCK_SECONDS = 10  # that a statement waits for somebody else's lock
BATCH_ROWS = 65_536
BATCH_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column to read."""

    name: str  # as spelled in the database
    native: str | None  # its type there; None: not known
    type: str  # Hive's, in the catalog


@dataclass(frozen=True, slots=True)
class Select:
    """Which rows of one relation to read."""

    path: tuple[str, ...]
    columns: tuple[Wanted, ...]  # at least one
    where: Node | None = None  # over columns by their names in the catalog, which are in `known`
    known: Mapping[str, Wanted] = field(default_factory=dict[str, Wanted])
    limit: int | None = None
    seconds: float | None = None  # after which the server gives the statement up

    def compared(self, name: str) -> Wanted:
        """Return a column that `where` names. Raises InvalidInput for one that is not known."""
        if name not in self.known:
            raise InvalidInput(f"{'.'.join(self.path)} has no column {name}; its columns are {', '.join(self.known)}.")
        return self.known[name]


class Session(ABC):
    """What every engine offers. Raises AccessDenied, ObjectNotFound, StoreUnavailable, StorageError, which name the address."""

    @abstractmethod
    def databases(self) -> list[str]:
        """Return the names of the server's databases that the user may connect to, those of the server itself left out."""

    @abstractmethod
    def survey(self, meant: Include) -> Survey:
        """Return this database's tables and views that are meant and may be read, in the order of their paths."""

    @abstractmethod
    def batches(self, select: Select) -> Iterator[pa.RecordBatch]:
        """Stream rows in bounded memory.

        Each column comes in an Arrow type that holds its values exactly, or as text (arrays as JSON text
        of strings, in which bytes are hexadecimal), whichever is quicker; `scan` gives it the catalog's type.
        """

    @abstractmethod
    def version(self) -> str:
        """Return what the server says it is."""

    @abstractmethod
    def close(self) -> None:
        """End the connection."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_session(address: Address, password: str | None = None) -> Session:
    """Connect to a database. Raises InvalidInput where its driver is not installed, and the errors of Session."""
    engine = address.engine
    try:
        connect: Callable[[Address, str | None], Session] = import_module(engine.module, __package__).connect
        return connect(address, password)
    except GluepotError as error:
        if not any(scrubbed(told, password) != told for told in _told(error)):
            raise
        raise type(error)(scrubbed(str(error), password)) from None  # the driver's own words would stand in a traceback
    except ImportError as error:
        if not engine.extra:
            raise
        raise InvalidInput(f"To read {engine.title}, install its driver: pip install 'gluepot[{engine.extra}]' ({error}).") from error


def _told(error: BaseException | None) -> Iterator[str]:
    """Yield what an error says, and those that led to it."""
    while error is not None:
        yield str(error)
        error = error.__cause__ or error.__context__


def rules_of(engine: Engine) -> Sequence[Rule]:
    """Return how an engine's native types are catalogued, in the order in which the rules are asked."""
    rules: Sequence[Rule] = import_module(engine.module, __package__).RULES
    return rules
