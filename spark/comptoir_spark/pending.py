"""What batches touched and no figure shows yet: kept beside the facts, so that a crash forgets none of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.rules import window_named
from comptoir_spark.figures import Touched
from comptoir_spark.sinks import last_offsets, note_progress

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot
    from comptoir_spark.sinks import Offsets

PENDING: Final = "pending"
CLIENTS_AT_MOST: Final = 50_000  # 2 MB of the document, which may have 16


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

    @property
    def is_large(self) -> bool:
        """Tell whether more of it would not fit where it is kept."""
        return len(self.touched.clients) > CLIENTS_AT_MOST


def note(hot: Hot, batch: int, touched: Touched, offsets: Offsets) -> Pending:
    """Add what a batch touched; the same again adds nothing. Returns all that is pending."""
    keys = {"windows": sorted(window.id for window in touched.windows), "clients": sorted(touched.clients)}
    change = {
        "$addToSet": {name: {"$each": values} for name, values in keys.items()},
        "$max": {"batch": batch} | last_offsets(offsets),
    }
    progress = hot.facts[names.PROGRESS]
    return _from_document(
        progress.find_one_and_update({"_id": PENDING}, change, upsert=True, return_document=True) or {}
    )


def load(hot: Hot) -> Pending | None:
    """Return what is pending, if anything is."""
    document = hot.facts[names.PROGRESS].find_one({"_id": PENDING})
    return _from_document(document) if document else None


def finish(hot: Hot, pending: Pending) -> None:
    """Note that its figures are written: the stream has come to its offsets, and nothing of it is pending."""
    note_progress(hot, pending.batch, pending.reached)
    hot.facts[names.PROGRESS].delete_one({"_id": PENDING, "batch": pending.batch})


def _from_document(document: dict[str, Any]) -> Pending:
    windows = {window_named(name) for name in document["windows"]}
    return Pending(document["batch"], Touched(windows, set(document["clients"])), document["offsets"])
