"""When a published file counts as applied, or as withdrawn: once the stream's progress has passed its last messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from comptoir import names
from comptoir.stores import acts, ledger
from comptoir.stores.hot import at_current_epoch, reaching_mongo
from comptoir.stores.ledger import CHANGING_BACK, State
from comptoir.stores.offsets import has_passed, merge_offsets

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry
    from comptoir.stores.offsets import Offsets


@reaching_mongo()
def settle(hot: Hot) -> list[Entry]:
    """Settle each published entry that the stream has passed, whether it came, goes or comes back.

    It becomes `applied`, or `partial` with rejected rows, or `withdrawn`. Doing it again changes nothing. Returns
    the entries that this call changed, as they are afterwards.
    """
    waiting = ledger.in_state(hot, {State.PUBLISHING, *CHANGING_BACK})
    if not waiting:
        return []
    reached = _reached(hot, "stream")
    passed = [entry for entry in waiting if _is_through(reached, entry)]
    return [ledger.find(hot, entry["_id"]) for entry in passed if _settle_one(hot, entry)]


@reaching_mongo()
def read_by_stream(hot: Hot) -> Offsets:
    """Return the last offsets that the stream has read, whether or not figures show them yet."""
    return merge_offsets(_reached(hot, "stream"), _reached(hot, "pending"))


def _reached(hot: Hot, progress: str) -> Offsets:
    # Of an epoch that was left, nothing counts any more.
    found = at_current_epoch(hot).facts[names.PROGRESS].find_one({"_id": progress}) or {}
    offsets: Offsets = found.get("offsets", {})
    return offsets


def _is_through(reached: Offsets, entry: Entry) -> bool:
    told = entry if entry["state"] == State.PUBLISHING else entry["acts"][-1]
    is_published = told is entry or acts.is_published(entry)
    return is_published and all(has_passed(reached, kind["offsets"]) for kind in told["published"].values())


def _settle_one(hot: Hot, entry: Entry) -> bool:
    if entry["state"] == State.WITHDRAWING:
        ledger.note_release_undone(hot, entry)
        return ledger.advance(hot, entry["_id"], State.WITHDRAWN)
    if entry["state"] == State.RESTORING:
        ledger.note_release_redone(hot, entry)
    return ledger.advance(hot, entry["_id"], ledger.imported_state(entry), applied_at=datetime.now(UTC))
