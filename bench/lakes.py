"""Write a lake to measure with, and its truth beside it: `bench/lakes.py mixed /tmp/lakes [--scale 0.1] [--seed 7]`.

small-csv  10,000 CSV files of a few KB in 40 tables, partitioned by day and region
json        2,000 files of nested JSON lines in 20 tables
parquet     5,000 files in 10 tables, partitioned by year, month and day
mixed      20,000 files of seven formats and five codecs in 100 tables, with key=value, plain and no partition folders

The same name, scale and seed give the same files. `<lake>.truth.json` lists the tables: format, codec, partition keys, columns.
"""

from __future__ import annotations

import argparse
import bz2
import csv
import datetime as dt
import gzip
import io
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar
from xml.sax.saxutils import escape

import cramjam
import fastavro
import orjson
import pyarrow as pa
from pyarrow import orc, parquet

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

POOL = 2048  # distinct rows of a table; each file is a run of them
WORDS = "amber birch cedar delta ember fjord grove harbour island juniper kelp lagoon meadow north orchard prairie quartz river".split()
TOWNS = ["Lisbon", "São Paulo", "New York, NY", "Zürich", "東京", "Reykjavík", 'Port "Old" Louis']
START = dt.datetime(2024, 1, 1)  # written without a zone, as most lakes do

Row = dict[str, Any]
Field: TypeAlias = "pa.Field[Any]"
T = TypeVar("T")
Keys = tuple[tuple[str, tuple[str, ...]], ...]

DAYS = tuple(f"{START + dt.timedelta(days=day):%Y-%m-%d}" for day in range(300))
CALENDAR: Keys = (
    ("year", ("2023", "2024")),
    ("month", tuple(f"{month:02}" for month in range(1, 13))),
    ("day", tuple(f"{day:02}" for day in range(1, 11))),
)
DAY_AND_REGION: Keys = (("dt", DAYS[:60]), ("region", ("af", "ap", "eu", "sa", "us")))


@dataclass(frozen=True, slots=True)
class Table:
    """One table to be: what its files hold, and how many there are in which folders."""

    name: str
    format: str
    fields: tuple[Field, ...]
    files: int
    rows: tuple[int, int]  # fewest and most in a file
    codec: str = "none"
    keys: Keys = ()
    hive: bool = True  # key=value folders, else the values alone
    delimiter: str = ","
    header: bool = True
    quirk: str = ""  # JSON: "missing-keys", "array"

    def truth(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "format": self.format,
            "codec": self.codec,
            "files": self.files,
            "hive": self.hive,
            "delimiter": self.delimiter,
            "header": self.header,
            "quirk": self.quirk,
            "partition_keys": [key for key, _ in self.keys],
            "columns": [[column.name, str(column.type)] for column in self.fields],
        }

    def folder(self, number: int) -> Path:
        """Return where file `number` lies: the last key turns fastest."""
        parts: list[str] = []
        for key, values in reversed(self.keys):
            number, turn = divmod(number, len(values))
            parts.insert(0, f"{key}={values[turn]}" if self.hive else values[turn])
        return Path(self.name, *parts)


# Columns and their values

SCALARS: dict[pa.DataType, Callable[[random.Random], Any]] = {
    pa.int64(): lambda rng: rng.randint(3_000_000_000, 9_000_000_000_000),
    pa.int32(): lambda rng: rng.randint(-100_000, 1_000_000),
    pa.float64(): lambda rng: round(rng.gauss(100, 37), 4),
    pa.bool_(): lambda rng: rng.random() < 0.5,
    pa.date32(): lambda rng: (START + dt.timedelta(days=rng.randint(0, 900))).date(),
    pa.timestamp("ms"): lambda rng: START + dt.timedelta(seconds=rng.randint(0, 80_000_000)),
    pa.string(): lambda rng: rng.choice(TOWNS) if rng.random() < 0.2 else " ".join(rng.choices(WORDS, k=rng.randint(1, 5))),
}


def flat_fields(rng: random.Random, count: int) -> tuple[Field, ...]:
    kinds = list(SCALARS)
    drawn = ((f"{rng.choice(WORDS)}_{number}", rng.choice(kinds), rng.random() < 0.3) for number in range(1, count))
    return (pa.field("id", pa.int64(), nullable=False), *(pa.field(name, kind, nullable) for name, kind, nullable in drawn))


