"""The platform's figures beside those of the independent computation from the same raw files.

Figures are read by the functions behind `comptoir kpis`; that the command prints just that is a test of its own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from comptoir.stores import figures
from comptoir.stores.hot import open_hot
from tests.oracle.figures import Oracle

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from comptoir.rules import WindowKind
    from tests.conftest import RunningPlatform

Row = dict[str, Any]
IMPORTED = ("applied", "partial")


def oracle_of(platform: RunningPlatform) -> Oracle:
    """Return the independent computation from the bytes of every file that the platform has imported."""
    oracle = Oracle(platform.today)
    for upload in reversed(platform.json("uploads")):
        if upload["state"] in IMPORTED:
            oracle.land(_bytes_of(platform, upload))
    return oracle


def _bytes_of(platform: RunningPlatform, upload: Row) -> Path:
    done = platform.settings.drop_folder / "done"
    stem, dot, suffix = upload["name"].rpartition(".")
    renamed = done / f"{stem}-{upload['file_id']}{dot}{suffix}"
    return renamed if renamed.exists() else done / upload["name"]


def assert_winners_agree(platform: RunningPlatform, oracle: Oracle, window: WindowKind, day: date) -> None:
    """Compare the whole ranking of a window, and what is sold without a known cost."""
    hot = open_hot(platform.settings)
    shown = figures.read_winners(hot, window, day, whole=True)
    hot.client.close()
    fields = ("rank", "code", "name", "category", "quantity", "revenue", "profit")
    assert _picked(shown["rows"], fields) == _picked(oracle.winners(window, day), fields)
    missing = sorted(_picked(shown["cost_missing"], ("code", "quantity", "revenue")), key=lambda row: row["code"])
    assert missing == oracle.cost_missing(window, day)


def assert_losses_agree(platform: RunningPlatform, oracle: Oracle, on: date) -> None:
    """Compare the lots at risk and the low margins of a day."""
    hot = open_hot(platform.settings)
    shown = figures.read_losses(hot, on, fresh=on != platform.today)
    hot.client.close()
    fields = ("code", "batch_no", "quantity", "expiry_date", "last_movement", "reasons", "value_at_risk")
    expected = [row | {"last_movement": row["last_day"]} for row in oracle.losses(on)]
    assert _sorted(_picked(shown["rows"], fields)) == _sorted(_picked(expected, fields))
    margins = ("code", "revenue", "margin", "threshold")
    low = [row | {"margin": round(row["margin"], 4)} for row in oracle.low_margin(on)]
    assert sorted(_picked(shown["low_margin"], margins), key=lambda row: row["code"]) == _picked(low, margins)


def assert_reductions_agree(platform: RunningPlatform, oracle: Oracle) -> None:
    """Compare every client's total, tier and eligibility."""
    hot = open_hot(platform.settings)
    shown = figures.read_reductions(hot)
    hot.client.close()
    fields = ("code", "name", "opening", "sales", "new_total", "eligible_promo", "tier")
    assert sorted(_picked(shown["rows"], fields), key=lambda row: row["code"]) == _picked(oracle.reductions(), fields)


def assert_everything_agrees(platform: RunningPlatform) -> None:
    """Compare every window that has sales, today's losses, and the reductions."""
    oracle = oracle_of(platform)
    for window, day in oracle.windows():
        assert_winners_agree(platform, oracle, window, day)
    assert_losses_agree(platform, oracle, platform.today)
    assert_reductions_agree(platform, oracle)


MONEY = {"revenue", "profit", "value_at_risk", "opening", "sales", "new_total"}
DAYS = {"expiry_date", "last_movement"}


def _picked(rows: list[Row], fields: tuple[str, ...]) -> list[Row]:
    return [{field: _comparable(field, row[field]) for field in fields} for row in rows]


def _comparable(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field in MONEY:
        return Decimal(value)
    return str(value) if field in DAYS else value


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["code"], row["batch_no"]))
