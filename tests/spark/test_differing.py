"""Where documents of the hot store differ from what the lake tells, and what they are replaced by."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from comptoir import names
from comptoir.stores.hot import Decimal128
from comptoir_spark.differing import Difference, differences_of
from comptoir_spark.repairing import replacement
from comptoir_spark.sinks import fact_documents, folded_documents
from tests.spark.tables import day, money

KEY = "p:2026-03"


def amount(text: str) -> Decimal128:
    return Decimal128(Decimal(text))


def facts(**days: dict[str, Any]) -> dict[str, Any]:
    """A product's month, as the stream writes it."""
    return {"_id": KEY, "product_id": "p", "month": "2026-03", "code": "P", "b": 7, "days": days}


def told(**days: dict[str, Any]) -> dict[str, Any]:
    """The same, as the lake tells it."""
    return {"product_id": "p", "month": "2026-03", "code": "P", "days": days}


def of_facts(lake: dict[str, Any] | None, hot: dict[str, Any] | None) -> list[Difference]:
    return differences_of(names.FACTS_PRODUCT, {KEY: lake} if lake else {}, {KEY: hot} if hot else {})


@pytest.mark.parametrize(
    ("lake", "hot"),
    [
        (told(d05={"q": 2, "r": amount("7.0000")}), facts(d05={"q": 2, "r": amount("7.00"), "n": 0})),
        (told(d05={"q": 2}), facts(d05={"q": 2}, d06={"q": 0, "r": amount("0.00"), "u": {}})),
        (None, facts(d05={"q": 0})),
        (None, facts()),
    ],
)
def test_what_says_the_same_does_not_differ(lake: dict[str, Any] | None, hot: dict[str, Any]) -> None:
    assert of_facts(lake, hot) == []


@pytest.mark.parametrize(
    ("lake", "hot", "sentence"),
    [
        (told(d05={"r": amount("7.00")}), facts(d05={"r": amount("7.01")}), "the lake says 7.00, the hot store 7.01"),
        (told(d05={"q": 2}), None, "the lake says 2, the hot store nothing"),
        (None, facts(d05={"q": 2}), "the lake says nothing, the hot store 2"),
    ],
)
def test_a_cent_too_much_and_documents_that_lack_or_are_too_many_differ(
    lake: dict[str, Any] | None, hot: dict[str, Any] | None, sentence: str
) -> None:
    (difference,) = of_facts(lake, hot)
    assert str(difference).endswith(sentence)
    assert str(difference).startswith(f"{names.FACTS_PRODUCT} {KEY}, days.d05.")


def test_equal_rows_in_another_order_do_not_differ_and_an_unknown_cost_is_no_cost_of_zero() -> None:
    rows = [{"product_id": "a", "profit": amount("1")}, {"product_id": "b", "profit": amount("1")}]
    lake = {"w": {"top": rows, "totals": {"quantity": 2}, "version": 0}}
    assert differences_of(names.KPI_WINNERS, lake, {"w": {"top": rows[::-1], "totals": {"quantity": 2}}}) == []
    unknown, zero = {"stock_id": "l", "value_at_risk": None}, {"stock_id": "l", "value_at_risk": amount("0")}
    (difference,) = differences_of(names.KPI_LOSSES, {"d": {"rows": [unknown]}}, {"d": {"rows": [zero]}})
    assert "rows.l.value_at_risk: the lake says None" in str(difference)


def test_a_window_without_sales_needs_no_head() -> None:
    empty = {"w": {"window": "week", "top": [], "cost_missing": [], "totals": {"revenue": amount("0.0000")}}}
    assert differences_of(names.KPI_WINNERS, empty, {}) == []


def test_mongodb_keeps_milliseconds() -> None:
    moved = datetime(2026, 3, 5, 10, 0, 0, 123456, tzinfo=UTC)
    kept = {"l": {"last_movement": moved.replace(microsecond=123000)}}
    assert differences_of(names.STOCK_LOTS, {"l": {"last_movement": moved}}, kept) == []


def test_deltas_make_the_documents_that_the_stream_adds_up() -> None:
    sold = {"grain": "product", "record_id": "p", "day": day("2026-03-05"), "product_id": None, "code": "P"}
    bought = {"grain": "client", "record_id": "c", "day": day("2026-03-05"), "product_id": None, "code": "C"}
    unpriced = bought | {"product_id": "p", "code": None, "q": 0, "r": money("0"), "u": 3, "n": 0}
    found = fact_documents(
        [
            sold | {"q": 2, "r": money("7.0000"), "u": 3, "n": 1},
            sold | {"day": day("2026-04-01"), "q": 0, "r": money("0"), "u": 0, "n": 0},
            bought | {"q": 0, "r": money("7.0000"), "u": 0, "n": 1},
            unpriced,
        ]
    )
    product = {"q": 2, "r": amount("7.0000"), "u": 3, "n": 1}
    assert found[names.FACTS_PRODUCT] == {KEY: told(**{"05": product})}
    (client,) = found[names.FACTS_CLIENT].values()
    assert client["days"] == {"05": {"r": amount("7.0000"), "n": 1, "u": {"p": 3}}}
    assert client["unpriced"] == ["p"]


def test_of_what_is_gone_the_lake_tells_the_sequence_alone() -> None:
    price = {"product_id": "p", "in_force_from": day("2026-03-01"), "buy_price": money("1"), "sell_price": money("2")}
    shown = {"code": "P", "name": "Pear", "category": None, "min_margin_threshold": 0.2}
    row = {"kind": "products", "sequence": 4, "landing": 9, "version": price | shown}
    later = row | {"sequence": 5, "is_gone": True, "version": price | shown | {"in_force_from": day("2026-03-02")}}
    prices = folded_documents([row | {"is_gone": False}, later])[names.CATALOGUE]["p"]["prices"]
    point = {"s": 4, "l": 9, "buy": amount("1"), "sell": amount("2")}
    assert prices == {"2026-03-01": point | shown, "2026-03-02": {"s": 5}}


@pytest.mark.parametrize(("batch", "fence"), [(5, 7), (9, 9)])
def test_a_document_of_facts_is_replaced_behind_the_last_batch(batch: int, fence: int) -> None:
    spoilt = Difference(names.FACTS_PRODUCT, KEY, told(d05={"q": 2}), facts(d05={"q": 3}, d06={"q": 1}))
    assert replacement(spoilt, batch) == facts(d05={"q": 2}) | {"b": fence}
    surplus = Difference(names.FACTS_PRODUCT, KEY, {}, facts(d05={"q": 3}))
    assert replacement(surplus, batch) == facts() | {"b": fence}
    lost = Difference(names.FACTS_PRODUCT, KEY, told(d05={"q": 2}), {})
    assert replacement(lost, batch) == told(d05={"q": 2}) | {"b": batch}


def test_folded_documents_keep_the_higher_sequence() -> None:
    lot = Difference(names.STOCK_LOTS, "l", {"quantity": 3, "s": 4}, {"_id": "l", "quantity": 9, "s": 6})
    assert replacement(lot, 0) == {"quantity": 3, "s": 6}
    lake, hot = {"prices": {"2026-03-01": {"buy": 1, "s": 4}}}, {"prices": {"2026-03-02": {"buy": 2, "s": 3}}}
    product = Difference(names.CATALOGUE, "p", lake, hot)
    assert replacement(product, 0) == {"prices": {"2026-03-01": {"buy": 1, "s": 4}, "2026-03-02": {"s": 3}}}
