"""What the scorer of a corpus with known truth asks: one file's format, dialect and schema.

`PYTHONPATH=bench python SCORER/run.py quality:Gluepot --nohint`, then the scorer's own table; docs/quality.md holds the figures.
"""

from __future__ import annotations

from typing import Any

import gluepot
from gluepot.classifiers.logs import LOGS
from gluepot.errors import GluepotError

# The corpus says what reads the bytes, Glue what they are called.
_LINES = {"lines": "jsonl", "documents": "jsonl", "array": "json"}
_LOGS = {log.name for log in LOGS}
_CODECS = {"bz2": "bzip2", "gz": "gzip", "zst": "zstd"}


class Gluepot:
    """The product behind the scorer's two questions."""

    def recognise(self, path: str) -> dict[str, Any]:
        """Say the format and the compression of a file."""
        try:
            found = gluepot.describe(path)
        except GluepotError:
            return {"format": "unknown", "compression": None}
        codec = found["compression"]
        return {"format": _name(found), "compression": None if codec == "none" else _CODECS.get(codec, codec)}

    def infer(self, path: str, _: str | None) -> dict[str, Any]:
        """Say the dialect and the columns of a file."""
        try:
            found = gluepot.describe(path)
        except GluepotError:
            return {"format": "unknown", "columns": []}
        answer: dict[str, Any] = {
            "format": _name(found),
            "columns": [[column["Name"], column["Type"]] for column in found["columns"]],
        }
        if found["delimiter"] is not None:
            answer |= {"delimiter": found["delimiter"], "quote": found["quote"], "header": found["header"]}
        return answer


def _name(found: dict[str, Any]) -> str:
    classification: str = found["classification"]
    if classification == "UNKNOWN":
        return "unknown"
    if classification in _LOGS:
        return "log"
    if classification == "excel":
        return "xlsx"
    if classification != "json":
        return classification
    return _LINES[found["layout"]] if found["records"] > 1 else "json"
