"""Folders of this machine as a store."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from ..errors import AccessDenied, InvalidInput, ObjectNotFound, StorageError
from .store import ByteRange, Skipped, StoredObject

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PAGE = 1000
_AT_ONCE = 64  # files open together
_READING = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK  # O_NONBLOCK: never wait for a pipe's writer
_PREALLOCATED = 1 << 20  # os.pread allocates what is asked; a longer wish is first cut to the file's size


@dataclass(frozen=True, slots=True)
class LocalStore:
    """The files below one folder, symbolic links followed.

    `folder` is an absolute path without a '/' at its end (except for '/' itself).
    """

    folder: str

    def __post_init__(self) -> None:
        """Refuse a relative folder, and one whose name no URL can hold."""
        if not os.path.isabs(self.folder):
            raise InvalidInput(f"The folder of a local store must be an absolute path, not {self.folder!r}.")
        if not _is_utf8(self.folder):
            raise InvalidInput(f"The folder {_readable(self.folder)} has a name that is not UTF-8; rename it.")

    @property
    def root(self) -> str:
        """The URL of the folder, not percent-encoded, as S3 locations are not."""
        return f"file://{self._base}"

    @property
    def root_name(self) -> str:
        """The folder's own name."""
        return os.path.basename(self.folder)

    @property
    def _base(self) -> str:
        return self.folder if self.folder.endswith("/") else self.folder + "/"

    def list(self, prefix: str = "") -> Iterator[Sequence[StoredObject | Skipped]]:
        """Yield pages of the files whose key starts with `prefix`, in the order of keys as UTF-8 bytes.

        Folders that cannot be read, loops of links, names that are not UTF-8 and things that are not
        files come as Skipped. One folder on the way down is held in memory for each level.
        Raises ObjectNotFound or AccessDenied if that is said of the store's folder itself.
        """
        page: list[StoredObject | Skipped] = []
        for entry in _walk(self._base, prefix):
            page.append(entry)
            if len(page) == PAGE:
                yield page
                page = []
        if page:
            yield page

    def head(self, key: str) -> StoredObject:
        """Return one file's size and time. Raises ObjectNotFound, AccessDenied, StorageError."""
        path = self._path(key)
        try:
            found = os.stat(path)
        except OSError as error:
            raise _failure(error, path) from error
        if not stat.S_ISREG(found.st_mode):
            raise _not_a_file(found.st_mode, path)
        return StoredObject(key, found.st_size, found.st_mtime)

    def read(self, wanted: ByteRange) -> bytes:
        """Return the bytes, fewer where the file ends. Raises StorageError."""
        (found,) = self.read_many([wanted])
        if isinstance(found, StorageError):
            raise found
        return found

    def read_many(self, wanted: Sequence[ByteRange]) -> Sequence[bytes | StorageError]:
        """Return the bytes of each, or its failure, in the same order; the disk is told of all before the first is waited for."""
        paths = [self._path(one.key) for one in wanted]
        found: list[bytes | StorageError] = []
        for start in range(0, len(wanted), _AT_ONCE):
            found += _read_together(paths[start : start + _AT_ONCE], wanted[start : start + _AT_ONCE])
        return found

    def open(self, key: str) -> BinaryIO:
        """Open a file for streaming and seeking. Raises StorageError, also from its reads."""
        path = self._path(key)
        self.head(key)  # a pipe would wait for its writer
        try:
            return io.BufferedReader(_File(path, "rb"), 128 * 1024)
        except OSError as error:
            raise _failure(error, path) from error

    def _path(self, key: str) -> str:
        if key.startswith("/") or "\0" in key or (".." in key and ".." in key.split("/")):
            raise InvalidInput(f"The key {key!r} would leave {self.root}; keys are relative and without '..'.")
        return self._base + key


class _File(io.FileIO):
    """A file whose failing reads are StorageErrors (a network file system's, a broken disk's)."""

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        try:
            return super().readinto(buffer)
        except OSError as error:
            raise _failure(error, str(self.name)) from error

    def readall(self) -> bytes:
        try:
            return super().readall()
        except OSError as error:
            raise _failure(error, str(self.name)) from error


@dataclass(slots=True)
class _Folder:
    """A folder on the way down: its key, what of it is still to come, and whether a link led here."""

    key: str
    entries: Iterator[tuple[str, os.DirEntry[str]]]
    linked: bool


def _walk(base: str, prefix: str) -> Iterator[StoredObject | Skipped]:
    """Yield everything below `base` whose key starts with `prefix`, one folder at a time."""
    start = prefix[: prefix.rfind("/") + 1]
    try:
        entries = _entries(base + start, prefix[len(start) :])
    except (FileNotFoundError, NotADirectoryError) as error:
        if start and os.path.isdir(base):
            return
        raise _failure(error, base) from error
    except OSError as error:
        raise _failure(error, base + start) from error
    way = [_Folder(start, entries, linked=False)]
    while way:
        yield from _files(way, base)


