"""Where an epoch's stream begins: behind which sequence of each kind, and from which offsets on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comptoir import names
from comptoir_spark.sinks import note_progress
from comptoir_spark.sources import ends_of_topics

if TYPE_CHECKING:
    from comptoir.settings import Settings
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


def note_beginning(hot: Hot, settings: Settings) -> None:
    """Note that an epoch which was not computed from the lake is to have every message, from Kafka's first one on.

    Where Kafka has dropped some of them, asking for the earliest that is left would pass over them in silence.

    Raises:
        TransientError: Kafka can't be reached.
    """
    progress = hot.facts[names.PROGRESS]
    if progress.find_one({"_id": CUT}) is None:
        firsts = {topic: dict.fromkeys(of, 0) for topic, of in ends_of_topics(settings).items()}
        progress.update_one({"_id": CUT}, {"$setOnInsert": {"sequences": {}, "ends": firsts}}, upsert=True)


def cut_of(hot: Hot) -> tuple[Cut, Ends]:
    """Return the cut of the current epoch: sequences by kind, and the offsets from which on a stream reads."""
    document = hot.facts[names.PROGRESS].find_one({"_id": CUT}) or {"sequences": {}, "ends": {}}
    return document["sequences"], document["ends"]
