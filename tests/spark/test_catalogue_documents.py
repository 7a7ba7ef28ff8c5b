"""How products are read from the catalogue's documents."""

from __future__ import annotations

from types import SimpleNamespace

from bson import Decimal128

from comptoir import names
from comptoir_spark import frames


def test_a_price_that_came_back_leaves_what_was_shown_before_it() -> None:
    """The first price was corrected by a file that was withdrawn: its sequence is higher, its file the same."""
    told = {
        "buy": Decimal128("1"),
        "sell": Decimal128("2"),
        "code": "A",
        "category": "food",
        "min_margin_threshold": 0.2,
        "l": 1,
    }
    prices = {"2026-02-01": told | {"name": "first", "s": 3}, "2026-03-01": told | {"name": "later", "s": 1}}
    collection = SimpleNamespace(find=lambda: [{"_id": "a", "prices": prices}])
    [product] = frames.products(SimpleNamespace(facts={names.CATALOGUE: collection}))
    assert product["name"] == "later"
