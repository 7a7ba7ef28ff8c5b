"""A long file is published portion by portion, each exactly once: real MongoDB, Kafka and HDFS."""

from __future__ import annotations

import json
import time
from collections import deque
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from comptoir import names
from comptoir.changes.act import Act
from comptoir.errors import TransientError
from comptoir.publishing import kafka, publish
from comptoir.quality import portions
from comptoir.records import entity_id
from comptoir.stores import acts, cold, ledger
from comptoir.stores.closing import move_closing
from tests.stack.publishing_tools import Importer, change_sets_of, die, open_importer, sales

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings
    from comptoir.stores.offsets import Offsets

pytestmark = pytest.mark.stack

INVOICES = 12
SEAMS = [
    ("comptoir.stores.cold", "publish", "after"),
    ("comptoir.stores.ledger", "note_published", "after"),
    ("comptoir.publishing.publish", "_give_way", "before"),
]


@pytest.fixture(scope="module")
def importer(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Importer:
    return open_importer(servers, tmp_path_factory.mktemp("home"), lease_seconds=1.0)


@pytest.fixture(autouse=True)
def _small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "ROWS_A_PORTION", 8)  # of 24 lines
    monkeypatch.setattr(publish, "TURN_SECONDS", 0.01)


@pytest.fixture
def tag() -> str:
    return uuid4().hex[:12]


@pytest.fixture
def long(importer: Importer, tag: str) -> str:
    """A validated file of three portions; its id."""
    file_id = importer.receive(sales(tag, INVOICES), f"{tag}.csv").file_id
    importer.validate(file_id)
    return file_id


def failing(function: Any, at_call: int) -> Any:
    """Return a function that works until that call, which fails once it has done its work."""
    calls = iter(range(1, at_call))

    def fail(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        if next(calls, None) is None:
            raise TransientError("broken on purpose")
        return result

    return fail


def registered(importer: Importer, tag: str) -> dict[str, dict[str, Any]]:
    """What counts of the invoices of a tag: by number, the version."""
    ids = [f"sales:{entity_id('invoice', f'{tag}-{number}')}" for number in range(INVOICES + 1)]
    found = importer.hot.register.find({"_id": {"$in": ids}, "landing": {"$ne": None}})
    versions = (json.loads(document["version"]) for document in found)
    return {version["invoice_no"]: version for version in versions}


def assert_sent_once(importer: Importer, file_id: str, starts: dict[int, int]) -> None:
    entry = ledger.find(importer.hot, file_id)
    assert [entry["state"], entry["rows_applied"], entry["rows_unchanged"]] == ["publishing", 2 * INVOICES, 0]
    sequences = entry["published"]["sales"]["sequences"]
    assert (len(sequences), change_sets_of(importer, file_id)) == (3, sequences)
    events = [event for event in importer.events_since(starts) if event["file_id"] == file_id]
    tag = entry["name"].removesuffix(".csv")
    assert sorted(event["after"]["invoice_no"] for event in events) == sorted(f"{tag}-{n}" for n in range(INVOICES))
    assert (importer.hot.leases.find_one({"_id": "sales"}) or {})["pending"] is None


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: f"{seam[2]}-{seam[1]}")
def test_a_file_that_is_killed_at_a_portion_goes_on_behind_it(
    importer: Importer, long: str, seam: tuple[str, str, str]
) -> None:
    starts = importer.ends(names.TOPIC_SALES)
    die(importer, long, seam)
    importer.publish(long)
    assert_sent_once(importer, long, starts)


@pytest.mark.parametrize(("place", "at_call"), [("send", 2), ("note_published", 1), ("note_published", 3)])
def test_a_file_that_breaks_off_at_any_portion_is_published_once(
    importer: Importer, long: str, monkeypatch: pytest.MonkeyPatch, place: str, at_call: int
) -> None:
    starts = importer.ends(names.TOPIC_SALES)
    module = kafka if place == "send" else ledger
    with monkeypatch.context() as broken:
        broken.setattr(module, place, failing(getattr(module, place), at_call))
        with pytest.raises(TransientError):
            importer.publish(long)
    importer.validate(long)  # as somebody who has all of the run's tasks done again
    importer.publish(long)
    assert_sent_once(importer, long, starts)


