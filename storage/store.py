"""The Store protocol: a tree of objects under one root, local or S3.

Keys are relative to the root, '/'-separated, never starting with '/'. A store is small and
picklable: connections are made where it is used, so a worker process can receive one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple, Protocol

from ..errors import StorageError


class StoredObject(NamedTuple):
    """One listed object. A NamedTuple, not a dataclass: ten million of them pass through a crawl."""

    key: str
    size: int
    modified: float = 0.0  # epoch seconds
    etag: str = ""  # the store's change mark; local files have none
    storage_class: str = ""  # S3's; empty means readable at once


class ByteRange(NamedTuple):
    """A wish for `length` bytes of `key` from `start`; a negative start counts from the end."""

    key: str
    start: int
    length: int


class Skipped(NamedTuple):
    """A name that listing met and left out, and why (a symlink loop, an unreadable folder, …)."""

    key: str
    reason: str


class Store(Protocol):
    """A place with objects in it. Every failure is a StorageError that names the object and the cure."""

    @property
    def root(self) -> str:
        """The URL of the root, ending in '/': `file:///data/lake/`, `s3://bucket/`."""
        ...

    @property
    def root_name(self) -> str:
        """What a table at the root itself is called: the last folder's name, or the bucket's."""
        ...

    def list(self, prefix: str = "") -> Iterator[Sequence[StoredObject | Skipped]]:
        """Yield pages of everything under `prefix`, in the order of keys as UTF-8 bytes; marker and hidden objects included."""
        ...

    def head(self, key: str) -> StoredObject:
        """Return one object's size and marks. Raises ObjectNotFound."""
        ...

    def read(self, wanted: ByteRange) -> bytes:
        """Return the bytes, fewer where the object ends. Raises StorageError."""
        ...

    def read_many(self, wanted: Sequence[ByteRange]) -> Sequence[bytes | StorageError]:
        """Return the bytes of each, or its failure, in the same order; remote stores read concurrently."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Open an object for streaming and seeking. Raises StorageError, also from its reads."""
        ...
