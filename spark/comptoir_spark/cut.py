"""Where a rebuilt epoch ends and its stream begins: up to which sequence it was computed, and from which offsets on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comptoir import names
from comptoir_spark.sinks import note_progress

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot
    from comptoir_spark.sources import Ends

Cut = dict[str, int]

CUT: Final = "cut"
FIRST_FENCE: Final = -1_000  # of what is computed from the lake; the first batch of a stream is 0


def note_cut(fresh: Hot, cut: Cut, ends: Ends) -> None:
    """Note from which events on a stream goes on: it counts as having come to all that was published before."""
    progress = fresh.facts[names.PROGRESS]
    progress.replace_one({"_id": CUT}, {"sequences": cut, "ends": ends}, upsert=True)
    reached = {topic: {number: end - 1 for number, end in of.items()} for topic, of in ends.items()}
    note_progress(fresh, FIRST_FENCE, reached)


def cut_of(hot: Hot) -> tuple[Cut, Ends | None]:
    """Return the cut of the current epoch: sequences by kind, and the offsets from which on a stream reads."""
    document = hot.facts[names.PROGRESS].find_one({"_id": CUT}) or {"sequences": {}, "ends": None}
    return document["sequences"], document["ends"]
