"""Hive types as text, as a lattice, and as Arrow types."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gluepot.catalog import Column, StorageDescriptor, Table
from gluepot.catalog.arrow import arrow_schema, arrow_type, hive_type
from gluepot.catalog.types import Array, HiveType, Map, Scalar, Struct, Union, join, parse_type
from gluepot.errors import InvalidInput

LAW = settings(deadline=None, derandomize=True, database=None)

PLAIN = "boolean tinyint smallint int bigint float double string binary date timestamp".split()
DECIMALS = st.integers(1, 38).flatmap(lambda precision: st.integers(0, precision).map(lambda scale: Scalar("decimal", (precision, scale))))
ROUND_TRIPPING = st.one_of(st.sampled_from(PLAIN).map(Scalar), DECIMALS)
TEXTS = st.one_of(
    st.just(Scalar("void")),
    st.sampled_from(["char", "varchar"]).flatmap(lambda name: st.integers(1, 255).map(lambda size: Scalar(name, (size,)))),
)
SCALARS = st.one_of(ROUND_TRIPPING, TEXTS)
NAMES = st.text(min_size=1, max_size=8)


def _nested(scalars: st.SearchStrategy[Scalar]) -> st.SearchStrategy[HiveType]:
    def wrap(inner: st.SearchStrategy[HiveType]) -> st.SearchStrategy[HiveType]:
        fields = st.lists(st.tuples(NAMES, inner), min_size=1, max_size=3, unique_by=lambda field: field[0])
        return st.one_of(
            inner.map(Array),
            st.tuples(inner, inner).map(lambda parts: Map(*parts)),
            fields.map(lambda found: Struct(tuple(found))),
            st.lists(inner, min_size=1, max_size=3).map(lambda found: Union(tuple(found))),
        )

    return st.recursive(scalars, wrap, max_leaves=6)


@LAW
@given(_nested(SCALARS))
def test_a_type_that_is_printed_is_read_back(kind: HiveType) -> None:
    assert parse_type(str(kind)) == kind


@LAW
@given(SCALARS, SCALARS, SCALARS)
def test_joining_types_is_associative_commutative_and_idempotent(a: Scalar, b: Scalar, c: Scalar) -> None:
    assert join(a, b) == join(b, a)
    assert join(a, a) == a
    assert join(join(a, b), c) == join(a, join(b, c))


@LAW
@given(_nested(ROUND_TRIPPING))
def test_hive_to_arrow_and_back_is_the_identity(kind: HiveType) -> None:
    assert hive_type(arrow_type(kind)) == kind


@pytest.mark.parametrize(
    ("arrow", "hive"),
    [
        (pa.uint8(), "smallint"),
        (pa.uint16(), "int"),
        (pa.uint32(), "bigint"),
        (pa.uint64(), "decimal(20,0)"),
        (pa.float16(), "float"),
        (pa.null(), "string"),
        (pa.dictionary(pa.int32(), pa.string()), "string"),
        (pa.run_end_encoded(pa.int32(), pa.int8()), "tinyint"),
        (pa.large_string(), "string"),
        (pa.string_view(), "string"),
        (pa.large_binary(), "binary"),
        (pa.binary_view(), "binary"),
        (pa.binary(16), "binary"),
        (pa.time32("ms"), "int"),
        (pa.time64("us"), "bigint"),
        (pa.duration("ns"), "bigint"),
        (pa.date64(), "date"),
        (pa.timestamp("s"), "timestamp"),
        (pa.timestamp("ns", "Europe/Berlin"), "timestamp"),
        (pa.decimal256(76, 10), "decimal(38,10)"),
        (pa.decimal128(5, -2), "decimal(7,0)"),
        (pa.large_list(pa.int8()), "array<tinyint>"),
        (pa.list_(pa.int8(), 3), "array<tinyint>"),
        (pa.list_view(pa.int8()), "array<tinyint>"),
        (pa.map_(pa.string(), pa.list_(pa.string())), "map<string,array<string>>"),
        (pa.struct([("a b", pa.int8())]), "struct<`a b`:tinyint>"),
        (pa.uuid(), "binary"),
    ],
)
def test_an_arrow_type_becomes_the_hive_type_that_holds_it(arrow: pa.DataType, hive: str) -> None:
    assert str(hive_type(arrow)) == hive


@pytest.mark.parametrize("text", ["money", "decimal(39,0)", "decimal(2,3)", "array<money>", "struct<a:money>"])
def test_a_type_that_no_engine_reads_is_named(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"money|decimal\("):
        arrow_type(text)


def test_a_table_tells_its_schema_with_the_partition_keys_last() -> None:
    table = Table("t", storage=StorageDescriptor((Column("a", "array<int>"), Column("b"))), partition_keys=(Column("dt", "date"),))

    assert table.arrow_schema() == pa.schema([("a", pa.list_(pa.int32())), ("b", pa.string()), ("dt", pa.date32())])


def test_a_column_of_a_wrong_type_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"^Column price: 'money' is not a Hive type"):
        arrow_schema([Column("price", "money")])
