"""How many messages may be unreadable: a few at any time, and no more than a share of the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from comptoir.errors import StoppedError
from comptoir_spark.unreadable import LATEST, Seen, UnreadableLimit, extended, is_beyond

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot

TOPIC = "topic-raw-sales"


class Progress:
    """The collection of that name, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def find_one(self, key: dict[str, str]) -> dict[str, Any] | None:
        return self.kept.get(key["_id"])

    def replace_one(self, key: dict[str, str], document: dict[str, Any], *, upsert: bool) -> None:
        assert upsert
        self.kept[key["_id"]] = document


class Store:
    """The hot store's database of facts, with nothing else in it."""

    def __init__(self) -> None:
        self.facts = {"progress": Progress()}


@pytest.fixture
def hot() -> Hot:
    return cast("Hot", Store())


def messages(good: int, bad: int, topic: str = TOPIC) -> list[dict[str, Any]]:
    return [{"topic": topic, "reason": None}] * good + [{"topic": topic, "reason": "not an event's JSON"}] * bad


def test_the_window_reaches_back_over_the_latest_messages():
    window = [Seen(1, 600, 5), Seen(2, 600, 0)]
    assert extended(window, Seen(3, 300, 0)) == [*window, Seen(3, 300, 0)]
    assert extended(window, Seen(3, 500, 0)) == [Seen(2, 600, 0), Seen(3, 500, 0)]
    assert extended(window, Seen(3, LATEST, 0)) == [Seen(3, LATEST, 0)]


def test_a_batch_that_comes_again_counts_once():
    assert extended([Seen(1, 9, 9)], Seen(1, 9, 9)) == [Seen(1, 9, 9)]


@pytest.mark.parametrize(
    ("window", "beyond"),
    [
        ([Seen(1, 1, 1)], False),
        ([Seen(1, 50, 50)], False),
        ([Seen(1, 51, 51)], True),
        ([Seen(1, 30_000, 1_500)], False),
        ([Seen(1, 30_000, 1_501)], True),
        ([Seen(1, 900, 50), Seen(2, 1, 1)], True),
    ],
)
def test_the_share_is_of_a_thousand_messages_at_least(window: list[Seen], beyond: bool):
    assert is_beyond(window, 0.05) is beyond


def test_single_ones_never_stop_the_stream_however_many_there_have_been(hot: Hot):
    limit = UnreadableLimit(hot, 0.05)
    for batch in range(200):
        limit.take(batch, messages(40, 1))


def test_many_in_small_batches_stop_it_also_after_a_new_start(hot: Hot):
    limit = UnreadableLimit(hot, 0.05)
    for batch in range(50):
        limit.take(batch, messages(0, 1))
    with pytest.raises(StoppedError, match="51 of the latest messages of topic-raw-sales") as stop:
        UnreadableLimit(hot, 0.05).take(50, messages(0, 1))
    assert "comptoir rebuild" in str(stop.value)
    with pytest.raises(StoppedError):
        UnreadableLimit(hot, 0.05).take(50, messages(0, 1))
    UnreadableLimit(hot, 0.05).take(50, messages(1, 0))


def test_each_topic_counts_by_itself(hot: Hot):
    limit = UnreadableLimit(hot, 0.05)
    limit.take(1, messages(0, 40) + messages(0, 40, "topic-client-updates"))
    with pytest.raises(StoppedError, match="topic-client-updates"):
        limit.take(2, messages(0, 20, "topic-client-updates"))


def test_what_could_all_be_read_again_is_forgotten(hot: Hot):
    limit = UnreadableLimit(hot, 0.05)
    limit.take(1, messages(0, 10))
    limit.take(2, messages(LATEST, 0))
    assert hot.facts["progress"].find_one({"_id": "unreadable"}) == {"topics": {}}
