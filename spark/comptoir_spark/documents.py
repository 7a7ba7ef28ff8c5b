"""KPI rows as the documents that screens read; pure, and in the shapes of `docs/data-model.md`."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from comptoir.rules import LossReason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from comptoir.rules import Window

Row = dict[str, Any]
TOP_ROWS: Final = 100
ZERO: Final = Decimal("0.0000")
WINNER_FIELDS: Final = ("rank", "product_id", "code", "name", "category", "quantity", "revenue", "profit")
COST_MISSING_FIELDS: Final = ("product_id", "code", "quantity", "revenue")


def winners(rows: Iterable[Row], windows: Collection[Window], version: int, as_of: datetime) -> list[Row]:
    """Return the windows with their whole rankings.

    Args:
        rows: of `schemas.WINNERS`; those of other windows are passed over.
        windows: the windows to answer for, also those without any sale.
        version: the KPI version.
        as_of: when it was computed.
    """
    by_window: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_window[f"{row['window']}:{row['start'].isoformat()}"].append(row)
    return [_window(window, by_window[window.id]) | {"version": version, "as_of": as_of} for window in sorted(windows)]


def _window(window: Window, rows: Sequence[Row]) -> Row:
    known = sorted((row for row in rows if row["cost_known"]), key=lambda row: row["rank"])
    missing = [row for row in rows if not row["cost_known"]]
    cost_missing = sorted(missing, key=lambda row: (-row["revenue"], row["code"] or ""))
    ranking = [_only(row, WINNER_FIELDS) for row in known]
    return {
        "_id": window.id,
        "window": window.kind,
        "start": window.start,
        "end": window.end,
        "top": ranking[:TOP_ROWS],
        "ranking": ranking,
        "cost_missing": [_only(row, COST_MISSING_FIELDS) for row in cost_missing],
        "totals": {
            "quantity": sum(row["quantity"] for row in rows),
            "revenue": sum((row["revenue"] for row in rows), ZERO),
            "profit": sum((row["profit"] for row in ranking), ZERO),
            "products": len(ranking),
        },
    }


def losses(on: date, rows: Iterable[Row], low_margin: Iterable[Row], version: int, as_of: datetime) -> Row:
    """Return the document of a day's loss risks, the greatest value at risk first."""
    lots = sorted(rows, key=lambda row: (-(row["value_at_risk"] or ZERO), row["code"] or "", row["stock_id"]))
    margins = sorted(low_margin, key=lambda row: (row["margin"], row["code"] or ""))
    return {
        "_id": on.isoformat(),
        "on": on,
        "as_of": as_of,
        "version": version,
        "rows": lots,
        "low_margin": margins,
        "totals": _loss_totals(lots) | {"low_margin": len(margins)},
    }


def _loss_totals(lots: Sequence[Row]) -> Row:
    counts = {reason.lower(): sum(reason in row["reasons"] for row in lots) for reason in LossReason}
    known = [row["value_at_risk"] for row in lots if row["value_at_risk"] is not None]
    return {"lots": len(lots), "value_at_risk": sum(known, ZERO), "cost_missing": len(lots) - len(known)} | counts


def reductions(rows: Iterable[Row], gone: Iterable[str], version: int, as_of: datetime) -> list[Row]:
    """Return the document of each client; of one that is gone its id and version alone, which fence earlier ones."""
    shown = [{"_id": row["client_id"], **row, "version": version, "as_of": as_of} for row in rows]
    return [*shown, *({"_id": client, "version": version} for client in gone)]


def _only(row: Row, fields: Sequence[str]) -> Row:
    return {field: row[field] for field in fields}
