"""Offsets of messages, by topic and partition: how far a publication went, or the stream has come."""

from __future__ import annotations

Offsets = dict[str, dict[str, int]]


def merge_offsets(one: Offsets, other: Offsets) -> Offsets:
    """Return the later of two offsets for each topic and partition that either has."""
    merged = {topic: dict(partitions) for topic, partitions in one.items()}
    for topic, partitions in other.items():
        known = merged.setdefault(topic, {})
        for partition, offset in partitions.items():
            known[partition] = max(offset, known.get(partition, -1))
    return merged


def within(last: Offsets, ends: Offsets) -> Offsets:
    """Return the same offsets, none beyond the last message that is there.

    Args:
        last: of any messages.
        ends: the offset that the next message of each topic and partition will have.
    """
    return {
        topic: {
            partition: min(offset, ends.get(topic, {}).get(partition, 0) - 1)
            for partition, offset in partitions.items()
        }
        for topic, partitions in last.items()
    }


def has_passed(reached: Offsets, last: Offsets) -> bool:
    """Tell whether what was reached is at least the last offset of each topic and partition."""
    return all(
        reached.get(topic, {}).get(partition, -1) >= offset
        for topic, partitions in last.items()
        for partition, offset in partitions.items()
    )
