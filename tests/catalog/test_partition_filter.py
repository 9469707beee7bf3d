"""Partition expressions typed by the keys: errors in Glue's words, and one meaning in SQL and in Python."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gluepot.catalog import Catalog, Column, Partition, Table
from gluepot.catalog.partition_filter import PartitionFilter, compile_filter
from gluepot.catalog.partition_keys import PartitionKey
from gluepot.catalog.sqlite import open_catalog
from gluepot.errors import InvalidInput, InvalidState

DEFAULT = "__HIVE_DEFAULT_PARTITION__"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with open_catalog(tmp_path_factory.mktemp("law") / "gluepot.db") as catalog:
        yield catalog


def _filter(expression: str, kind: str) -> PartitionFilter:
    chosen = compile_filter(expression, (PartitionKey("k", kind),))
    assert chosen is not None
    return chosen


@pytest.mark.parametrize(
    ("kind", "expression", "message"),
    [
        ("string", "nope = 1", "Invalid partition expression!"),
        ("string", "nope is null", "Invalid partition expression!"),
        ("int", "k = 'test'", '"test" is not an integer.'),
        ("int", "k = 1.5", '"1.5" is not an integer.'),
        ("bigint", "k in (1, 9223372036854775808)", '"9223372036854775808" is not an integer.'),
        ("decimal(5,2)", "k = 'x'", "x is not a decimal."),
        ("date", "k = 'x'", "x is not a date."),
        ("date", "k = '2023-02-29'", "2023-02-29 is not a date."),
        ("timestamp", "k > 'x'", "Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] x is not a timestamp."),
        ("timestamp", "k > '2024-01-01'", "Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] 2024-01-01 is not a timestamp."),
        ("float", "k = 1", "Unknown type : 'float'"),
        ("array<int>", "k in (1)", "Unknown type : 'array<int>'"),
        ("int", "k like '1%'", "Integral data type doesn't support operation 'LIKE'"),
        ("date", "k like '1%'", "Date data type doesn't support operation 'LIKE'"),
        ("decimal", "k not like '1%'", "Decimal data type doesn't support operation 'LIKE'"),
        ("timestamp", "k like '1%'", "Timestamp data type doesn't support operation 'LIKE'"),
    ],
)
def test_an_expression_that_does_not_fit_its_key_is_told_in_glues_words(kind: str, expression: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _filter(expression, kind)
    assert str(caught.value) == message


CASES = [
    ("int", "k = '2'", "2", True),
    ("string", "k = 2", "2", True),
    ("string", "k = 2", "2.0", False),
    ("string", "k > 5", "10", False),
    ("int", "k > 5", "10", True),
    ("int", "k = 1", "01", True),
    ("tinyint", "k between 1 and 3", "3", True),
    ("long", "k between 3 and 1", "2", False),
    ("bigint", "k < -5", "-9223372036854775808", True),
    ("decimal(30,20)", "k = 0.1", "0.10000000000000000000", True),
    ("decimal(30,20)", "k > 0.1", "0.10000000000000000001", True),
    ("decimal", "k < 2", "-10", True),
    ("decimal", "k < 9", "10", False),
    ("decimal", "k = 0", "-0.00", True),
    ("decimal", "k > -1.5", "-1.25", True),
    ("date", "k >= '2024-02-29'", "2024-02-29", True),
    ("timestamp", "k = '2024-01-01 00:00:00'", "2024-01-01 00:00:00.000", True),
    ("timestamp", "k < '2024-01-01 00:00:00.000000002'", "2024-01-01 00:00:00.000000001", True),
    ("timestamp", "k > '2024-01-01 00:00:00.5'", "2024-01-01 00:00:01", True),
    ("varchar(5)", "k like 'a_c%'", "abcdef", True),
    ("char(5)", "k like 'a_c%'", "ABC", False),
    ("string", "k like '%'", "", True),
    ("string", "k like '_'", "😀", True),
    ("string", "k like 'a*[b]?'", "a*[b]?", True),
    ("string", "k like 'a*'", "ab", False),
    ("string", "k like 'a\nb%'", "a\nb\nc", True),
    ("string", "k is null", DEFAULT, False),
    ("string", "k is not null", DEFAULT, True),
    ("string", f"k = '{DEFAULT}'", DEFAULT, True),
    ("int", "k is null", "x", False),
    ("int", "not k is null", "x", True),
    ("int", "k = 1 or not k = 1", DEFAULT, False),
    ("float", "k is not null", "x", True),
]


@pytest.mark.parametrize(("kind", "expression", "value", "expected"), CASES)
def test_a_value_is_compared_by_its_keys_type(kind: str, expression: str, value: str, expected: bool) -> None:
    assert _filter(expression, kind).matches([value]) is expected


@pytest.mark.parametrize(("kind", "expression", "value", "expected"), CASES)
def test_a_stored_value_is_compared_by_its_keys_type(store: Catalog, kind: str, expression: str, value: str, expected: bool) -> None:
    store.create_table("default", Table("one", partition_keys=(Column("k", kind),)))
    store.create_partitions("default", "one", [Partition((value,))])
    found = list(store.get_partitions("default", "one", expression))
    store.delete_table("default", "one")
    assert bool(found) is expected


@pytest.mark.parametrize(
    ("kind", "what"), [("int", '"x" is not an integer.'), ("date", "x is not a date."), ("decimal", "x is not a decimal.")]
)
def test_a_stored_value_that_does_not_fit_is_an_invalid_state(kind: str, what: str) -> None:
    literal = {"int": "1", "date": "'2024-01-01'", "decimal": "1"}[kind]
    with pytest.raises(InvalidState) as caught:
        _filter(f"k = {literal}", kind).matches(["x"])
    assert str(caught.value) == f"For input string: {what}"


def test_a_like_of_many_runs_takes_no_exponential_time() -> None:
    assert not _filter("k like '" + "%a" * 500 + "%b'", "string").matches(["a" * 1000])


# --- the law: SQL and Python agree -------------------------------------------------------------------

POOLS = {
    "string": ["", "a", "A", "ab", "b*", "a_b", "10", "9", "é", "\U0001f600", "\uffff", DEFAULT],
    "int": ["0", "1", "01", "-1", "+1", "10", "9", "9223372036854775807", DEFAULT],
    "decimal(10,3)": ["0", "-0.0", "1", "1.0", "01.50", "-1.5", "-1.25", "10", "9.999", "0.001", "1e2", DEFAULT],
    "date": ["2024-01-01", "2024-02-29", "1999-12-31", "0001-01-01", "9999-12-31", DEFAULT],
    "timestamp": ["2024-01-01 00:00:00", "2024-01-01 00:00:00.0", "2024-01-01 00:00:00.000000001", "2024-01-01 00:00:01.5", DEFAULT],
}
MISFITS = {"string": "x", "int": "x", "decimal(10,3)": "1,5", "date": "2024-1-1", "timestamp": "2024-01-01"}
KINDS = tuple(POOLS)
KEYS = tuple(PartitionKey(f"k{number}", kind) for number, kind in enumerate(KINDS))

VALUES = st.tuples(*(st.sampled_from(pool) for pool in POOLS.values()))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literals(kind: str) -> st.SearchStrategy[str]:
    return st.sampled_from([value for value in POOLS[kind] if value != DEFAULT or kind == "string"]).map(_literal)


@st.composite
def _tests(draw: st.DrawFn) -> str:
    number = draw(st.integers(0, len(KINDS) - 1))
    literal = _literals(KINDS[number])
    column = f"k{number}"
    forms = [
        st.tuples(st.sampled_from(["=", "<>", "!=", "<", "<=", ">", ">="]), literal).map(lambda parts: f"{column} {parts[0]} {parts[1]}"),
        st.lists(literal, min_size=1, max_size=3).map(lambda items: f"{column} IN ({', '.join(items)})"),
        st.lists(literal, min_size=1, max_size=3).map(lambda items: f"{column} NOT IN ({', '.join(items)})"),
        st.tuples(literal, literal).map(lambda parts: f"{column} BETWEEN {parts[0]} AND {parts[1]}"),
        st.tuples(literal, literal).map(lambda parts: f"{column} NOT BETWEEN {parts[0]} AND {parts[1]}"),
        st.sampled_from([f"{column} IS NULL", f"{column} IS NOT NULL"]),
    ]
    if KINDS[number] == "string":
        patterns = st.text("aAb*_%?[]^é", max_size=3).map(_literal)
        forms += [patterns.map(lambda pattern: f"{column} LIKE {pattern}"), patterns.map(lambda pattern: f"{column} NOT LIKE {pattern}")]
    return draw(st.one_of(forms))


EXPRESSIONS = st.recursive(
    _tests(),
    lambda inner: st.one_of(
        inner.map(lambda text: f"NOT ({text})"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]}) AND ({parts[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]}) OR ({parts[1]})"),
    ),
    max_leaves=5,
).filter(lambda text: len(text) <= 2048)


def _fill(store: Catalog, rows: set[tuple[str, ...]]) -> None:
    store.create_table("default", Table("t", partition_keys=tuple(Column(key.name, key.type) for key in KEYS)))
    assert store.create_partitions("default", "t", [Partition(values) for values in sorted(rows)]) == []


@settings(deadline=None, derandomize=True, database=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.sets(VALUES, max_size=30), expressions=st.lists(EXPRESSIONS, min_size=5, max_size=10), limit=st.integers(1, 7))
def test_sql_and_python_choose_the_same_partitions_in_pages_of_any_size(
    store: Catalog, rows: set[tuple[str, ...]], expressions: list[str], limit: int
) -> None:
    _fill(store, rows)
    for expression in expressions:
        chosen = compile_filter(expression, KEYS)
        assert chosen is not None
        found: list[tuple[str, ...]] = []
        page = store.get_partitions_page("default", "t", expression, limit=limit)
        while True:
            found += [partition.values for partition in page.items]
            if page.next_token is None:
                break
            page = store.get_partitions_page("default", "t", expression, token=page.next_token, limit=limit)
        assert len(found) == len(set(found))
        assert set(found) == {values for values in rows if chosen.matches(values)}, expression
    store.delete_table("default", "t")


@settings(deadline=None, derandomize=True, database=None, max_examples=100)
@given(rows=st.sets(VALUES, min_size=1, max_size=5), misfit=st.integers(0, len(KINDS) - 1), expression=EXPRESSIONS)
def test_sql_and_python_fail_on_the_same_misfits(store: Catalog, rows: set[tuple[str, ...]], misfit: int, expression: str) -> None:
    odd = tuple(MISFITS[kind] if number == misfit else value for number, (kind, value) in enumerate(zip(KINDS, min(rows), strict=True)))
    _fill(store, rows | {odd})
    chosen = compile_filter(expression, KEYS)
    assert chosen is not None
    try:
        expected: set[tuple[str, ...]] | str = {values for values in rows | {odd} if chosen.matches(values)}
    except InvalidState as error:
        expected = str(error)
    try:
        found: set[tuple[str, ...]] | str = {partition.values for partition in store.get_partitions("default", "t", expression)}
    except InvalidState as error:
        found = str(error)
    store.delete_table("default", "t")
    assert found == expected
