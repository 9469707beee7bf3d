"""The laws of inference: what files show together does not depend on the order in which they are looked at."""

from __future__ import annotations

import json
import pickle
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from gluepot.classifiers.chain import classify
from gluepot.classifiers.inference.resolve import Rules, column_type, resolve
from gluepot.classifiers.inference.summary import EMPTY, TypeSummary, merge, merge_all
from gluepot.classifiers.sample import Sample

LAW = settings(deadline=None, derandomize=True, database=None, max_examples=50)

scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
documents = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3), max_leaves=6
    ),
    max_size=4,
)
cells = st.sampled_from(
    [
        "",
        "1",
        "-5",
        "007",
        "2.5",
        "1e-3",
        "true",
        "FALSE",
        "2024-02-29",
        "2023-02-29",
        "2024-01-01 10:00:00",
        "NA",
        "-",
        "x",
        "9" * 25,
        "nan",
    ]
)


def json_summary(number: int, rows: list[object]) -> TypeSummary:
    body = "\n".join(json.dumps(row) for row in rows).encode()
    return classify(Sample(f"file-{number}", len(body), body)).schema


def csv_summary(number: int, rows: list[tuple[str, str, str]]) -> TypeSummary:
    body = ("name,value,other\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows)).encode()
    return classify(Sample(f"file-{number}", len(body), body)).schema


json_files = st.lists(st.lists(documents, min_size=1, max_size=4), min_size=3, max_size=3).map(
    lambda files: [json_summary(number, list(rows)) for number, rows in enumerate(files)]
)
csv_files = st.lists(st.lists(st.tuples(cells, cells, cells), min_size=2, max_size=6), min_size=3, max_size=3).map(
    lambda files: [csv_summary(number, rows) for number, rows in enumerate(files)]
)


@LAW
@given(json_files | csv_files)
def test_merging_is_associative_commutative_and_has_a_neutral_element(files: list[TypeSummary]) -> None:
    a, b, c = files

    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(a, EMPTY) == merge(EMPTY, a) == a


@LAW
@given(json_files | csv_files)
def test_every_order_of_files_gives_the_same_columns_in_the_same_order(files: list[TypeSummary]) -> None:
    every: tuple[Rules, ...] = ("accurate", "glue", "glue-text")
    for rules in every:
        assert len({str(resolve(merge_all(order), rules)) for order in permutations(files)}) == 1


@LAW
@given(json_files | csv_files)
def test_summaries_travel_between_processes_unchanged(files: list[TypeSummary]) -> None:
    assert pickle.loads(pickle.dumps(files)) == files


@LAW
@given(st.lists(documents, min_size=1, max_size=5), st.integers(1, 5))
def test_a_json_file_cut_in_two_shows_what_the_whole_shows(rows: list[object], cut: int) -> None:
    whole = json_summary(0, list(rows))
    halves = [json_summary(number, part) for number, part in enumerate((list(rows)[:cut], list(rows)[cut:])) if part]

    assert {n: str(column_type(m.type)) for n, m in merge_all(halves).members.items()} == {
        n: str(column_type(m.type)) for n, m in whole.members.items()
    }


def test_nulls_and_empty_values_never_override_a_type() -> None:
    known = json_summary(0, [{"a": 1, "b": [1], "c": {"d": 1}}])
    empty = json_summary(1, [{"a": None, "b": [], "c": {}}])

    assert resolve(merge(known, empty)) == resolve(known)
