"""Other tools behind the scorer's question, each told the true format, as bench/quality.py's tool is not.

`PYTHONPATH=bench python SCORER/run.py quality_peers:DuckDB`; each class needs its tool installed beside the scorer.
"""

from __future__ import annotations

import csv
from importlib import import_module
from typing import Any, ClassVar

Answer = dict[str, Any]
TEXT = 1 << 16  # characters that the sniffers are shown


def text_of(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return file.read(TEXT)


def types() -> Any:
    """Return the scorer's own mapping of foreign types, which lies beside it."""
    return import_module("gluetypes")


def refuse(hint: str | None, *known: str) -> None:
    if hint not in known:
        raise NotImplementedError(f"not for {hint}")


class DuckDB:
    """`sniff_csv` and DESCRIBE, as shipped."""

    readers: ClassVar = {"csv": "read_csv", "json": "read_json_auto", "jsonl": "read_json_auto", "parquet": "read_parquet"}

    def infer(self, path: str, hint: str | None) -> Answer:
        refuse(hint, *self.readers)
        duckdb = import_module("duckdb")
        connection = duckdb.connect()
        described = connection.execute(f"describe select * from {self.readers[str(hint)]}(?)", [path]).fetchall()
        answer: Answer = {"format": hint, "columns": [[name, types().from_duck(kind)] for name, kind, *_ in described]}
        if hint == "csv":
            delimiter, quote, header = connection.execute("select Delimiter, Quote, HasHeader from sniff_csv(?)", [path]).fetchone()
            answer |= {"delimiter": delimiter, "quote": "" if quote == "(empty)" else quote, "header": header}
        return answer


class CleverCSV:
    """The detector of dialects and headers."""

    def infer(self, path: str, hint: str | None) -> Answer:
        refuse(hint, "csv")
        clevercsv = import_module("clevercsv")
        sniffer, text = clevercsv.Sniffer(), text_of(path)
        dialect = sniffer.sniff(text)
        return {"format": "csv", "delimiter": dialect.delimiter, "quote": dialect.quotechar, "header": sniffer.has_header(text)}


class Sniffer:
    """Python's own csv.Sniffer."""

    def infer(self, path: str, hint: str | None) -> Answer:
        refuse(hint, "csv")
        text = text_of(path)
        dialect = csv.Sniffer().sniff(text)
        return {"format": "csv", "delimiter": dialect.delimiter, "quote": dialect.quotechar, "header": csv.Sniffer().has_header(text)}


class Polars:
    """Lazy scans, as shipped; no CSV, whose delimiter it wants to be told."""

    scans: ClassVar = {"jsonl": "scan_ndjson", "json": "read_json", "parquet": "scan_parquet", "avro": "read_avro"}

    def infer(self, path: str, hint: str | None) -> Answer:
        refuse(hint, *self.scans)
        polars = import_module("polars")
        frame = getattr(polars, self.scans[str(hint)])(path)
        schema = frame.collect_schema() if hasattr(frame, "collect_schema") else frame.schema
        return {"format": hint, "columns": [[name, types().from_polars(kind)] for name, kind in schema.items()]}


class PyArrow:
    """The readers of Arrow, as shipped; no CSV, whose delimiter it wants to be told."""

    def infer(self, path: str, hint: str | None) -> Answer:
        refuse(hint, "jsonl", "parquet", "orc")
        if hint == "jsonl":
            schema = import_module("pyarrow.json").read_json(path).schema
        elif hint == "parquet":
            schema = import_module("pyarrow.parquet").read_schema(path)
        else:
            schema = import_module("pyarrow.orc").ORCFile(path).schema
        return {"format": hint, "columns": [[field.name, types().from_arrow(field.type)] for field in schema]}
