"""Text and decimals to decimals: exact, or refused."""

from __future__ import annotations

from decimal import Context, Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gluepot.scan.align import align
from gluepot.scan.convert import convert
from gluepot.scan.failure import Misfit

SCALES = st.sampled_from([0, 2, 10, 18, 37, 38])


def _one(text: str, precision: int, scale: int) -> Decimal | None:
    column = convert(pa.array([text, "0"]), pa.decimal128(precision, scale), (), "decimal", strict=False)
    found: Decimal | None = column[0].as_py()
    return found


@given(st.from_regex(r"[+-]?[0-9]{1,45}(\.[0-9]{1,45})?(e[+-]?[0-9]{1,2})?", fullmatch=True, alphabet="0123456789+-.e"), SCALES)
def test_a_number_is_read_exactly_or_not_at_all(text: str, scale: int) -> None:
    number = Decimal(text)
    fits = number.is_zero() or (number.adjusted() < 38 - scale and -int(number.normalize().as_tuple().exponent) <= scale)

    assert _one(text, 38, scale) == (number if fits else None)


@given(st.integers(-(10**38) + 1, 10**38 - 1) | st.integers(-(10**20), 10**20), SCALES, SCALES)
def test_a_decimal_becomes_one_of_another_scale_exactly_or_not_at_all(digits: int, scale: int, other: int) -> None:
    number = Decimal(digits).scaleb(-scale, Context(prec=38))
    column = pa.array([number], pa.decimal128(38, scale))
    fits = not number or (number.adjusted() < 38 - other and -int(number.normalize(Context(prec=38)).as_tuple().exponent) <= other)

    try:
        assert align(column, pa.decimal128(38, other))[0].as_py() == number
        assert fits
    except pa.ArrowException:
        assert not fits


@pytest.mark.parametrize(
    ("text", "precision", "scale"),
    [
        ("6092888.5", 38, 38),
        ("1" + "0" * 40 + ".00", 38, 2),
        ("9e37", 38, 18),
        ("99999999999999999999e19", 12, 0),
        ("NaN", 9, 2),
        ("Infinity", 9, 2),
    ],
)
def test_a_number_that_does_not_fit_is_told_and_not_another_one(text: str, precision: int, scale: int) -> None:
    with pytest.raises(Misfit):
        convert(pa.array(["0", text]), pa.decimal128(precision, scale), (), "decimal", strict=True)
