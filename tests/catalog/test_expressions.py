"""The grammar of partition expressions."""

import time

import pytest

from gluepot.catalog.expressions import And, Between, Compare, In, IsNull, Like, Node, Not, Or, parse_expression
from gluepot.errors import InvalidExpression

A = Compare("a", "=", "1")
B = Compare("b", "=", "2")
C = Compare("c", "=", "3")


@pytest.mark.parametrize("text", [None, "", "  \n\t"])
def test_nothing_filters_nothing(text: str | None) -> None:
    assert parse_expression(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1", A),
        ("A = 1", A),
        ("a = '1'", A),
        ('a = "1"', A),
        ("(a) = (('1'))", A),
        ("((a)) = 1", A),
        ("`a` = 1", A),
        ('"a" = 1', A),
        ("`or` = 1", Compare("or", "=", "1")),
        ("`a``b` = 1", Compare("a`b", "=", "1")),
        ("año = 'ñ'", Compare("año", "=", "ñ")),
        ("a <> 1", Compare("a", "<>", "1")),
        ("a != 1", Compare("a", "<>", "1")),
        ("a<=-1", Compare("a", "<=", "-1")),
        ("a >= +1.50", Compare("a", ">=", "+1.50")),
        ("a > .5", Compare("a", ">", ".5")),
        ("a < 5.", Compare("a", "<", "5.")),
        ("a = 'it''s'", Compare("a", "=", "it's")),
        (r"a = 'it\'s'", Compare("a", "=", "it's")),
        (r"a = 'C:\dir'", Compare("a", "=", r"C:\dir")),
        (r"a = 'C:\'", Compare("a", "=", "C:\\")),
        ("a = 'x\ny OR 1'", Compare("a", "=", "x\ny OR 1")),
        ("a = ''", Compare("a", "=", "")),
        ('a = "say ""x"""', Compare("a", "=", 'say "x"')),
        ("a like 'x%'", Like("a", "x%")),
        ("a NOT LIKE 'x%'", Not(Like("a", "x%"))),
        ("a in (1, '2', (3))", In("a", ("1", "2", "3"))),
        ("(a) NOT IN (1)", Not(In("a", ("1",)))),
        ("not (a) in (1)", Not(In("a", ("1",)))),
        ("a between 1 and 2 and b=2", And((Between("a", "1", "2"), B))),
        ("a not between 1 and 2", Not(Between("a", "1", "2"))),
        ("a is null", IsNull("a")),
        ("a IS NOT NULL", Not(IsNull("a"))),
        ("a=1 or b=2 and c=3", Or((A, And((B, C))))),
        ("(a=1 or b=2) and c=3", And((Or((A, B)), C))),
        ("((a = 1) and (b = 2))", And((A, B))),
        ("a=1 (OR) b=2 (and) c=3", Or((A, And((B, C))))),
        ("not a=1 and b=2", And((Not(A), B))),
        ("not not a=1", Not(Not(A))),
        ("not (a=1 or b=2)", Not(Or((A, B)))),
    ],
)
def test_an_expression_is_read(text: str, expected: Node) -> None:
    assert parse_expression(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a =",
        "= 1",
        "a = b",
        "1 = a",
        "a == 1",
        "a = 1 b = 2",
        "a = 1 and",
        "a = 1 or or b = 2",
        "(a = 1",
        "a = 1)",
        "()",
        "a = '1",
        "a = 10L",
        "a = 1e5",
        "a = 1.2.3",
        "a in ()",
        "a in 1",
        "a in (1,)",
        "a between 1",
        "a between 1 or 2",
        "a like 5",
        "a is 5",
        "a not = 1",
        "a not null",
        "a; drop table partitions_1",
        "a = 1 -- x",
        "`` = 1",
        "a = ?",
        "and = 1",
        "date = '2024-01-01' and order = 1",
        "KEY = 1",
    ],
)
def test_what_cannot_be_read_is_told_in_glues_words(text: str) -> None:
    with pytest.raises(InvalidExpression) as caught:
        parse_expression(text)
    assert str(caught.value) == f"Unsupported expression '{text}'"


def test_an_expression_has_at_most_2048_characters() -> None:
    fits = "a='" + "x" * 2044 + "'"

    assert parse_expression(fits) == Compare("a", "=", "x" * 2044)
    with pytest.raises(InvalidExpression, match="2049 characters; the limit is 2048"):
        parse_expression(fits + " ")


@pytest.mark.parametrize("text", ["(" * 1000 + "a=1" + ")" * 1000, "not " * 500 + "a=1", "(" * 2000, "((a=1) or " * 150])
def test_deep_nesting_is_refused_without_harm(text: str) -> None:
    with pytest.raises(InvalidExpression):
        parse_expression(text)


@pytest.mark.parametrize(
    "text", ["a='" + "\\" * 2000, "a='" + "\\'" * 1000 + "x", "a='" + "''" * 1000 + "x", '"' * 2047, "`" * 2047, "9" * 2040 + "x"]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    start = time.process_time()
    with pytest.raises(InvalidExpression):
        parse_expression(text)
    assert time.process_time() - start < 0.5
