"""What a reader is given: one file, and how its rows are laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal

from ..errors import InvalidInput
from ..storage.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

OnError = Literal["raise", "null"]

BATCH_ROWS = 65_536
BATCH_BYTES = 2 << 20  # of text; what one batch is parsed from


@dataclass(frozen=True, slots=True)
class DataFile:
    """One object that holds rows."""

    store: Store
    key: str
    size: int

    @property
    def url(self) -> str:
        """The object's whole URL."""
        return self.store.root + self.key

    def open(self) -> BinaryIO:
        """Open the object for streaming and seeking. Raises StorageError."""
        return self.store.open(self.key)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one part of a table lie in its files, and which columns of them are wanted."""

    library: str  # the SerDe's class, or the classification where there is none
    names: tuple[str, ...]  # every column of the storage descriptor, in order: text is positional
    wanted: pa.Schema  # the columns to deliver, with the table's types
    declared: Mapping[str, str]  # column → Hive type, for messages
    parameters: Mapping[str, str]  # the table's, overlaid with the SerDe's
    on_error: OnError = "raise"

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a true/false parameter."""
        return self.parameters.get(name, str(default)).strip().lower() == "true"

    def count(self, name: str) -> int:
        """Return a parameter that counts lines; 0 where it is absent. Raises InvalidInput."""
        text = self.parameters.get(name, "0").strip()
        if not text.isdigit():
            raise InvalidInput(f"The table's parameter {name} must be a number of lines, not {text!r}.")
        return int(text)

    def character(self, name: str, default: str) -> str:
        """Return a parameter that names a character, itself or by its code: Hive writes Ctrl-A as 1, some as an escape."""
        text = self.parameters.get(name, default)
        if len(text) > 1 and text.isdigit() and int(text) < 128:
            return chr(int(text))
        if text.startswith(("\\u", "\\0")) and len(text) > 2:
            return chr(int(text[2:], 16 if text[1] == "u" else 8))
        return {"\\t": "\t"}.get(text, text)


Reader = Callable[[DataFile, Layout], "Iterator[pa.RecordBatch]"]  # batches have the schema `layout.wanted`
