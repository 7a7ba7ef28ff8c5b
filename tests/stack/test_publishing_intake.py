"""From the drop zone into the ledger and out again: races, repeats, refusals and lost runs, on a real MongoDB."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from comptoir import ingest, names
from comptoir.changes.act import Act
from comptoir.errors import TransientError
from comptoir.landing import drop, intake
from comptoir.reading.apart import read_apart
from comptoir.settings import Settings
from comptoir.stores import acts, ledger
from comptoir.stores.cold import exists, get, list_names, open_cold, publish, put, put_file, remove, side_by_side
from comptoir.stores.hot import next_value, open_hot
from comptoir.stores.ledger import State
from comptoir.stores.settling import settle
from tests.stack.publishing_tools import Importer, open_importer, sales

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.stack


@pytest.fixture
def importer(servers: Settings, tmp_path: Path) -> Importer:
    """Return the bare servers, opened, with a home of our own."""
    return open_importer(servers, tmp_path)


@pytest.fixture
def content() -> str:
    """Return a file that nobody ever dropped."""
    return sales(uuid4().hex[:12], 1)


def lay(importer: Importer, content: str, name: str = "v.csv") -> Path:
    """Put a file into the drop zone by hand."""
    path = drop.prepare_drop_zone(importer.settings) / name
    path.write_text(content)
    return path


def decide(importer: Importer, file_id: str, *states: State) -> None:
    """Take an entry through states, without the work."""
    for state in states:
        assert ledger.advance(importer.hot, file_id, state)


def receive(importer: Importer, path: Path) -> intake.Receipt:
    return intake.receive(importer.hot, importer.settings, path)


def entry_of(importer: Importer, receipt: intake.Receipt) -> dict[str, Any]:
    return ledger.find(importer.hot, receipt.file_id)


def test_watchers_that_race_open_one_entry(importer: Importer, content: str) -> None:
    path = lay(importer, content)
    with ThreadPoolExecutor(max_workers=8) as pool:
        receipts = set(pool.map(lambda _: receive(importer, path), range(8)))
    [receipt] = receipts
    entry = entry_of(importer, receipt)
    assert receipt.run_id == f"ingest__{entry['_id']}"
    assert entry["_id"] == f"{entry['sha256'][:24]}-1"
    assert importer.hot.ledger.count_documents({"sha256": entry["sha256"]}) == 1
    assert [entry["state"], entry["name"], entry["bytes"]] == ["received", "v.csv", len(content)]


def test_files_get_landing_numbers_in_their_order(importer: Importer) -> None:
    landings = [
        entry_of(importer, receive(importer, lay(importer, sales(uuid4().hex, 1), f"{number}.csv")))["landing"]
        for number in range(3)
    ]
    assert landings == sorted(set(landings))


def test_a_lost_run_is_asked_for_again(importer: Importer, content: str) -> None:
    path = lay(importer, content)
    first = receive(importer, path)
    decide(importer, first.file_id, State.VALIDATING)
    assert receive(importer, path) == first
    assert first.action == "ingest"


def test_the_account_that_sent_a_file_is_in_its_entry(importer: Importer, content: str) -> None:
    source = importer.settings.home / "source"
    source.write_text(content)
    path = drop.deliver(importer.settings, source, "v.csv", by="claire", source_name="page")
    entry = entry_of(importer, receive(importer, path))
    assert [entry["source"], entry["by"]] == ["page", "claire"]
    decide(importer, entry["_id"], State.VALIDATING, State.PUBLISHING)
    intake.finish(importer.hot, importer.settings, entry["_id"])
    assert not drop.origin_path(path).exists()


def test_imported_bytes_change_nothing_under_any_name(importer: Importer, content: str) -> None:
    first = receive(importer, lay(importer, content))
    decide(importer, first.file_id, State.VALIDATING, State.PUBLISHING, State.APPLIED)
    intake.finish(importer.hot, importer.settings, first.file_id)

    again = receive(importer, lay(importer, content, "other.csv"))
    same_name = receive(importer, lay(importer, content, "v.csv"))

    assert [again.file_id, again.action, same_name.action] == [first.file_id, "already_imported", "already_imported"]
    entry = entry_of(importer, first)
    assert [entry["state"], [drop["name"] for drop in entry["drops"]]] == ["applied", ["other.csv", "v.csv"]]
    folder = importer.settings.drop_folder
    moved = {path.name for path in (folder / "done").iterdir()}
    assert moved == {"v.csv", "other.csv", f"v-{first.file_id}.csv"}
    assert [path for path in folder.iterdir() if path.is_file()] == []


def test_refused_bytes_open_a_new_attempt(importer: Importer, content: str) -> None:
    first = receive(importer, lay(importer, content))
    decide(importer, first.file_id, State.VALIDATING, State.REJECTED)
    assert intake.finish(importer.hot, importer.settings, first.file_id).parent.name == "refused"
    second = receive(importer, lay(importer, content))
    assert second.action == "ingest"
    assert second.file_id == first.file_id.removesuffix("-1") + "-2"


def test_a_refused_file_whose_move_was_cut_short_is_no_new_attempt(importer: Importer, content: str) -> None:
    path = lay(importer, content)
    first = receive(importer, path)
    decide(importer, first.file_id, State.VALIDATING, State.REJECTED)
    again = receive(importer, path)
    assert [again.file_id, again.action] == [first.file_id, "already_imported"]
    assert (importer.settings.drop_folder / "refused" / "v.csv").exists()
    assert not path.exists()
    assert entry_of(importer, first)["drops"] == []


def test_a_file_that_waits_for_an_answer_is_asked_about_anew_where_its_owner_sends_it_again(
    importer: Importer, content: str
) -> None:
    first = receive(importer, lay(importer, content))
    decide(importer, first.file_id, State.VALIDATING, State.ASKING)
    intake.finish(importer.hot, importer.settings, first.file_id)
    source = importer.settings.home / "source"
    source.write_text(content)
    others = receive(importer, drop.deliver(importer.settings, source, "again.csv", by="claire", source_name="page"))
    assert [others.file_id, others.action] == [first.file_id, "already_imported"]
    assert (importer.settings.drop_folder / "refused" / "again.csv").exists()
    again = receive(importer, lay(importer, content, "again.csv"))
    assert [again.file_id, again.action] == [first.file_id.removesuffix("1") + "2", "ingest"]
    assert entry_of(importer, first)["state"] == "answered"


def test_a_copy_of_a_file_on_its_way_leaves_the_drop_zone(importer: Importer, content: str) -> None:
    path = lay(importer, content)
    first = receive(importer, path)
    copy = receive(importer, lay(importer, content, "copy.csv"))
    assert [copy.file_id, copy.action] == [first.file_id, "ingest"]
    assert path.exists()
    assert (importer.settings.drop_folder / "done" / "copy.csv").exists()
    path.unlink()
    third = lay(importer, content, "third.csv")
    receive(importer, third)
    assert entry_of(importer, first)["path"] == str(third)


def test_a_file_of_the_same_name_is_not_overwritten(importer: Importer) -> None:
    contents = [sales(uuid4().hex, 1) for _ in range(2)]
    paths = []
    for content in contents:
        receipt = receive(importer, lay(importer, content))
        decide(importer, receipt.file_id, State.VALIDATING, State.PUBLISHING)
        paths.append(intake.finish(importer.hot, importer.settings, receipt.file_id))
    assert [path.read_text() for path in paths] == contents


def test_a_move_that_nobody_noted_is_found(importer: Importer, content: str) -> None:
    path = lay(importer, content)
    receipt = receive(importer, path)
    decide(importer, receipt.file_id, State.VALIDATING, State.PUBLISHING)
    done = importer.settings.drop_folder / "done" / "v.csv"
    shutil.move(path, done)
    assert intake.finish(importer.hot, importer.settings, receipt.file_id) == done
    assert entry_of(importer, receipt)["path"] == str(done)


def test_a_file_that_changed_after_it_was_received_is_refused_and_left_alone(importer: Importer, content: str) -> None:
    path = lay(importer, content)
    receipt = receive(importer, path)
    path.write_text(content + "more")
    summary = importer.validate(receipt.file_id)
    assert [summary["state"], summary["reason"]] == ["rejected", "The file was written to while it was being read."]
    assert path.exists()
    assert receive(importer, path).file_id != receipt.file_id
    assert receive(importer, lay(importer, content, "back.csv")).file_id == receipt.file_id.removesuffix("1") + "2"


def test_the_bytes_as_sent_are_in_the_lake_and_enough_for_a_new_try(importer: Importer, content: str) -> None:
    path = lay(importer, content)
    receipt = receive(importer, path)
    importer.validate(receipt.file_id)
    raw = entry_of(importer, receipt)["raw"]
    assert raw == f"raw/{receipt.file_id}/v.csv"
    assert get(importer.cold, raw).decode() == content
    path.unlink()
    assert importer.validate(receipt.file_id)["state"] == "validating"


@pytest.mark.parametrize("content", ["no table\n", sales("kept", 1)], ids=["refused", "accepted"])
def test_nothing_is_decided_of_bytes_that_are_not_in_the_lake(importer: Importer, content: str) -> None:
    receipt = receive(importer, lay(importer, content))
    away = open_cold(importer.settings.model_copy(update={"hdfs_url": "hdfs://127.0.0.1:9"}))
    with pytest.raises(TransientError, match="HDFS"):
        replace(importer, cold=away).validate(receipt.file_id)
    assert {"state": "validating", "raw": None}.items() <= entry_of(importer, receipt).items()
    importer.validate(receipt.file_id)
    assert get(importer.cold, entry_of(importer, receipt)["raw"]).decode() == content


def test_bytes_are_known_to_be_in_the_lake_while_they_are_read(
    importer: Importer, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who dies over a long file leaves all that the next worker needs, whatever becomes of the drop zone."""
    receipt = receive(importer, lay(importer, content))
    known: list[str | None] = []

    def read_slowly(*args: Any, **kwargs: Any) -> Any:
        deadline = time.monotonic() + 60
        while not entry_of(importer, receipt)["raw"] and time.monotonic() < deadline:
            time.sleep(0.05)
        known.append(entry_of(importer, receipt)["raw"])
        return read_apart(*args, **kwargs)

    monkeypatch.setattr(ingest, "read_apart", read_slowly)
    importer.validate(receipt.file_id)
    assert known == [f"raw/{receipt.file_id}/v.csv"]


