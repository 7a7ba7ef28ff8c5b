"""A column is taken apart into its different cells, and every row gets back its own."""

from __future__ import annotations

import re

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.reading.columns import coded
from comptoir.reading.distinct import cells_of

TEXTS = st.one_of(st.none(), st.text(st.sampled_from('a1 ="\u00a0'), max_size=4))


def shown(text: str | None) -> str | None:
    stripped = (text or "").strip()
    return re.sub(r'^="([^"]*)"$', r"\1", stripped) or None


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.booleans()), max_size=12), st.booleans())
def test_every_row_gets_its_own_cell(rows: list[tuple[str | None, bool]], is_text_file: bool):
    texts = pl.Series([text for text, _ in rows], dtype=pl.String)
    numeric = pl.Series([number for _, number in rows], dtype=pl.Boolean)
    cells = cells_of(coded(texts), None if is_text_file else numeric)
    expected = [shown(text) for text, _ in rows]
    assert cells.spread(cells.distinct["text"]).to_list() == expected
    is_number = [
        None if text is None else number and not is_text_file for text, number in zip(expected, numeric, strict=True)
    ]
    assert cells.spread(cells.distinct["numeric"]).to_list() == is_number
    assert cells.filled == len([text for text in expected if text is not None])
    assert sorted(cells.places.drop_nulls().unique()) == list(range(len(cells.distinct)))


def test_a_text_and_a_number_that_are_written_alike_stay_two():
    cells = cells_of(coded(pl.Series(["1", "1", None, "2"])), pl.Series([True, False, False, False]))
    assert sorted(cells.distinct.rows()) == [("1", False), ("1", True), ("2", False)]
    assert cells.rows_where(cells.distinct["text"] == "1").to_list() == [0, 1]
    assert cells.rows_where(cells.distinct["text"] == "3").to_list() == []
