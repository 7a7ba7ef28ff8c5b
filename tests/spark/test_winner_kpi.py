"""Winners: profit, prices in force, windows, ranks, products without a known cost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from comptoir_spark.kpis import calculate_product_winner
from tests.spark.tables import day, products, rows_of, sales

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


pytestmark = pytest.mark.spark

FOR_EVER = {"2020-01-01": ("6.00", "10.00")}


def ranking(frame: DataFrame, window: str, start: str):
    """Product, rank, quantity, revenue and profit of one window."""
    rows = [row for row in frame.toArrow().to_pylist() if (row["window"], row["start"]) == (window, day(start))]
    rows.sort(key=lambda row: (row["rank"] is None, row["rank"], row["product_id"]))
    return [(row["product_id"], row["rank"], row["quantity"], row["revenue"], row["profit"]) for row in rows]


def test_profit_is_what_lines_earned_less_what_they_cost(spark: SparkSession):
    sold = sales(spark, ("a", "2026-03-02", 3, "33.50", 0, 2))
    won = calculate_product_winner(sold, products(spark, ("a", FOR_EVER)))
    assert ranking(won, "week", "2026-03-02") == [("a", 1, 3, Decimal("33.50"), Decimal("15.50"))]


def test_unpriced_quantity_is_valued_by_the_catalogue(spark: SparkSession):
    sold = sales(spark, ("a", "2026-03-02", 1, "9.00", 4, 2))
    won = calculate_product_winner(sold, products(spark, ("a", FOR_EVER)))
    assert ranking(won, "month", "2026-03-01") == [("a", 1, 5, Decimal("49.00"), Decimal("19.00"))]


@pytest.mark.parametrize(
    ("when", "revenue", "profit"),
    [
        ("2026-02-28", "10.00", "6.00"),  # before the first known cost: the first known cost
        ("2026-03-01", "10.00", "6.00"),
        ("2026-03-09", "10.00", "6.00"),
        ("2026-03-10", "12.00", "7.00"),  # a new price is in force from its first day
        ("2026-04-30", "12.00", "7.00"),
    ],
)
def test_prices_are_those_in_force_on_the_day(spark: SparkSession, when: str, revenue: str, profit: str):
    catalogue = products(spark, ("a", {"2026-03-01": ("4.00", "10.00"), "2026-03-10": ("5.00", "12.00")}))
    won = calculate_product_winner(sales(spark, ("a", when, 0, "0.00", 1, 1)), catalogue)
    assert rows_of(won, "window", "revenue", "profit") == [
        ("month", Decimal(revenue), Decimal(profit)),
        ("week", Decimal(revenue), Decimal(profit)),
    ]


def test_weeks_cross_months_and_years(spark: SparkSession):
    sold = sales(
        spark,
        ("a", "2026-12-28", 1, "10.00", 0, 1),  # Monday of ISO week 53
        ("a", "2026-12-31", 1, "10.00", 0, 1),
        ("a", "2027-01-03", 1, "10.00", 0, 1),  # Sunday of the same week
        ("a", "2027-01-04", 1, "10.00", 0, 1),
    )
    won = calculate_product_winner(sold, products(spark, ("a", FOR_EVER)))
    assert rows_of(won, "window", "start", "quantity") == [
        ("month", day("2026-12-01"), 2),
        ("month", day("2027-01-01"), 2),
        ("week", day("2026-12-28"), 3),
        ("week", day("2027-01-04"), 1),
    ]


def test_returns_subtract_and_a_loss_ranks_last(spark: SparkSession):
    sold = sales(
        spark,
        ("a", "2026-03-02", 5, "50.00", 0, 1),
        ("a", "2026-03-04", -3, "-30.00", 0, 1),
        ("b", "2026-03-03", -1, "-10.00", 0, 1),
        ("c", "2026-03-03", 1, "20.00", 0, 1),
    )
    catalogue = products(spark, *((code, FOR_EVER) for code in "abc"))
    assert ranking(calculate_product_winner(sold, catalogue), "week", "2026-03-02") == [
        ("c", 1, 1, Decimal("20.00"), Decimal("14.00")),
        ("a", 2, 2, Decimal("20.00"), Decimal("8.00")),
        ("b", 3, -1, Decimal("-10.00"), Decimal("-4.00")),
    ]


def test_equal_profits_rank_by_revenue_and_then_by_code(spark: SparkSession):
    sold = sales(
        spark,
        ("z", "2026-03-02", 1, "10.00", 0, 1),  # profit 4
        ("b", "2026-03-02", 1, "10.00", 0, 1),  # profit 4, the same revenue
        ("y", "2026-03-02", 2, "16.00", 0, 1),  # profit 4, more revenue
    )
    won = calculate_product_winner(sold, products(spark, *((code, FOR_EVER) for code in "bzy")))
    assert [(row[0], row[1]) for row in ranking(won, "week", "2026-03-02")] == [("y", 1), ("b", 2), ("z", 3)]


def test_a_product_without_a_known_cost_is_told_but_not_ranked(spark: SparkSession):
    sold = sales(
        spark,
        ("known", "2026-03-02", 1, "10.00", 0, 1),
        ("stranger", "2026-03-02", 2, "500.00", 3, 2),  # its unpriced lines have no revenue
    )
    won = calculate_product_winner(sold, products(spark, ("known", FOR_EVER)))
    assert ranking(won, "week", "2026-03-02") == [
        ("known", 1, 1, Decimal("10.00"), Decimal("4.00")),
        ("stranger", None, 5, Decimal("500.00"), None),
    ]
    assert rows_of(won.filter("window = 'week'"), "code", "name", "cost_known") == [
        ("known", "Name known", True),
        ("stranger", None, False),
    ]


def test_what_was_corrected_away_is_in_no_ranking(spark: SparkSession):
    sold = sales(spark, ("a", "2026-03-02", 0, "0.00", 0, 0))
    assert calculate_product_winner(sold, products(spark, ("a", FOR_EVER))).count() == 0


def test_large_amounts_stay_exact(spark: SparkSession):
    sold = sales(spark, *(("a", f"2026-03-{number:02d}", 1, "9999999999999.9999", 0, 1) for number in range(2, 9)))
    won = calculate_product_winner(sold, products(spark, ("a", {"2020-01-01": ("0.0001", "1.00")})))
    assert ranking(won, "week", "2026-03-02") == [
        ("a", 1, 7, Decimal("69999999999999.9993"), Decimal("69999999999999.9986"))
    ]
