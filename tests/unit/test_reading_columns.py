"""Columns as their different values and places: spread, they are what they were."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.reading.columns import Coded, Columns, coded, nothing

TEXTS = st.one_of(st.none(), st.text(st.sampled_from("aé "), max_size=2))
RUNS = st.lists(st.tuples(TEXTS, st.integers(1, 5)), max_size=6)


@settings(max_examples=100, deadline=None)
@given(RUNS)
def test_what_is_taken_apart_is_put_together_again(runs: list[tuple[str | None, int]]):
    texts = [text for text, count in runs for _ in range(count)]
    column = coded(pl.Series(texts, dtype=pl.String))
    assert column.values.to_list() == list(dict.fromkeys(text for text in texts if text is not None))
    assert column.spread().to_list() == texts


def test_rows_that_meet_a_condition_on_values():
    column = coded(pl.Series(["a", None, "b"]))
    assert column.where(column.values == "b").to_list() == [False, False, True]
    assert column.where(column.values == "b", or_null=True).to_list() == [False, True, True]
    assert column.where(column.values == "c").to_list() == [False, False, False]
    assert column.where(column.values == "c", or_null=True).to_list() == [False, True, False]


def test_rows_that_are_kept_are_those_of_all_columns():
    number = nothing(pl.Int64(), 3)
    columns = Columns({"name": coded(pl.Series(["a", None, "b"])), "number": number, "row": pl.Series([2, 3, 4])})
    assert columns.frame.rows() == [("a", None, 2), (None, None, 3), ("b", None, 4)]
    kept = columns.filter(pl.Series([False, True, True]))
    assert kept.frame.rows() == [(None, None, 3), ("b", None, 4)]
    assert columns.clear().frame.rows() == []
    types = {"name": pl.String(), "number": pl.Int64(), "row": pl.Int64()}
    assert dict(columns.schema) == dict(kept.frame.schema) == dict(columns.clear().frame.schema) == types


def test_a_column_without_values_takes_no_room():
    column = nothing(pl.Decimal(38, 4), 1_000_000)
    assert column.places.estimated_size() == 0
    assert column.spread().null_count() == 1_000_000


def test_values_may_be_alike():
    column = Coded(pl.Series(["a", "a", "c"]), pl.Series([1, None, 0], dtype=pl.UInt32))
    assert column.spread().to_list() == ["a", None, "a"]
