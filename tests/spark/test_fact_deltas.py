"""Messages become events, and events become signed facts and latest versions."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from comptoir_spark import facts
from tests.spark.tables import day, event, invoice, rows_of
from tests.spark.topics import messages, parsed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


pytestmark = pytest.mark.spark


def of_products(events: DataFrame):
    return rows_of(facts.product_sales(facts.fact_deltas(events)), "product_id", "day", "q", "r", "u", "n")


def of_clients(events: DataFrame):
    return rows_of(facts.client_sales(facts.fact_deltas(events)), "client_id", "day", "product_id", "r", "n", "u")


def test_an_invoice_adds_its_lines_and_counts_once_per_product(spark: SparkSession):
    told = invoice("1", "2026-03-02", ("a", 2, "3.5000"), ("a", 1, "4.0000"), ("a", 5, None), ("b", -1, "2.0000"))
    assert of_products(parsed(spark, event("sales", 1, after=told))) == [
        ("a", day("2026-03-02"), 3, Decimal("11.0000"), 5, 1),
        ("b", day("2026-03-02"), -1, Decimal("-2.0000"), 0, 1),
    ]


def test_deltas_have_the_columns_that_they_tell_and_no_other(spark: SparkSession):
    deltas = facts.fact_deltas(parsed(spark, event("sales", 1, after=invoice("1", "2026-03-02", ("a", 2, "3.5000")))))
    assert deltas.columns == ["grain", "record_id", "day", "product_id", "code", "q", "r", "u", "n"]


def test_a_replacement_takes_the_earlier_version_away(spark: SparkSession):
    before = invoice("1", "2026-03-02", ("a", 2, "3.0000"), ("b", 1, "1.0000"), client="c")
    after = invoice("1", "2026-03-03", ("a", 5, "3.0000"), client="d")
    events = parsed(spark, event("sales", 2, before=before, after=after))
    assert of_products(events) == [
        ("a", day("2026-03-02"), -2, Decimal("-6.0000"), 0, -1),
        ("a", day("2026-03-03"), 5, Decimal("15.0000"), 0, 1),
        ("b", day("2026-03-02"), -1, Decimal("-1.0000"), 0, -1),
    ]
    assert of_clients(events) == [
        ("c", day("2026-03-02"), None, Decimal("-7.0000"), -1, 0),
        ("d", day("2026-03-03"), None, Decimal("15.0000"), 1, 0),
    ]


def test_a_replacement_on_the_same_day_leaves_the_difference_and_keeps_its_key(spark: SparkSession):
    before = invoice("1", "2026-03-02", ("a", 2, "3.0000"), ("b", 1, "1.0000"))
    after = invoice("1", "2026-03-02", ("a", 2, "3.2500"), ("b", 1, "1.0000"))
    assert of_products(parsed(spark, event("sales", 2, before=before, after=after))) == [
        ("a", day("2026-03-02"), 0, Decimal("0.5000"), 0, 0),
        ("b", day("2026-03-02"), 0, Decimal("0.0000"), 0, 0),
    ]


def test_a_withdrawn_invoice_leaves_nothing(spark: SparkSession):
    told = invoice("1", "2026-03-02", ("a", 2, "3.0000"), client="c")
    events = parsed(spark, event("sales", 1, after=told), event("sales", 2, before=told))
    assert of_products(events) == [("a", day("2026-03-02"), 0, Decimal("0.0000"), 0, 0)]
    assert of_clients(events) == [("c", day("2026-03-02"), None, Decimal("0.0000"), 0, 0)]


def test_a_declared_total_stands_for_all_lines_of_a_client(spark: SparkSession):
    told = invoice("1", "2026-03-02", ("a", 2, "3.0000"), ("b", 4, None), client="c", total="99.9900")
    assert of_clients(parsed(spark, event("sales", 1, after=told))) == [
        ("c", day("2026-03-02"), None, Decimal("99.9900"), 1, 0)
    ]


def test_without_a_declared_total_unpriced_lines_are_kept_by_product(spark: SparkSession):
    told = invoice("1", "2026-03-02", ("a", 2, "3.0000"), ("b", 4, None), ("b", 1, None), client="c")
    assert of_clients(parsed(spark, event("sales", 1, after=told))) == [
        ("c", day("2026-03-02"), "b", Decimal("0.0000"), 0, 5),
        ("c", day("2026-03-02"), None, Decimal("6.0000"), 1, 0),
    ]


def test_walk_in_sales_are_in_no_client(spark: SparkSession):
    told = invoice("1", "2026-03-02", ("a", 2, "3.0000"))
    assert of_clients(parsed(spark, event("sales", 1, after=told))) == []


def product(code: str, begun: str, buy: str):
    shown = {"code": code, "name": f"{code} {buy}", "category": "food", "min_margin_threshold": 0.2, "valid_from": None}
    return shown | {"product_id": code, "buy_price": buy, "sell_price": "9.0000", "in_force_from": begun}


def test_the_catalogue_keeps_every_price_and_shows_the_last_told(spark: SparkSession):
    events = parsed(
        spark,
        event("products", 3, after=product("a", "2026-02-01", "2.0000")),
        event("products", 1, after=product("a", "2026-03-01", "1.0000")),
        event("products", 2, after=product("a", "2026-03-01", "1.5000")),
    )
    catalogue = facts.catalogue(facts.latest_versions(events)).toArrow().to_pylist()
    assert [(row["product_id"], row["name"]) for row in catalogue] == [("a", "a 2.0000")]
    assert [(price["in_force_from"], price["buy_price"]) for price in catalogue[0]["prices"]] == [
        (day("2026-02-01"), Decimal("2.0000")),
        (day("2026-03-01"), Decimal("1.5000")),
    ]


def test_the_highest_sequence_of_a_lot_or_a_client_counts(spark: SparkSession):
    lot = {"stock_id": "l", "product_id": "a", "product_code": "A", "batch_no": "B", "expiry_date": None}
    lot |= {"last_movement": "2026-03-01T10:00:00.000000Z", "movement_day": "2026-03-01"}
    client = {"client_id": "c", "code": "C", "name": "N", "declared_tier": "Gold", "as_of": "2026-01-31"}
    events = parsed(
        spark,
        event("stock", 7, after=lot | {"quantity": 3}),
        event("stock", 5, after=lot | {"quantity": 9}),
        event("clients", 2, after=client | {"opening": "5.0000"}),
        event("clients", 4, after=client | {"opening": "6.0000"}),
    )
    latest = facts.latest_versions(events)
    assert rows_of(facts.lots(latest), "stock_id", "quantity", "movement_day") == [("l", 3, day("2026-03-01"))]
    assert rows_of(facts.clients(latest), "client_id", "opening", "as_of") == [
        ("c", Decimal("6.0000"), day("2026-01-31"))
    ]


LOT = {"stock_id": "l", "product_id": "a", "product_code": "A", "batch_no": "B", "expiry_date": None, "quantity": 3}
LOT |= {"last_movement": "2026-03-01T10:00:00.000000Z", "movement_day": "2026-03-01"}
CLIENT = {"client_id": "c", "code": "C", "name": "N", "declared_tier": "Gold", "as_of": None, "opening": "5.0000"}


def test_what_is_removed_stays_away_whatever_comes_late(spark: SparkSession):
    events = parsed(
        spark,
        event("stock", 6, before=LOT),
        event("stock", 5, after=LOT),
        event("clients", 9, before=CLIENT),
        event("clients", 8, before=CLIENT, after=CLIENT | {"opening": "6.0000"}),
        event("products", 4, before=product("a", "2026-02-01", "2.0000")),
        event("products", 3, after=product("a", "2026-02-01", "2.0000")),
    )
    latest = facts.latest_versions(events)
    assert rows_of(latest, "kind", "sequence", "is_gone") == [
        ("clients", 9, True),
        ("products", 4, True),
        ("stock", 6, True),
    ]
    for gathered in (facts.lots(latest), facts.clients(latest), facts.catalogue(latest)):
        assert gathered.count() == 0


def test_what_is_removed_can_come_again(spark: SparkSession):
    events = parsed(spark, event("stock", 6, before=LOT), event("stock", 7, after=LOT | {"quantity": 8}))
    assert rows_of(facts.lots(facts.latest_versions(events)), "stock_id", "quantity") == [("l", 8)]


def test_a_removed_price_leaves_the_products_other_prices_and_what_the_latest_file_shows(spark: SparkSession):
    corrected = product("a", "2026-02-01", "2.5000")
    events = parsed(
        spark,
        event("products", 1, after=product("a", "2026-02-01", "2.0000"), landing=1),
        event("products", 2, after=product("a", "2026-03-01", "3.0000"), landing=2),
        event("products", 3, before=product("a", "2026-02-01", "2.0000"), after=corrected, landing=3),
        event("products", 4, after=product("a", "2026-04-01", "4.0000"), landing=4),
        event("products", 5, before=corrected, after=product("a", "2026-02-01", "2.0000"), landing=1),
        event("products", 6, before=product("a", "2026-04-01", "4.0000")),
    )
    [row] = facts.catalogue(facts.latest_versions(events)).toArrow().to_pylist()
    assert row["name"] == "a 3.0000"  # of the files that count, the one with that price landed last
    assert [str(price["buy_price"]) for price in row["prices"]] == ["2.0000", "3.0000"]


def test_a_withdrawn_correction_leaves_what_was_shown_before_it(spark: SparkSession):
    first, later = product("a", "2026-02-01", "2.0000"), product("a", "2026-03-01", "3.0000")
    corrected = product("a", "2026-02-01", "2.5000")
    events = parsed(
        spark,
        event("products", 1, after=first, landing=1),
        event("products", 1, after=later, landing=1),
        event("products", 2, before=first, after=corrected, landing=2),
        event("products", 3, before=corrected, after=first, landing=1),
    )
    assert rows_of(facts.catalogue(facts.latest_versions(events)), "name") == [("a 3.0000",)]


GOOD = invoice("1", "2026-03-02", ("a", 2, "3.0000"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "the message is empty"),
        ("{half", "not an event's JSON"),
        (json.dumps(event("sales", 1, after=GOOD | {"items": "none"})), "not an event's JSON"),
        (json.dumps(event("sales", 1, after=GOOD | {"total_amount": "12,50"})), "an amount with a comma"),
        (json.dumps(event("sales", 1, after=GOOD | {"total_amount": "12.5O"})), "not an event's JSON"),
        (
            json.dumps(event("sales", 1, after=GOOD) | {"sequence": None}),
            "event_id, sequence, kind or record_id is missing",
        ),
        (json.dumps(event("stock", 1, after=GOOD)), "its kind does not belong to this topic"),
        (json.dumps(event("sales", 1)), "neither before nor after"),
        (json.dumps(event("sales", 1, after=GOOD | {"invoice_id": None})), "the version has no identity"),
        (json.dumps(event("sales", 1, after=GOOD | {"business_day": None})), "the invoice has no day or no items"),
        (
            json.dumps(event("sales", 1, after=GOOD | {"items": [{"quantity": 1}]})),
            "the invoice has no day or no items",
        ),
        (json.dumps(event("sales", 2, before=GOOD | {"items": None})), "the invoice has no day or no items"),
        (json.dumps(event("sales", 2, before=GOOD | {"invoice_id": None})), "the version has no identity"),
        (json.dumps(event("sales", 2, before=GOOD)), None),
        (json.dumps(event("sales", 1, after=GOOD)), None),
    ],
)
def test_a_message_that_is_no_event_says_why(spark: SparkSession, text: str | None, reason: str | None):
    assert rows_of(messages(spark, text), "reason") == [(reason,)]
