"""A day's figures in short."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from comptoir_spark.history import ROWS, history
from tests.spark.tables import day, money

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def winner(number: int, *, window: str = "month", start: str = "2026-03-01", known: bool = True) -> dict[str, Any]:
    row = {"window": window, "start": day(start), "rank": number if known else None, "product_id": f"p{number:03d}"}
    row |= {"code": f"P{number}", "name": None, "category": None, "quantity": 1, "revenue": money("3.0000")}
    return row | {"profit": money("2.0000") if known else None, "cost_known": known}


def lot(number: int) -> dict[str, Any]:
    shown = {"stock_id": f"l{number:03d}", "code": "P", "reasons": ["EXPIRED"], "value_at_risk": money("1.5000")}
    return shown | {"quantity": 1}


def client(name: str, total: str, tier: str, *, eligible: bool) -> dict[str, Any]:
    return {"client_id": name, "new_total": money(total), "tier": tier, "eligible_promo": eligible}


def test_totals_count_all_and_rows_are_bounded() -> None:
    ranking = [winner(number) for number in range(1, ROWS + 2)]
    found = {
        "winners": [*ranking, winner(900, known=False)],
        "losses": [lot(number) for number in range(ROWS + 1)],
        "low_margin": [{"product_id": "p", "code": "P", "margin": money("0.1")}],
        "reductions": [
            client("a", "10000.0100", "Gold", eligible=True),
            client("b", "5.0000", "Silver", eligible=False),
        ],
    }
    kept = {one["_id"]: one for one in history(day("2026-03-31"), found, NOON)}
    assert sorted(kept) == [f"{kpi}:2026-03-31" for kpi in ("losses", "low_margin", "reductions", "winners")]
    week, month = sorted(kept["winners:2026-03-31"]["windows"], key=lambda one: one["window"], reverse=True)
    assert (week["start"], week["top"], week["totals"]["products"]) == (day("2026-03-30"), [], 0)
    assert len(month["top"]) == ROWS
    assert month["totals"] == {
        "quantity": 102,
        "revenue": money("306.0000"),
        "profit": money("202.0000"),
        "products": 101,
        "cost_missing": 1,
    }
    losses = kept["losses:2026-03-31"]
    assert (len(losses["rows"]), losses["totals"]["lots"]) == (ROWS, 101)
    assert losses["totals"]["value_at_risk"] == money("151.5000")
    assert kept["low_margin:2026-03-31"]["totals"] == {"products": 1}
    totals = {"clients": 2, "eligible": 1, "new_total": money("10005.0100"), "gold": 1, "silver": 1, "standard": 0}
    assert kept["reductions:2026-03-31"]["totals"] == totals
