from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.classifiers.chain import classify
from gluepot.classifiers.inference.resolve import null_tokens
from gluepot.classifiers.sample import Sample
from gluepot.crawler.confirm import Confirmer
from gluepot.crawler.objects import Chunk, ChunkItem, ChunkResult, ClassifyOptions, Outcome
from gluepot.crawler.report import CrawlReport, Progress
from gluepot.crawler.settings import CrawlSettings
from gluepot.crawler.signatures import Signature, signature_of
from gluepot.storage.local import LocalStore

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]

ROWS = 60_000  # more than fit into a sample


def types(catalog: Catalog, name: str) -> dict[str, str | None]:
    return {column.name: column.type for column in catalog.get_table("default", name).columns}


def told(report: CrawlReport) -> str:
    return "\n".join(oddity.message for oddity in report.oddities)


def numbers(late: dict[int, str], rows: int = ROWS) -> str:
    """A table whose second column holds whole numbers, but for some rows."""
    return "id,size,name\n" + "".join(f"{row},{late.get(row, str(row * 7))},some name {row}\n" for row in range(rows))


def column_of(catalog: Catalog, table: str, column: str) -> dict[str, Any]:
    evidence: Any = catalog.get_evidence("default", table)
    return next(one for one in evidence["columns"] if one["name"] == column)


