"""Laws of summaries: the same whatever the order of the rows, and however they were split."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gluepot.profiles.columns import TableSummary, merged, summarise

KINDS: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.bool_(): st.booleans(),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.int16(): st.integers(-5, 5),
    pa.float64(): st.floats(allow_nan=False),
    pa.string(): st.text(max_size=5),
    pa.binary(): st.binary(max_size=3),
    pa.decimal128(9, 2): st.decimals(-9999, 9999, places=2).map(lambda number: Decimal(str(number))),
    pa.date32(): st.dates(),
    pa.timestamp("us"): st.datetimes(),
    pa.list_(pa.int64()): st.lists(st.integers(0, 3), max_size=2),
}
ROWS = st.lists(st.tuples(*(st.none() | values for values in KINDS.values())), max_size=12)


def summary(rows: list[tuple[Any, ...]]) -> TableSummary:
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(KINDS)]
    return summarise(pa.RecordBatch.from_arrays(columns, [str(kind) for kind in KINDS]))


@given(ROWS, ROWS, ROWS)
def test_summaries_merge_in_any_order_to_that_of_all_rows(a: list[Any], b: list[Any], c: list[Any]) -> None:
    one, two, three = summary(a), summary(b), summary(c)

    assert merged(one, merged(two, three)) == merged(merged(one, two), three) == merged(three, merged(two, one)) == summary(a + b + c)


@given(ROWS)
def test_an_empty_summary_changes_nothing_and_pickling_neither(rows: list[Any]) -> None:
    found = summary(rows)

    assert merged(found, TableSummary()) == merged(TableSummary(), found) == pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize("count", [1, 1000, 1023, 1024, 5000, 200_000])
def test_distinct_values_are_counted_exactly_while_few_and_to_a_few_percent_when_many(count: int) -> None:
    batch = pa.RecordBatch.from_pydict({"number": pa.array(range(count)), "text": pa.array([f"customer-{n:09}" for n in range(count)])})

    for column in summarise(batch).columns:
        assert column.sample.exact == (count < 1024)
        assert abs(column.distinct - count) <= (0 if count < 1024 else 0.12 * count)


def test_a_sample_counts_its_values_exactly_however_many_there_are() -> None:
    values = [f"v{number % 5000}" for number in range(15_000)]
    halves = [summarise(pa.RecordBatch.from_pydict({"v": part})) for part in (values[:7000], values[7000:])]

    (column,) = merged(*halves).columns

    assert set(column.sample.counts) == {3}
    assert len(column.sample.values) == 1024


def test_zero_and_minus_zero_are_one_value_and_nan_is_no_extreme() -> None:
    (column,) = summarise(pa.RecordBatch.from_pydict({"x": [0.0, -0.0, float("nan"), 2.5]})).columns

    assert (column.distinct, column.minimum, column.maximum) == (3, 0.0, 2.5)


def test_extremes_lengths_and_truths_are_those_of_the_values() -> None:
    batch = pa.RecordBatch.from_pydict(
        {"s": ["b", None, "äöü"], "t": [True, None, True], "d": [date(2024, 2, 1), date(1999, 1, 1), None], "m": [datetime(2024, 1, 1)] * 3}
    )

    s, t, d, m = summarise(batch).columns

    assert (s.minimum, s.maximum, s.length, s.longest, s.nulls) == ("b", "äöü", 4, 3, 1)
    assert (t.trues, t.values, t.distinct) == (2, 2, 1)
    assert (d.minimum, d.maximum) == (10592, 19754)  # days
    assert (m.minimum, m.distinct) == (1_704_067_200_000_000, 1)


def test_long_values_do_not_fill_the_memory() -> None:
    (column,) = summarise(pa.RecordBatch.from_pydict({"s": [f"{number}{'x' * 10_000}" for number in range(3)]})).columns

    assert column.distinct == 3
    assert max(len(str(value)) for value in column.sample.values) == 1024
    assert (len(str(column.minimum)), column.longest) == (256, 10_001)


def test_text_that_is_no_utf8_is_profiled_as_far_as_it_can_be_read() -> None:
    data = pa.array([b"TREL\xc3", b"ok", b"\xff"]).view(pa.string())

    (column,) = summarise(pa.RecordBatch.from_arrays([data], ["s"])).columns

    assert (column.distinct, column.minimum, column.maximum) == (3, "TREL\ufffd", "\ufffd")
    assert "ok" in column.sample.values