def test_a_small_file_comes_in_between_and_counts(
    importer: Importer, tag: str, long: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_way, small = publish._give_way, []

    def meanwhile(*args: Any) -> None:
        if not small:
            corrections = sales(tag, INVOICES, "9.00")
            small.append(importer.bring_in(corrections, f"{tag}-small.csv"))
        give_way(*args)

    monkeypatch.setattr(portions, "ROWS_A_PORTION", 2 * INVOICES)  # that file is one
    monkeypatch.setattr(publish, "_give_way", meanwhile)
    importer.publish(long)

    entry = ledger.find(importer.hot, long)
    first, *others = entry["published"]["sales"]["sequences"]
    assert first < small[0]["published"]["sales"]["sequences"][0] < min(others)
    # It landed later: it replaces what was there already, and what comes afterwards changes nothing.
    prices = {version["items"][0]["unit_price"] for version in registered(importer, tag).values()}
    assert prices == {"9.0000"}
    assert entry["rows_applied"] + entry["rows_unchanged"] == 2 * INVOICES
    assert 0 < entry["rows_applied"] < 2 * INVOICES


def test_a_long_file_is_withdrawn_and_comes_back(
    importer: Importer, tag: str, long: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.publish(long)
    before = registered(importer, tag)
    for act, expected in ((Act.WITHDRAW, {}), (Act.RESTORE, before)):
        starts = importer.ends(names.TOPIC_SALES)
        importer.ask(long, act)
        with monkeypatch.context() as broken:
            broken.setattr(ledger, "note_published", failing(ledger.note_published, 2))
            with pytest.raises(TransientError):
                importer.carry_out(long, act)
        assert registered(importer, tag) not in ({}, before)
        assert not acts.is_published(ledger.find(importer.hot, long))
        importer.carry_out(long, act)
        assert acts.is_published(ledger.find(importer.hot, long))
        assert registered(importer, tag) == expected
        told = ledger.find(importer.hot, long)["acts"][-1]["published"]["sales"]
        assert len(told["sequences"]) == 3
        assert told["records_remove" if act is Act.WITHDRAW else "records_insert"] == INVOICES
        events = [event["record_id"] for event in importer.events_since(starts) if event["file_id"] == long]
        assert (len(events), len(set(events))) == (INVOICES, INVOICES)


@pytest.fixture
def march(importer: Importer, tag: str) -> Iterator[str]:
    """A validated file whose last invoice, which is in the last portion, is the only one of March; its id."""
    lines = sales(tag, INVOICES).splitlines(keepends=True)
    lines[-2:] = [line.replace("2026-04", "2026-03") for line in lines[-2:]]
    file_id = importer.receive("".join(lines), f"{tag}.csv").file_id
    importer.validate(file_id)
    yield file_id
    move_closing(importer.hot, None)


APRIL = date(2026, 4, 1)


def test_books_that_closed_since_a_file_was_judged_are_closed_to_its_last_portion(
    importer: Importer, tag: str, march: str
) -> None:
    move_closing(importer.hot, APRIL)
    importer.publish(march)
    assert sorted(registered(importer, tag)) == sorted(f"{tag}-{number}" for number in range(INVOICES - 1))
    entry = ledger.find(importer.hot, march)
    assert [entry["rows_applied"], entry["rows_rejected"]] == [2 * INVOICES - 2, 2]


def test_books_that_close_between_two_portions_are_open_to_the_rest(
    importer: Importer, tag: str, march: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "_give_way", lambda *_: move_closing(importer.hot, APRIL))
    importer.publish(march)
    assert len(registered(importer, tag)) == INVOICES


def test_closed_books_refuse_all_of_a_withdrawal(importer: Importer, tag: str, march: str) -> None:
    importer.publish(march)
    move_closing(importer.hot, APRIL)
    importer.ask(march, Act.WITHDRAW)
    importer.carry_out(march, Act.WITHDRAW)
    assert acts.refusal_of(ledger.find(importer.hot, march)) is not None
    assert len(registered(importer, tag)) == INVOICES


def test_rows_that_were_not_staged_to_the_end_are_judged_again(importer: Importer, long: str) -> None:
    starts = importer.ends(names.TOPIC_SALES)
    ledger.note(importer.hot, long, staged=None)
    cold.remove(importer.cold, f"staging/{long}/sales/000002")
    importer.publish(long)
    assert_sent_once(importer, long, starts)


def test_rows_that_another_worker_stages_anew_are_waited_for(importer: Importer, long: str) -> None:
    starts = importer.ends(names.TOPIC_SALES)
    cold.remove(importer.cold, f"staging/{long}/sales/000002")
    with pytest.raises(TransientError, match="judges the file anew"):
        importer.publish(long)
    ledger.note(importer.hot, long, staged=None)
    importer.publish(long)
    assert_sent_once(importer, long, starts)


def test_a_file_waits_for_the_stream_before_it_goes_far_ahead(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = names.TOPIC_SALES
    offsets = [{topic: {"0": last}} for last in (7, 9, 11)]
    progress = importer.hot.facts[names.PROGRESS]
    monkeypatch.setattr(publish, "STANDING_SECONDS", 0.5)

    def waits(ahead: deque[Offsets]) -> bool:
        began = time.monotonic()
        publish._give_way(importer.hot, ahead)
        return time.monotonic() - began > 0.5

    kept = list(progress.find({"_id": {"$in": ["stream", "pending"]}}))
    try:
        for stream, pending, is_behind in ((6, None, True), (7, None, False), (6, 7, False), (6, 6, True)):
            progress.delete_many({"_id": {"$in": ["stream", "pending"]}})
            told = {"stream": stream} | ({"pending": pending} if pending else {})
            progress.insert_many([{"_id": name, "offsets": {topic: {"0": last}}} for name, last in told.items()])
            ahead = deque(offsets, maxlen=publish.PORTIONS_AHEAD)
            assert waits(ahead) is is_behind, told
            assert (len(ahead) == 0) is is_behind  # a stream that stands is not waited for again at once
    finally:
        progress.delete_many({"_id": {"$in": ["stream", "pending"]}})
        if kept:
            progress.insert_many(kept)
    assert not waits(deque(offsets[1:], maxlen=publish.PORTIONS_AHEAD))
