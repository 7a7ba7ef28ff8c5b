"""What each day's figures were, in short: one document per KPI and day, for whoever looks back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.records import TIERS
from comptoir.rules import windows_of
from comptoir.stores.hot import reaching_mongo
from comptoir_spark import documents
from comptoir_spark.sinks import to_document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from comptoir.stores.hot import Hot

Row = dict[str, Any]
ROWS: Final = 100  # of each list; the lake's snapshot has them all
ZERO: Final = Decimal("0.0000")


@reaching_mongo()
def write_history(hot: Hot, day: date, figures: Mapping[str, Sequence[Row]]) -> None:
    """Keep a day's figures in short; those of an earlier run of the same day are replaced whole."""
    for document in history(day, figures, datetime.now(UTC)):
        hot.control[names.KPI_HISTORY].replace_one({"_id": document["_id"]}, to_document(document), upsert=True)


def history(day: date, figures: Mapping[str, Sequence[Row]], as_of: datetime) -> list[Row]:
    """Return the documents of a day.

    Args:
        day: the business day.
        figures: the rows of `winners`, `losses`, `low_margin` and `reductions` as of that day.
        as_of: when they were computed.
    """
    risks = documents.losses(day, figures["losses"], figures["low_margin"], 0, as_of)
    found = {
        "winners": {"windows": _windows(day, figures["winners"], as_of)},
        "losses": {"totals": risks["totals"], "rows": risks["rows"][:ROWS]},
        "low_margin": {"totals": {"products": len(risks["low_margin"])}, "rows": risks["low_margin"][:ROWS]},
        "reductions": {"totals": _reduction_totals(figures["reductions"])},
    }
    return [{"_id": f"{kpi}:{day}", "kpi": kpi, "on": day, "as_of": as_of, **body} for kpi, body in found.items()]


def _windows(day: date, rows: Sequence[Row], as_of: datetime) -> list[Row]:
    return [
        {name: head[name] for name in ("window", "start", "end", "top")}
        | {"totals": head["totals"] | {"cost_missing": len(head["cost_missing"])}}
        for head in documents.winners(rows, windows_of(day), 0, as_of)
    ]


def _reduction_totals(rows: Sequence[Row]) -> Row:
    tiers = {tier.lower(): sum(row["tier"] == tier for row in rows) for tier in TIERS}
    eligible = sum(row["eligible_promo"] for row in rows)
    return {
        "clients": len(rows),
        "eligible": eligible,
        "new_total": sum((row["new_total"] for row in rows), ZERO),
    } | tiers