def nested_fields(rng: random.Random, count: int) -> tuple[Field, ...]:
    kinds = [pa.int64(), pa.float64(), pa.string(), pa.bool_()]
    nested = [
        pa.struct([pa.field("code", pa.string()), pa.field("value", pa.float64())]),
        pa.list_(pa.string()),
        pa.list_(pa.struct([pa.field("sku", pa.string()), pa.field("quantity", pa.int64())])),
        pa.struct([pa.field("inner", pa.struct([pa.field("flag", pa.bool_()), pa.field("name", pa.string())]))]),
    ]
    drawn = ((f"{rng.choice(WORDS)}_{number}", rng.choice(nested if rng.random() < 0.3 else kinds)) for number in range(1, count))
    return (pa.field("id", pa.int64(), nullable=False), *(pa.field(name, kind, rng.random() < 0.3) for name, kind in drawn))


LOG_FIELDS = tuple(pa.field(name, pa.string()) for name in ("host", "user", "time", "request", "status", "bytes", "agent"))


def inner_fields(struct: pa.StructType) -> list[Field]:
    return [struct.field(position) for position in range(struct.num_fields)]


def value(rng: random.Random, column: Field) -> Any:
    if column.nullable and rng.random() < 0.05:
        return None
    if pa.types.is_struct(column.type):
        return {inner.name: value(rng, inner) for inner in inner_fields(column.type)}
    if pa.types.is_list(column.type):
        return [value(rng, column.type.value_field) for _ in range(rng.randint(0, 4))]
    return SCALARS[column.type](rng)


# Formats: a renderer is made once for a table's rows and gives a file's bytes for each run of them.

Renderer = Callable[[int, int], bytes]


def run_of(pool: Sequence[T], start: int, count: int) -> list[T]:
    return list(islice(cycle(pool), start, start + count))


