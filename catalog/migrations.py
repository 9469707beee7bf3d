"""The SQLite schema, as numbered steps from an empty file.

A file's `user_version` counts the steps it has had; a new step is appended, never edited. Tables of
partitions, one for each number of partition keys, are made when the first such partition comes.
"""

from __future__ import annotations

APPLICATION_ID = 0x676C7565  # "glue", in the header of every catalog file

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE databases (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            body TEXT NOT NULL,  -- Glue's JSON, verbatim
            created INTEGER NOT NULL
        ) STRICT""",
        # Ids are never given twice, so that a page token of a table that is gone fits no other.
        """CREATE TABLE tables (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            database_id INTEGER NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            body TEXT NOT NULL,  -- Glue's JSON, verbatim
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            partition_keys TEXT NOT NULL,  -- [[name, type], ...]: enough to read partitions without the body
            odd_keys INTEGER NOT NULL DEFAULT 0,  -- bit i: key i may hold values that do not fit its type
            UNIQUE (database_id, name)
        ) STRICT""",
        """CREATE TABLE archived_versions (
            table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
            version INTEGER NOT NULL,
            body TEXT NOT NULL,
            updated INTEGER NOT NULL,
            PRIMARY KEY (table_id, version)
        ) STRICT, WITHOUT ROWID""",
        # What the partitions of a table share: a storage descriptor without its location.
        """CREATE TABLE descriptors (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
            digest BLOB NOT NULL,
            layout TEXT,  -- the location with %s for each partition value and %% for %
            body TEXT NOT NULL,
            UNIQUE (table_id, digest)
        ) STRICT""",
        """CREATE TABLE evidence (
            table_id INTEGER PRIMARY KEY REFERENCES tables (id) ON DELETE CASCADE,
            body BLOB NOT NULL  -- JSON, deflated
        ) STRICT""",
        # Kept in step by search.py, which knows a table's old words and so needs no index on table_id.
        """CREATE TABLE words (
            word TEXT NOT NULL,
            table_id INTEGER NOT NULL,
            field TEXT NOT NULL,
            PRIMARY KEY (word, table_id, field)
        ) STRICT, WITHOUT ROWID""",
        # What crawls learned of objects; a cache, that may be emptied at any time.
        """CREATE TABLE memory (
            scope TEXT NOT NULL,
            key BLOB NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (scope, key)
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE classifiers (
            name TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,  -- Glue's JSON, verbatim
            version INTEGER NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE column_statistics (
            table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            body TEXT NOT NULL,  -- Glue's JSON, verbatim
            PRIMARY KEY (table_id, name)
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        # By name and not by table_id: a pin outlives its table.
        """CREATE TABLE pins (
            database TEXT NOT NULL,
            name TEXT NOT NULL,
            column TEXT NOT NULL,  -- empty: of the table
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            location TEXT NOT NULL,
            told TEXT NOT NULL,
            PRIMARY KEY (database, name, column, key)
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE connections (
            name TEXT PRIMARY KEY,
            body TEXT NOT NULL,  -- Glue's JSON, verbatim
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
    ),
)


def partition_table(keys: int) -> str:
    """Return the DDL for partitions of so many keys.

    A key column holds what orders as its type does (an integer, or text), or a blob where the value
    does not fit; `spelling` tells apart values that are equal but written differently ('1' and '01').
    A NULL location is the descriptor's layout filled with the values.
    """
    columns = "".join(f"k{number} ANY NOT NULL, " for number in range(keys))
    names = "".join(f"k{number}, " for number in range(keys))
    return (
        f"CREATE TABLE IF NOT EXISTS partitions_{keys} ("
        f"table_id INTEGER NOT NULL REFERENCES tables (id) ON DELETE CASCADE, {columns}spelling TEXT NOT NULL, "
        "descriptor_id INTEGER, location TEXT, parameters TEXT, created INTEGER NOT NULL, accessed INTEGER, other TEXT, "
        f"PRIMARY KEY (table_id, {names}spelling)) STRICT, WITHOUT ROWID"
    )
