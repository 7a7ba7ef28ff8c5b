"""Identities of records are UUIDv5, by the standard library's own computation, for ever."""

from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from comptoir.records import NAMESPACE, entity_id, lot_id, uuid_of


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_quick_uuid_is_the_standard_one(name: str):
    assert uuid_of(name) == str(uuid5(NAMESPACE, name))


def test_identities_never_change():
    assert entity_id("client", "17850") == "48a3372e-859f-5644-9e80-6ba1b221b7b4"
    assert lot_id(entity_id("product", "P1"), "L1") == "efea9f45-4974-5a25-a85e-b77c22ad0fbb"
    assert UUID(entity_id("product", "P1")).version == 5
