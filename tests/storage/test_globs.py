"""Glue's exclude patterns."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gluepot.errors import InvalidInput
from gluepot.storage.globs import Excludes

# (pattern, keys it matches, keys it does not); the patterns are those of Glue's documentation.
SAMPLES = [
    ("*.csv", ["a.csv", ".csv", ".hidden.csv"], ["a.csv.gz", "folder/a.csv", "a.CSV"]),
    ("*.*", ["a.b", "a.b.c"], ["ab", "x/a.b"]),
    ("*.{csv,avro}", ["a.csv", "b.avro"], ["a.json", "a.{csv,avro}", "x/a.csv"]),
    ("foo.?", ["foo.c"], ["foo.", "foo.cc", "foo./"]),
    ("myfolder/*", ["myfolder/a", "myfolder/.a"], ["myfolder", "myfolder/a/b", "xmyfolder/a"]),
    ("myfolder/*/*", ["myfolder/a/b"], ["myfolder/a", "myfolder/a/b/c"]),
    ("myfolder/**", ["myfolder/a", "myfolder/a/b", "myfolder/"], ["myfolder", "other/myfolder/a"]),
    ("myfolder**", ["myfolder", "myfolder/a", "myfolder2/a/b"], ["my", "x/myfolder"]),
    ("**.csv", ["a.csv", "x/y/a.csv", ".csv"], ["a.csv/x", "a.json"]),
    ("departments/market*", ["departments/market", "departments/marketing"], ["departments/marketing/a", "departments/x"]),
    ("2015/01/{[!0],0[8-9]}**", ["2015/01/1", "2015/01/31/a", "2015/01/08/b", "2015/01/09"], ["2015/01/07/a", "2015/01/0", "2015/02/11/a"]),
    ("2015/0[2-9]/**", ["2015/02/a", "2015/09/b/c"], ["2015/01/a", "2015/10/a"]),
    ("2015/1[0-2]/**", ["2015/10/a", "2015/12/b"], ["2015/13/a", "2015/1/a"]),
    ("**_Table", ["a_Table", "x/b_Table"], ["a_table", "a_Table/x"]),
    (r"\{literal\}\*", ["{literal}*"], ["literal", "{literal}x"]),
    (r"a\\b", ["a\\b"], ["ab", "a\\\\b"]),
    (r"[*?\]", ["*", "?", "\\"], ["x", ""]),
    ("[-a]", ["-", "a"], ["b"]),
    ("[!-a]", ["b"], ["-", "a", "/"]),
    ("[abce-g]", ["a", "f"], ["d", "/"]),
    ("[!a-c]x", ["dx"], ["ax", "/x"]),
    ("x,y}", ["x,y}"], ["x", "y"]),
    ("{a,}b", ["ab", "b"], ["a"]),
    ("new\nline*", ["new\nline", "new\nline\n"], ["newline"]),
    ("a.c+(d)|^$", ["a.c+(d)|^$"], ["abc+(d)|^$", "a.cc(d)"]),
    ("", [""], ["a"]),
]


@pytest.mark.parametrize(("pattern", "matched", "unmatched"), SAMPLES, ids=[sample[0] for sample in SAMPLES])
def test_a_pattern_matches_what_glue_says(pattern: str, matched: list[str], unmatched: list[str]) -> None:
    excludes = Excludes((pattern,))

    assert [key for key in matched + unmatched if excludes.matches(key)] == matched


def test_several_patterns_exclude_what_any_of_them_matches() -> None:
    excludes = Excludes(("*.tmp", "old/**"))

    assert [key for key in ("a.tmp", "old/x/y", "new/x", "b.csv") if excludes.matches(key)] == ["a.tmp", "old/x/y"]
    assert not Excludes().matches("a")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("a[bc", "wrong at character 2: '[' is never closed"),
        ("a[]b", "wrong at character 2: '[]' holds no character"),
        ("a[!]", "wrong at character 2: '[]' holds no character"),
        ("a[b/c]", "wrong at character 4: '/'"),
        ("[z-a]", "wrong at character 2: the range z-a"),
        ("x{a,b", "wrong at character 2: '{' is never closed"),
        ("{a,{b,c}}", "wrong at character 4: '{' within"),
        ("abc\\", "wrong at character 4"),
        ("{a,b}" * 20, "1048576 alternatives"),
    ],
)
def test_a_malformed_pattern_is_refused_with_its_place(pattern: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Excludes(("fine", pattern))

    assert repr(pattern) in str(refusal.value)
    assert said in str(refusal.value)


tokens = st.sampled_from(["a", "b", "/", "*", "**", "?", "[ab]", "[!a]"])
globs = st.lists(tokens, max_size=9)
groups = st.lists(st.lists(tokens, max_size=3), min_size=1, max_size=3)


@given(globs, st.text("ab/c", max_size=10))
def test_a_pattern_agrees_with_a_matcher_that_tries_everything(pattern: list[str], key: str) -> None:
    assert Excludes(("".join(pattern),)).matches(key) == _matches(_spelled(pattern), key)


@given(globs, groups, globs, st.text("ab/c", max_size=8))
def test_a_group_matches_what_one_of_its_choices_matches(before: list[str], choices: list[list[str]], after: list[str], key: str) -> None:
    pattern = "".join(before) + "{" + ",".join(map("".join, choices)) + "}" + "".join(after)

    expected = any(_matches([*_spelled(before), *_spelled(choice), *_spelled(after)], key) for choice in choices)

    assert Excludes((pattern,)).matches(key) == expected


@pytest.mark.parametrize(
    "pattern", ["**a" * 20 + "b", "*a" * 20 + "b", "{*a,**a}" * 9 + "b", "*" * 60 + "b", "**/" * 20 + "b", "**a*a*a**" * 9 + "c"]
)
@pytest.mark.parametrize("key", ["a" * 1024, "a/" * 512])
def test_no_pattern_runs_away(pattern: str, key: str) -> None:
    excludes = Excludes((pattern,))
    start = time.process_time()

    assert not excludes.matches(key)
    assert time.process_time() - start < 2


def _spelled(pattern: Sequence[str]) -> list[str]:
    """Return the tokens of a pattern as it is read: '*' and '*' side by side are '**'."""
    text, found = "".join(pattern), list[str]()
    while text:
        token = next(token for token in ("**", "*", "?", "[ab]", "[!a]", text[0]) if text.startswith(token))
        found.append(token)
        text = text[len(token) :]
    return found


def _matches(pattern: Sequence[str], key: str) -> bool:
    """Match by the definition, slowly."""
    if not pattern:
        return not key
    token, rest = pattern[0], pattern[1:]
    if token in ("*", "**"):
        ends = range(len(key) + 1) if token == "**" else range(len(key.partition("/")[0]) + 1)
        return any(_matches(rest, key[end:]) for end in ends)
    fits = {"?": key[:1] != "/", "[ab]": key[:1] in ("a", "b"), "[!a]": key[:1] not in ("a", "/")}
    return bool(key) and fits.get(token, key[:1] == token) and _matches(rest, key[1:])
