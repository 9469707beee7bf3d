"""The objects under a location that hold a table's rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from ..errors import InvalidInput, ObjectNotFound, StorageError
from ..storage.globs import Excludes
from ..storage.local import LocalStore
from ..storage.s3 import S3Options
from ..storage.store import Skipped, Store, StoredObject
from ..storage.targets import open_url
from .layout import DataFile, Layout


def data_files(location: str, layout: Layout, s3: S3Options) -> Iterator[DataFile]:
    """Yield the files of a location (a folder, or one file) in the order of their keys.

    Hidden and marker names, empty objects and the table's `exclusions` are left out, as by the crawler.
    A folder that is gone has none: a partition may outlive its data. Raises StorageError.
    """
    store, prefix = open_url(location, s3)
    if prefix and not prefix.endswith("/"):
        found = store.head(prefix)
        yield DataFile(store, found.key, found.size)
        return
    recursive = layout.flag("gluepot.recursive", True)
    excludes = _excludes(layout.parameters.get("exclusions", "[]"))
    for found in _listed(store, prefix):
        inside = found.key.removeprefix(prefix)
        if found.size and not _hidden(inside) and (recursive or "/" not in inside) and not excludes.matches(store.root + found.key):
            yield DataFile(store, found.key, found.size)


def _listed(store: Store, prefix: str) -> Iterator[StoredObject]:
    try:
        for page in store.list(prefix):
            for found in page:
                if isinstance(found, Skipped):
                    raise StorageError(f"{store.root}{found.key} cannot be read: {found.reason}.")
                yield found
    except ObjectNotFound:
        # of a local folder that is gone, as a prefix without objects is; a bucket that is gone is a mistake
        if not isinstance(store, LocalStore):
            raise


@lru_cache(maxsize=64)
def _excludes(exclusions: str) -> Excludes:
    """Read the crawler's list of patterns, each joined to its include path: they match whole URLs."""
    try:
        return Excludes(tuple(msgspec.json.decode(exclusions, type=list[str])))
    except msgspec.MsgspecError:
        raise InvalidInput(f"The table's parameter exclusions must be a JSON array of patterns, not {exclusions!r}.") from None


def _hidden(inside: str) -> bool:
    return inside.endswith(("/", "_$folder$")) or any(part.startswith(("_", ".")) for part in inside.split("/"))