def test_a_file_that_left_is_told_so(importer: Importer) -> None:
    with pytest.raises(TransientError, match="left the drop zone"):
        receive(importer, importer.settings.drop_folder / "gone.csv")


def test_a_state_is_reached_only_from_the_one_before(importer: Importer, content: str) -> None:
    receipt = receive(importer, lay(importer, content))
    assert not ledger.advance(importer.hot, receipt.file_id, State.APPLIED)
    assert entry_of(importer, receipt)["state"] == "received"


def test_a_state_that_is_reached_again_is_kept_with_both_times(importer: Importer, content: str) -> None:
    receipt = receive(importer, lay(importer, content))
    decide(importer, receipt.file_id, State.VALIDATING, State.PUBLISHING, State.APPLIED)
    acts.ask(importer.hot, receipt.file_id, Act.WITHDRAW, "claire")
    decide(importer, receipt.file_id, State.WITHDRAWN)
    acts.ask(importer.hot, receipt.file_id, Act.RESTORE, "claire")
    decide(importer, receipt.file_id, State.APPLIED)
    stages = ledger.stages_of(entry_of(importer, receipt))
    assert [state for state, _ in stages] == [
        "received",
        "validating",
        "publishing",
        "applied",
        "withdrawing",
        "withdrawn",
        "restoring",
        "applied",
    ]


