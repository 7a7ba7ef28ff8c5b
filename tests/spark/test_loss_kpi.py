"""Loss risks and low margins, with lots right at the edges of each rule."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from comptoir.rules import Rules
from comptoir_spark.kpis import detect_loss_products, detect_low_margins
from tests.spark.tables import day, lots, products, rows_of, sales

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tests.spark.tables import LotRow, SaleRow


pytestmark = pytest.mark.spark

ON = day("2026-03-31")
RULES = Rules()
COSTS = {"2020-01-01": ("2.50", "4.00")}


def risks(spark: SparkSession, lot: LotRow, *sold: SaleRow):
    """Reasons, days left and days idle of one lot of product `a`, given its sales."""
    found = detect_loss_products(
        lots(spark, lot), sales(spark, *sold), products(spark, ("a", COSTS)), on=ON, rules=RULES
    )
    return rows_of(found, "reasons", "days_left", "days_idle")


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [
        ("2026-03-30", [(["EXPIRED"], -1, 0)]),
        ("2026-03-31", [(["EXPIRING"], 0, 0)]),  # its last day is today
        ("2026-04-06", [(["EXPIRING"], 6, 0)]),
        ("2026-04-07", []),  # exactly seven days
        (None, []),
    ],
)
def test_expiry_is_strictly_before_the_seventh_day(spark: SparkSession, expiry: str | None, expected: list[Any]):
    assert risks(spark, ("l", "a", 1, expiry, "2026-03-31")) == expected


@pytest.mark.parametrize(
    ("moved", "expected"),
    [("2026-03-01", []), ("2026-02-28", [(["DEAD_STOCK"], None, 31)])],  # exactly 30 days is not dead
)
def test_a_lot_is_dead_strictly_after_thirty_idle_days(spark: SparkSession, moved: str, expected: list[Any]):
    assert risks(spark, ("l", "a", 1, None, moved)) == expected


@pytest.mark.parametrize(
    ("sold", "expected"),
    [
        (("a", "2026-03-01", 1, "4.00", 0, 1), []),
        (("a", "2026-02-28", 1, "4.00", 0, 1), [(["DEAD_STOCK"], None, 31)]),
        (("a", "2026-03-20", -1, "-4.00", 0, 1), []),  # a return is a movement too
        (("a", "2026-03-20", 0, "0.00", 0, 0), [(["DEAD_STOCK"], None, 90)]),  # corrected away
        (("a", "2026-04-01", 1, "4.00", 0, 1), [(["DEAD_STOCK"], None, 90)]),  # after the day asked about
        (("b", "2026-03-20", 1, "4.00", 0, 1), [(["DEAD_STOCK"], None, 90)]),  # another product
    ],
)
def test_the_last_movement_is_the_later_of_the_lots_own_and_the_last_sale(
    spark: SparkSession, sold: SaleRow, expected: list[Any]
):
    assert risks(spark, ("l", "a", 1, None, "2025-12-31"), sold) == expected


def test_several_reasons_hold_at_once(spark: SparkSession):
    assert risks(spark, ("l", "a", 1, "2026-01-01", "2025-12-31")) == [(["EXPIRED", "DEAD_STOCK"], -89, 90)]


@pytest.mark.parametrize("quantity", [0, -2])
def test_a_lot_without_stock_is_no_risk(spark: SparkSession, quantity: int):
    assert risks(spark, ("l", "a", quantity, "2026-01-01", "2025-12-31")) == []


def test_value_at_risk_takes_the_cost_in_force_that_day(spark: SparkSession):
    catalogue = products(spark, ("a", {"2026-01-01": ("2.50", "4"), "2026-04-01": ("9.00", "9")}), ("b", {}))
    stock = lots(
        spark,
        ("la", "a", 3, "2026-03-01", "2026-03-31"),
        ("lb", "b", 3, "2026-03-01", "2026-03-31"),
        ("lc", "unknown", 3, "2026-03-01", "2026-03-31"),
    )
    found = detect_loss_products(stock, sales(spark), catalogue, on=ON, rules=RULES)
    assert rows_of(found, "stock_id", "code", "name", "value_at_risk") == [
        ("la", "a", "Name a", Decimal("7.50")),
        ("lb", "b", "Name b", None),
        ("lc", "unknown", None, None),
    ]


def test_thresholds_are_those_given(spark: SparkSession):
    found = detect_loss_products(
        lots(spark, ("l", "a", 1, "2026-04-01", "2026-03-28")),
        sales(spark),
        products(spark, ("a", COSTS)),
        on=ON,
        rules=Rules(expiring_days=1, dead_stock_days=2),
    )
    assert rows_of(found, "reasons") == [(["DEAD_STOCK"],)]


def low(spark: SparkSession, *sold: SaleRow, margin: float = 0.2):
    found = detect_low_margins(
        sales(spark, *sold),
        products(spark, ("a", {"2020-01-01": ("8.00", "10.00")}), margin=margin),
        on=ON,
        rules=RULES,
    )
    return rows_of(found, "product_id", "revenue", "margin", "threshold")


@pytest.mark.parametrize(
    ("revenue", "expected"),
    [
        ("10.00", []),  # (10 - 8) / 10 is exactly the threshold
        ("9.9999", [("a", Decimal("9.9999"), Decimal("0.2000"), Decimal("0.2"))]),  # shown rounded, compared exactly
        ("8.00", [("a", Decimal("8.00"), Decimal(0), Decimal("0.2"))]),
        ("4.00", [("a", Decimal("4.00"), Decimal(-1), Decimal("0.2"))]),
        ("6.41", [("a", Decimal("6.41"), Decimal("-0.2480"), Decimal("0.2"))]),  # -0.24804992, never first -0.248050
        ("6.40", [("a", Decimal("6.40"), Decimal("-0.2500"), Decimal("0.2"))]),
        ("0.00", []),  # no revenue, no margin
        ("-5.00", []),
    ],
)
def test_a_margin_is_low_strictly_under_its_threshold(spark: SparkSession, revenue: str, expected: list[Any]):
    assert low(spark, ("a", "2026-03-31", 1, revenue, 0, 1)) == expected


@pytest.mark.parametrize(("when", "is_judged"), [("2026-03-01", False), ("2026-03-02", True), ("2026-04-01", False)])
def test_margins_are_judged_over_the_days_after_thirty_days_ago(spark: SparkSession, when: str, is_judged: bool):
    assert bool(low(spark, ("a", when, 1, "8.00", 0, 1))) is is_judged


def test_a_threshold_is_read_as_the_decimal_that_was_written(spark: SparkSession):
    # 0.30 has no exact binary form; 11.4286 - 8 is under 30 % of it by less than a cent's thousandth
    assert low(spark, ("a", "2026-03-31", 1, "11.4285", 0, 1), margin=0.3)
    assert not low(spark, ("a", "2026-03-31", 1, "11.4286", 0, 1), margin=0.3)


def test_a_product_without_a_known_cost_has_no_margin(spark: SparkSession):
    assert low(spark, ("stranger", "2026-03-31", 1, "8.00", 0, 1)) == []
