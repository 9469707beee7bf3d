"""From what a user or a catalog calls a place to the store and key where its objects are."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from ..errors import InvalidInput, ObjectNotFound
from .local import LocalStore
from .s3 import S3Options, S3Store
from .store import Store

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://|(file):(?=/)")  # Spark writes file:/data
_S3 = re.compile(r"s3[an]?://([^/]*)/?(.*)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Location:
    """A target: everything below a prefix of a store, or one object of it."""

    store: Store
    prefix: str  # '' or ends with '/'; of one object, its key
    is_object: bool = False

    @property
    def url(self) -> str:
        """The target's whole URL."""
        return self.store.root + self.prefix


def locate(target: str, s3: S3Options = S3Options()) -> Location:  # noqa: B008 - frozen
    """Find what a path or an s3:// or file:// URL means, and whether it is one object.

    Raises InvalidInput for a URL of another kind, ObjectNotFound if nothing is there, StorageError.
    """
    address = _S3.fullmatch(target)
    if address:
        return _locate_s3(S3Store(_bucket(address), s3), address[2], target)
    path = os.path.abspath(_path(target))
    if os.path.isdir(path):
        return Location(LocalStore(path), "")
    store = LocalStore(os.path.dirname(path))
    store.head(os.path.basename(path))
    return Location(store, os.path.basename(path), is_object=True)


def open_url(url: str, s3: S3Options = S3Options()) -> tuple[Store, str]:  # noqa: B008 - frozen
    """Return the store and key of a table's or partition's Location, without listing anything.

    The key is '' or ends with '/' unless the URL, given without one, names an object that exists.
    Raises InvalidInput for a URL of another kind, StorageError.
    """
    address = _S3.fullmatch(url)
    if address:
        store = S3Store(_bucket(address), s3)
        key = address[2]
        return store, key if not key or key.endswith("/") or _exists(store, key) else key + "/"
    path = os.path.abspath(_path(url))
    if os.path.isfile(path):
        return LocalStore(os.path.dirname(path)), os.path.basename(path)
    return LocalStore(path), ""


def _locate_s3(store: S3Store, key: str, target: str) -> Location:
    if key and not key.endswith("/"):
        if _exists(store, key):
            return Location(store, key, is_object=True)
        key += "/"
    first = next(store.list(key), ())
    if key and not first:
        raise ObjectNotFound(f"Nothing is stored under {target}; check the bucket's name and the prefix, capitals included.")
    return Location(store, key)


def _exists(store: Store, key: str) -> bool:
    try:
        store.head(key)
    except ObjectNotFound:
        return False
    return True


def _bucket(address: re.Match[str]) -> str:
    if not address[1]:
        raise InvalidInput(f"{address[0]!r} names no bucket; write s3://bucket/prefix.")
    return address[1]


def _path(target: str) -> str:
    """Return the local path that a target names; its URL is not percent-encoded, as S3's are not."""
    found = _SCHEME.match(target)
    if not target:
        raise InvalidInput("The target is empty; give a folder, a file, or s3://bucket/prefix.")
    if not found:
        return target
    if (found[1] or found[2]).lower() != "file":
        raise InvalidInput(f"{found[0]!r} cannot be read from; give a path, file:///… or s3://bucket/prefix.")
    path = target[found.end() :]
    if not path.startswith("/"):
        raise InvalidInput(f"{target!r} must name an absolute path: file:///data, with three slashes.")
    return path
