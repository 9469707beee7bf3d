"""Which reader serves which SerDe."""

from __future__ import annotations

from importlib import import_module

from ..errors import InvalidInput
from .layout import Reader

# SerDe class (its last name), or classification where Hive has none for it → the reader's module and function, imported at first use: pyarrow is heavy.
READERS: tuple[tuple[str, str, str], ...] = (
    ("LazySimpleSerDe", ".lazysimple", "read"),
    ("OpenCSVSerde", ".opencsv", "read"),
    ("JsonSerDe", ".openxjson", "read"),
    ("ParquetHiveSerDe", ".columnar", "read_parquet"),
    ("OrcSerde", ".columnar", "read_orc"),
    ("AvroSerDe", ".avro", "read"),
    ("GrokSerDe", ".grok", "read"),
    ("BSONSerDe", ".bson", "read"),
    ("IonHiveSerDe", ".ion", "read"),
    ("RegexSerDe", ".regexserde", "read"),
    ("xml", ".xml", "read"),
    ("excel", ".excel", "read"),
)


class NoReader(InvalidInput):
    """No reader knows the table's SerDe, or its classification where it has none."""


def reader(library: str) -> Reader:
    """Return the reader for a SerDe class or a classification. Raises NoReader, naming those that can be read."""
    name = library.rsplit(".", 1)[-1].lower()
    for known, module, function in READERS:
        if name == known.lower():
            found: Reader = getattr(import_module(module, __package__), function)
            return found
    known_names = ", ".join(known for known, _, _ in READERS)
    raise NoReader(f"{'A table without a SerDe' if not library else f'The SerDe {library}'} cannot be read; known are {known_names}.")
