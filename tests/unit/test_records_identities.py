"""Identities of records are UUIDv5, by the standard library's own computation, for ever."""

from __future__ import annotations

from uuid import UUID, uuid5

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from comptoir.quality.identities import number_of
from comptoir.records import NAMESPACE, entity_id, lot_id, uuid_of


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_quick_uuid_is_the_standard_one(name: str):
    assert uuid_of(name) == str(uuid5(NAMESPACE, name))


def test_identities_never_change():
    assert entity_id("client", "17850") == "48a3372e-859f-5644-9e80-6ba1b221b7b4"
    assert lot_id(entity_id("product", "P1"), "L1") == "efea9f45-4974-5a25-a85e-b77c22ad0fbb"
    assert UUID(entity_id("product", "P1")).version == 5


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=20))
def test_different_texts_have_different_numbers_without_gaps(texts: list[str | None]):
    numbers = number_of(pl.Series(texts, dtype=pl.String)).to_list()
    pairs = {(text, number) for text, number in zip(texts, numbers, strict=True) if text is not None}
    assert sorted(number for _, number in pairs) == list(range(len(set(texts) - {None})))
    assert [number is None for number in numbers] == [text is None for text in texts]
