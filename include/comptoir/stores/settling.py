"""When a published file counts as applied, or as withdrawn: once the stream's progress has passed its last messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comptoir import names
from comptoir.stores import acts, ledger
from comptoir.stores.hot import at_current_epoch, reaching_mongo
from comptoir.stores.ledger import CHANGING_BACK, State

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry


@reaching_mongo()
def settle(hot: Hot) -> list[Entry]:
    """Settle each published entry that the stream has passed, whether it came, goes or comes back.

    It becomes `applied`, or `partial` with rejected rows, or `withdrawn`. Doing it again changes nothing. Returns
    the entries that this call changed, as they are afterwards.
    """
    waiting = ledger.in_state(hot, {State.PUBLISHING, *CHANGING_BACK})
    if not waiting:
        return []
    # Of an epoch that was left, nothing counts any more.
    progress = at_current_epoch(hot).facts[names.PROGRESS].find_one({"_id": "stream"}) or {}
    reached = progress.get("offsets", {})
    passed = [entry for entry in waiting if _is_through(reached, entry)]
    return [ledger.find(hot, entry["_id"]) for entry in passed if _settle_one(hot, entry)]


def _is_through(reached: dict[str, dict[str, int]], entry: Entry) -> bool:
    if entry["state"] == State.PUBLISHING:
        return has_passed(reached, entry["published"])
    return acts.is_published(entry) and has_passed(reached, entry["acts"][-1]["published"])


def has_passed(reached: dict[str, dict[str, int]], published: dict[str, dict[str, Any]]) -> bool:
    """Tell whether the stream has read the last message of every kind that a file published.

    Args:
        reached: the last offset the stream has read, by topic and partition.
        published: `offsets` by kind, as the ledger keeps them.
    """
    return all(
        reached.get(topic, {}).get(partition, -1) >= last
        for kind in published.values()
        for topic, partitions in kind["offsets"].items()
        for partition, last in partitions.items()
    )


def _settle_one(hot: Hot, entry: Entry) -> bool:
    if entry["state"] == State.WITHDRAWING:
        ledger.note_release_undone(hot, entry)
        return ledger.advance(hot, entry["_id"], State.WITHDRAWN)
    if entry["state"] == State.RESTORING:
        ledger.note_release_redone(hot, entry)
    return ledger.advance(hot, entry["_id"], ledger.imported_state(entry), applied_at=datetime.now(UTC))
