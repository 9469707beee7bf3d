"""RegexSerDe: groups are columns, lines that do not match are rows of nulls, and nothing takes for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gluepot.errors import InvalidInput, ReadError, Unreadable

if TYPE_CHECKING:
    from .conftest import Lake


def regex_table(lake: Lake, pattern: str, **parameters: str) -> None:
    lake.table("regex", {"id": "int", "name": "string"}, serde_parameters={"input.regex": pattern, **parameters})


def test_groups_are_columns_in_their_order(lake: Lake) -> None:
    lake.write("a.txt", "1 ann\r\n2 bob\nnonsense\n")
    regex_table(lake, r"(\d+) (\w+)")

    assert lake.rows() == [{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}, {"id": None, "name": None}]
    assert lake.rows(columns=["name"])[0] == {"name": "ann"}


def test_the_whole_line_must_match(lake: Lake) -> None:
    lake.write("a.txt", "1 ann!\n")
    regex_table(lake, r"(\d+) (\w+)")

    assert lake.rows() == [{"id": None, "name": None}]


def test_case_is_ignored_where_the_table_says_so(lake: Lake) -> None:
    lake.write("a.txt", "1 ANN\n")
    regex_table(lake, "([0-9]) (ann)", **{"input.regex.case.insensitive": "true"})

    assert lake.rows() == [{"id": 1, "name": "ANN"}]


def test_a_value_of_another_type_is_told_with_its_line(lake: Lake) -> None:
    lake.write("a.txt", "1 ann\nx bob\n")
    regex_table(lake, r"(\w) (\w+)")

    with pytest.raises(ReadError, match=r"a\.txt, line 2, column 'id': 'x' is not a value of type int"):
        lake.rows()


def test_an_expression_that_is_none_is_told(lake: Lake) -> None:
    lake.write("a.txt", "1\n")
    regex_table(lake, "((")

    with pytest.raises(InvalidInput, match=r"input\.regex is no regular expression"):
        lake.rows()


def test_an_expression_that_backtracks_without_end_is_cut_off(lake: Lake) -> None:
    lake.write("a.txt", "a" * 60 + "!\n")
    regex_table(lake, r"((a|aa)+)+(b)")

    with pytest.raises(Unreadable, match=r"a\.txt, line 1: the table's input\.regex took longer"):
        lake.rows()
