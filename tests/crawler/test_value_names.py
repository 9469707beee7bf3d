from __future__ import annotations

import pytest

from gluepot.crawler.value_names import are_values


@pytest.mark.parametrize(
    "names",
    [
        ["2024"],
        ["2024-01-31"],
        ["20240131T000000Z"],
        ["2024-W05"],
        ["2024Q1"],
        ["fy2024"],
        ["day-07"],
        ["2024-Jan"],
        ["us-east-1"],
        ["us-gov-west-1"],
        ["3f2504e0-4f89-11d3-9a0c-0305e82c3301"],
        ["y2024", "y2025"],
        ["m01", "m12"],
        ["q1", "q2"],
        ["january", "february"],
        ["shard_0", "shard_1"],
        ["0a", "3f", "b7", "ff"],
        ["a", "b", "c", "z"],
        ["sales_2023", "sales_2024"],
        ["2024-01-01_backup", "2024-01-02_backup"],
    ],
)
def test_names_that_are_values(names: list[str]) -> None:
    assert are_values(names)


@pytest.mark.parametrize(
    "names", [["orders"], ["orders", "customers"], ["v1", "v2"], ["may"], ["q1"], ["users_2024", "orders_2024"], ["s3", "a9"], ["t1", "t2"]]
)
def test_names_that_are_nouns(names: list[str]) -> None:
    assert not are_values(names)
