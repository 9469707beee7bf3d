"""JSON that is odd: what is crawled is read back, every key and row of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.crawler.report import CrawlReport
from gluepot.errors import InvalidInput

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]

LONG = "1" * 5000


ODD: list[tuple[str | bytes, list[dict[str, Any]]]] = [
    ('{"id":1,"Id":"x"}\n{"ID":2}\n', [{"id": 1, "id_2": "x", "id_3": None}, {"id": None, "id_2": None, "id_3": 2}]),
    ('{"Id":1}\n{"id":2}\n', [{"id": 1}, {"id": 2}]),
    ('{"n":{"A":1,"a":"y"}}\n', [{"n": {"A": 1, "a_2": "y"}}]),
    ('{"":1," b ":2,"c\\u0000":3,"d":{"e-f":4,"g:h":5,"":6}}\n', [{"col0": 1, "b": 2, "c_": 3, "d": {"e_f": 4, "g_h": 5, "col2": 6}}]),
    ('{"a":[]}\n{"a":{"x":1}}\n', [{"a": None}, {"a": {"x": 1}}]),
    ('{"a":{}}\n', [{"a": []}]),
    ('[{"a":[1]},{"a":[2]}]', [{"a": [1]}, {"a": [2]}]),
    ("[1,2]\n[3]\n", [{"array": [1, 2]}, {"array": [3]}]),
    (f'{{"a":{LONG}}}\n{{"a":{2**70}}}\n{{"a":"x"}}\n', [{"a": LONG}, {"a": str(2**70)}, {"a": "x"}]),
    ('{"a":"é"}\n'.encode("utf-16-le"), [{"a": "é"}]),
    (b'{"a":"\xe9"}\n', [{"a": "é"}]),
    (
        '{"a":{"2024-01-01":1,"2024-01-02":2,"2024-01-03":3,"2024-01-04":4,"2024-01-05":5}}',
        [{"a": [(f"2024-01-0{n}", n) for n in range(1, 6)]}],
    ),
]


@pytest.mark.parametrize(("body", "rows"), ODD)
def test_every_key_and_row_is_read_back(lake: Write, crawl: Crawl, catalog: Catalog, body: str | bytes, rows: list[dict[str, Any]]) -> None:
    report = crawl(lake({"t/a.json": body}))

    assert [table.verification.status for table in report.tables if table.verification] == ["verified"]
    assert gluepot.scan_table(catalog, "t").read_all().to_pylist() == rows


def test_a_column_too_deep_for_a_query_is_refused_by_its_table(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"t/a.json": '{"a":' * 300 + "1" + "}" * 300}))

    with pytest.raises(InvalidInput, match="A column of t cannot be queried"):
        gluepot.query(catalog, "select a from t")


def test_a_place_of_several_sorts_of_values_is_explained(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    crawl(lake({"t/a.json": '{"a":{"b":1}}\n{"a":{"b":"x"}}\n'}))
    evidence = catalog.get_evidence("default", "t")
    assert evidence is not None
    (column,) = evidence["columns"]

    assert [(one["path"], [(kind["type"], kind["first"]["line"]) for kind in one["kinds"]]) for one in column["mixed"]] == [
        ("a.b", [("int", 1), ("string", 2)])
    ]
