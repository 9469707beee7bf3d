"""What becomes of a table's partitions when its partition keys are given other types or names."""

from __future__ import annotations

from ..errors import InvalidInput
from .file import Connection
from .partition_keys import DEFAULT_PARTITION, KeyCodec, Stored


def recode_partitions(connection: Connection, table_id: int, old: KeyCodec, new: KeyCodec) -> int:
    """Store a table's partition values anew, as the new types order them; return which keys may be odd.

    Raises InvalidInput if the number of keys changes while there are partitions (our choice: values
    that no longer have a key could not be asked for).
    """
    if not has_partitions(connection, table_id, len(old.keys)):
        return 0
    count = len(new.keys)
    if count != len(old.keys):
        raise InvalidInput(f"The table has partitions of {len(old.keys)} keys; delete them before giving it {count}.")

    def recode(number: int, *columns: Stored) -> Stored:
        return new.encode(old.decode(columns))[number]

    names = [*(f"k{number}" for number in range(count)), "spelling"]
    connection.raw.create_function("recode", count + 2, recode, deterministic=True)
    changes = ", ".join(f"{name} = recode({number}, {', '.join(names)})" for number, name in enumerate(names))
    connection.run(f"UPDATE partitions_{count} SET {changes} WHERE table_id = ?", (table_id,))
    return _odd_keys(connection, table_id, count)


def has_partitions(connection: Connection, table_id: int, keys: int) -> bool:
    """Say whether a table with so many partition keys has any partition."""
    if connection.row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (f"partitions_{keys}",)) is None:
        return False
    return connection.row(f"SELECT 1 FROM partitions_{keys} WHERE table_id = ?", (table_id,)) is not None


def _odd_keys(connection: Connection, table_id: int, count: int) -> int:
    odd = 0
    for number in range(count):
        sql = f"SELECT 1 FROM partitions_{count} WHERE table_id = ? AND k{number} >= x'' AND k{number} <> ? LIMIT 1"
        if connection.row(sql, (table_id, DEFAULT_PARTITION.encode())):
            odd |= 1 << number
    return odd
