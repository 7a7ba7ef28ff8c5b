"""The switch of a rebuilding, where two run at once and where Kafka's topics were made anew. Real MongoDB alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from comptoir import names
from comptoir.errors import EpochLostError
from comptoir.stores import ledger
from comptoir.stores.hot import Hot, at_current_epoch, begin_epoch, open_hot, prepare_hot, switch_epoch
from comptoir.stores.settling import settle
from comptoir_spark import rebuilding
from comptoir_spark.sinks import note_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import SparkSession

    from comptoir.settings import Settings
    from comptoir.stores.offsets import Offsets
    from comptoir_spark.cut import Cut
    from comptoir_spark.rebuilding import Rebuild

pytestmark = pytest.mark.stack
TOPIC = names.TOPIC_SALES


@pytest.fixture
def hot(mongo: Settings) -> Iterator[Hot]:
    """The hot store at an epoch with a fact of its own."""
    opened = open_hot(mongo)
    prepare_hot(opened)
    fill(opened)
    yield opened
    opened.client.close()


def fill(hot: Hot) -> None:
    hot.facts[names.FACTS_PRODUCT].update_one({"_id": "A:2026-03"}, {"$set": {"of": hot.epoch}}, upsert=True)


def epochs_with_facts(hot: Hot) -> set[int]:
    found = [name for name in hot.client.list_database_names() if name.startswith(names.EPOCH_DATABASE_PREFIX)]
    return {int(name.removeprefix(names.EPOCH_DATABASE_PREFIX)) for name in found}


def without_spark(
    monkeypatch: pytest.MonkeyPatch, take: Callable[[Rebuild, Cut], None], *, ends: dict[str, dict[str, int]]
) -> None:
    monkeypatch.setattr(rebuilding.Rebuild, "take", take)
    monkeypatch.setattr(rebuilding, "Figures", lambda *_: cast("Any", None))
    monkeypatch.setattr(rebuilding.sources, "ends_of_topics", lambda _settings: ends)


def rebuild(hot: Hot, settings: Settings) -> None:
    rebuilding.rebuild(cast("SparkSession", None), replace(hot), settings)


def test_no_two_rebuildings_write_into_one_epoch(hot: Hot) -> None:
    first, second = begin_epoch(hot), begin_epoch(hot)
    assert hot.epoch < first.epoch < second.epoch
    fill(first)
    begin_epoch(hot)
    assert first.facts[names.FACTS_PRODUCT].find_one() == {"_id": "A:2026-03", "of": first.epoch}


@pytest.mark.parametrize("winner", [0, 1], ids=["begun first", "begun second"])
def test_the_first_to_end_is_shown_and_the_other_is_dropped(hot: Hot, winner: int) -> None:
    both = [begin_epoch(hot), begin_epoch(hot)]
    for fresh in both:
        fill(fresh)
    won, lost = both[winner], both[1 - winner]
    switch_epoch(hot, won)

    fill(lost)
    with pytest.raises(EpochLostError, match=f"switched from epoch {hot.epoch} before this one"):
        switch_epoch(hot, lost)

    assert at_current_epoch(hot).epoch == won.epoch
    assert epochs_with_facts(hot) == {hot.epoch, won.epoch}
    assert won.facts[names.FACTS_PRODUCT].find_one() == {"_id": "A:2026-03", "of": won.epoch}
    assert begin_epoch(hot).epoch > max(won.epoch, lost.epoch)


def test_what_dead_rebuildings_left_goes_at_the_next_switch(hot: Hot) -> None:
    dead = begin_epoch(hot)
    fill(dead)
    fresh = begin_epoch(hot)
    fill(fresh)
    switch_epoch(hot, fresh)
    assert epochs_with_facts(hot) == {hot.epoch, fresh.epoch}


def test_a_rebuilding_that_is_overtaken_stops_before_it_switches(
    hot: Hot, mongo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Hot] = []

    def be_overtaken(making: Rebuild, _cut: Cut) -> None:
        if not begun:
            begun.append(begin_epoch(hot))
            switch_epoch(hot, begun[0])
        begun.append(making.fresh)

    without_spark(monkeypatch, be_overtaken, ends={})
    with pytest.raises(EpochLostError):
        rebuild(hot, mongo)

    assert at_current_epoch(hot).epoch == begun[0].epoch
    assert begun[-1].epoch not in epochs_with_facts(hot)


def publishing(hot: Hot, file_id: str, landing: int, offsets: Offsets) -> None:
    """A file all of whose sales are published."""
    entry = ledger.new_entry(
        sha256=file_id, attempt=1, name="x.csv", path="", size=1, landing=landing, source="folder", by=None, answers={}
    )
    published = {"sales": {"sequences": [1], "offsets": offsets}}
    hot.ledger.insert_one(entry | {"_id": file_id, "state": "publishing", "published": published})


def test_nobody_waits_for_offsets_of_topics_that_were_made_anew(
    hot: Hot, mongo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kafka was lost and made anew: files that it had told of are in the lake, and so in the new figures."""
    publishing(hot, "before", 1, {TOPIC: {"0": 5000, "1": 2}})
    hot.leases.update_one({"_id": "sales"}, {"$set": {"last_offsets": {TOPIC: {"0": 5000, "1": 2}}}})
    without_spark(monkeypatch, lambda *_: None, ends={TOPIC: {"0": 3, "1": 7}})
    rebuild(hot, mongo)
    assert (hot.leases.find_one({"_id": "sales"}) or {})["last_offsets"] == {TOPIC: {"0": 2, "1": 2}}
    assert [entry["_id"] for entry in settle(hot)] == ["before"]

    publishing(hot, "after", 2, {TOPIC: {"0": 3, "1": 2}})  # not read yet
    assert settle(hot) == []
    note_progress(at_current_epoch(hot), 1, {TOPIC: {"0": 3}})
    assert [entry["_id"] for entry in settle(hot)] == ["after"]
