"""What the scorer of a corpus with known truth asks: one file's format, dialect and schema.

`PYTHONPATH=bench python SCORER/run.py quality:Gluepot --nohint`, then the scorer's own table; docs/quality.md holds the figures.
"""

from __future__ import annotations

from typing import Any

import gluepot
from gluepot.classifiers.sample import UNKNOWN, Classification
from gluepot.crawler.signatures import columns_of
from gluepot.errors import GluepotError

# The corpus says what reads the bytes, Glue what they are called.
_LINES = {"lines": "jsonl", "documents": "jsonl", "array": "json"}
_CODECS = {"bz2": "bzip2", "gz": "gzip", "zst": "zstd"}


class Gluepot:
    """The product behind the scorer's two questions."""

    def recognise(self, path: str) -> dict[str, Any]:
        """Say the format and the compression of a file."""
        try:
            found = gluepot.classify(path)
        except GluepotError:
            return {"format": "unknown", "compression": None}
        codec = found.format.codec
        return {"format": _name(found), "compression": None if codec == "none" else _CODECS.get(codec, codec)}

    def infer(self, path: str, _: str | None) -> dict[str, Any]:
        """Say the dialect and the columns of a file."""
        try:
            found = gluepot.classify(path)
        except GluepotError:
            return {"format": "unknown", "columns": []}
        dialect = found.format.dialect
        answer: dict[str, Any] = {
            "format": _name(found),
            "columns": _columns(found),
        }
        if dialect is not None:
            answer |= {"delimiter": dialect.delimiter, "quote": dialect.quote, "header": dialect.header}
        return answer


def _columns(found: Classification) -> list[list[str]]:
    """Give the columns under the names that the file has, where the catalog only folds them to lower case."""
    columns = found.declared or columns_of(found.schema, "accurate")
    written = found.written or [name for name, _ in sorted(found.schema.members.items(), key=lambda item: (item[1].place, item[0]))]
    if len(written) != len(columns):
        return [list(column) for column in columns]
    return [[name, kind] for name, (_, kind) in zip(written, columns, strict=True)]


def _name(found: Classification) -> str:
    form = found.format
    if form.classification == UNKNOWN:
        return "unknown"
    if form.classification != "json":
        return form.classification
    return _LINES[form.layout] if found.schema.structs > 1 else "json"
