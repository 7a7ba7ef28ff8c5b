"""How many of a topic's latest messages could not be read: a few are set aside, many stop the stream.

A message that is no event goes to the dead letters, and the figures go on without it. Where many come at once it is
not the messages that are wrong but who writes or reads them, and figures without them would be wrong silently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from comptoir import names
from comptoir.errors import StoppedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptoir.stores.hot import Hot

UNREADABLE: Final = "unreadable"  # the document of `progress`
LATEST: Final = 1_000  # messages of a topic that are looked back on; a batch counts whole


class Seen(NamedTuple):
    """A batch's messages of one topic."""

    batch: int
    messages: int
    unreadable: int


Window = list[Seen]


def extended(window: Window, seen: Seen) -> Window:
    """Return a window with one batch more, or again, and without those that the latest messages no longer reach."""
    latest = [each for each in window if each.batch != seen.batch] + [seen]
    while sum(each.messages for each in latest[1:]) >= LATEST:
        latest = latest[1:]
    return latest


def is_beyond(window: Window, share: float) -> bool:
    """Tell whether more than a share is unreadable; of few messages so far as if there were `LATEST` of them."""
    return _unreadable_in(window) > share * max(LATEST, sum(each.messages for each in window))


def _unreadable_in(window: Window) -> int:
    return sum(each.unreadable for each in window)


class UnreadableLimit:
    """Counts the messages of each topic that can't be read, over batches and lives of the stream."""

    def __init__(self, hot: Hot, share: float) -> None:
        """Take up what earlier batches of the epoch left."""
        self._progress = hot.facts[names.PROGRESS]
        self._share = share
        kept = (self._progress.find_one({"_id": UNREADABLE}) or {}).get("topics", {})
        self._windows = {topic: [Seen(*each) for each in window] for topic, window in kept.items()}

    def take(self, batch: int, arrived: Iterable[dict[str, Any]]) -> None:
        """Count a batch's messages; the same batch again counts once.

        Args:
            batch: its number.
            arrived: `topic` and `reason` of each of its messages.

        Raises:
            StoppedError: too many of a topic's latest messages can't be read.
        """
        for topic, seen in _seen(batch, arrived).items():
            window = self._windows.get(topic, [])
            if seen.unreadable or window:
                self._windows[topic] = extended(window, seen)
                self._keep(topic)
        for topic, window in self._windows.items():
            if is_beyond(window, self._share):
                raise StoppedError(_sentence(topic, _unreadable_in(window)))

    def _keep(self, topic: str) -> None:
        """Remember a topic's window; forget one in which all could be read."""
        if not _unreadable_in(self._windows[topic]):
            del self._windows[topic]
        kept = {name: [list(each) for each in window] for name, window in self._windows.items()}
        self._progress.replace_one({"_id": UNREADABLE}, {"topics": kept}, upsert=True)


def _seen(batch: int, arrived: Iterable[dict[str, Any]]) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    for row in arrived:
        _, messages, unreadable = found.get(row["topic"], Seen(batch, 0, 0))
        found[row["topic"]] = Seen(batch, messages + 1, unreadable + bool(row["reason"]))
    return found


def _sentence(topic: str, count: int) -> str:
    return (
        f"{count} of the latest messages of {topic} can't be read, more than COMPTOIR_UNREADABLE_SHARE allows: "
        f"{names.TOPIC_DEAD_LETTERS} says which and why. Stop what writes them; then run `comptoir rebuild`, which "
        "passes over them: the figures are computed anew from the lake."
    )
