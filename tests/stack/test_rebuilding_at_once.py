"""Two rebuildings at once: one switches, the other stops by name and changes nothing. Real MongoDB alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from comptoir import names
from comptoir.embedded.platform import start_servers, stop_servers
from comptoir.errors import EpochLostError
from comptoir.stores.hot import Hot, at_current_epoch, begin_epoch, open_hot, prepare_hot, switch_epoch
from comptoir_spark import rebuilding
from tests.conftest import own_settings, processes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

    from comptoir.settings import Settings
    from comptoir_spark.cut import Cut
    from comptoir_spark.rebuilding import Rebuild

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = own_settings(tmp_path_factory.mktemp("mongo"))
    try:
        start_servers(settings, print, only={"mongo"})
        yield settings
    finally:
        stop_servers(settings, print)
    assert processes_of(settings.home) == []


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

    monkeypatch.setattr(rebuilding.Rebuild, "take", be_overtaken)
    monkeypatch.setattr(rebuilding, "Figures", lambda *_: cast("Any", None))
    monkeypatch.setattr(rebuilding.sources, "ends_of_topics", lambda _settings: {})

    with pytest.raises(EpochLostError):
        rebuilding.rebuild(cast("SparkSession", None), replace(hot), mongo)

    assert at_current_epoch(hot).epoch == begun[0].epoch
    assert begun[-1].epoch not in epochs_with_facts(hot)