def test_a_late_word_makes_a_column_of_numbers_text_and_is_told_with_its_line_and_byte(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    text = numbers({50_000: "A7"})
    root = lake({"parts/p.csv": text})
    crawl(root)
    assert types(catalog, "parts")["size"] == "bigint"

    report = crawl(root, confirm=True)

    byte = text.index("50000,A7")
    assert types(catalog, "parts") == {"id": "bigint", "size": "string", "name": "string"}
    assert f"column size is string, not bigint as its sample showed: 'A7' in {root.as_uri()}/parts/p.csv, line 50002 (byte {byte})" in told(
        report
    )
    refuted = column_of(catalog, "parts", "size")["sampled"]
    assert (refuted["type"], refuted["refuted_by"]["line"], refuted["refuted_by"]["byte"]) == ("bigint", 50_002, byte)


@pytest.mark.parametrize(
    ("late", "kind"),
    [
        ("2.5", "double"),
        ("12345678901234567890", "decimal(20,0)"),
        ("007", "string"),
        ("2024-02-30", "string"),
        ("1e5", "string"),
        ("+3", "string"),
    ],
)
def test_a_late_value_of_another_kind_corrects_the_type(lake: Write, crawl: Crawl, catalog: Catalog, late: str, kind: str) -> None:
    report = crawl(lake({"parts/p.csv": numbers({59_990: late})}), confirm=True)

    assert types(catalog, "parts")["size"] == kind
    assert repr(late) in told(report)


def test_a_late_null_word_stands_for_null_and_leaves_the_type(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    report = crawl(lake({"parts/p.csv": numbers({40_000: "NA", 45_000: "NA"})}), confirm=True)

    assert types(catalog, "parts")["size"] == "bigint"
    assert (catalog.get_table("default", "parts").parameters or {})["gluepot.null.tokens"] == '{"size": ["NA"]}'
    assert "column size: 'NA' stands for null, which no sample showed" in told(report)
    assert "line 40002" in told(report)


def test_late_ragged_rows_are_told_with_line_and_byte(lake: Write, crawl: Crawl) -> None:
    text = numbers({50_000: "1,2"})

    report = crawl(lake({"parts/p.csv": text}), confirm=True)

    assert f"1 row has other than 3 columns, the first at line 50002 (byte {text.index('50000,1,2')}) with 4" in told(report)


def test_a_late_quote_that_is_not_closed_is_told_and_costs_its_line_alone(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    rows = [f'{row},"name, {row}",{row}\n' if row < 500 else f"{row},name,{row}\n" for row in range(2 * ROWS)]
    rows[50_000] = '50000,"name,1\n'
    text = "id,name,size\n" + "".join(rows)

    report = crawl(lake({"parts/p.csv": text}), confirm=True)

    assert types(catalog, "parts") == {"id": "bigint", "name": "string", "size": "bigint"}
    assert f"line 50002 (byte {text.index(rows[50_000])}) opens a quote that is not closed" in told(report)


def test_late_quotes_are_found(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    plain = "".join(f"{row},name {row},2\n" for row in range(ROWS))

    report = crawl(lake({"parts/p.csv": "id,name,n\n" + plain + '60000,"a, b",3\n' * 5}), confirm=True)

    table = catalog.get_table("default", "parts")
    assert types(catalog, "parts") == {"id": "bigint", "name": "string", "n": "bigint"}
    assert (table.parameters or {})["areColumnsQuoted"] == "true"
    assert "line 60002 " in told(report)
    assert "is the first quote" in told(report)


def test_a_late_letter_that_is_no_utf_8_tells_the_encoding(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    plain = "".join(f"{row},name {row},2\n" for row in range(ROWS)).encode()

    report = crawl(lake({"parts/p.csv": b"id,name,n\n" + plain + "60000,Müller,3\n".encode("cp1252")}), confirm=True)

    assert "is no UTF-8: the text is read as Windows-1252" in told(report)
    assert report.ok


def test_totals_below_a_long_table_are_left_out_as_below_a_short_one(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"parts/p.csv": numbers({}) + "Total,,\n"}), confirm=True)

    assert types(catalog, "parts")["id"] == "bigint"


def test_compressed_files_are_read_to_their_end(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    text = numbers({55_000: "A7"}).encode()

    report = crawl(lake({"parts/p.csv.gz": gzip.compress(text, mtime=0)}), confirm=True)

    assert types(catalog, "parts")["size"] == "string"
    assert f"line 55002 (byte {text.index(b'55000,A7')})" in told(report)


def test_late_keys_of_json_become_columns_and_late_types_correct(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    rows: list[dict[str, object]] = [{"id": row, "at": {"x": row, "padding": "some text that is long enough"}} for row in range(ROWS)]
    rows[50_000] = {"id": "A7", "at": {"x": 1.5, "y": True}, "late": None}
    rows[50_001]["late"] = 2
    text = "".join(json.dumps(row) + "\n" for row in rows)

    report = crawl(lake({"events/e.json": text}), confirm=True)

    assert types(catalog, "events") == {"id": "string", "at": "struct<x:double,padding:string,y:boolean>", "late": "int"}
    assert f"column id is string, not int as its sample showed: 'A7' in {report.tables[0].table.location}e.json, line 50001" in told(report)
    assert "column late int was in no sample" in told(report)


@pytest.mark.parametrize("indent", [None, 1])
def test_arrays_and_pretty_documents_are_streamed_too(lake: Write, crawl: Crawl, catalog: Catalog, indent: int | None) -> None:
    rows: list[dict[str, object]] = [{"id": row, "text": "some text that is long enough"} for row in range(ROWS)]
    rows[59_000]["id"] = "A7"

    report = crawl(lake({"events/e.json": json.dumps(rows, indent=indent)}), confirm=True)

    assert types(catalog, "events")["id"] == "string"
    assert "'A7'" in told(report)


def test_xml_is_streamed_too(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    rows = "".join(f"<row><id>{'A7' if row == 59_000 else row}</id><text>some text that is long</text></row>\n" for row in range(ROWS))

    report = crawl(lake({"events/e.xml": f"<rows>\n{rows}</rows>\n"}), confirm=True)

    assert types(catalog, "events")["id"] == "string"
    assert "'A7'" in told(report)
    assert "line 59002" in told(report)


def test_all_files_of_all_partitions_are_confirmed(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    files: dict[str, str | bytes] = {f"parts/day={day:02}/p.csv": numbers({}, 3000) for day in range(1, 20)}
    files["parts/day=17/p.csv"] = numbers({2500: "A7"}, 3000)

    report = crawl(lake(files), confirm=True)

    assert [table.table.name for table in report.tables] == ["parts"]
    assert types(catalog, "parts")["size"] == "string"
    assert "day=17/p.csv, line 2502" in told(report)


def test_a_dry_run_shows_the_corrected_plan(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    report = crawl(lake({"parts/p.csv": numbers({50_000: "A7"})}), confirm=True, dry_run=True)

    assert [column.type for column in report.tables[0].table.columns] == ["bigint", "string", "string"]
    assert list(catalog.get_databases()) == [] or list(catalog.get_tables("default")) == []


def test_what_was_confirmed_is_not_read_again_while_it_does_not_change(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"parts/p.csv": numbers({50_000: "A7"})})
    crawl(root, confirm=True)
    seen: list[Progress] = []

    report = gluepot.crawl(str(root), catalog=catalog, settings=CrawlSettings(confirm=True), on_progress=seen.append)

    assert report.tables[0].action == "unchanged"
    assert types(catalog, "parts")["size"] == "string"
    assert {progress.confirmed for progress in seen} == {0}


def test_progress_tells_the_bytes_that_were_confirmed(lake: Write, catalog: Catalog) -> None:
    text = numbers({})
    seen: list[Progress] = []

    root = lake({"parts/p.csv": text})
    gluepot.crawl(str(root), catalog=catalog, settings=CrawlSettings(confirm=True), on_progress=seen.append)

    assert max(progress.confirmed for progress in seen if progress.stage == "confirming") == len(text)


def test_a_folder_of_several_kinds_is_confirmed_too(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    other = "code,price,colour,weight\n" + "".join(f"c{row},{row}.5,red,{row}\n" for row in range(ROWS)) + "c1,dear,red,1\n"

    crawl(lake({"mixed/a.csv": numbers({50_000: "A7"}), "mixed/b.csv": other}), confirm=True)

    found = {table.name: types(catalog, table.name) for table in catalog.get_tables("default")}
    assert sorted(columns.get("size") or columns.get("price") or "" for columns in found.values()) == ["string", "string"]


# --- whatever the cuts, the same as if everything had been in the sample -----------------------------------


def confirmed(folder: Path, name: str, data: bytes, sample: int, piece: int, block: int) -> tuple[Signature, str]:
    """Return the kind of one object, from a sample of some bytes, streamed in pieces."""
    (folder / name).write_bytes(data)
    found = classify(Sample(name, len(data), data[:sample], whole=False))
    chunk = Chunk(0, "*", (ChunkItem(0, name, len(data)),))
    result = ChunkResult(0, (signature_of("*", found, "accurate"),), (Outcome(0),))
    confirmer = Confirmer(LocalStore(str(folder)), ClassifyOptions(confirm=True), 1, lambda _: None, piece, block)
    ((_, after),) = confirmer.confirm([(chunk, result, False)])
    return after.signatures[0], after.outcomes[0].problem


def of_whole(name: str, data: bytes) -> Signature:
    return signature_of("*", classify(Sample(name, len(data), data)), "accurate")


KINDS: dict[str, Callable[[random.Random], str]] = {
    "bigint": lambda r: str(r.randint(-99_999, 99_999)),
    "double": lambda r: f"{r.random() * 1000:.2f}",
    "date": lambda r: f"2024-{r.randint(1, 12):02}-{r.randint(1, 28):02}",
    "timestamp": lambda r: f"2024-{r.randint(1, 12):02}-{r.randint(1, 28):02} {r.randint(0, 23):02}:00:00",
    "boolean": lambda r: r.choice(["true", "false"]),
    "string": lambda r: r.choice(["red", "dark, blue", "", 'the "best"', "two\nlines", "naïve"]),
}
LATE = (
    *(
        "",
        "NA",
        "NA",
        "-",
        "7",
        "-0",
        "007",
        "2.5",
        "1e5",
        "1.5e3",
        "nan",
        "inf",
        "+3",
        " 1 ",
        "0x1F",
        "2024-02-30",
        "2024-2-3",
        "2024-03-01",
    ),
    *(
        "2024-01-01 10:00:00.5",
        "2024-01-01T10:00:00",
        "true",
        "t",
        "99999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "A7",
    ),
)


def written(cell: str, *, always: bool) -> str:
    return '"' + cell.replace('"', '""') + '"' if always or any(mark in cell for mark in ',"\n') else cell


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=5),
    late=st.lists(st.tuples(st.integers(0, 4), st.integers(400, 1400), st.sampled_from(LATE)), max_size=8),
    ends=st.sampled_from(["\n", "\r\n"]),
    piece=st.integers(2_000, 60_000),
    block=st.integers(500, 60_000),
)
def test_what_is_confirmed_is_what_everything_in_the_sample_would_have_shown(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    kinds: list[str],
    late: list[tuple[int, int, str]],
    ends: str,
    piece: int,
    block: int,
) -> None:
    made = random.Random(seed)
    rows = [[str(number), *(KINDS[kind](made) for kind in kinds)] for number in range(1500)]
    for column, row, value in late:
        rows[row][1 + column % len(kinds)] = value
    header = ["key", *(f"{kind}_{place}" for place, kind in enumerate(kinds))]
    always = '"' in "".join(map("".join, rows[:100]))
    data = "".join(",".join(written(cell, always=always and bool(cell)) for cell in row) + ends for row in [header, *rows]).encode()

    found, problem = confirmed(tmp_path_factory.mktemp("lake"), "t.csv", data, 20_000, piece, block)

    whole = of_whole("t.csv", data)
    assert found.columns == whole.columns
    assert "could not" not in problem
    assert {name: null_tokens(one.type) for name, one in found.schema.members.items()} == {
        name: null_tokens(one.type) for name, one in whole.schema.members.items()
    }
    assert found.schema.structs == whole.schema.structs
    for member in found.schema.members.values():
        for seen in member.type.kinds.values():
            assert 0 < seen.byte < len(data)
            assert data[: seen.byte].endswith(ends.encode())
            assert seen.line > data.count(b"\n", 0, seen.byte)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=40, deadline=None)
@given(
    late=st.lists(st.tuples(st.integers(100, 900), st.dictionaries(st.sampled_from(["k", "n", "late", "more"]), VALUES)), max_size=5),
    layout=st.sampled_from(["lines", "array", "pretty"]),
    piece=st.integers(2_000, 60_000),
    block=st.integers(1_000, 60_000),
)
def test_json_is_confirmed_as_if_everything_had_been_in_the_sample(
    tmp_path_factory: pytest.TempPathFactory, late: list[tuple[int, dict[str, object]]], layout: str, piece: int, block: int
) -> None:
    rows: list[dict[str, object]] = [{"k": row, "n": {"a": row / 2}} for row in range(1000)]
    for row, document in late:
        rows[row] = document
    documents = [json.dumps(row, indent=1 if layout == "pretty" else None) for row in rows]
    text = f"[{', '.join(documents)}]" if layout == "array" else "\n".join(documents) + "\n"
    data = text.encode()

    found, problem = confirmed(tmp_path_factory.mktemp("lake"), "t.json", data, 2_000, piece, block)

    assert problem == ""
    assert found.columns == of_whole("t.json", data).columns
    assert found.schema.structs == 1000
