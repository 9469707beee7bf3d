"""What is written in a dialect is read back, whatever the rows."""

from __future__ import annotations

import csv
import io
import itertools
import json
import tracemalloc
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gluepot.scan.table import scan

if TYPE_CHECKING:
    from .conftest import Lake

Row = tuple[int | None, str, float | None]
COLUMNS = {"n": "bigint", "s": "string", "x": "double"}
NUMBERS = itertools.count()

# A lone surrogate is no text; NUL ends a line for Python's csv reader in older versions.
anything = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
one_line = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n,\\"), max_size=8)
integers = st.none() | st.integers(-(2**63), 2**63 - 1)
floats = st.none() | st.floats(allow_nan=False)
quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read_back(lake: Lake, serde: str, text: str, serde_parameters: dict[str, str]) -> list[Row]:
    name = f"t{next(NUMBERS)}"
    lake.write(f"{name}/a", text)
    lake.table(serde, COLUMNS, name=name, location=f"{name}/", serde_parameters=serde_parameters)
    return [(row["n"], row["s"], row["x"]) for row in lake.rows(name)] if text else []


def shown(value: float | None) -> str:
    return "" if value is None else repr(value)


@quick
@given(rows=st.lists(st.tuples(integers, anything, floats)), separator=st.sampled_from(",;|\t"), end=st.sampled_from(["\n", "\r\n"]))
def test_quoted_csv_is_read_back(lake: Lake, rows: list[Row], separator: str, end: str) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows((shown(n), s, shown(x)) for n, s, x in rows)

    assert read_back(lake, "csv", stream.getvalue(), {"separatorChar": separator, "quoteChar": '"', "escapeChar": '"'}) == rows


@quick
@given(rows=st.lists(st.tuples(integers, one_line, floats)), delimiter=st.sampled_from([",", ",,"]))
def test_plain_delimited_text_is_read_back(lake: Lake, rows: list[Row], delimiter: str) -> None:
    text = "".join(delimiter.join((shown(n), s, shown(x))) + "\n" for n, s, x in rows)

    assert read_back(lake, "text", text, {"field.delim": delimiter}) == rows


@quick
@given(rows=st.lists(st.tuples(integers, anything.filter(lambda s: s != "\\N"), floats)))
def test_escaped_text_is_read_back(lake: Lake, rows: list[Row]) -> None:
    rows = [(n, s.replace("\r", " ").replace("\n", " "), x) for n, s, x in rows]
    text = "".join(",".join((shown(n), s.replace("\\", "\\\\").replace(",", "\\,"), shown(x))) + "\n" for n, s, x in rows)

    assert read_back(lake, "text", text, {"field.delim": ",", "escape.delim": "\\"}) == rows


@quick
@given(
    rows=st.lists(st.tuples(integers, anything, floats.filter(lambda x: x is None or abs(x) < 1e300))), indent=st.none() | st.integers(0, 2)
)
def test_json_is_read_back_however_it_is_laid_out(lake: Lake, rows: list[Row], indent: int | None) -> None:
    text = "".join(json.dumps({"N": n, "s": s, "X": x}, indent=indent) + "\n" for n, s, x in rows)

    assert read_back(lake, "json", text, {}) == rows


@pytest.mark.slow
@pytest.mark.parametrize("odd", [False, True])
def test_a_200_mb_file_is_read_in_bounded_memory(lake: Lake, odd: bool) -> None:
    line = f"{'1,' * 3}{'x' * 80},2024-01-02\n"
    with (lake.folder / "a").open("w") as file:
        file.writelines(itertools.repeat(line, 200_000_000 // len(line)))
        if odd:
            file.write("1\n")
    lake.table("text", {"a": "int", "b": "bigint", "c": "double", "d": "string", "e": "date"}, serde_parameters={"field.delim": ","})

    tracemalloc.start()
    rows, highest = 0, 0
    for batch in scan(lake.catalog, "t"):
        rows += batch.num_rows
        highest = max(highest, pa.total_allocated_bytes())
    python = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert rows == 200_000_000 // len(line) + odd
    assert highest + python < 100_000_000
