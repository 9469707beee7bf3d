"""Many files, one schema; and partitions whose own schema is another, with the place that differs."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.crawler.report import CrawlReport
from gluepot.crawler.settings import CrawlSettings, Inference

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]

LAW = settings(deadline=None, derandomize=True, database=None, max_examples=25)

values: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers(-5, 2**40) | st.just(2.5) | st.just("x") | st.just([]) | st.just([1]) | st.just(["x"])
)
nested = (
    values | st.dictionaries(st.sampled_from(["p", "q"]), values, max_size=2) | st.lists(st.dictionaries(st.just("r"), values), max_size=2)
)
records = st.lists(st.fixed_dictionaries({"id": st.integers(1, 9), "name": st.just("x"), "a": values, "b": nested}), min_size=2, max_size=8)


def schema(files: Sequence[Sequence[Any]], inference: Inference, partitioned: bool) -> dict[str, str | None]:
    with tempfile.TemporaryDirectory() as folder, gluepot.open(f"{folder}/catalog.db") as catalog:
        for number, rows in enumerate(files):
            path = Path(folder, "t", f"d={number}" if partitioned else "", f"{number}.json")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        report = gluepot.crawl(f"{folder}/t", catalog=catalog, settings=CrawlSettings(inference=inference, verify="none"))
        (found,) = report.tables
        return {column.name: column.type for column in found.table.columns}


def folded(found: dict[str, str | None]) -> dict[str, object]:
    """Glue lists a conflict's candidates in order of first appearance: here only which they are counts."""
    return {name: sorted((kind or "").replace("<", ",").replace(">", ",").split(",")) for name, kind in found.items()}


@LAW
@given(records, st.integers(1, 7), st.booleans(), st.sampled_from(["accurate", "glue"]), st.randoms(use_true_random=False))
def test_rows_give_one_schema_however_they_lie_in_files(
    rows: list[Any], cut: int, partitioned: bool, inference: Inference, random: Any
) -> None:
    files = [part for part in (rows[:cut], rows[cut:]) if part]
    singles = [[row] for row in rows]
    random.shuffle(singles)

    whole, halves, scattered = (folded(schema(each, inference, partitioned)) for each in ([rows], files, singles))

    assert whole == halves == scattered


def parquet(prices: list[Any]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"id": [1] * len(prices), "details": [{"items": [{"price": price}]} for price in prices]}), buffer)
    return buffer.getvalue()


def told(report: CrawlReport) -> list[str]:
    return [oddity.message for oddity in report.oddities if "in the table" in oddity.message]


@pytest.mark.parametrize("inference", ["accurate", "glue"])
def test_a_partition_whose_schema_differs_is_shown_with_the_path(lake: Write, crawl: Crawl, catalog: Catalog, inference: Inference) -> None:
    word, number = parquet(["1"]), parquet([1.5])
    files: dict[str, str | bytes] = {f"s/year={year}/a.parquet": word if year < 2021 else number for year in (2019, 2020, 2021, 2022)}

    report = crawl(lake(files) / "s", inference=inference, single_schema=True)

    (found,) = report.tables
    table = {"accurate": "string", "glue": "struct<string:string,double:double>"}[inference]
    path = "details.items.element.price"
    assert [(d.path, d.type, d.partition, d.partitions) for d in found.differences if d.type == "string"] == (
        [] if inference == "accurate" else [(path, "string", "year=2019/", 2)]
    )
    assert f"{path}: double in year=2021/ and 1 more, {table} in the table" in told(report)
    evidence = catalog.get_evidence("default", "s")
    assert evidence is not None
    assert path in {one["path"] for one in evidence["differences"]}


def test_a_json_partition_that_contradicts_the_others_is_shown(lake: Write, crawl: Crawl) -> None:
    files: dict[str, str | bytes] = {f"s/day={day}/a.json": '{"id": 1, "d": {"price": 2}, "n": null}\n' for day in range(1, 5)}
    files |= {"s/day=5/a.json": '{"id": 1.5, "d": {"price": {"eur": 2}}, "n": "x"}\n'}

    report = crawl(lake(files), verify="full")

    assert told(report) == [
        "d.price: int in day=1/ and 3 more, string in the table",
        "d.price: struct<eur:int> in day=5/, string in the table",
    ]
    assert [str(found) for found in report.tables[0].differences if found.path == "id"] == [
        "id: int in day=1/ and 3 more, double in the table"
    ]


def test_a_text_partition_of_narrower_numbers_is_no_oddity(lake: Write, crawl: Crawl) -> None:
    report = crawl(lake({"s/d=1/a.csv": "id,n\n1,2\n2,3\n", "s/d=2/a.csv": "id,n\n1,2.5\n2,3.5\n"}))

    assert told(report) == []
    assert [str(found) for found in report.tables[0].differences] == ["n: bigint in d=1/, double in the table"]


def test_partitions_that_lack_columns_or_hold_only_nulls_differ_in_nothing(lake: Write, crawl: Crawl) -> None:
    files: dict[str, str | bytes] = {
        "s/d=1/a.json": '{"id": 1, "a": {"x": 1, "y": [2]}}\n',
        "s/d=2/a.json": '{"id": 2, "a": {"x": null, "y": []}}\n',
    }

    assert crawl(lake(files)).tables[0].differences == ()
