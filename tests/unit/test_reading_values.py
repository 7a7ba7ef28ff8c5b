"""Values of spreadsheets' cells as texts: exact, and the same whether written one by one or a column at once."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comptoir.reading.values import EXACT_BELOW, MANY, column_of, text_of

FLOATS = st.one_of(
    st.floats(),
    st.integers(-(10**7), 10**7).map(lambda cents: cents / 100),
    st.integers(-(10**17), 10**17).map(float),
)
VALUES = st.one_of(FLOATS, st.integers(), st.booleans(), st.text(), st.datetimes(), st.dates(), st.times())
EDGES = [-0.0, 0.0, 1e15, -1e15, 999_999_999_999_999.0, 1e-4, 9.999e-5, 5e-324, 1e16, 1e22, 1.7976931348623157e308]


@given(number=st.floats(allow_nan=False, allow_infinity=False) | FLOATS.filter(math.isfinite))
@example(number=2.5499999999999998)
def test_a_number_is_its_shortest_decimal(number: float):
    text = text_of(number)
    assert text is not None
    assert "e" not in text.lower()
    assert Decimal(text) == Decimal(repr(number))
    assert not text.endswith(".0") or abs(number) >= EXACT_BELOW
    assert text != "-0"


@given(numbers=st.lists(FLOATS, min_size=1))
@example(numbers=EDGES)
@example(numbers=[math.nan, math.inf, -math.inf, 1.5])
def test_a_column_of_numbers_is_written_like_each_of_them(numbers: list[float]):
    for column in (numbers, numbers + [1.5] * MANY):
        texts, numeric = column_of(column)
        assert texts.to_list() == [text_of(number) for number in column]
        assert numeric.to_list() == [math.isfinite(number) for number in column]


@given(values=st.lists(VALUES))
@example(values=["85123A", 71053.0, "", 6, True, math.inf])
def test_a_column_of_all_sorts_is_written_like_each_of_them(values: list[Any]):
    texts, numeric = column_of(values)
    assert (texts.dtype, numeric.dtype) == (pl.String, pl.Boolean)
    assert texts.to_list() == [text_of(value) for value in values]
    # Days and truth values are numbers, too.
    assert numeric.to_list() == [
        isinstance(value, date) or (isinstance(value, int | float) and math.isfinite(value)) for value in values
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", None),
        (" A ", " A "),
        (17850.0, "17850"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-7, "0.0000001"),
        (1e300, "1" + "0" * 300),
        (math.nan, "nan"),
        (12, "12"),
        (True, "TRUE"),
        (date(2026, 1, 31), "2026-01-31"),
        (time(12), "12:00:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (datetime(2010, 12, 1, 8, 26), "2010-12-01 08:26:00"),  # noqa: DTZ001 - as a spreadsheet's
        (datetime(2010, 12, 1, 8, 25, 59, 900_000), "2010-12-01 08:26:00"),  # noqa: DTZ001 - as above
        (datetime.max, "9999-12-31 23:59:59"),  # noqa: DTZ901 - as above
    ],
)
def test_each_type_has_its_text(value: Any, text: str | None):
    assert text_of(value) == text
    assert column_of([value])[0].to_list() == [text]
