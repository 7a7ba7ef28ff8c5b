"""What batches touched and no figure shows yet: kept beside the facts, so that a crash forgets none of it.

Windows and offsets are in one document, clients, who may be many, on pages of their own by batch. Pages are written
before the document and removed before it: while it is there they are, unless their figures are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.rules import window_named
from comptoir.stores.hot import ReplaceOne, write_in_bulk
from comptoir_spark.figures import Touched
from comptoir_spark.sinks import last_offsets, note_progress

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot
    from comptoir_spark.sinks import Offsets

PENDING: Final = "pending"
CLIENTS_ON_A_PAGE: Final = 50_000  # 2 MB of a document, which may have 16


@dataclass(frozen=True)
class Pending:
    """What has to be computed before the stream counts as having come to these offsets.

    Attributes:
        batch: the latest batch that is in it.
        touched: all windows and clients that its batches touched.
        reached: the last offset of each topic and partition.
    """

    batch: int
    touched: Touched
    reached: dict[str, dict[str, int]]


def note(hot: Hot, batch: int, touched: Touched, offsets: Offsets) -> None:
    """Add what a batch touched; the same again adds nothing, and what is pending already is not read."""
    pages = _pages(batch, sorted(touched.clients))
    writes = [ReplaceOne({"_id": page["_id"]}, page, upsert=True) for page in pages]
    write_in_bulk(hot.facts[names.PENDING_CLIENTS], writes)
    windows = sorted(window.id for window in touched.windows)
    change = {"$addToSet": {"windows": {"$each": windows}}, "$max": {"batch": batch} | last_offsets(offsets)}
    hot.facts[names.PROGRESS].update_one({"_id": PENDING}, change, upsert=True)


def _pages(batch: int, clients: list[str]) -> list[dict[str, Any]]:
    starts = range(0, len(clients), CLIENTS_ON_A_PAGE)
    return [
        {"_id": f"{batch}#{number}", "batch": batch, "clients": clients[start : start + CLIENTS_ON_A_PAGE]}
        for number, start in enumerate(starts)
    ]


def load(hot: Hot) -> Pending | None:
    """Return what is pending, if anything is."""
    document = hot.facts[names.PROGRESS].find_one({"_id": PENDING})
    if document is None:
        return None
    windows = {window_named(name) for name in document["windows"]}
    clients = {client for page in hot.facts[names.PENDING_CLIENTS].find() for client in page["clients"]}
    return Pending(document["batch"], Touched(windows, clients), document["offsets"])


def finish(hot: Hot, pending: Pending) -> None:
    """Note that its figures are written: the stream has come to its offsets, and nothing of it is pending."""
    note_progress(hot, pending.batch, pending.reached)
    if pending.touched.clients:
        hot.facts[names.PENDING_CLIENTS].delete_many({"batch": {"$lte": pending.batch}})
    hot.facts[names.PROGRESS].delete_one({"_id": PENDING, "batch": pending.batch})
