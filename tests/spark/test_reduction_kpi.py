"""Reductions: totals, the day of a closing balance, tiers and eligibility at their thresholds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from comptoir.rules import Rules
from comptoir_spark import schemas
from comptoir_spark.kpis import apply_client_reduction, value_client_sales
from tests.spark.tables import day, money, products, rows_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


pytestmark = pytest.mark.spark


def totals(spark: SparkSession, told: list[Any], sold: list[Any], *fields: str, rules: Rules | None = None):
    """The fields of each client's row; `told` are (id, opening, tier, as_of), `sold` (id, day, amount)."""
    clients = [
        (key, key.upper(), f"Name {key}", money(opening), tier, at and day(at)) for key, opening, tier, at in told
    ]
    amounts = [(key, key.upper(), day(when), money(amount)) for key, when, amount in sold]
    sales = f"client_id string, code string, day date, amount {schemas.MONEY}"
    found = apply_client_reduction(
        spark.createDataFrame(clients, schemas.CLIENTS), spark.createDataFrame(amounts, sales), rules=rules or Rules()
    )
    return rows_of(found, *fields)


@pytest.mark.parametrize(
    ("amount", "eligible", "tier", "rate"),
    [
        ("9000.01", True, "Gold", "0.10"),
        ("9000.00", False, "Silver", "0.05"),  # exactly 10,000.00 is not above it
        ("4000.01", False, "Silver", "0.05"),
        ("4000.00", False, "Standard", "0.00"),
        ("-1000.00", False, "Standard", "0.00"),
    ],
)
def test_a_total_must_be_strictly_above_a_threshold(
    spark: SparkSession, amount: str, eligible: bool, tier: str, rate: str
):
    found = totals(
        spark,
        [("c", "1000.00", "Standard", None)],
        [("c", "2026-03-01", amount)],
        "eligible_promo",
        "tier",
        "reduction_rate",
    )
    assert found == [(eligible, tier, Decimal(rate))]


def test_a_declared_tier_is_kept_and_gives_no_promotion(spark: SparkSession):
    told = [("g", "0.00", "Gold", None), ("s", "10000.01", "Silver", None)]
    assert totals(spark, told, [], "client_id", "tier", "eligible_promo") == [
        ("g", "Gold", False),
        ("s", "Gold", True),
    ]


def test_after_a_closing_balance_only_later_days_count(spark: SparkSession):
    told = [("dated", "100.00", "Standard", "2026-03-31"), ("undated", "100.00", "Standard", None)]
    sold = [
        (client, when, amount)
        for client in ("dated", "undated")
        for when, amount in (("2026-03-30", "1.00"), ("2026-03-31", "2.00"), ("2026-04-01", "4.00"))
    ]
    assert totals(spark, told, sold, "client_id", "opening", "sales", "new_total") == [
        ("dated", Decimal("100.00"), Decimal("4.00"), Decimal("104.00")),
        ("undated", Decimal("100.00"), Decimal("7.00"), Decimal("107.00")),
    ]


def test_a_client_of_sales_alone_has_a_row_without_a_name(spark: SparkSession):
    found = totals(
        spark, [], [("x", "2026-03-01", "12000.00")], "client_id", "code", "name", "opening", "new_total", "tier"
    )
    assert found == [("x", "X", None, Decimal(0), Decimal(12000), "Gold")]


def test_thresholds_and_rates_are_those_given(spark: SparkSession):
    rules = Rules(gold_threshold=Decimal(100), promo_threshold=Decimal(200), reduction_rate_gold=Decimal("0.25"))
    found = totals(
        spark, [("c", "150.00", "Standard", None)], [], "tier", "eligible_promo", "reduction_rate", rules=rules
    )
    assert found == [("Gold", False, Decimal("0.25"))]


def test_unpriced_quantities_are_valued_by_the_catalogue_of_their_day(spark: SparkSession):
    sold = [
        ("c", "C", day("2026-03-01"), None, money("5.00"), 1, 0),
        ("c", None, day("2026-03-01"), "a", money("0"), 0, 2),
        ("c", None, day("2026-03-10"), "a", money("0"), 0, 2),
        ("c", None, day("2026-03-10"), "stranger", money("0"), 0, 9),
    ]
    catalogue = products(spark, ("a", {"2026-03-05": ("1", "10.00"), "2026-03-10": ("1", "11.50")}))
    valued = value_client_sales(spark.createDataFrame(sold, schemas.CLIENT_SALES), catalogue)
    assert rows_of(valued, "day", "amount") == [
        (day("2026-03-01"), Decimal("20.0000")),
        (day("2026-03-01"), Decimal("5.0000")),
        (day("2026-03-10"), Decimal("0.0000")),
        (day("2026-03-10"), Decimal("23.0000")),
    ]


def test_a_client_of_whose_sales_nothing_is_left_has_no_row(spark: SparkSession):
    gone, left = ("gone", "GONE", day("2026-03-01"), None), ("left", "LEFT", day("2026-03-01"), None)
    sold = [(*gone, money("0"), 0, 0), (*gone[:3], "p", money("0"), 0, 0), (*left, money("0"), 1, 0)]
    sales = spark.createDataFrame(sold, schemas.CLIENT_SALES)
    amounts = value_client_sales(sales, products(spark, ("p", {"2020-01-01": ("1", "2")})))
    found = apply_client_reduction(spark.createDataFrame([], schemas.CLIENTS), amounts, rules=Rules())
    assert rows_of(found, "client_id", "new_total") == [("left", Decimal("0.0000"))]