def _files(way: list[_Folder], base: str) -> Iterator[StoredObject | Skipped]:
    """Yield the files of the last folder on the way up to its next folder, then step into that, or out at the end."""
    folder = way[-1]
    for name, entry in folder.entries:
        key = folder.key + name
        if not (name.isascii() or _is_utf8(name)):
            yield Skipped(_readable(key), f"its name is not UTF-8: {os.fsencode(entry.name)!r}; rename it to have it crawled")
        elif name.endswith("/"):
            skipped = _step_into(way, base, key, entry)
            if skipped is None:
                return
            yield skipped
        else:
            yield _file(key, entry)
    way.pop()


def _file(key: str, entry: os.DirEntry[str]) -> StoredObject | Skipped:
    try:
        found = entry.stat()
    except OSError as error:
        what = "a symbolic link to nothing" if entry.is_symlink() else _cause(error)
        return Skipped(key, what)
    if not stat.S_ISREG(found.st_mode):
        return Skipped(key, f"{_kind(found.st_mode)}, not a file")
    return StoredObject(key, found.st_size, found.st_mtime)


def _step_into(way: list[_Folder], base: str, key: str, entry: os.DirEntry[str]) -> Skipped | None:
    """Put a folder on the way, or say why not."""
    linked = way[-1].linked or entry.is_symlink()
    try:
        if linked and any(os.path.samestat(entry.stat(), os.stat(base + above.key)) for above in way):
            return Skipped(key, "a symbolic link leads back to a folder above it (a loop)")
        way.append(_Folder(key, _entries(base + key, ""), linked))
    except OSError as error:
        return Skipped(key, _cause(error))
    return None


def _entries(path: str, start: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Return a folder's entries whose name begins with `start`, in the order of the keys below: a folder sorts as 'name/'."""
    with os.scandir(path) as entries:
        named = [(entry.name + "/" if _is_folder(entry) else entry.name, entry) for entry in entries]
    if start:
        named = [pair for pair in named if pair[0].startswith(start)]
    named.sort(key=_by_name)
    return iter(named)


def _by_name(pair: tuple[str, os.DirEntry[str]]) -> str:
    return pair[0]  # code points sort as their UTF-8 bytes do


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads only to itself; its stat will say so
        return False


def _read_together(paths: Sequence[str], wanted: Sequence[ByteRange]) -> Sequence[bytes | StorageError]:
    """Open some files before the first is read, so that the disk fetches the others meanwhile."""
    opened = [_opened(path, wish) for path, wish in zip(paths, wanted, strict=True)]
    return [
        one if isinstance(one, StorageError) else _taken(one, path, wish) for one, path, wish in zip(opened, paths, wanted, strict=True)
    ]


def _opened(path: str, wanted: ByteRange) -> int | StorageError:
    try:
        descriptor = os.open(path, _READING)
    except OSError as error:
        return _failure(error, path)
    if wanted.start >= 0 and hasattr(os, "posix_fadvise"):  # not on macOS
        with suppress(OSError):  # a pipe; reading it will say so
            os.posix_fadvise(descriptor, wanted.start, wanted.length, os.POSIX_FADV_WILLNEED)
    return descriptor


def _taken(descriptor: int, path: str, wanted: ByteRange) -> bytes | StorageError:
    try:
        return _pread(descriptor, wanted.start, wanted.length)
    except OSError as error:
        return _failure(error, path)
    finally:
        os.close(descriptor)


def _pread(descriptor: int, start: int, length: int) -> bytes:
    if start < 0 or length > _PREALLOCATED:
        size = os.fstat(descriptor).st_size
        start = max(0, size + start) if start < 0 else start
        length = max(0, min(length, size - start))
    data = os.pread(descriptor, length, start)
    while 0 < len(data) < length:  # only files beyond 2 GB and some network file systems answer in parts
        more = os.pread(descriptor, length - len(data), start + len(data))
        if not more:
            break
        data += more
    return data


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _readable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _kind(mode: int) -> str:
    kinds = [
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a character device"),
        (stat.S_ISBLK, "a block device"),
    ]
    return next((name for test, name in kinds if test(mode)), "something special")


def _not_a_file(mode: int, path: str) -> StorageError:
    return StorageError(f"{_readable(path)} is {_kind(mode)}, not a file.")


def _cause(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"no permission to read it (user id {os.geteuid()}); grant it with chmod or run as its owner"
    return error.strerror or type(error).__name__


def _failure(error: OSError, path: str) -> StorageError:
    name = _readable(path)
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return ObjectNotFound(f"{name} does not exist; check the path, or crawl again if it was removed meanwhile.")
    if isinstance(error, PermissionError):
        return AccessDenied(f"{name}: {_cause(error)}.")
    return StorageError(f"{name} cannot be read: {_cause(error)}.")
