"""What a crawl keeps of the values that it read back."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gluepot.catalog.interface import Catalog
from gluepot.catalog.sqlite import open_catalog
from gluepot.crawler.crawl import crawl
from gluepot.crawler.settings import CrawlSettings
from gluepot.scan.table import scan


class Crawled:
    """One table, crawled from one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, text: str, name: str = "t.csv", **settings: Any) -> Catalog:
        (self.folder / "t").mkdir(exist_ok=True)
        (self.folder / "t" / name).write_text(text)
        catalog = open_catalog(self.folder / "gluepot.db")
        crawl(str(self.folder / "t"), catalog=catalog, settings=CrawlSettings(workers=1, **settings))
        return catalog


@pytest.fixture
def crawled(tmp_path: Path) -> Crawled:
    return Crawled(tmp_path)


def profile(catalog: Catalog, column: str) -> dict[str, Any]:
    evidence = catalog.get_evidence("default", "t") or {}
    found: dict[str, Any] = next(one for one in evidence["columns"] if one["name"] == column)["profile"]
    return found


def statistics(catalog: Catalog, column: str) -> dict[str, Any]:
    (found,) = catalog.get_column_statistics("default", "t", [column])
    return dict(found.data or {})


def test_a_column_is_profiled_in_its_table_s_evidence(crawled: Crawled) -> None:
    with crawled("id,city\n1,Oslo\n2,Bergen\n3,Oslo\n4,Oslo\n5,Oslo\n") as catalog:
        assert profile(catalog, "id") == {"values": 5, "nulls": 0, "distinct": 5, "exact": True, "min": 1, "max": 5}
        assert profile(catalog, "city")["top"][0] == ["Oslo", 4]
        assert (catalog.get_evidence("default", "t") or {})["profile"] == {"rows": 5, "files": 1, "complete": True}


def test_statistics_are_glue_s_own_records(crawled: Crawled) -> None:
    with crawled("id,price,day,big\n1,0.5,2024-01-02,123456789012345678901\n2,1.5,2024-01-03,-5\n2,,2024-01-03,7\n") as catalog:
        assert statistics(catalog, "id") == {
            "Type": "LONG",
            "LongColumnStatisticsData": {"MinimumValue": 1, "MaximumValue": 2, "NumberOfNulls": 0, "NumberOfDistinctValues": 2},
        }
        assert statistics(catalog, "price")["DoubleColumnStatisticsData"] == {
            "MinimumValue": 0.5,
            "MaximumValue": 1.5,
            "NumberOfNulls": 1,
            "NumberOfDistinctValues": 2,
        }
        assert statistics(catalog, "day")["DateColumnStatisticsData"]["MinimumValue"] == 1_704_153_600
        least = statistics(catalog, "big")["DecimalColumnStatisticsData"]["MinimumValue"]
        assert (int.from_bytes(base64.b64decode(least["UnscaledValue"]), "big", signed=True), least["Scale"]) == (-5, 0)


def test_a_json_lake_is_profiled_alike_and_nested_columns_are_counted_only(crawled: Crawled) -> None:
    with crawled('{"ok":true,"at":"2024-01-02 03:04:05","tags":["a"]}\n{"ok":false,"at":null,"tags":[]}\n', "t.json") as catalog:
        assert statistics(catalog, "ok")["BooleanColumnStatisticsData"] == {"NumberOfTrues": 1, "NumberOfFalses": 1, "NumberOfNulls": 0}
        assert profile(catalog, "tags") == {"values": 2, "nulls": 0}
        assert catalog.get_column_statistics("default", "t", ["tags"]) == []


def test_a_column_that_is_gone_loses_its_statistics(crawled: Crawled) -> None:
    crawled("id,old\n1,2\n").close()

    with crawled("id,new\n1,2\n") as catalog:
        assert [one.column_name for one in catalog.get_column_statistics("default", "t")] == ["id", "new"]


@pytest.mark.parametrize("settings", [{"statistics": False}, {"verify": "none"}, {"dry_run": True}])
def test_nothing_is_kept_where_nothing_may_be_or_nothing_is_read(crawled: Crawled, settings: dict[str, Any]) -> None:
    with crawled("id\n1\n", **settings) as catalog:
        tables = [table.name for table in catalog.get_tables("default")]
        assert [one for name in tables for one in catalog.get_column_statistics("default", name)] == []


def test_a_profile_of_many_rows_says_that_it_is_of_the_first(crawled: Crawled) -> None:
    with crawled("id\n" + "".join(f"{number}\n" for number in range(20_000))) as catalog:
        told = (catalog.get_evidence("default", "t") or {})["profile"]
        assert (told["rows"], told["complete"]) == (5000, False)
        assert abs(profile(catalog, "id")["distinct"] - 5000) < 600


PEOPLE = "id,mail,born,joined,ok\n" + "".join(
    f"{n},p{n}@example.com,19{n}-01-02,{n - 40}/01/2024,{'nein' if n % 3 else 'ja'}\n" for n in range(50, 70)
)


def test_personal_values_are_nowhere_in_the_catalog(crawled: Crawled) -> None:
    with crawled(PEOPLE.replace("born", "birth_date")) as catalog:
        evidence, kept = catalog.get_evidence("default", "t"), catalog.get_column_statistics("default", "t")
        assert "@example.com" not in str(evidence)
        assert "1950-01-02" not in str(evidence)
        assert "MinimumValue" not in statistics(catalog, "birth_date")["DateColumnStatisticsData"]
        assert profile(catalog, "mail")["min"] == "p**@*******.***"
        assert "p50" not in str(kept)


def test_what_a_crawl_found_columns_to_mean_is_how_they_can_be_read(crawled: Crawled) -> None:
    with crawled(PEOPLE) as catalog:
        (column,) = (one for one in (catalog.get_evidence("default", "t") or {})["columns"] if one["name"] == "joined")
        assert (column["semantic"]["format"]["pattern"], column["semantic"]["decided_by"]) == ("dd/MM/yyyy", 17)
        row = scan(catalog, "t", semantic=True, limit=1).read_all().to_pylist()[0]
        assert (row["joined"], row["ok"]) == (date(2024, 1, 10), False)


def test_of_very_many_columns_the_first_are_profiled(crawled: Crawled) -> None:
    names = [f"c{number}" for number in range(1200)]
    with crawled(",".join(names) + "\n" + ",".join("7" for _ in names) + "\n") as catalog:
        assert len(catalog.get_column_statistics("default", "t")) == 1000
