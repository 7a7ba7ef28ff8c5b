"""What the batch application keeps in the lake is read by anybody, replaced whole, and never seen in part."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from comptoir.reconciling import kept
from comptoir.reconciling.workspace import open_workspace
from comptoir.settings import Settings
from comptoir_spark import facts
from comptoir_spark.snapshots import write_facts
from tests.spark.tables import event, invoice, money
from tests.spark.topics import parsed

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
