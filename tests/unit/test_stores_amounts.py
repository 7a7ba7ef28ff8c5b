"""Amounts are kept and read back exactly as the driver would."""

from __future__ import annotations

from decimal import Decimal, Inexact

import pytest
from bson import Decimal128
from hypothesis import example, given
from hypothesis import strategies as st

from comptoir.stores.amounts import from_stored, to_stored

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**29), max_value=10**29, places=4)
NUMBERS = st.builds(
    lambda sign, digits, exponent: Decimal((sign, tuple(digits), exponent)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=34),
    st.integers(-6000, 6000),
)


@given(AMOUNTS | NUMBERS)
@example(Decimal("-0.0000"))
@example(Decimal("0.0001"))
@example(Decimal("9" * 34))
@example(Decimal("NaN"))
@example(Decimal("-Infinity"))
@example(Decimal("1E+3"))
def test_an_amount_is_kept_and_read_as_the_driver_does(amount: Decimal) -> None:
    stored = Decimal128(amount)
    assert to_stored(amount).bid == stored.bid
    assert str(from_stored(stored)) == str(stored.to_decimal())


def test_an_amount_that_cannot_be_kept_exactly_is_refused() -> None:
    with pytest.raises(Inexact):
        to_stored(Decimal("1" * 35))
