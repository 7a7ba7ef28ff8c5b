"""When a published file counts as applied: once the stream's progress has passed its last messages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comptoir import names
from comptoir.stores import ledger
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.ledger import State

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot


@reaching_mongo()
def settle(hot: Hot) -> list[dict[str, Any]]:
    """Turn each `publishing` entry that the stream has passed into `applied`, or `partial` with rejected rows.

    Doing it again changes nothing. Returns the entries that this call changed, as they are afterwards.
    """
    waiting = ledger.in_state(hot, {State.PUBLISHING})
    if not waiting:
        return []
    progress = hot.facts[names.PROGRESS].find_one({"_id": "stream"}) or {}
    reached = progress.get("offsets", {})
    passed = [entry for entry in waiting if has_passed(reached, entry["published"])]
    return [ledger.find(hot, entry["_id"]) for entry in passed if _settle_one(hot, entry)]


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


def _settle_one(hot: Hot, entry: dict[str, Any]) -> bool:
    state = State.PARTIAL if entry["rows_rejected"] else State.APPLIED
    return ledger.advance(hot, entry["_id"], state, applied_at=datetime.now(UTC))
