"""From the drop zone into the ledger and out again: races, repeats, refusals and lost runs, on a real MongoDB."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from comptoir import names
from comptoir.errors import TransientError
from comptoir.landing import drop, intake
from comptoir.settings import Settings
from comptoir.stores import ledger
from comptoir.stores.cold import exists, get, list_names, open_cold, publish, put, remove
from comptoir.stores.hot import next_value, open_hot
from comptoir.stores.ledger import State
from comptoir.stores.settling import settle
from tests.stack.publishing_tools import Platform, open_platform, sales

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.stack


@pytest.fixture
def platform(servers: Settings, tmp_path: Path) -> Platform:
    """Return the bare servers, opened, with a home of our own."""
    return open_platform(servers, tmp_path)


@pytest.fixture
def content() -> str:
    """Return a file that nobody ever dropped."""
    return sales(uuid4().hex[:12], 1)


def lay(platform: Platform, content: str, name: str = "v.csv") -> Path:
    """Put a file into the drop zone by hand."""
    path = drop.prepare_drop_zone(platform.settings) / name
    path.write_text(content)
    return path


def decide(platform: Platform, file_id: str, *states: State) -> None:
    """Take an entry through states, without the work."""
    for state in states:
        assert ledger.advance(platform.hot, file_id, state)


def receive(platform: Platform, path: Path) -> intake.Receipt:
    return intake.receive(platform.hot, platform.settings, path)


def entry_of(platform: Platform, receipt: intake.Receipt) -> dict[str, Any]:
    return ledger.find(platform.hot, receipt.file_id)


def test_watchers_that_race_open_one_entry(platform: Platform, content: str) -> None:
    path = lay(platform, content)
    with ThreadPoolExecutor(max_workers=8) as pool:
        receipts = set(pool.map(lambda _: receive(platform, path), range(8)))
    [receipt] = receipts
    entry = entry_of(platform, receipt)
    assert receipt.run_id == f"ingest__{entry['_id']}"
    assert entry["_id"] == f"{entry['sha256'][:24]}-1"
    assert platform.hot.ledger.count_documents({"sha256": entry["sha256"]}) == 1
    assert [entry["state"], entry["name"], entry["bytes"]] == ["received", "v.csv", len(content)]


def test_files_get_landing_numbers_in_their_order(platform: Platform) -> None:
    landings = [
        entry_of(platform, receive(platform, lay(platform, sales(uuid4().hex, 1), f"{number}.csv")))["landing"]
        for number in range(3)
    ]
    assert landings == sorted(set(landings))


def test_a_lost_run_is_asked_for_again(platform: Platform, content: str) -> None:
    path = lay(platform, content)
    first = receive(platform, path)
    decide(platform, first.file_id, State.VALIDATING)
    assert receive(platform, path) == first
    assert first.action == "ingest"


def test_the_account_that_sent_a_file_is_in_its_entry(platform: Platform, content: str) -> None:
    source = platform.settings.home / "source"
    source.write_text(content)
    path = drop.deliver(platform.settings, source, "v.csv", by="claire", source_name="page")
    entry = entry_of(platform, receive(platform, path))
    assert [entry["source"], entry["by"]] == ["page", "claire"]
    decide(platform, entry["_id"], State.VALIDATING, State.PUBLISHING)
    intake.finish(platform.hot, platform.settings, entry["_id"])
    assert not drop.origin_path(path).exists()


def test_imported_bytes_change_nothing_under_any_name(platform: Platform, content: str) -> None:
    first = receive(platform, lay(platform, content))
    decide(platform, first.file_id, State.VALIDATING, State.PUBLISHING, State.APPLIED)
    intake.finish(platform.hot, platform.settings, first.file_id)

    again = receive(platform, lay(platform, content, "other.csv"))
    same_name = receive(platform, lay(platform, content, "v.csv"))

    assert [again.file_id, again.action, same_name.action] == [first.file_id, "already_imported", "already_imported"]
    entry = entry_of(platform, first)
    assert [entry["state"], [drop["name"] for drop in entry["drops"]]] == ["applied", ["other.csv", "v.csv"]]
    folder = platform.settings.drop_folder
    moved = {path.name for path in (folder / "done").iterdir()}
    assert moved == {"v.csv", "other.csv", f"v-{first.file_id}.csv"}
    assert [path for path in folder.iterdir() if path.is_file()] == []


def test_refused_bytes_open_a_new_attempt(platform: Platform, content: str) -> None:
    first = receive(platform, lay(platform, content))
    decide(platform, first.file_id, State.VALIDATING, State.REJECTED)
    assert intake.finish(platform.hot, platform.settings, first.file_id).parent.name == "refused"
    second = receive(platform, lay(platform, content))
    assert second.action == "ingest"
    assert second.file_id == first.file_id.removesuffix("-1") + "-2"


def test_a_refused_file_whose_move_was_cut_short_is_no_new_attempt(platform: Platform, content: str) -> None:
    path = lay(platform, content)
    first = receive(platform, path)
    decide(platform, first.file_id, State.VALIDATING, State.REJECTED)
    again = receive(platform, path)
    assert [again.file_id, again.action] == [first.file_id, "already_imported"]
    assert (platform.settings.drop_folder / "refused" / "v.csv").exists()
    assert not path.exists()
    assert entry_of(platform, first)["drops"] == []


def test_a_file_that_waits_for_an_answer_stays_refused(platform: Platform, content: str) -> None:
    first = receive(platform, lay(platform, content))
    decide(platform, first.file_id, State.VALIDATING, State.ASKING)
    intake.finish(platform.hot, platform.settings, first.file_id)
    again = receive(platform, lay(platform, content, "again.csv"))
    assert [again.file_id, again.action] == [first.file_id, "already_imported"]
    assert (platform.settings.drop_folder / "refused" / "again.csv").exists()


def test_a_copy_of_a_file_on_its_way_leaves_the_drop_zone(platform: Platform, content: str) -> None:
    path = lay(platform, content)
    first = receive(platform, path)
    copy = receive(platform, lay(platform, content, "copy.csv"))
    assert [copy.file_id, copy.action] == [first.file_id, "ingest"]
    assert path.exists()
    assert (platform.settings.drop_folder / "done" / "copy.csv").exists()
    path.unlink()
    third = lay(platform, content, "third.csv")
    receive(platform, third)
    assert entry_of(platform, first)["path"] == str(third)


def test_a_file_of_the_same_name_is_not_overwritten(platform: Platform) -> None:
    contents = [sales(uuid4().hex, 1) for _ in range(2)]
    paths = []
    for content in contents:
        receipt = receive(platform, lay(platform, content))
        decide(platform, receipt.file_id, State.VALIDATING, State.PUBLISHING)
        paths.append(intake.finish(platform.hot, platform.settings, receipt.file_id))
    assert [path.read_text() for path in paths] == contents


def test_a_move_that_nobody_noted_is_found(platform: Platform, content: str) -> None:
    path = lay(platform, content)
    receipt = receive(platform, path)
    decide(platform, receipt.file_id, State.VALIDATING, State.PUBLISHING)
    done = platform.settings.drop_folder / "done" / "v.csv"
    shutil.move(path, done)
    assert intake.finish(platform.hot, platform.settings, receipt.file_id) == done
    assert entry_of(platform, receipt)["path"] == str(done)


def test_a_file_that_changed_after_it_was_received_is_refused_and_left_alone(platform: Platform, content: str) -> None:
    path = lay(platform, content)
    receipt = receive(platform, path)
    path.write_text(content + "more")
    summary = platform.validate(receipt.file_id)
    assert [summary["state"], summary["reason"]] == ["rejected", "The file was written to while it was being read."]
    assert path.exists()
    assert receive(platform, path).file_id != receipt.file_id
    assert receive(platform, lay(platform, content, "back.csv")).file_id == receipt.file_id.removesuffix("1") + "2"


def test_the_bytes_as_sent_are_in_the_lake_and_enough_for_a_new_try(platform: Platform, content: str) -> None:
    path = lay(platform, content)
    receipt = receive(platform, path)
    platform.validate(receipt.file_id)
    raw = entry_of(platform, receipt)["raw"]
    assert raw == f"raw/{receipt.file_id}/v.csv"
    assert get(platform.cold, raw).decode() == content
    path.unlink()
    assert platform.validate(receipt.file_id)["state"] == "validating"


def test_a_file_that_left_is_told_so(platform: Platform) -> None:
    with pytest.raises(TransientError, match="left the drop zone"):
        receive(platform, platform.settings.drop_folder / "gone.csv")


def test_a_state_is_reached_only_from_the_one_before(platform: Platform, content: str) -> None:
    receipt = receive(platform, lay(platform, content))
    assert not ledger.advance(platform.hot, receipt.file_id, State.APPLIED)
    assert entry_of(platform, receipt)["state"] == "received"


def test_an_entry_keeps_a_thousand_problems_and_their_number(platform: Platform) -> None:
    rows = "".join(f"Z{number},P1,0,1.00,2026-04-01 10:00:00\n" for number in range(1200))
    header = "invoice_no,product_code,quantity,unit_price,timestamp\n"
    receipt = platform.receive(header + rows + f"{uuid4()},P1,1.0,1.00,2026-04-01 10:00:00\n")
    platform.validate(receipt.file_id)
    entry = entry_of(platform, receipt)
    assert len(entry["problems"]) == 1000
    assert entry["problems_total"] >= 1200
    assert {problem["severity"] for problem in entry["problems"]} == {"error"}
    json.dumps(entry["problems"])


@pytest.mark.parametrize(("rejected", "state"), [(0, "applied"), (2, "partial")])
def test_a_published_file_is_applied_once_the_stream_has_passed_it(
    platform: Platform, content: str, rejected: int, state: str
) -> None:
    facts = platform.hot.client.get_database(f"test_{uuid4().hex[:12]}")
    hot = replace(platform.hot, facts=facts)
    receipt = receive(platform, lay(platform, content))
    decide(platform, receipt.file_id, State.VALIDATING)
    published = {"sequence": 1, "offsets": {"topic-raw-sales": {"0": 7, "1": 3}}}
    ledger.note_published(hot, receipt.file_id, "sales", published)
    assert ledger.advance(hot, receipt.file_id, State.PUBLISHING, rows_rejected=rejected)
    try:
        for last, expected in ((2, "publishing"), (3, state)):
            progress = {"offsets": {"topic-raw-sales": {"0": 9, "1": last}}}
            facts[names.PROGRESS].update_one({"_id": "stream"}, {"$set": progress}, upsert=True)
            settled = [entry for entry in settle(hot) if entry["_id"] == receipt.file_id]
            assert entry_of(platform, receipt)["state"] == expected
            assert [entry["state"] for entry in settled] == ([state] if expected == state else [])
        assert entry_of(platform, receipt)["applied_at"] is not None
        assert receipt.file_id not in [entry["_id"] for entry in settle(hot)]
    finally:
        hot.client.drop_database(facts.name)


def test_no_two_callers_get_the_same_number(platform: Platform) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        numbers = list(pool.map(lambda _: next_value(platform.hot, "landing"), range(64)))
    assert len(set(numbers)) == 64


def test_of_many_writers_one_gets_the_name(platform: Platform) -> None:
    folder = f"staging/{uuid4()}"
    for number in range(8):
        put(platform.cold, f"{folder}/.{number}.tmp", str(number).encode())
    with ThreadPoolExecutor(max_workers=8) as pool:
        won = list(pool.map(lambda number: publish(platform.cold, f"{folder}/.{number}.tmp", f"{folder}/x"), range(8)))
    assert won.count(True) == 1
    assert get(platform.cold, f"{folder}/x").decode() == str(won.index(True))
    assert len(list_names(platform.cold, folder)) == 8
    remove(platform.cold, folder)
    assert not exists(platform.cold, folder)


def test_servers_that_are_away_are_named(tmp_path: Path) -> None:
    away = Settings(
        home=tmp_path, mongo_uri="mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300", hdfs_url="hdfs://127.0.0.1:9"
    )
    with pytest.raises(TransientError, match="MongoDB"):
        open_hot(away)
    with pytest.raises(TransientError, match=r"HDFS \(hdfs://127\.0\.0\.1:9\)"):
        exists(open_cold(away), "raw")
