"""The cases of `docs/rules.md`, from their events through facts to figures, by the functions of stream and batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from comptoir.rules import Rules
from comptoir_spark import facts, kpis
from tests import rules_cases as cases
from tests.spark.tables import day
from tests.spark.topics import parsed

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = pytest.mark.spark

DOCUMENT = cases.read_cases()


class Facts(NamedTuple):
    """What the stream keeps of a table's events."""

    products: DataFrame
    product_sales: DataFrame
    client_sales: DataFrame
    lots: DataFrame
    clients: DataFrame


def facts_of(spark: SparkSession, header: cases.Header) -> Facts:
    """Tell a table's cases, and keep what the stream keeps."""
    events = parsed(spark, *cases.events_of(DOCUMENT[header])).cache()
    deltas, versions = facts.fact_deltas(events), facts.latest_versions(events)
    return Facts(
        facts.catalogue(versions),
        facts.product_sales(deltas),
        facts.client_sales(deltas),
        facts.lots(versions),
        facts.clients(versions),
    )


def rows_of(frame: DataFrame) -> list[dict[str, Any]]:
    return frame.toArrow().to_pylist()


def winners_of(spark: SparkSession, header: cases.Header) -> list[dict[str, Any]]:
    told = facts_of(spark, header)
    return rows_of(kpis.calculate_product_winner(told.product_sales, told.products))


def test_winners(spark: SparkSession):
    rows = DOCUMENT[cases.WINNERS]
    found = [row for row in winners_of(spark, cases.WINNERS) if row["window"] == "month"]
    assert {row["start"] for row in found} == {day("2026-03-01")}
    shown = {row["product_id"]: cases.winner_shown(row["quantity"], row["revenue"], row["profit"]) for row in found}
    results = ("Quantity", "Revenue", "Profit")
    assert cases.in_full(shown, rows, *results) == cases.told(rows, *results)


def test_ranks(spark: SparkSession):
    rows = DOCUMENT[cases.RANKS]
    found = [row for row in winners_of(spark, cases.RANKS) if row["window"] == "month"]
    shown = {row["product_id"]: cases.rank_shown(row["rank"], row["revenue"], row["profit"]) for row in found}
    assert shown == cases.told(rows, "Revenue", "Profit", "Rank")


def test_windows(spark: SparkSession):
    shown: dict[str, cases.Cells] = {}
    for row in winners_of(spark, cases.WINDOWS):
        column = f"{row['window'].capitalize()} from"
        shown.setdefault(row["product_id"], {})[column] = cases.day_shown(row["start"])
    assert shown == cases.told(DOCUMENT[cases.WINDOWS], "Week from", "Month from")


def test_losses(spark: SparkSession):
    rows, told = DOCUMENT[cases.LOSSES], facts_of(spark, cases.LOSSES)
    found = kpis.detect_loss_products(told.lots, told.product_sales, told.products, on=cases.ON, rules=Rules())
    shown = {
        row["stock_id"]: cases.loss_shown(row["reasons"], row["value_at_risk"])
        | {"Days left": cases.whole_shown(row["days_left"]), "Days idle": cases.whole_shown(row["days_idle"])}
        for row in rows_of(found)
    }
    results = ("Reasons", "Days left", "Days idle", "Value at risk")
    assert cases.in_full(shown, rows, *results) == cases.told(rows, *results)


def test_low_margins(spark: SparkSession):
    rows, told = DOCUMENT[cases.LOW_MARGINS], facts_of(spark, cases.LOW_MARGINS)
    found = rows_of(kpis.detect_low_margins(told.product_sales, told.products, on=cases.ON, rules=Rules()))
    shown = {row["product_id"]: cases.margin_shown(row["revenue"], row["margin"]) for row in found}
    results = ("Revenue", "Margin")
    assert cases.in_full(shown, rows, *results) == cases.told(rows, *results)


def test_reductions(spark: SparkSession):
    rows, told = DOCUMENT[cases.REDUCTIONS], facts_of(spark, cases.REDUCTIONS)
    sales = kpis.value_client_sales(told.client_sales, told.products)
    shown = {
        row["client_id"]: cases.client_shown(row["new_total"], row["tier"], is_eligible=row["eligible_promo"])
        | {"Rate": f"{row['reduction_rate'] * 100:.0f} %"}
        for row in rows_of(kpis.apply_client_reduction(told.clients, sales, rules=Rules()))
    }
    results = ("New total", "Eligible", "Tier", "Rate")
    assert cases.in_full(shown, rows, *results) == cases.told(rows, *results)
