"""Past days recomputed from the Airflow UI's own API: a backfill, and a run by hand for one day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from comptoir import names
from comptoir.samples import write_samples
from comptoir.stores.cold import get, open_cold, remove
from tests.stack.airflow_runs import ask, signed_in, wait_for_backfills, wait_for_runs
from tests.stack.comparing import oracle_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.conftest import RunningPlatform
    from tests.oracle.figures import Oracle

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1200)]

RANKING = ("rank", "code", "quantity", "revenue", "profit")


@pytest.fixture(scope="module")
def engineer(platform: RunningPlatform) -> Iterator[httpx.Client]:
    with signed_in(platform.settings) as client:
        yield client


@pytest.fixture(scope="module")
def oracle(platform: RunningPlatform, tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    platform.drop(*write_samples(tmp_path_factory.mktemp("samples"), platform.today))
    return oracle_of(platform)


def snapshot(platform: RunningPlatform, kpi: str, day: date) -> pl.DataFrame:
    return pl.read_parquet(get(open_cold(platform.settings), f"{names.LAKE_SNAPSHOTS}/{kpi}/day={day}/part.parquet"))


def assert_snapshots_agree(platform: RunningPlatform, oracle: Oracle, day: date) -> None:
    winners = snapshot(platform, "winners", day)
    for window in ("week", "month"):
        ranking = winners.filter(pl.col("window") == window, "cost_known").sort("rank")
        shown = ranking.select("rank", "code", "quantity", "revenue", "profit").rows()
        expected = oracle.winners(window, day, until=day)
        assert shown == [
            tuple(row[field] for field in ("rank", "code", "quantity", "revenue", "profit")) for row in expected
        ]
    losses = snapshot(platform, "losses", day).sort("code", "batch_no")
    at_risk = [(row["code"], row["batch_no"], row["reasons"], row["value_at_risk"]) for row in oracle.losses(day)]
    assert losses.select("code", "batch_no", "reasons", "value_at_risk").rows() == at_risk
    margins = snapshot(platform, "low_margin", day).sort("code")
    low = [(row["code"], row["revenue"], Decimal(str(round(row["margin"], 4)))) for row in oracle.low_margin(day)]
    assert margins.select("code", "revenue", "margin").rows() == low
    reductions = snapshot(platform, "reductions", day).sort("code")
    totals = [(row["code"], row["new_total"], row["eligible_promo"], row["tier"]) for row in oracle.reductions(day)]
    assert reductions.select("code", "new_total", "eligible_promo", "tier").rows() == totals


def assert_facts_agree(platform: RunningPlatform, oracle: Oracle, day: date) -> None:
    month = f"{names.LAKE_FACTS}/product/month={day:%Y-%m}/part.parquet"
    kept = pl.read_parquet(get(open_cold(platform.settings), month))
    sold = kept.group_by("code").agg(pl.col("priced_quantity").sum() + pl.col("unpriced_quantity").sum())
    expected = [*oracle.winners("month", day), *oracle.cost_missing("month", day)]
    assert dict(sold.iter_rows()) == {row["code"]: row["quantity"] for row in expected}


def wish_of(platform: RunningPlatform, first: date, last: date, **more: Any) -> dict[str, Any]:
    """Return what the UI's form of a backfill sends."""
    zone = platform.settings.zone
    first_run, last_run = (datetime(day.year, day.month, day.day, tzinfo=zone).isoformat() for day in (first, last))
    return {"dag_id": names.DAG_BATCH, "from_date": first_run, "to_date": last_run, "max_active_runs": 1, **more}


def backfill(engineer: httpx.Client, wish: dict[str, Any], days: int) -> list[str]:
    """Backfill, and return the logical dates of its runs in the order in which they began."""
    ask(engineer, "POST", "/backfills", json=wish)
    runs = wait_for_runs(engineer, names.DAG_BATCH, days, run_type="backfill")
    assert {run["state"] for run in runs} == {"success"}
    wait_for_backfills(engineer, names.DAG_BATCH)
    return [run["logical_date"] for run in sorted(runs, key=lambda run: run["start_date"])]


def test_a_dry_run_tells_the_days_of_a_year(platform: RunningPlatform, engineer: httpx.Client):
    wish = wish_of(platform, platform.today - timedelta(days=400), platform.today - timedelta(days=36))
    planned = ask(engineer, "POST", "/backfills/dry_run", json=wish)
    assert planned["total_entries"] == 365


def test_a_backfill_recomputes_each_day_of_its_range_in_any_order_and_again(
    platform: RunningPlatform, oracle: Oracle, engineer: httpx.Client
):
    days = [platform.today - timedelta(days=back) for back in (41, 40)]
    began = backfill(engineer, wish_of(platform, *days, run_backwards=True), len(days))
    assert began == sorted(began, reverse=True)
    for day in days:
        assert_snapshots_agree(platform, oracle, day)
    assert_facts_agree(platform, oracle, days[0])

    for folder in (names.LAKE_SNAPSHOTS, names.LAKE_FACTS):
        remove(open_cold(platform.settings), folder)
    began = backfill(engineer, wish_of(platform, *days, reprocess_behavior="completed"), len(days))
    assert began == sorted(began)
    for day in days:
        assert_snapshots_agree(platform, oracle, day)
    assert_facts_agree(platform, oracle, days[0])


def test_a_run_by_hand_recomputes_the_day_that_it_is_given(
    platform: RunningPlatform, oracle: Oracle, engineer: httpx.Client
):
    day = platform.today - timedelta(days=3)
    body = {"dag_run_id": "by-hand", "logical_date": None, "conf": {"day": day.isoformat()}}
    ask(engineer, "POST", f"/dags/{names.DAG_BATCH}/dagRuns", json=body)
    (run,) = wait_for_runs(engineer, names.DAG_BATCH, 1, run_type="manual")
    assert run["state"] == "success"
    assert_snapshots_agree(platform, oracle, day)
