"""Logs from the folder to the query."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import gluepot
from gluepot.catalog.interface import Catalog
from gluepot.catalog.model import SerDe
from gluepot.classifiers.grok import GrokClassifier
from gluepot.crawler.report import CrawlReport
from gluepot.errors import ReadError

Write = Callable[[dict[str, str | bytes]], Path]
Crawl = Callable[..., CrawlReport]

LINE = '10.0.0.{} - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" {} 2326 "-" "curl/8"\n'
ACCESS = "".join(LINE.format(number, 200 + number % 2) for number in range(20))


def serde(catalog: Catalog, table: str) -> SerDe:
    storage = catalog.get_table("default", table).storage
    assert storage is not None
    assert storage.serde is not None
    return storage.serde


def test_access_logs_become_a_table_that_can_be_queried(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"access/dt=2024-01-01/a.log": ACCESS + "not a line of it\n", "access/dt=2024-01-02/b.log": ACCESS})

    report = crawl(root, verify="full")

    assert [table.verification.status for table in report.tables if table.verification] == ["verified"]
    assert serde(catalog, "access").library == "com.amazonaws.glue.serde.GrokSerDe"
    assert serde(catalog, "access").parameters == {"input.format": "%{COMBINEDAPACHELOG}"}
    rows = gluepot.query(catalog, "select response, count(*) from access group by 1 order by 1 nulls last").read_all()
    assert [tuple(row.values()) for row in rows.to_pylist()] == [("200", 20), ("201", 20), (None, 1)]


def test_a_custom_classifier_types_its_columns(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"orders/a.log": "AB-1 2.50 3\nAB-2 3.00 4\nno order\nAB-3 1.00 5\n"})
    custom = "ORDER [A-Z]+-%{INT}"
    classifier = GrokClassifier("orders", "orders", "^%{ORDER:id} %{NUMBER:total:double} %{INT:count:int}$", custom)

    crawl(root, classifiers=(classifier,))

    assert serde(catalog, "orders").parameters == {"input.format": classifier.pattern, "input.grokCustomPatterns": custom}
    assert (catalog.get_table("default", "orders").parameters or {})["grokCustomPatterns"] == custom
    rows = gluepot.scan_table(catalog, "orders").read_all().to_pylist()
    assert rows[0] == {"id": "AB-1", "total": 2.5, "count": 3}
    assert rows[2] == {"id": None, "total": None, "count": None}


def test_a_value_that_is_not_of_its_fields_type_is_named(lake: Write, crawl: Crawl, catalog: Catalog) -> None:
    root = lake({"n/a.log": "n=1\nn=2\nn=99999999999\n"})
    crawl(root, classifiers=(GrokClassifier("n", "n", "n=%{INT:n:int}"),))

    with pytest.raises(ReadError, match=r"a.log, line 3, column 'n': '99999999999' is not a value of type int"):
        gluepot.scan_table(catalog, "n").read_all()
    assert gluepot.scan_table(catalog, "n", on_error="null").read_all().to_pylist()[2] == {"n": None}
