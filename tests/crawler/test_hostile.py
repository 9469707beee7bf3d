"""Bad input: each is recorded against its object, and the rest of the crawl goes on."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gluepot.catalog.interface import Catalog
from gluepot.crawler.report import CrawlReport

SALES = "id,amount\n1,2.5\n2,3.5\n"

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]


def tables(report: CrawlReport) -> dict[str, list[str]]:
    return {found.table.name: [f"{column.name}:{column.type}" for column in found.table.columns] for found in report.tables}


def told(report: CrawlReport, name: str) -> str:
    return " ".join(oddity.message for oddity in report.oddities if name in oddity.subject)


def test_a_truncated_parquet_file_is_unknown_and_says_why(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"broken/a.parquet": b"PAR1" + bytes(200), "sales/a.csv": SALES}))

    assert tables(report) == {"broken": [], "sales": ["id:bigint", "amount:double"]}
    assert "it begins with PAR1 but does not end so: truncated" in told(report, "broken")


def test_a_truncated_gzip_file_gives_the_table_that_its_beginning_shows(lake: Write, crawl: Crawl) -> None:
    whole = gzip.compress(("id,price\n" + "".join(f"{n},{n}.5\n" for n in range(20_000))).encode())

    report = crawl(lake({"cut/a.csv.gz": whole[: len(whole) // 2], "sales/a.csv": SALES}), verify="full")

    assert tables(report)["cut"] == ["id:bigint", "price:double"]
    assert not report.ok
    cut = report.tables[0].verification
    assert cut is not None
    assert cut.status == "failed"
    assert cut.failure is not None
    assert "a.csv.gz" in str(cut.failure)


def test_bytes_that_only_look_compressed_are_recorded_and_left_out(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"bad/a.gz": b"\x1f\x8b\x08\x00" + b"\xff" * 100, "bad/b.bz2": b"BZh91AY&SY" + b"x" * 100, "sales/a.csv": SALES}))

    assert "sales" in tables(report)
    assert not report.ok
    assert {os.path.basename(oddity.subject) for oddity in report.oddities if oddity.severity == "error"} == {"a.gz", "b.bz2"}


def test_a_gzip_bomb_is_looked_at_and_not_inflated(lake: Write, crawl: Crawl) -> None:
    bomb = gzip.compress(bytes(200_000_000), 9)

    report = crawl(lake({"bomb/a.gz": bomb, "bz/a.bz2": bz2.compress(bytes(50_000_000)), "sales/a.csv": SALES}), verify="none")

    assert tables(report) == {"bomb": [], "bz": [], "sales": ["id:bigint", "amount:double"]}


def test_a_file_of_one_endless_line_is_read_in_bounded_memory(lake: Write, crawl: Crawl) -> None:
    root = lake({"sales/a.csv": SALES, "line/a.csv": b""})
    with (root / "line/a.csv").open("wb") as file:
        file.write(b"x," * 5_000_000)
        file.truncate(2 * 1024**3)  # sparse

    report = crawl(root, verify="none")

    assert tables(report) == {"line": [], "sales": ["id:bigint", "amount:double"]}


def test_ten_thousand_columns_are_ten_thousand_columns(lake: Write, crawl: Crawl) -> None:
    header = ",".join(f"c{n}" for n in range(10_000))
    row = ",".join(str(n) for n in range(10_000))

    report = crawl(lake({"wide/a.csv": f"{header}\n{row}\n{row}\n"}))

    assert len(report.tables[0].table.columns) == 10_000
    assert report.ok


def test_json_nested_a_hundred_deep_keeps_its_depth_and_deeper_ends_in_a_string(lake: Write, crawl: Crawl) -> None:
    def nested(depth: int) -> str:
        return '{"a":' * depth + "1" + "}" * depth

    report = crawl(lake({"deep/a.json": nested(100) + "\n", "deeper/a.json": nested(500) + "\n"}), verify="none")

    assert tables(report)["deep"][0].count("struct<") == 99
    assert "string" in tables(report)["deeper"][0]


def test_a_bracket_a_hundred_thousand_times_is_unknown(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"deep/a.json": "[" * 100_000, "objects/a.json": '{"a":' * 50_000}))

    assert tables(report) == {"deep": [], "objects": []}


def test_text_in_no_valid_encoding_is_still_a_table(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"bad/a.csv": b"id,name\n1,caf\xe9\n2,\xff\xfe\n3,ok\n"}))

    assert tables(report) == {"bad": ["id:bigint", "name:string"]}


def test_odd_names_are_names(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    odd = ["with space", "quo'te", 'dou"ble', "line\nbreak", "emoji 🎉", "per%cent", "back\\slash", "glob[*]?"]

    report = crawl(lake({f"{name}/k={name}/{name}.csv": SALES for name in odd}))

    assert report.ok
    assert len(report.tables) == len(odd)
    values = {partition.values[0] for table in catalog.get_tables("default") for partition in catalog.get_partitions("default", table.name)}
    assert values == set(odd)


def test_a_symlink_loop_is_told_and_left(lake: Write, crawl: Crawl) -> None:
    root = lake({"sales/a.csv": SALES})
    (root / "sales/again").symlink_to(root, target_is_directory=True)

    report = crawl(root)

    assert tables(report)["sales"] == ["id:bigint", "amount:double"]
    assert "again" in " ".join(oddity.subject for oddity in report.oddities)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_told_and_left(lake: Write, crawl: Crawl) -> None:
    root = lake({"sales/a.csv": SALES, "sales/b.csv": SALES})
    (root / "sales/b.csv").chmod(0)

    report = crawl(root)

    assert not report.ok
    assert tables(report) == {"sales": ["id:bigint", "amount:double"]}


def test_a_zip_of_several_files_is_told_apart(lake: Write, crawl: Crawl) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", SALES)
        archive.writestr("b.csv", SALES)

    report = crawl(lake({"zips/a.zip": buffer.getvalue(), "sales/a.csv": SALES}))

    assert tables(report)["sales"] == ["id:bigint", "amount:double"]
    assert "zip" in told(report, "zips").lower() or tables(report).get("zips") == []


def test_a_row_that_refutes_the_sample_is_named_with_file_line_and_value(lake: Write, crawl: Crawl) -> None:
    rows = [f"{n},{n}.5" for n in range(200_000)]
    rows[150_000] = "150000,A7"

    report = crawl(lake({"late/a.csv": "id,amount\n" + "\n".join(rows) + "\n"}), verify="full")

    verification = report.tables[0].verification
    assert verification is not None
    assert verification.status == "failed"
    assert verification.failure is not None
    assert (verification.failure.line, verification.failure.value) == (150_002, "A7")


def test_json_lines_with_a_bad_line_are_still_json(lake: Write, crawl: Crawl) -> None:
    lines = [json.dumps({"id": n, "name": "x"}) for n in range(50)]
    lines[30] = '{"id": 30, "name": '

    report = crawl(lake({"events/a.json": "\n".join(lines) + "\n"}))

    assert tables(report)["events"] == ["id:int", "name:string"]
    assert not report.ok or told(report, "events")


def test_an_object_without_members_is_a_map_since_no_engine_knows_an_empty_struct(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"t/a.json": '{"a": 1, "b": {}, "c": {"d": {}}}\n'}), verify="full")

    assert tables(report) == {"t": ["a:int", "b:map<string,string>", "c:struct<d:map<string,string>>"]}
    assert report.ok


def test_a_table_of_empty_records_says_that_it_has_no_columns(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"none/a.json": "{}\n", "sales/a.csv": SALES}))

    assert tables(report)["none"] == []
    assert "no columns" in told(report, "/none/")


def test_keys_that_differ_only_by_case_are_told_and_read_together(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"t/a.json": '{"Id": 1}\n{"ID": 2}\n'}))

    assert tables(report) == {"t": ["id:int"]}
    assert "keys Id, ID differ only by case" in told(report, "/t/")
    assert "reads them all" in told(report, "/t/")