def test_an_entry_keeps_a_thousand_problems_and_their_number(importer: Importer) -> None:
    rows = "".join(f"Z{number},P1,0,1.00,2026-04-01 10:00:00\n" for number in range(1200))
    header = "invoice_no,product_code,quantity,unit_price,timestamp\n"
    receipt = importer.receive(header + rows + f"{uuid4()},P1,1.0,1.00,2026-04-01 10:00:00\n")
    importer.validate(receipt.file_id)
    entry = entry_of(importer, receipt)
    assert len(entry["problems"]) == 1000
    assert entry["problems_total"] >= 1200
    assert {problem["severity"] for problem in entry["problems"]} == {"error"}
    json.dumps(entry["problems"])


@pytest.mark.parametrize(("rejected", "state"), [(0, "applied"), (2, "partial")])
def test_a_published_file_is_applied_once_the_stream_has_passed_it(
    importer: Importer, content: str, rejected: int, state: str
) -> None:
    facts = importer.hot.client.get_database(f"test_{uuid4().hex[:12]}")
    hot = replace(importer.hot, facts=facts)
    receipt = receive(importer, lay(importer, content))
    decide(importer, receipt.file_id, State.VALIDATING)
    published = ledger.Published([1], {"topic-raw-sales": {"0": 7, "1": 3}}, {})
    ledger.note_published(hot, receipt.file_id, "sales", published)
    assert ledger.advance(hot, receipt.file_id, State.PUBLISHING, rows_rejected=rejected)
    try:
        for last, expected in ((2, "publishing"), (3, state)):
            progress = {"offsets": {"topic-raw-sales": {"0": 9, "1": last}}}
            facts[names.PROGRESS].update_one({"_id": "stream"}, {"$set": progress}, upsert=True)
            settled = [entry for entry in settle(hot) if entry["_id"] == receipt.file_id]
            assert entry_of(importer, receipt)["state"] == expected
            assert [entry["state"] for entry in settled] == ([state] if expected == state else [])
        assert entry_of(importer, receipt)["applied_at"] is not None
        assert receipt.file_id not in [entry["_id"] for entry in settle(hot)]
    finally:
        hot.client.drop_database(facts.name)


