"""Connections to MySQL, whose text protocol Arrow cuts into columns: making an object of each value takes ten times as long.

This one file knows PyMySQL from within, which has no other way to stop an answer, nor to see its bytes. A row is a packet: three
bytes of length, one number, and a value after the other, each behind its own length. Only the packets are found one by one; then
one column after the other is cut from all rows.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pymysql
from pymysql.constants import FIELD_TYPE
from pymysql.err import InternalError, OperationalError, raise_mysql_exception

from .address import Address
from .session import BATCH_ROWS, CONNECT_SECONDS
from .tls import pymysql_arguments

Column: TypeAlias = "pa.Array[Any]"

_BLOCK = 1 << 20  # bytes of rows that are cut at once
_READ = 1 << 18
_LONGEST = 0xFFFFFF  # bytes in a packet; a longer row goes on in the next one
_BINARY = 63  # the character set of bytes
_BYTES = (
    FIELD_TYPE.BIT, FIELD_TYPE.BLOB, FIELD_TYPE.TINY_BLOB, FIELD_TYPE.MEDIUM_BLOB, FIELD_TYPE.LONG_BLOB,
    FIELD_TYPE.STRING, FIELD_TYPE.VAR_STRING, FIELD_TYPE.VARCHAR, FIELD_TYPE.GEOMETRY, 242,  # 242: a vector
)  # fmt: skip
_HEAD = struct.Struct("<HBxB").unpack_from  # of a packet: its length in two parts, its number, and the first byte that it holds
_NULL, _TWO, _EIGHT = 251, 252, 254  # a value's first byte, where it is not its length

_arrow: Any = pa
_compute: Any = pc
_NO_HOST, _GONE, _MALFORMED, _NO_PLUGIN = 2005, 2013, 2027, 2059  # a client's own numbers of errors


def opened(address: Address, password: str | None, settings: Sequence[str]) -> Any:
    """Connect, and set up the session. Raises the driver's errors.

    A server that says nothing is given up, but only until the user is in: a statement may take long.
    """
    place = {"unix_socket": address.host} if address.host.startswith("/") else {"host": address.host, "port": address.port or 0}
    options: dict[str, Any] = {**place, **pymysql_arguments(address.tls, address.root_certificate)}
    with _understood():
        try:
            connection: Any = pymysql.connect(
                **options,
                user=address.user,
                password=(password or "").encode(),  # a text would have to be latin-1
                database=address.database or None,
                charset="utf8mb4",
                connect_timeout=CONNECT_SECONDS,
                read_timeout=CONNECT_SECONDS,
                write_timeout=CONNECT_SECONDS,
                autocommit=True,
                local_infile=False,
                program_name="gluepot",
                auth_plugin_map={"mysql_clear_password": _Unhidden},
            )
        except UnicodeError as error:
            raise OperationalError(_NO_HOST, f"{address.host!r} cannot be the name of a host") from error
        except RuntimeError as error:  # a library is missing that hides a password where TLS does not
            raise OperationalError(_NO_PLUGIN, str(error)) from error
        for statement in settings:
            connection.query(statement)
    connection._read_timeout = connection._current_timeout = None
    connection._sock.settimeout(None)
    return connection


@contextmanager
def _understood() -> Generator[None]:
    """Make an error of the driver's of how it stumbles over answers that make no sense."""
    try:
        yield
    except (AssertionError, AttributeError, IndexError, RuntimeError, TypeError, ValueError, struct.error) as error:
        raise _nonsense() from error


