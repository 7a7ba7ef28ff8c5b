"""The closing date: sales dated before it belong to closed books, and nothing that begins later changes them.

One rule for whatever would change an invoice, be it a file, a release, a withdrawal or a restoration: neither its
version before nor the one afterwards may be dated before the closing date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir import accounts
from comptoir.errors import RejectedFileError
from comptoir.names import BOOKS
from comptoir.problems import Problem
from comptoir.stores import register
from comptoir.stores.hot import reaching_mongo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.stores.hot import Hot

CLOSING = {"_id": "closing"}
CLOCKS_DIFFER: Final = timedelta(minutes=1)  # between the machines that move it and that judge files


class ClosedBooksError(RejectedFileError):
    """A change would reach into closed books; the administrator may move the closing date."""

    @classmethod
    def of(cls, invoices: int, closing: date) -> ClosedBooksError:
        """Return the refusal of a change to so many invoices."""
        return cls([Problem("books_closed", params={"count": str(invoices), "closing": closing.isoformat()})])


@reaching_mongo()
def closing_day(hot: Hot) -> date | None:
    """Return the first day of the open period; None where nothing is closed."""
    day = read_closing(hot)["closing"]
    return date.fromisoformat(day) if day else None


@reaching_mongo()
def read_closing(hot: Hot) -> dict[str, Any]:
    """Return the closing date with who moved it and when, as plain JSON; nulls where nobody ever did."""
    document = hot.control[BOOKS].find_one(CLOSING) or {}
    moved_at = document.get("moved_at")
    return {
        "closing": document.get("day"),
        "moved_at": moved_at.isoformat(timespec="seconds").replace("+00:00", "Z") if moved_at else None,
        "moved_by": document.get("moved_by"),
    }


@reaching_mongo()
def has_closing_moved(hot: Hot, *, since: datetime) -> bool:
    """Tell whether the closing date moved after a moment, or so shortly before that clocks may disagree."""
    moved_at = (hot.control[BOOKS].find_one(CLOSING) or {}).get("moved_at")
    return moved_at is not None and moved_at > since - CLOCKS_DIFFER


@reaching_mongo()
def move_closing(hot: Hot, day: date | None, *, by: str = "operator") -> None:
    """Move the closing date, or open everything with None; the trail keeps from where to where."""
    text = day.isoformat() if day else None
    fields = {"day": text, "moved_at": datetime.now(UTC), "moved_by": by}
    before = hot.control[BOOKS].find_one_and_update(CLOSING, {"$set": fields}, upsert=True)
    details = {"from": (before or {}).get("day"), "to": text}
    accounts.record_act(hot, who=by, act="closing date moved", subject="closing", details=details)


def closed_invoices(hot: Hot, invoice_ids: Sequence[str], closing: date) -> set[str]:
    """Return those of the invoices whose registered version is dated before the closing date."""
    return {invoice for invoice, day in register.fetch_days(hot, invoice_ids).items() if day < closing}


def refuse_closed(hot: Hot, events: pl.DataFrame) -> None:
    """Let no change of sales reach into closed books.

    Args:
        hot: where the closing date is.
        events: the events of a change set of sales, with `before` and `after` as JSON text.

    Raises:
        ClosedBooksError: an invoice's version before or afterwards is dated before the closing date.
    """
    closing = closing_day(hot)
    if closing and (invoices := count_closed(events, closing)):
        raise ClosedBooksError.of(invoices, closing)


def count_closed(events: pl.DataFrame, closing: date) -> int:
    """Return how many events change an invoice that is, or would be, dated before the closing date."""
    days = (pl.col(version).str.json_path_match("$.business_day") for version in ("before", "after"))
    return events.filter(pl.any_horizontal(day < closing.isoformat() for day in days)).height
