from __future__ import annotations

from pathlib import Path

from gluepot.catalog.sqlite import open_catalog


def test_what_is_remembered_is_recalled_by_scope_and_key_and_survives_reopening(tmp_path: Path) -> None:
    with open_catalog(tmp_path / "c.db") as catalog:
        catalog.remember("a", {b"1": b"one", b"2": b"two"})
        catalog.remember("b", {b"1": b"other"})
        catalog.remember("a", {b"2": b"new"})

    with open_catalog(tmp_path / "c.db") as catalog:
        assert [catalog.recall("a", key) for key in (b"1", b"2", b"3")] == [b"one", b"new", None]

        catalog.forget_others("a", {b"2"})

        assert [catalog.recall("a", key) for key in (b"1", b"2")] == [None, b"new"]
        assert catalog.recall("b", b"1") == b"other"