class _Unhidden:
    """Hands over a password as it is, which tokens of RDS want, where TLS hides it; else whoever listens would have it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def authenticate(self, _: object) -> Any:
        if not self._connection._secure:
            raise OperationalError(_NO_PLUGIN, "it wants the password in the clear")
        self._connection.write_packet(self._connection.password + b"\0")
        packet = self._connection._read_packet()
        packet.check_error()
        return packet


def columns(connection: Any, sql: str) -> Generator[list[Column]]:
    """Execute a SELECT and yield its columns for some rows at a time: binary, or text in UTF-8. Raises the driver's errors.

    Who stops early must close the connection: the rest of the answer is still under way.
    """
    with _understood():
        connection.query(sql, unbuffered=True)
        result = connection._result
        binary = [field.charsetnr == _BINARY and field.type_code in _BYTES for field in result.fields]
    result.unbuffered_active, result.connection = False, None  # else the driver reads the rest whenever it is let go
    block, at, done = bytearray(), 0, False
    while not done:
        starts: list[int] = []
        while not done and (not starts or (len(block) < _BLOCK and len(starts) < BATCH_ROWS)):
            block += _received(connection)
            at, done = _find(block, at, starts)
        rest = block[at:]
        if starts:
            yield _cut(block, starts, at, binary)
        block, at = rest, 0
    if block[4] != _EIGHT:
        with _understood():
            raise_mysql_exception(bytes(block[4:]))


def _received(connection: Any) -> bytes:
    try:
        if read := connection._rfile.read1(_READ):
            return bytes(read)
    except (OSError, ValueError, AttributeError) as error:  # the last two: it has been closed meanwhile
        raise OperationalError(_GONE, f"the connection was lost: {error}") from error
    raise OperationalError(_GONE, "the connection was lost")


def _find(block: bytearray, at: int, starts: list[int]) -> tuple[int, bool]:
    """Add where rows begin that are there as a whole; return where the next packet begins, and whether it ends the answer."""
    size, add = len(block), starts.append
    while at + 4 < size:
        low, high, first = _HEAD(block, at)
        end = at + 4 + low
        if high:
            end += high << 16
            if low | high << 16 == _LONGEST:
                end = _joined(block, at)
                size = len(block)
        if end > size:
            break
        if first >= _EIGHT and (first > _EIGHT or end - at < 13):
            return at, True
        if end == at + 4:
            raise _nonsense()
        add(at + 4)
        at = end
    return at, False


def _joined(block: bytearray, at: int) -> int:
    """Make one of the packets of a long row; return where it ends, past the block if that has not all of it."""
    spans: list[tuple[int, int]] = []
    length, end = _LONGEST, at
    while length == _LONGEST:
        if end + 4 > len(block):
            return len(block) + 1
        length = int.from_bytes(block[end : end + 3], "little")
        spans.append((end + 4, end + 4 + length))
        end += 4 + length
    if end > len(block):
        return end
    block[at + 4 : end] = b"".join([block[first:last] for first, last in spans])
    return end - 4 * (len(spans) - 1)


def _cut(block: bytearray, starts: list[int], end: int, binary: Sequence[bool]) -> list[Column]:
    """Return the columns of the rows that begin at `starts`, the last of which ends at `end`."""
    block.extend(bytes(8))  # so that a length can be looked for behind the last value
    data = _arrow.py_buffer(block)
    letters = _arrow.Array.from_buffers(pa.uint8(), len(block), [None, data])
    position: Any = pa.array(starts, pa.int32())
    ends = _arrow.concat_arrays([_compute.subtract(position[1:], _int(4)), pa.array([end], pa.int32())])
    found: list[tuple[Any, Any, Any]] = []
    try:
        for _ in binary:
            start, position, valid = _values(letters, position)
            found.append((start, position, valid))
    except pa.ArrowException as error:
        raise _nonsense() from error
    if not position.equals(ends):
        raise _nonsense()
    return [_column(data, *value, is_binary) for value, is_binary in zip(found, binary, strict=True)]


def _values(letters: Any, position: Any) -> tuple[Any, Any, Any]:
    """Return where the values begin whose lengths are at these positions, where they end, and which are none."""
    first = letters.take(position)
    longest = _compute.max(first).as_py()
    length, header, valid = first.cast(pa.int32()), _int(1), None
    if longest > _NULL:
        length, header = _long(letters, position, first, length)
    if longest >= _NULL:
        valid = _compute.not_equal(first, pa.scalar(_NULL, pa.uint8()))
        length = _compute.if_else(valid, length, _int(0))
    start = _compute.add(position, header)
    return start, _compute.add_checked(start, length), valid


def _long(letters: Any, position: Any, first: Any, short: Any) -> tuple[Any, Any]:
    """Return lengths, of which some have two, three or eight bytes, and how many bytes say them."""

    def byte(place: int) -> Any:
        return letters.take(_compute.add(position, _int(place))).cast(pa.int32())

    two, three, eight = (_compute.equal(first, pa.scalar(mark, pa.uint8())) for mark in (_TWO, _TWO + 1, _EIGHT))
    said = _compute.add(byte(1), _compute.multiply(byte(2), _int(1 << 8)))
    wide = _compute.add(said, _compute.multiply(byte(3), _int(1 << 16)))
    widest = _compute.add_checked(wide, _compute.multiply_checked(_compute.if_else(eight, byte(4), _int(0)), _int(1 << 24)))
    length, header = short, _int(1)
    for mark, this, count in ((two, said, 3), (three, wide, 4), (eight, widest, 9)):
        length, header = _compute.if_else(mark, this, length), _compute.if_else(mark, _int(count), header)
    return length, header


def _column(data: Any, start: Any, end: Any, valid: Any, is_binary: bool) -> Column:
    """Return values that lie scattered: every second one of those that lie between all starts and ends."""
    wide = pa.int64()
    pairs = _compute.bit_wise_or(start.cast(wide), _compute.shift_left(end.cast(wide), pa.scalar(32, wide)))
    count = len(start)
    gapped = _arrow.Array.from_buffers(pa.binary(), 2 * count - 1, [None, pairs.buffers()[1], data])
    taken = gapped.take(_compute.subtract(_compute.cumulative_sum(_arrow.repeat(_int(2), count)), _int(2)))
    if valid is not None:
        taken = _arrow.Array.from_buffers(pa.binary(), count, [valid.buffers()[1], *taken.buffers()[1:]])
    try:
        column: Column = taken if is_binary else taken.cast(pa.string())
    except pa.ArrowInvalid as error:
        raise InternalError(_MALFORMED, "a text that the server sent is not UTF-8") from error
    return column


def _int(value: int) -> Any:
    return pa.scalar(value, pa.int32())


def _nonsense() -> InternalError:
    return InternalError(_MALFORMED, "the server's answer cannot be understood")