def csv_text(cells: list[str], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return line.getvalue()


def plain(cell: Any) -> str:
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


def csv_renderer(table: Table, rows: list[Row]) -> Renderer:
    lines = [csv_text([plain(cell) for cell in row.values()], table.delimiter) for row in rows]
    head = csv_text([column.name for column in table.fields], table.delimiter) if table.header else ""
    return lambda start, count: (head + "".join(run_of(lines, start, count))).encode()


def json_renderer(table: Table, rows: list[Row]) -> Renderer:
    if table.quirk == "missing-keys":
        rows = [{key: cell for key, cell in row.items() if cell is not None} for row in rows]
    lines = [orjson.dumps(row) for row in rows]
    if table.quirk == "array":
        return lambda start, count: b"[" + b",\n".join(run_of(lines, start, count)) + b"]\n"
    return lambda start, count: b"\n".join(run_of(lines, start, count)) + b"\n"


def xml_renderer(_: Table, rows: list[Row]) -> Renderer:
    def record(row: Row) -> str:
        return "<row>" + "".join(f"<{key}>{escape(plain(cell))}</{key}>" for key, cell in row.items() if cell is not None) + "</row>"

    lines = [record(row) for row in rows]
    return lambda start, count: ("<rows>\n" + "\n".join(run_of(lines, start, count)) + "\n</rows>\n").encode()


def log_renderer(table: Table, _: list[Row]) -> Renderer:
    rng = random.Random(table.name)

    def line() -> str:
        moment = START + dt.timedelta(seconds=rng.randint(0, 80_000_000))
        request = f"GET /{rng.choice(WORDS)}/{rng.choice(WORDS)}?id={rng.randint(1, 9999)} HTTP/1.1"
        host, size = ".".join(str(rng.randint(1, 254)) for _ in range(4)), rng.randint(0, 99_999)
        return f'{host} - {rng.choice(WORDS)} [{moment:%d/%b/%Y:%H:%M:%S} +0000] "{request}" {rng.choice((200, 304, 404))} {size} "-" "Mozilla/5.0"'

    lines = [line() for _ in range(POOL)]
    return lambda start, count: ("\n".join(run_of(lines, start, count)) + "\n").encode()


def arrow_renderer(table: Table, rows: list[Row], write: Callable[[pa.Table, pa.BufferOutputStream], None]) -> Renderer:
    once = pa.Table.from_pylist(rows, schema=pa.schema(table.fields))

    def render(start: int, count: int) -> bytes:
        sink = pa.BufferOutputStream()
        write(pa.concat_tables([once] * (1 + (start + count) // len(once))).slice(start, count).combine_chunks(), sink)
        return sink.getvalue().to_pybytes()

    return render


def parquet_renderer(table: Table, rows: list[Row]) -> Renderer:
    codecs: dict[str, Literal["none", "gzip", "zstd", "snappy"]] = {"none": "none", "gz": "gzip", "zst": "zstd", "snappy": "snappy"}
    codec = codecs[table.codec]
    return arrow_renderer(table, rows, lambda data, sink: parquet.write_table(data, sink, compression=codec))


def orc_renderer(table: Table, rows: list[Row]) -> Renderer:
    codecs: dict[str, Literal["UNCOMPRESSED", "ZLIB", "ZSTD", "SNAPPY"]]
    codecs = {"none": "UNCOMPRESSED", "gz": "ZLIB", "zst": "ZSTD", "snappy": "SNAPPY"}
    codec = codecs[table.codec]
    return arrow_renderer(table, rows, lambda data, sink: orc.write_table(data, sink, compression=codec))


AVRO_SCALARS: dict[pa.DataType, Any] = {
    pa.int64(): "long",
    pa.int32(): "int",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.string(): "string",
    pa.date32(): {"type": "int", "logicalType": "date"},
    pa.timestamp("ms"): {"type": "long", "logicalType": "timestamp-millis"},
}


def avro_type(column: Field, path: str) -> Any:
    kind: Any
    if pa.types.is_struct(column.type):
        kind = {"type": "record", "name": path, "fields": [avro_field(inner, path) for inner in inner_fields(column.type)]}
    elif pa.types.is_list(column.type):
        kind = {"type": "array", "items": avro_type(column.type.value_field, f"{path}_item")}
    else:
        kind = AVRO_SCALARS[column.type]
    return ["null", kind] if column.nullable else kind


def avro_field(column: Field, path: str) -> dict[str, Any]:
    return {"name": column.name, "type": avro_type(column, f"{path}_{column.name}")}


def avro_renderer(table: Table, rows: list[Row]) -> Renderer:
    schema = fastavro.parse_schema({"type": "record", "name": "row", "fields": [avro_field(column, "row") for column in table.fields]})
    codec = {"none": "null", "gz": "deflate", "zst": "zstandard", "snappy": "snappy"}[table.codec]

    def render(start: int, count: int) -> bytes:
        sink = io.BytesIO()
        fastavro.writer(sink, schema, run_of(rows, start, count), codec=codec, sync_marker=b"0123456789abcdef")
        return sink.getvalue()

    return render


RENDERERS: dict[str, Callable[[Table, list[Row]], Renderer]] = {
    "csv": csv_renderer,
    "json": json_renderer,
    "xml": xml_renderer,
    "log": log_renderer,
    "parquet": parquet_renderer,
    "orc": orc_renderer,
    "avro": avro_renderer,
}
COMPRESS_TEXT: dict[str, Callable[[bytes], bytes]] = {
    "none": lambda data: data,
    "gz": lambda data: gzip.compress(data, 6, mtime=0),
    "bz2": bz2.compress,
    "zst": zstd.compress,
    "snappy": lambda data: bytes(cramjam.snappy.compress(data)),  # framed
}


# Lakes


def small_csv(rng: random.Random, scale: float) -> Iterator[Table]:
    for number in range(40):
        fields = flat_fields(rng, rng.randint(5, 30))
        rows = (4, max(8, 4000 // len(fields)))
        delimiter = ",;|\t"[number // 3 % 4] if number % 3 == 0 else ","
        yield Table(
            f"shop_{number:02}", "csv", fields, round(250 * scale), rows, keys=DAY_AND_REGION, delimiter=delimiter, header=number % 10 != 9
        )


def nested_json(rng: random.Random, scale: float) -> Iterator[Table]:
    for number in range(20):
        quirk = "missing-keys" if number % 2 else ""
        fields = nested_fields(rng, rng.randint(6, 16))
        yield Table(f"events_{number:02}", "json", fields, round(100 * scale), (50, 600), keys=(("dt", DAYS[:100]),), quirk=quirk)


def partitioned_parquet(rng: random.Random, scale: float) -> Iterator[Table]:
    for number in range(10):
        codec = ("snappy", "zst", "gz", "none")[number % 4]
        yield Table(f"facts_{number:02}", "parquet", flat_fields(rng, rng.randint(5, 40)), round(500 * scale), (50, 2000), codec, CALENDAR)


@dataclass(frozen=True, slots=True)
class Share:
    """A format's part of the mixed lake."""

    format: str
    codecs: tuple[str, ...]
    tables: int
    files: int  # in each table
    fields: Callable[[random.Random, int], tuple[Field, ...]] = field(default=flat_fields)


SHARES = (
    Share("csv", ("none", "gz", "none", "bz2", "zst", "none"), 30, 220),
    Share("json", ("none", "gz", "zst", "none", "snappy"), 24, 200, nested_fields),
    Share("parquet", ("snappy", "zst", "gz", "none"), 20, 220),
    Share("avro", ("none", "gz", "snappy", "zst"), 8, 150, nested_fields),
    Share("orc", ("zst", "snappy", "gz", "none"), 6, 160),
    Share("xml", ("none", "gz"), 6, 160),
    Share("log", ("none", "gz", "zst"), 6, 180, lambda _rng, _count: LOG_FIELDS),
)
LAYOUTS: tuple[tuple[Keys, bool], ...] = ((DAY_AND_REGION, True), (CALENDAR, True), ((("dt", DAYS),), True), ((), True), (CALENDAR, False))


def mixed(rng: random.Random, scale: float) -> Iterator[Table]:
    for share in SHARES:
        for number in range(share.tables):
            keys, hive = LAYOUTS[(number * 3 + len(share.format)) % len(LAYOUTS)]
            yield Table(
                f"{share.format}_{number:02}",
                share.format,
                share.fields(rng, rng.randint(4, 24)),
                max(1, round(share.files * scale)),
                (2000, 9000) if number % 13 == 12 else (10, 400),
                share.codecs[number % len(share.codecs)],
                keys,
                hive,
                ",;|\t"[number % 4] if share.format == "csv" and number % 5 == 4 else ",",
                header=not (share.format == "csv" and number % 9 == 8),
                quirk="" if share.format != "json" else "missing-keys" if number % 3 == 1 else "array" if number % 8 == 5 else "",
            )


LAKES: dict[str, Callable[[random.Random, float], Iterator[Table]]] = {
    "small-csv": small_csv,
    "json": nested_json,
    "parquet": partitioned_parquet,
    "mixed": mixed,
}


# Writing


def write_table(root: Path, seed: int, table: Table) -> int:
    """Write a table's files and return their bytes."""
    rng = random.Random(f"{seed}/{table.name}")
    rows = [{column.name: value(rng, column) for column in table.fields} for _ in range(POOL)]
    render = RENDERERS[table.format](table, rows)
    text = table.format in ("csv", "json", "xml", "log")
    suffix = f"{table.format}.{table.codec}" if text and table.codec != "none" else table.format
    total = 0
    for number in range(table.files):
        data = render(rng.randrange(POOL), rng.randint(*table.rows))
        path = root / table.folder(number) / f"part-{number:05}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        total += path.write_bytes(COMPRESS_TEXT[table.codec](data) if text else data)
    return total


def write_lake(name: str, folder: Path, scale: float, seed: int) -> Path:
    """Write a lake anew and its truth; return its root."""
    root = folder / name
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    tables = list(LAKES[name](random.Random(f"{seed}/{name}"), scale))
    with ProcessPoolExecutor() as pool:
        sizes = list(pool.map(partial(write_table, root, seed), tables))
    files, size = sum(table.files for table in tables), sum(sizes)
    truth = {"lake": name, "scale": scale, "seed": seed, "files": files, "bytes": size, "tables": [table.truth() for table in tables]}
    (folder / f"{name}.truth.json").write_text(json.dumps(truth, indent=1))
    print(f"{root}: {files:,} files, {size / 1e6:,.0f} MB, {len(tables)} tables")
    return root


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lake", choices=list(LAKES))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0, help="part of the files, 1.0: all")
    parser.add_argument("--seed", type=int, default=0, help="another number, another lake of the same kind")
    given = parser.parse_args()
    write_lake(given.lake, given.folder, given.scale, given.seed)


if __name__ == "__main__":
    main()
