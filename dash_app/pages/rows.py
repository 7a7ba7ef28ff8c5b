"""Rows of the tables: exact text to read beside a plain value to sort by."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.formats import Formats
    from dash_app.context import Reader

Row = dict[str, Any]
REASON_TONES: Final = {"EXPIRED": "red", "EXPIRING": "orange", "DEAD_STOCK": "grape"}
TIER_TONES: Final = {"Gold": "gold", "Silver": "silver", "Standard": "plain"}


def winner_rows(rows: Sequence[Row], formats: Formats) -> list[Row]:
    """Return the rows of a winners' table."""
    return [
        {
            "key": row["product_id"],
            "rank": row["rank"],
            "code": row["code"],
            "name": row["name"] or row["code"],
            "category": row["category"],
            **_count("quantity", row["quantity"], formats),
            **_money("revenue", row["revenue"], formats),
            **_money("profit", row["profit"], formats),
        }
        for row in rows
    ]


def cost_missing_rows(rows: Sequence[Row], formats: Formats) -> list[Row]:
    """Return the rows of the products sold without a known cost."""
    return [
        {
            "key": row["product_id"],
            "code": row["code"],
            **_count("quantity", row["quantity"], formats),
            **_money("revenue", row["revenue"], formats),
        }
        for row in rows
    ]


def loss_rows(rows: Sequence[Row], reader: Reader) -> list[Row]:
    """Return the rows of the loss risks, with their reasons as badges."""
    return [
        {
            "key": row["stock_id"],
            "code": row["code"],
            "name": row.get("name") or row["code"],
            "batch_no": row["batch_no"],
            "reasons": [{"label": reader.say(f"reason.{why}"), "tone": REASON_TONES[why]} for why in row["reasons"]],
            "days": days_text(row, reader),
            **_count("quantity", row["quantity"], reader.formats),
            **_day("expiry", row["expiry_date"], reader.formats),
            **_day("movement", row["last_movement"], reader.formats),
            **_money("value", row["value_at_risk"], reader.formats),
        }
        for row in rows
    ]


def days_text(row: Row, reader: Reader) -> str:
    """Return how many days a lot has left, is past, or stands idle: what its reasons are about."""
    parts = []
    left, idle = row.get("days_left"), row.get("days_idle")
    if left is not None and {"EXPIRED", "EXPIRING"} & set(row["reasons"]):
        key = "losses.days_left" if left >= 0 else "losses.days_past"
        parts.append(reader.say(key, days=reader.formats.count(abs(left))))
    if idle is not None and "DEAD_STOCK" in row["reasons"]:
        parts.append(reader.say("losses.days_idle", days=reader.formats.count(idle)))
    return " · ".join(parts)


def low_margin_rows(rows: Sequence[Row], formats: Formats) -> list[Row]:
    """Return the rows of the products sold under the margin asked for."""
    return [
        {
            "key": row["product_id"],
            "code": row["code"],
            "name": row.get("name") or row["code"],
            **_money("revenue", row["revenue"], formats),
            **_ratio("margin", row["margin"], formats),
            **_ratio("threshold", row["threshold"], formats),
        }
        for row in rows
    ]


def reduction_rows(rows: Sequence[Row], reader: Reader) -> list[Row]:
    """Return the rows of the clients, with tier and reduction as badges."""
    return [
        {
            "key": row["client_id"],
            "code": row["code"],
            "name": row["name"] or row["code"],
            "tier": [{"label": reader.say(f"tier.{row['tier']}"), "tone": TIER_TONES[row["tier"]]}],
            "eligible": _reduction(row, reader),
            **_money("opening", row["opening"], reader.formats),
            **_money("sales", row["sales"], reader.formats),
            **_money("total", row["new_total"], reader.formats),
        }
        for row in rows
    ]


def _reduction(row: Row, reader: Reader) -> list[Row]:
    rate = row.get("reduction_rate")
    if not row["eligible_promo"]:
        return [{"label": reader.say("reductions.no"), "tone": "none"}]
    said = f" {reader.formats.percent(rate)}" if rate else ""
    return [{"label": f"{reader.say('reductions.yes')}{said}", "tone": "green"}]


def _money(field: str, amount: Any, formats: Formats) -> Row:
    if amount is None:
        return {field: None, f"{field}_text": "\N{EN DASH}"}
    return {field: float(amount), f"{field}_text": formats.money(amount)}


def _count(field: str, number: int, formats: Formats) -> Row:
    return {field: number, f"{field}_text": formats.count(number)}


def _ratio(field: str, ratio: Any, formats: Formats) -> Row:
    if ratio is None:
        return {field: None, f"{field}_text": "\N{EN DASH}"}
    return {field: float(ratio), f"{field}_text": formats.percent(ratio)}


def _day(field: str, day: Any, formats: Formats) -> Row:
    if day is None:
        return {field: "", f"{field}_text": "\N{EN DASH}"}
    iso = day.astimezone(formats.zone).date().isoformat() if isinstance(day, datetime) else str(day)
    return {field: iso, f"{field}_text": formats.day(iso)}
