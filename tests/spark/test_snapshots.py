"""What the batch application keeps in the lake is read by anybody, replaced whole, and never seen in part."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from comptoir.reconciling import audit, documents, kept, snapshots
from comptoir.reconciling.workspace import open_workspace
from comptoir.rules import Rules
from comptoir.settings import Settings
from comptoir_spark import facts, lake, pipelines
from comptoir_spark.snapshots import saying, write_facts, write_snapshot
from tests.spark.tables import event, invoice, money
from tests.spark.topics import parsed
from tests.unit.audited import figures_of

if TYPE_CHECKING:
    from pathlib import Path

    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(hdfs_url=f"file://{tmp_path}", lake_root="/lake")


def rows(path: Path, *columns: str) -> list[tuple[object, ...]]:
    return sorted(pl.read_parquet(path).select(columns).rows())


def test_facts_are_kept_by_month_and_grain(spark: SparkSession, tmp_path: Path, settings: Settings) -> None:
    sold = [
        invoice("1", "2026-02-28", ("a", 2, "3.50"), ("b", 1, None), client="c"),
        invoice("2", "2026-03-01", ("a", 4, "3.50"), client="c", total="13.00"),
        invoice("3", "2026-03-01", ("a", -1, "3.50")),
    ]
    told = [event("sales", number, after=each) for number, each in enumerate(sold, start=1)]
    write_facts(facts.fact_deltas(parsed(spark, *told)), 3, settings)
    columns = ("product_id", "day", "priced_quantity", "revenue", "unpriced_quantity", "invoices")
    kept_in = tmp_path / "lake" / "facts"
    assert sorted(path.relative_to(kept_in).as_posix() for path in kept_in.rglob("*.parquet")) == [
        f"{grain}/month=2026-{month}/part.parquet" for grain in ("client", "product") for month in ("02", "03")
    ]
    assert rows(kept_in / "product/month=2026-02/part.parquet", *columns) == [
        ("a", date(2026, 2, 28), 2, money("7.0000"), 0, 1),
        ("b", date(2026, 2, 28), 0, money("0.0000"), 1, 1),
    ]
    assert rows(kept_in / "product/month=2026-03/part.parquet", *columns) == [
        ("a", date(2026, 3, 1), 3, money("10.5000"), 0, 2)
    ]
    assert rows(kept_in / "client/month=2026-03/part.parquet", "client_id", "revenue", "invoices") == [
        ("c", money("13.0000"), 1)
    ]

    # The audit finds in it which change set it knew.
    workspace = open_workspace("Europe/Paris")
    workspace.database.execute(kept.TABLES)
    for grain in kept.COLUMNS:
        kept.take(workspace, grain, "2026-03", kept_in / grain / "month=2026-03/part.parquet")
    assert workspace.database.execute("FROM kept_months").fetchall() == [(one, "2026-03", 3) for one in kept.COLUMNS]
    assert workspace.database.execute("SELECT record_id, q, r, u, n FROM kept_facts").fetchall() == [
        ("a", 3, money("10.5000"), 0, 2),
        ("c", 0, money("13.0000"), 0, 1),
    ]

    withdrawn = event("sales", 4, before=sold[1])
    write_facts(facts.fact_deltas(parsed(spark, *told, withdrawn)), 4, settings)
    assert rows(kept_in / "product/month=2026-03/part.parquet", *columns) == [
        ("a", date(2026, 3, 1), -1, money("-3.5000"), 0, 1)
    ]
    assert rows(kept_in / "client/month=2026-03/part.parquet", "client_id", "revenue", "invoices") == [
        ("c", money("0.0000"), 0)
    ]
    assert not list(kept_in.glob("*/.draft"))


def version(kind: str, **fields: object) -> dict[str, Any]:
    return event(kind, 1, after=fields)


def test_a_days_figures_are_judged_by_what_the_batch_knew_and_its_rules(
    spark: SparkSession, tmp_path: Path, settings: Settings
) -> None:
    """A sale of a later day, and a correction after the batch, are in none of them."""
    on, rules = date(2026, 3, 2), Rules(reduction_rate_gold=Decimal("0.2"))
    shown = {"code": "A", "name": "Apple", "category": "fruit", "min_margin_threshold": 0.9}
    prices = {"buy_price": "2.0000", "sell_price": "5.0000", "valid_from": None, "in_force_from": "2020-01-01"}
    moved = {"last_movement": "2026-01-01T09:00:00.000000Z", "movement_day": "2026-01-01", "expiry_date": "2026-03-04"}
    sold = [
        invoice("1", "2026-03-01", ("a", 2, "3.50"), ("b", 1, None), client="c"),
        invoice("2", "2026-03-05", ("a", 4, "3.50"), client="c"),
    ]
    known = [
        version("products", product_id="a", **shown, **prices),
        version("clients", client_id="c", code="C", name="Bar", opening="1.0000", declared_tier="Gold", as_of=None),
        version("stock", stock_id="l", product_id="a", product_code="A", quantity=3, batch_no="B", **moved),
        *(event("sales", number, after=each) for number, each in enumerate(sold, start=1)),
    ]
    for number, each in enumerate(known):
        each |= {"event_id": str(number), "record_id": str(number)}
    later = event("sales", 3, before=sold[0]) | {"event_id": "9", "record_id": "3"}
    read = parsed(spark, *known)
    versions = facts.latest_versions(read)
    told = lake.Lake(facts.fact_deltas(read), versions, facts.catalogue(versions), read)
    assert told.known() == {"products": 1, "clients": 1, "stock": 1, "sales": 2}
    for kpi, figures in pipelines.figures_of(told, rules, on).items():
        write_snapshot(saying(figures, told.known(), rules), settings, kpi, on)

    workspace = figures_of([*known, later], date(2026, 3, 9), "Europe/Paris")
    workspace.database.execute(snapshots.TABLES)
    for table, columns in documents.TABLES.items():
        workspace.fill(table, columns, [])
    kept_in = tmp_path / "lake/snapshots"
    kpis = ("winners", "losses", "low_margin", "reductions")
    snapshots.take(workspace, str(on), {kpi: kept_in / f"{kpi}/day={on}/part.parquet" for kpi in kpis})
    counts = [workspace.rows(f"FROM kept.{table}") for table in snapshots.FIGURES]
    assert [len(rows) for rows in counts] == [1, 1, 1, 1, 1]
    audit._judge_snapshots(workspace)
    assert workspace.rows("FROM snapshot_differences") == []
