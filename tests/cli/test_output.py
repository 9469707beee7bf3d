"""What is shown: safe words, sizes, grouped oddities, and a report at any width."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gluepot.catalog.model import Column, StorageDescriptor, Table
from gluepot.crawler.report import Action, CrawlReport, Oddity, PartitionCounts, Progress, TableReport
from gluepot.output.forms import open_output
from gluepot.output.progress import ProgressLine
from gluepot.output.words import count, grouped, place, size, summary, visible
from gluepot.scan.failure import Failure
from gluepot.scan.verify import Verification

FAILED = Verification("failed", False, 12, 1, Failure("is not a value of type bigint", "file:///lake/sales/a.csv", 13, "store", "A7"))


def _table(name: str = "sales", columns: int = 3) -> Table:
    made = tuple(Column(f"column_{number}", "bigint") for number in range(columns))
    storage = StorageDescriptor(columns=made, location=f"file:///lake/{name}/")
    return Table(name, "default", storage=storage, partition_keys=(Column("dt", "date"),), parameters={"classification": "csv"})


def _report(
    *oddities: Oddity, table: Table | None = None, verification: Verification | None = None, action: Action = "create", tables: int = 1
) -> CrawlReport:
    one = TableReport(table or _table(), action, ("column x added",), PartitionCounts(added=2, vanished=1), 7, 2048, verification)
    return CrawlReport("run", "default", ("/lake",), (one,) * tables, oddities, 9, 7, 2, 2048, 1.25, False)


def _shown(report: CrawlReport, form: str = "table", width: int = 80) -> str:
    stream = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        open_output(form, stream, "/lake").report(report, stream)
    return stream.getvalue()


# --- words


@given(st.text())
def test_nothing_visible_drives_a_terminal(text: str) -> None:
    assert visible(text).isprintable()


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S"))))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (5 << 30, "5.0 GB"), (3 << 50, "3,072.0 TB")])
def test_sizes_are_said_as_people_say_them(number: int, text: str) -> None:
    assert size(number) == text


@pytest.mark.parametrize(("number", "noun", "text"), [(1, "entry", "1 entry"), (1200, "entry", "1,200 entries"), (0, "match", "0 matches")])
def test_counts_agree_with_their_noun(number: int, noun: str, text: str) -> None:
    assert count(number, noun) == text


def test_local_places_are_paths_relative_to_where_one_stands() -> None:
    assert place("file:///lake/sales/a.csv", "/lake") == "sales/a.csv"
    assert place("file:///lakeside/a.csv", "/lake") == "/lakeside/a.csv"
    assert place("s3://lake/a.csv", "/lake") == "s3://lake/a.csv"


def test_oddities_that_say_the_same_are_one_line_the_severest_first() -> None:
    notes = [Oddity("note", f"file:///lake/{number}.csv", "empty") for number in range(5)]

    groups = grouped([*notes, Oddity("error", "s3://b/", "access denied")])

    assert [group.sentence("/lake") for group in groups] == ["s3://b/: access denied", "0.csv, 1.csv, 2.csv and 2 more: empty"]


# --- a report


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_report_keeps_to_its_width(width: int) -> None:
    long = "s3://bucket/" + "folder/" * 40
    shown = _shown(_report(Oddity("warning", long, "odd " * 60), table=_table(columns=60), verification=FAILED), width=width)

    assert max(map(len, shown.splitlines())) <= width


def test_a_failed_verification_names_file_line_column_and_value() -> None:
    report = _report(verification=FAILED)

    assert "sales/a.csv, line 13, column store: 'A7' is not a value of type bigint" in _shown(report, width=120)
    assert "error: default.sales cannot be read back: /lake/sales/a.csv, line 13, column store: 'A7' is not" in _shown(report, "tsv")
    assert json.loads(_shown(report, "json").split("\nerror:")[0])["Tables"][0]["Verification"]["Failure"]["Line"] == 13


def test_a_failure_names_its_file_once() -> None:
    url = "file:///lake/sales/a.csv.gz"
    report = _report(verification=Verification("failed", False, 0, 1, Failure(f"{url}: The gzip data are corrupt.", url)))

    assert _shown(report, width=120).count("a.csv.gz") == 1


def test_a_table_without_columns_has_nothing_to_read_back() -> None:
    report = _report(table=_table(columns=0), verification=Verification("unreadable", False, 0, 0, Failure("no SerDe")))

    assert "no SerDe" not in _shown(report) + _shown(report, "tsv")


def test_a_wide_table_is_cut_short_and_says_by_how_much() -> None:
    shown = _shown(_report(table=_table(columns=1000)))

    assert "… and 977 more" in shown
    assert "column_999" not in shown


def test_many_tables_take_a_line_each() -> None:
    shown = _shown(_report(tables=500))

    assert shown.count("default.sales created") == 500
    assert "column_0" not in shown


def test_changes_and_partitions_are_told() -> None:
    shown = _shown(_report(action="update"))

    assert "~ default.sales updated" in shown
    assert "~ column x added" in shown
    assert "2 partitions: 2 added, 1 without data now" in shown


def test_the_summary_counts_what_happened() -> None:
    assert summary(_report()) == "1 table created from 9 objects, 2.0 KB, in 1.2 s."


# --- rows


def test_every_kind_of_value_has_a_place_in_json() -> None:
    values = {
        "d": [date(2026, 3, 1)],
        "t": [datetime(2026, 3, 1, 8, tzinfo=UTC)],
        "m": [Decimal("1.50")],
        "b": [b"\x00\xff"],
        "n": [float("nan")],
        "s": [{"a": [1, None]}],
    }
    stream = io.StringIO()
    table = pyarrow.table(values)
    open_output("json", stream, "").rows(pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches()), None)

    told = {"d": "2026-03-01", "t": "2026-03-01T08:00:00+00:00", "m": "1.50", "b": "00ff", "n": "nan", "s": {"a": [1, None]}}
    assert json.loads(stream.getvalue()) == [told]


@given(st.lists(st.one_of(st.none(), st.text()), min_size=1, max_size=5))
def test_a_row_of_tsv_is_one_line_with_a_cell_a_value(values: list[str | None]) -> None:
    names = [f"c{number}" for number in range(len(values))]
    batch = pyarrow.record_batch([pyarrow.array([value], pyarrow.string()) for value in values], names=names)
    stream = io.StringIO()
    open_output("tsv", stream, "").rows(pyarrow.RecordBatchReader.from_batches(batch.schema, [batch]), None)

    lines = stream.getvalue().split("\n")
    assert len(lines) == 3
    assert [cell == r"\N" for cell in lines[1].split("\t")] == [value is None for value in values]


def test_a_limit_stops_the_reading() -> None:
    batch = pyarrow.record_batch([pyarrow.array([1, 2, 3])], names=["x"])

    def batches() -> Iterator[pyarrow.RecordBatch]:
        yield batch
        raise AssertionError

    stream = io.StringIO()
    open_output("tsv", stream, "").rows(pyarrow.RecordBatchReader.from_batches(batch.schema, batches()), 3)

    assert stream.getvalue() == "x\n1\n2\n3\n"


# --- progress


def test_progress_is_one_line_drawn_at_most_ten_times_a_second_and_wiped() -> None:
    now = iter([0.0, 0.05, 0.2])
    stream = io.StringIO()
    line = ProgressLine(stream, lambda: next(now))

    for listed in (1, 2, 3000):
        line(Progress("listing", listed=listed))
    line.clear()

    assert stream.getvalue().count("\r") == 3
    assert "3,000 objects listed" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")
