"""Rows as what they mean, where a crawl has found that out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from gluepot.errors import ReadError
from gluepot.scan.query import query
from gluepot.scan.table import scan

if TYPE_CHECKING:
    from .conftest import Lake


def keep(lake: Lake, column: str, name: str, form: dict[str, Any], **more: Any) -> None:
    lake.catalog.put_evidence("default", "t", {"columns": [{"name": column, "semantic": {"name": name, "format": form, **more}}]})


def rows(lake: Lake, column: str, values: str, name: str, form: dict[str, Any], kind: str = "string", **options: Any) -> list[Any]:
    lake.write("a", values)
    lake.table("text", {column: kind})
    keep(lake, column, name, form)
    return [row[column] for row in lake.rows(semantic=True, **options)]


@pytest.mark.parametrize(
    ("text", "name", "form", "expected"),
    [
        ("13/01/2003\n\nN/A\n", "date", {"pattern": "dd/MM/yyyy"}, [date(2003, 1, 13), None, None]),
        ("2.1.2003 04:05\n", "timestamp", {"pattern": "d.M.yyyy HH:mm"}, [datetime(2003, 1, 2, 4, 5)]),
        (
            "2003-01-02T04:05:06.5+02:00\n",
            "timestamp",
            {"pattern": "yyyy-MM-dd'T'HH:mm:ss[.SSS]XXX"},
            [datetime(2003, 1, 2, 2, 5, 6, 500_000, UTC)],
        ),
        ("1.234,5 €\n-7 €\n", "money", {"decimal": ",", "group": ".", "scale": 1}, [Decimal("1234.50"), Decimal("-7.00")]),
        ("12,5 %\n", "percent", {"decimal": ",", "group": ""}, [0.125]),
        ("1 234,5\n", "number", {"decimal": ",", "group": " "}, [1234.5]),
        ("Ja\nnein\n", "boolean", {"true": "ja", "false": "nein"}, [True, False]),
        ("1700000000\n", "epoch", {"unit": "s"}, [datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)]),
        ("a@example.com\n", "e-mail", {}, ["a@example.com"]),
    ],
)
def test_columns_are_delivered_as_what_they_mean(lake: Lake, text: str, name: str, form: dict[str, Any], expected: list[Any]) -> None:
    assert rows(lake, "c", text, name, form) == expected


def test_integers_are_moments_and_one_past_all_calendars_is_told(lake: Lake) -> None:
    assert rows(lake, "at", "1700000000000\n", "epoch", {"unit": "ms"}, "bigint") == [datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)]
    lake.write("b", "9223372036854775807\n")

    with pytest.raises(ReadError, match="9223372036854775807"):
        lake.rows(semantic=True)
    assert {row["at"] for row in lake.rows(semantic=True, on_error="null")} == {None, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)}


def test_without_being_asked_for_the_catalog_s_types_stay(lake: Lake) -> None:
    rows(lake, "c", "13/01/2003\n", "date", {"pattern": "dd/MM/yyyy"})

    assert lake.rows() == [{"c": "13/01/2003"}]
    assert scan(lake.catalog, "t", semantic=True).schema.types == [scan(lake.catalog, "t", semantic=True).read_all().schema.field("c").type]


def test_a_value_that_does_not_convert_is_an_error_or_null(lake: Lake) -> None:
    form = {"pattern": "dd/MM/yyyy"}
    with pytest.raises(ReadError, match=r"a, column 'c': 'soon' is not the date"):
        rows(lake, "c", "13/01/2003\nsoon\n", "date", form)

    assert [row["c"] for row in lake.rows(semantic=True, on_error="null")] == [date(2003, 1, 13), None]


def test_what_is_ambiguous_stays_as_it_is(lake: Lake) -> None:
    rows(lake, "c", "01/02/2003\n", "date", {"pattern": "dd/MM/yyyy"})
    keep(lake, "c", "date", {"pattern": "dd/MM/yyyy"}, ambiguous=True)

    assert lake.rows(semantic=True) == [{"c": "01/02/2003"}]


def test_money_of_more_digits_than_a_decimal_holds_does_not_convert(lake: Lake) -> None:
    assert rows(lake, "c", f"${'9' * 40}\n", "money", {"decimal": ".", "group": "", "scale": 2}, on_error="null") == [None]


def test_sql_sees_meanings_and_may_make_nulls_of_the_rest(lake: Lake) -> None:
    rows(lake, "c", "13/01/2003\n14/01/2003\n", "date", {"pattern": "dd/MM/yyyy"})
    lake.write("b", "soon\n")
    sql = "select max(c) as last, count(*) - count(c) as odd from t"

    assert query(lake.catalog, sql, semantic=True, on_error="null").read_all().to_pylist() == [{"last": date(2003, 1, 14), "odd": 1}]
    with pytest.raises(ReadError, match="soon"):
        query(lake.catalog, sql, semantic=True).read_all()
