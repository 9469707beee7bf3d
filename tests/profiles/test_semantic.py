"""What values mean: each kind of them, what is in doubt, and what is not."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gluepot.profiles.columns import summarise
from gluepot.profiles.semantic import described, semantics_of
from gluepot.scan.moments import moment_reader, patterns_of, strict


def found(values: list[Any], name: str = "c") -> dict[str, Any]:
    (column,) = summarise(pa.RecordBatch.from_pydict({name: values})).columns
    return described(semantics_of(column))


def meaning(values: list[Any], name: str = "c") -> tuple[str, dict[str, Any]] | None:
    semantic = found(values, name).get("semantic")
    return semantic and (semantic["name"], semantic.get("format", {}))


@pytest.mark.parametrize(
    ("values", "pattern", "python"),
    [
        (["01/02/2024", "13/01/2003"], "dd/MM/yyyy", "%d/%m/%Y"),
        (["01/02/2024", "01/13/2003"], "MM/dd/yyyy", "%m/%d/%Y"),
        (["1/2/2024", "13/10/2003"], "d/M/yyyy", "%d/%m/%Y"),
        (["31.12.99", "01.01.00"], "dd.MM.yy", "%d.%m.%y"),
        (["2024-01-31", "1999-12-01"], "yyyy-MM-dd", "%Y-%m-%d"),
        (["3 février 2024", "12 août 2023"], "d MMM yyyy", "%d %b %Y"),
        (["Feb 3, 2024", "Mar 12, 2024"], "MMM d, yyyy", "%b %d, %Y"),
        (["03-Mar-24", "14-Apr-24"], "dd-MMM-yy", "%d-%b-%y"),
        (["20240131", "20231201"], "yyyyMMdd", "%Y%m%d"),
        (["1/13/2024 3:04 PM", "12/1/2024 11:00 AM"], "M/d/yyyy h:mm a", "%m/%d/%Y %I:%M %p"),
        (["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.5+02:00"], "yyyy-MM-dd'T'HH:mm:ss[.SSS]XXX", None),
        (["Tue, 01 Feb 2022 10:00:00 +0000"], "EEE, dd MMM yyyy HH:mm:ss XX", "%a, %d %b %Y %H:%M:%S %z"),
        (["10/Oct/2000:13:55:36 -0700"], "dd/MMM/yyyy:HH:mm:ss XX", "%d/%b/%Y:%H:%M:%S %z"),
        (["Thu Jan  1 00:00:00 1970", "Fri Jan 12 10:00:00 2024"], "EEE MMM d HH:mm:ss yyyy", "%a %b %d %H:%M:%S %Y"),
    ],
)
def test_dates_are_told_with_their_pattern(values: list[str], pattern: str, python: str | None) -> None:
    kind, form = meaning(values) or ("", {})

    assert kind == ("timestamp" if "mm" in pattern else "date")
    assert (form["pattern"], form.get("strptime")) == (pattern, python)


def test_an_order_that_no_value_decides_is_told_as_ambiguous() -> None:
    semantic = found(["01/02/2024", "03/04/2024"])["semantic"]

    assert semantic["ambiguous"]
    assert {semantic["format"]["pattern"], *semantic["alternatives"]} == {"dd/MM/yyyy", "MM/dd/yyyy"}


def test_a_mark_that_may_part_thousands_or_decimals_is_told_as_ambiguous() -> None:
    assert found(["1,234", "5,678"])["semantic"]["ambiguous"]


def test_the_values_that_decide_an_order_are_counted() -> None:
    semantic = found(["01/02/2024", "13/01/2003", "13/01/2003", "31/12/2003"])["semantic"]

    assert "ambiguous" not in semantic
    assert (semantic["decided_by"], semantic["matched"], semantic["of"]) == (3, 4, 4)


@given(
    st.dates(date(1970, 1, 1), date(2060, 1, 1)),
    st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%y", "%d %b %Y", "%Y%m%d", "%A, %B %d, %Y"]),
)
def test_a_rendered_date_is_read_back_by_one_of_its_patterns(day: date, form: str) -> None:
    text = day.strftime(form)

    assert day in [moment_reader(strict(pattern))(text) for pattern in patterns_of(text)]


@given(st.text(max_size=30))
def test_any_text_has_patterns_that_read_it_or_none(text: str) -> None:
    for pattern in patterns_of(text):
        moment_reader(pattern)(text)


@pytest.mark.parametrize(
    ("values", "name", "form"),
    [
        (["$1,234.50", "$5.00", "($7.25)"], "money", {"decimal": ".", "group": ",", "currency": "USD", "scale": 2}),
        (["1.234,56 €", "5,00 €"], "money", {"decimal": ",", "group": ".", "currency": "EUR", "scale": 2}),
        (["CHF 1'234.50", "CHF 3.00"], "money", {"decimal": ".", "group": "'", "currency": "CHF", "scale": 2}),
        (["1,5", "2,75", "10"], "number", {"decimal": ",", "group": ""}),
        (["1 234,5", "2"], "number", {"decimal": ",", "group": " "}),
        (["1,234", "12,345,678"], "number", {"decimal": ".", "group": ","}),
        (["$1,234", "$13,665"], "money", {"decimal": ".", "group": ",", "currency": "USD", "scale": 0}),
        (["1,234", "0", "17", "512"], "number", {"decimal": ".", "group": ","}),
        (["12 %", "5.5 %", "N/A"], "percent", {"decimal": ".", "group": ""}),
        (["yes", "no", "Yes"], "boolean", {"true": "yes", "false": "no"}),
        (["Ja", "Nein"], "boolean", {"true": "ja", "false": "nein"}),
        (["00012", "00123"], "identifier", {"width": 5}),
        (["PT", "DE", "FR"], "country code", {"standard": "ISO 3166-1 alpha-2"}),
        (["EUR", "USD", "GBP"], "currency code", {}),
        (["http://a.example/c", "https://x.example"], "url", {}),
        (["1.2.3.4", "10.0.0.1"], "ipv4", {}),
        (["::1", "fe80::1"], "ipv6", {}),
        (["00:1B:44:11:3A:B7"], "mac", {}),
        (["123e4567-e89b-12d3-a456-426614174000"], "uuid", {}),
        (['{"a":1}', "[1,2]"], "json", {}),
        (["deadbeef01", "0123456789"], "hex", {}),
        (["12:30", "7:05"], "time", {}),
    ],
)
def test_kinds_of_text_are_recognised(values: list[str], name: str, form: dict[str, Any]) -> None:
    assert meaning(values) == (name, form)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (["hello", "world"], "c"),
        (["CA", "TX", "FL", "NY"], "state"),
        (["1.2.3", "1.10.0"], "version"),
        (["1", "2", "3.5"], "c"),
        (["Widget", "Bolt"], "name"),
        (["Y", "Y"], "c"),
        ([20240131, 20231231], "amount"),
        ([1_700_000_000_123], "order_id"),
        ([1_700_000_000], "amount"),
        (["2024-13-45", "2024-02-30"], "c"),
        (["2024-01-01", "01/02/2024"], "mixed"),
        (["", "N/A"], "c"),
    ],
)
def test_what_means_nothing_more_is_left_alone(values: list[Any], name: str) -> None:
    assert meaning(values, name) is None


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ([1_700_000_000, 1_700_000_500], "created_at", ("epoch", {"unit": "s"})),
        ([1_700_000_000_123], "ts", ("epoch", {"unit": "ms"})),
        ([1_700_000_000_123_456], "c", ("epoch", {"unit": "us"})),
        ([20240131, 20231231], "order_date", ("date", {"pattern": "yyyyMMdd", "strptime": "%Y%m%d"})),
    ],
)
def test_a_column_s_name_supports_what_numbers_alone_do_not_tell(values: list[Any], name: str, expected: object) -> None:
    assert meaning(values, name) == expected


@pytest.mark.parametrize(("values", "name"), [([38.7, -9.1], "latitude"), (["912345678", "213456789"], "phone")])
def test_a_column_s_name_tells_what_has_no_form_of_its_own(values: list[Any], name: str) -> None:
    assert meaning(values, name) == (name, {})
    assert meaning(values) is None


@pytest.mark.parametrize(
    ("values", "name", "flag"),
    [
        (["ann.b@example.com", "c@example.org"], "c", "e-mail"),
        (["+351 912 345 678", "(415) 555-1234"], "c", "phone"),
        (["4111111111111111", "5500 0000 0000 0004"], "c", "card number"),
        ([4111111111111111, 378282246310005], "c", "card number"),
        (["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32"], "c", "iban"),
        (["123-45-6789", "219-09-9999"], "c", "national id"),
        (["12345678Z", "X1234567L"], "c", "national id"),
        (["Ana Silva", "João"], "customer_name", "person name"),
        (["1980-02-03", "1999-12-31"], "date_of_birth", "birth date"),
        ([date(1980, 2, 3)], "dob", "birth date"),
        (["1 Main Street"], "street", "postal address"),
        (["call me", "write to x@example.com, please"], "notes", "e-mail"),
    ],
)
def test_personal_data_raise_a_flag_and_are_shown_masked_only(values: list[Any], name: str, flag: str) -> None:
    told = found(values, name)

    assert flag in [one["name"] for one in told["personal"]]
    assert not [value for value in values if str(value) in str(told)]


@pytest.mark.parametrize("values", [["4111111111111112"], ["DE89370400440532013001"], ["000-12-3456"], ["12345678A"]])
def test_a_wrong_check_digit_is_no_personal_data(values: list[str]) -> None:
    assert "personal" not in found(values)


def test_a_few_other_values_do_not_hide_a_meaning_and_the_first_is_told() -> None:
    semantic = found([f"{number:02}/12/2024" for number in range(1, 30)] * 4 + ["soon"])["semantic"]

    assert (semantic["name"], semantic["matched"], semantic["of"], semantic["first_other"]) == ("date", 116, 117, "soon")


def test_many_values_are_judged_by_a_sample_that_their_order_does_not_change() -> None:
    start = datetime(2020, 1, 1)
    values = [f"{start + timedelta(seconds=977 * number):%d.%m.%Y %H:%M:%S}" for number in range(5000)]
    mixed = random.Random(1).sample(values, len(values))

    assert found(values) == found(mixed)
    assert meaning(values) == ("timestamp", {"pattern": "dd.MM.yyyy HH:mm:ss", "strptime": "%d.%m.%Y %H:%M:%S"})
