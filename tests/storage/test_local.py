"""What only folders of this machine can do wrong."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gluepot.errors import AccessDenied, InvalidInput, ObjectNotFound, StorageError
from gluepot.storage.local import LocalStore
from gluepot.storage.store import ByteRange
from stores import keys, skipped

NOBODY = 65534

names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=6).filter(
    lambda name: name not in (".", "..") and len(name.encode()) < 200
)
trees = st.lists(st.lists(names, min_size=1, max_size=4).map("/".join), max_size=12, unique=True)


def write(folder: Path, *given: str) -> LocalStore:
    for key in given:
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(b"x")
    return LocalStore(str(folder))


def without_conflicts(tree: list[str]) -> list[str]:
    """Leave out files whose name is another's folder."""
    folders = {key[:place] for key in tree for place, character in enumerate(key) if character == "/"}
    return [key for key in tree if key not in folders]


@given(trees)
def test_any_tree_is_listed_in_the_order_of_its_keys_as_bytes(tree: list[str]) -> None:
    kept = without_conflicts(tree)
    with tempfile.TemporaryDirectory() as folder:
        assert keys(write(Path(folder), *kept)) == sorted(kept, key=str.encode)


def test_a_link_back_to_a_folder_above_is_skipped(tmp_path: Path) -> None:
    store = write(tmp_path, "a/b/x")
    (tmp_path / "a/b/loop").symlink_to(tmp_path / "a")
    (tmp_path / "self").symlink_to("self")

    assert [(one.key, one.reason) for one in skipped(store)] == [
        ("a/b/loop/", "a symbolic link leads back to a folder above it (a loop)"),
        ("self", "a symbolic link to nothing"),
    ]


def test_two_folders_that_link_to_each_other_end(tmp_path: Path) -> None:
    store = write(tmp_path, "a/x", "b/y")
    (tmp_path / "a/to_b").symlink_to(tmp_path / "b")
    (tmp_path / "b/to_a").symlink_to(tmp_path / "a")

    assert [one.key for one in skipped(store)] == ["a/to_b/to_a/", "b/to_a/to_b/"]


def test_a_link_to_the_folder_that_holds_everything_is_not_followed_for_ever(tmp_path: Path) -> None:
    store = write(tmp_path / "in/lake", "x")
    (tmp_path / "in/lake/up").symlink_to(tmp_path)

    assert [one.key for one in skipped(store)] == ["up/in/lake/"]


def test_links_to_files_and_folders_are_followed(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/x", "lake/y")
    (tmp_path / "lake/folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "lake/file").symlink_to(tmp_path / "elsewhere/x")

    assert keys(LocalStore(str(tmp_path / "lake"))) == ["file", "folder/x", "y"]


def test_a_name_that_is_not_utf8_is_skipped_and_its_bytes_are_told(tmp_path: Path) -> None:
    store = write(tmp_path, "good")
    (tmp_path / os.fsdecode(b"caf\xe9.csv")).write_bytes(b"x")

    (found,) = skipped(store)

    assert found.key == "caf\\xe9.csv"
    assert r"b'caf\xe9.csv'" in found.reason


def test_a_pipe_is_skipped_and_never_waited_for(tmp_path: Path) -> None:
    store = write(tmp_path, "good")
    os.mkfifo(tmp_path / "pipe")

    assert [tuple(one) for one in skipped(store)] == [("pipe", "a named pipe, not a file")]
    for ask in (lambda: store.head("pipe"), lambda: store.open("pipe"), lambda: store.read(ByteRange("pipe", 0, 1))):
        with pytest.raises(StorageError, match="pipe"):
            ask()


def test_an_unreadable_folder_is_skipped_and_the_rest_is_listed() -> None:
    with _open_to_all() as folder, _as_nobody():
        store = write(folder, "shut/x", "open/y")
        (folder / "shut").chmod(0)

        found = [entry for page in store.list() for entry in page]
        (folder / "shut").chmod(0o700)

    assert [entry.key for entry in found] == ["open/y", "shut/"]
    assert "no permission" in str(found[1])


def test_an_unreadable_file_is_denied_with_the_cure() -> None:
    with _open_to_all() as folder, _as_nobody():
        store = write(folder, "shut", "open")
        (folder / "shut").chmod(0)

        shut, fine = store.read_many([ByteRange("shut", 0, 1), ByteRange("open", 0, 1)])

    assert isinstance(shut, AccessDenied)
    assert "chmod" in str(shut)
    assert fine == b"x"


def test_a_file_that_vanished_since_it_was_listed_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    store = write(tmp_path, "a", "b")
    found = keys(store)
    (tmp_path / "a").unlink()

    gone, there = store.read_many([ByteRange(key, 0, 9) for key in found])

    assert isinstance(gone, ObjectNotFound)
    assert str(tmp_path / "a") in str(gone)
    assert there == b"x"


def test_a_store_whose_folder_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(ObjectNotFound, match="missing"):
        list(LocalStore(str(tmp_path / "missing")).list())


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../../x", "nul\0"])
def test_a_key_cannot_leave_the_root(tmp_path: Path, key: str) -> None:
    store = LocalStore(str(tmp_path))

    for ask in (lambda: store.read(ByteRange(key, 0, 1)), lambda: store.open(key), lambda: store.head(key)):
        with pytest.raises(InvalidInput, match="would leave"):
            ask()


def test_a_folder_is_not_read_as_a_file(tmp_path: Path) -> None:
    store = write(tmp_path, "folder/x")

    with pytest.raises(StorageError, match="folder"):
        store.read(ByteRange("folder", 0, 1))


def test_a_folder_too_deep_for_the_system_is_skipped(tmp_path: Path) -> None:
    store = write(tmp_path, "good")
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(25):  # one by one: no single path can name the last
        os.mkdir("d" * 200, dir_fd=here)
        here, above = os.open("d" * 200, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)

    (found,) = skipped(store)

    assert "too long" in found.reason


def test_names_itself_by_its_folder(tmp_path: Path) -> None:
    store = LocalStore(str(tmp_path / "my lake"))

    assert (store.root, store.root_name) == (f"file://{tmp_path}/my lake/", "my lake")


@contextmanager
def _open_to_all() -> Generator[Path]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@contextmanager
def _as_nobody() -> Generator[None]:
    """Give up root's right to read everything."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