def test_no_two_callers_get_the_same_number(importer: Importer) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        numbers = list(pool.map(lambda _: next_value(importer.hot, "landing"), range(64)))
    assert len(set(numbers)) == 64


def test_of_many_writers_one_gets_the_name(importer: Importer) -> None:
    folder = f"staging/{uuid4()}"
    for number in range(8):
        put(importer.cold, f"{folder}/.{number}.tmp", str(number).encode())
    with ThreadPoolExecutor(max_workers=8) as pool:
        won = list(pool.map(lambda number: publish(importer.cold, f"{folder}/.{number}.tmp", f"{folder}/x"), range(8)))
    assert won.count(True) == 1
    assert get(importer.cold, f"{folder}/x").decode() == str(won.index(True))
    assert len(list_names(importer.cold, folder)) == 8
    remove(importer.cold, folder)
    assert not exists(importer.cold, folder)


def test_files_that_are_put_side_by_side_are_whole_at_the_end(importer: Importer, tmp_path: Path) -> None:
    folder, contents = f"staging/{uuid4()}", {str(number): str(number) * 5_000_000 for number in range(9)}
    with side_by_side(importer.cold) as together:
        for name, content in contents.items():
            local = tmp_path / name
            local.write_text(content)
            put_file(together, f"{folder}/{name}", local)
            local.unlink()
    assert {name: get(importer.cold, f"{folder}/{name}").decode() for name in contents} == contents


def test_servers_that_are_away_are_named(tmp_path: Path) -> None:
    away = Settings(
        home=tmp_path, mongo_uri="mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300", hdfs_url="hdfs://127.0.0.1:9"
    )
    with pytest.raises(TransientError, match="MongoDB"):
        open_hot(away)
    with pytest.raises(TransientError, match=r"HDFS \(hdfs://127\.0\.0\.1:9\)"):
        exists(open_cold(away), "raw")


def test_a_file_in_a_zone_belongs_to_its_account_and_ends_in_the_zone(importer: Importer, content: str) -> None:
    account = own_account(importer)
    zone = drop.prepare_zone(importer.settings, account)
    path = zone / "v.csv"
    path.write_text(content)
    drop.origin_path(path).write_text(json.dumps({"source": "page", "by": "somebody else"}))
    receipt = receive(importer, path)
    entry = entry_of(importer, receipt)
    assert [receipt.action, entry["source"], entry["by"]] == ["ingest", "folder", account]
    assert receive(importer, path) == receipt
    decide(importer, receipt.file_id, State.VALIDATING, State.PUBLISHING)
    moved = intake.finish(importer.hot, importer.settings, receipt.file_id)
    assert moved == zone / "done" / "v.csv"
    assert intake.finish(importer.hot, importer.settings, receipt.file_id) == moved
    decide(importer, receipt.file_id, State.APPLIED)
    path.write_text(content)
    assert receive(importer, path).action == "already_imported"
    assert entry_of(importer, receipt)["drops"][0]["by"] == account
    assert sorted(file.name for file in (zone / "done").iterdir()) == ["v.csv", f"v-{receipt.file_id}.csv"][::-1]


def test_a_file_in_a_folder_of_no_account_is_refused_with_its_reason(importer: Importer, content: str) -> None:
    zone = drop.prepare_zone(importer.settings, "clare")
    path = zone / "v.csv"
    path.write_text(content)
    receipt = receive(importer, path)
    entry = entry_of(importer, receipt)
    assert [receipt.action, entry["state"], entry["problems"][0]["code"]] == ["refused", "rejected", "zone_unknown"]
    assert (zone / "refused" / "v.csv").read_text() == content
    again = receive(importer, lay(importer, content))
    assert [again.action, entry_of(importer, again)["attempt"]] == ["ingest", 2]


@pytest.mark.parametrize("state", [State.RECEIVED, State.VALIDATING])
def test_a_refusal_of_a_zone_that_was_cut_short_is_done_again(
    importer: Importer, content: str, monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    path = drop.prepare_zone(importer.settings, "clare") / "v.csv"
    path.write_text(content)
    monkeypatch.setattr(intake.accounts, "find", lambda *_: True)
    receipt = receive(importer, path)
    monkeypatch.undo()
    if state is State.VALIDATING:
        decide(importer, receipt.file_id, state)
    assert receive(importer, path).action == "refused"
    assert entry_of(importer, receipt)["state"] == "rejected"


def own_account(importer: Importer) -> str:
    """Make an account for a test, and return its name."""
    name = f"claire-{uuid4().hex[:8]}"
    importer.hot.control[names.USERS].insert_one({"_id": name, "role": "accountant", "session_epoch": 1})
    return name
