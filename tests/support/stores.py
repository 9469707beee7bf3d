"""What tests ask of a store."""

from __future__ import annotations

from gluepot.storage.store import Skipped, Store, StoredObject


def listed(store: Store, prefix: str = "") -> list[StoredObject]:
    """Return the objects that a store lists; nothing may be skipped."""
    assert not skipped(store, prefix)
    return [entry for page in store.list(prefix) for entry in page if isinstance(entry, StoredObject)]


def keys(store: Store, prefix: str = "") -> list[str]:
    """Return the keys that a store lists; nothing may be skipped."""
    return [found.key for found in listed(store, prefix)]


def skipped(store: Store, prefix: str = "") -> list[Skipped]:
    """Return what a store's listing leaves out."""
    return [entry for page in store.list(prefix) for entry in page if isinstance(entry, Skipped)]
