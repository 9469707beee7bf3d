"""What the command says of the values of columns, and of what they mean."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gluepot.cli import main

ORDERS = "id,placed,mail\n" + "".join(f"{n},{n:02}/03/2024,p{n}@example.com\n" for n in range(1, 21))
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in a folder where the table `orders` has been crawled."""
    for name in [name for name in os.environ if name.startswith("GLUEPOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "a.csv").write_text(ORDERS)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return int(str(ended.value.code or 0)), out, err

    assert run("orders")[0] == 0
    return run


@pytest.mark.parametrize("output", ["table", "tsv"])
def test_explain_says_what_a_column_holds_and_means(run: Run, output: str) -> None:
    told = run("explain", "orders.placed", "--output", output)[1]

    assert "null 0 %, 20 distinct, min '01/03/2024', max '20/03/2024', length 10 on average, at most 10" in told
    assert "date dd/MM/yyyy (20 of 20; 8 values decide the order)" in told


def test_explain_as_json_has_the_profile_as_it_is_kept(run: Run) -> None:
    column = json.loads(run("explain", "orders.id", "--output", "json")[1])

    assert column["profile"] == {"values": 20, "nulls": 0, "distinct": 20, "exact": True, "min": 1, "max": 20}


def test_personal_data_are_told_masked(run: Run) -> None:
    told = run("explain", "orders.mail", "--output", "tsv")[1]

    assert "e-mail: 20 of 20, such as 'p" in told
    assert "@example" not in told


def test_a_query_sees_what_columns_mean_when_asked(run: Run) -> None:
    sql = "select max(placed) as last from orders"

    assert run("query", sql)[1] == "last\n20/03/2024\n"
    assert run("query", "--semantic", sql)[1] == "last\n2024-03-20\n"


def test_a_value_that_does_not_convert_is_told_with_the_cure(run: Run) -> None:
    with open("orders/b.csv", "w") as file:
        file.write("id,placed,mail\n21,soon,x\n")

    code, _, error = run("query", "--semantic", "select max(placed) as last from orders")

    assert (code, "'soon' is not the date" in error, "on_error null" in error) == (1, True, True)
    assert run("query", "--semantic", "--on-error", "null", "select count(*) - count(placed) as n from orders")[1] == "n\n1\n"
