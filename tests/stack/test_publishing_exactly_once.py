"""A file is published exactly once, whatever dies when: real MongoDB, Kafka and HDFS, real kills."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from xlsxwriter import Workbook

from comptoir.errors import LeaseLostError, TransientError
from comptoir.landing import drop, intake
from comptoir.publishing import kafka, lake
from comptoir.stores import cold, ledger
from comptoir.stores.leases import acquire, lease
from tests.stack.publishing_tools import HEADER, Importer, change_sets_of, die, open_importer, sales

if TYPE_CHECKING:
    from comptoir.settings import Settings

pytestmark = pytest.mark.stack

LEASE_SECONDS = 1.0  # so that a dead worker's successor needn't wait long
SEAMS = [
    ("comptoir.stores.leases:Lease", "allot", "after"),
    ("comptoir.stores.cold", "publish", "before"),
    ("comptoir.stores.cold", "publish", "after"),
    ("comptoir.publishing.lake", "name_claims", "after"),
    ("comptoir.stores.register", "write_in_bulk", "before"),
    ("comptoir.stores.register", "apply", "after"),
    ("comptoir.publishing.kafka", "_send_all", "after"),
    ("comptoir.publishing.kafka", "send", "after"),
    ("comptoir.stores.ledger", "note_published", "after"),
    ("comptoir.stores.leases:Lease", "complete", "after"),
    ("comptoir.ingest", "_note_publishing", "after"),
    ("comptoir.landing.intake", "_move", "after"),
    ("comptoir.landing.intake", "finish", "after"),
]


@pytest.fixture(scope="module")
def importer(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Importer:
    """Return the bare servers, opened, with a home of our own."""
    return open_importer(servers, tmp_path_factory.mktemp("home"), lease_seconds=LEASE_SECONDS)


@pytest.fixture
def tag() -> str:
    """Return the start of invoice numbers that no other test has."""
    return uuid4().hex[:12]


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: f"{seam[2]}-{seam[1]}")
def test_a_publication_that_is_killed_is_done_exactly_once(
    importer: Importer, tag: str, seam: tuple[str, str, str]
) -> None:
    starts = importer.ends("topic-raw-sales")
    receipt = importer.receive(sales(tag, 5), f"{tag}.csv")
    importer.validate(receipt.file_id)
    die(importer, receipt.file_id, seam)

    importer.publish(receipt.file_id)

    entry = ledger.find(importer.hot, receipt.file_id)
    assert [entry["state"], entry["rows_applied"], entry["rows_unchanged"]] == ["publishing", 10, 0]
    assert change_sets_of(importer, receipt.file_id) == entry["published"]["sales"]["sequences"]
    events = [event for event in importer.events_since(starts) if event["file_id"] == receipt.file_id]
    assert sorted(event["after"]["invoice_no"] for event in events) == [f"{tag}-{number}" for number in range(5)]
    assert importer.hot.register.count_documents({"claims.landing": entry["landing"]}) == 5
    held = importer.hot.leases.find_one({"_id": "sales"}) or {}
    assert held["pending"] is None
    assert entry["path"] == str(importer.settings.drop_folder / "done" / f"{tag}.csv")
    assert Path(entry["path"]).exists()
    assert not (importer.settings.drop_folder / f"{tag}.csv").exists()
    assert not cold.exists(importer.cold, f"staging/{receipt.file_id}")


@pytest.mark.parametrize("seam", [SEAMS[2], SEAMS[6], SEAMS[8]], ids=lambda seam: f"{seam[2]}-{seam[1]}")
def test_a_successor_finishes_what_its_predecessor_committed(
    importer: Importer, tag: str, seam: tuple[str, str, str]
) -> None:
    starts = importer.ends("topic-raw-sales")
    dead = importer.receive(sales(tag, 3), f"{tag}-dead.csv").file_id
    importer.validate(dead)
    die(importer, dead, seam)

    successor = importer.bring_in(sales(tag, 4), f"{tag}-next.csv")

    finished = ledger.find(importer.hot, dead)["published"]["sales"]
    assert successor["published"]["sales"]["sequences"] == [finished["sequences"][0] + 1]
    assert [finished["rows_applied"], successor["rows_applied"], successor["rows_unchanged"]] == [6, 2, 6]
    events = [event for event in importer.events_since(starts) if event["file_id"] in {dead, successor["_id"]}]
    assert sorted(event["record_id"] for event in events) == sorted({event["record_id"] for event in events})
    assert [event["sequence"] for event in events].count(finished["sequences"][0]) == 3
    assert importer.publish(dead)["state"] == "publishing"
    assert len([one for one in importer.events_since(starts) if one["file_id"] == dead]) == 3


def test_a_sequence_without_a_commit_is_used_again(importer: Importer, tag: str) -> None:
    dead = importer.receive(sales(tag, 3), f"{tag}-dead.csv").file_id
    importer.validate(dead)
    die(importer, dead, ("comptoir.stores.leases:Lease", "allot", "after"))
    pending = (importer.hot.leases.find_one({"_id": "sales"}) or {})["pending"]
    assert pending["file_id"] == dead

    successor = importer.bring_in(sales(tag, 4), f"{tag}-next.csv")

    assert successor["published"]["sales"]["sequences"] == [pending["sequence"]]
    assert importer.publish(dead)["rows_unchanged"] == 6


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "EVENTS_PER_PART", 2)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("calls", [1, 2, 3, 4, 5])
def test_a_change_set_in_parts_is_resumed_where_it_broke(
    importer: Importer, tag: str, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    starts = importer.ends("topic-raw-sales")
    receipt = importer.receive(sales(tag, 7))
    importer.validate(receipt.file_id)
    with monkeypatch.context() as broken:
        left = iter(range(calls))
        send_all = kafka._send_all

        def sometimes(*arguments: object) -> dict[str, int]:
            if next(left, None) is None:
                raise TransientError("broken on purpose")
            return send_all(*arguments)  # type: ignore[arg-type]

        broken.setattr(kafka, "_send_all", sometimes)
        with pytest.raises(TransientError):
            importer.publish(receipt.file_id)

    importer.publish(receipt.file_id)

    events = [event for event in importer.events_since(starts) if event["file_id"] == receipt.file_id]
    assert sorted(event["after"]["invoice_no"] for event in events) == [f"{tag}-{number}" for number in range(7)]
    marker = kafka.last_marker(kafka.Channel("sales", importer.kafka))
    entry = ledger.find(importer.hot, receipt.file_id)
    assert marker is not None
    assert [[marker.sequence], marker.part] == [entry["published"]["sales"]["sequences"], 4]
    ends = importer.ends("topic-raw-sales")
    offsets = entry["published"]["sales"]["offsets"]["topic-raw-sales"]
    # The last message is followed by nothing but the transaction's own end.
    assert all(
        ends[int(partition)] == last + 2 for partition, last in offsets.items() if last >= starts[int(partition)]
    )


@pytest.fixture
def two_workers(importer: Importer, tag: str) -> tuple[str, str]:
    """Two validated files whose invoices are the same, with other prices."""
    files = [importer.receive(sales(tag, 4, price), f"{tag}-{price}.csv").file_id for price in ("1.00", "2.00")]
    for file_id in files:
        importer.validate(file_id)
    return files[0], files[1]


def test_a_worker_that_wakes_up_after_its_successor_writes_nothing(
    importer: Importer, two_workers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = importer.ends("topic-raw-sales")
    late, successor = two_workers
    monkeypatch.setattr("comptoir.stores.leases.Lease.keep", lambda _: None)  # its renewals hang like all of it
    commit = lake.commit

    def hang_then_commit(*arguments: object) -> bool:
        monkeypatch.setattr(lake, "commit", commit)
        importer.publish(successor)  # waits until the lease has run out
        return commit(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(lake, "commit", hang_then_commit)
    with pytest.raises(LeaseLostError):
        importer.publish(late)

    entry = ledger.find(importer.hot, successor)
    assert change_sets_of(importer, late) == []
    assert change_sets_of(importer, successor) == entry["published"]["sales"]["sequences"]
    claims = lake.read_claims(importer.cold, "sales", entry["published"]["sales"]["sequences"][0])
    assert set(claims["file_id"]) == {successor}
    # Tried again it changes nothing: a later landed file says otherwise.
    assert importer.publish(late)["rows_unchanged"] == 8
    events = importer.events_since(starts)
    assert {event["file_id"] for event in events if event["file_id"] in two_workers} == {successor}


def test_a_worker_that_wakes_up_after_the_commit_does_not_send_twice(
    importer: Importer, two_workers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = importer.ends("topic-raw-sales")
    late, successor = two_workers
    monkeypatch.setattr("comptoir.stores.leases.Lease.keep", lambda _: None)
    send = kafka.send

    def hang_then_send(*arguments: object, **options: object) -> object:
        monkeypatch.setattr(kafka, "send", send)
        importer.publish(successor)
        return send(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(kafka, "send", hang_then_send)
    with pytest.raises(LeaseLostError):
        importer.publish(late)
    importer.publish(late)

    events = [event for event in importer.events_since(starts) if event["file_id"] in two_workers]
    assert [event["op"] for event in events if event["file_id"] == late] == ["insert"] * 4
    assert [event["op"] for event in events if event["file_id"] == successor] == ["replace"] * 4
    inserted = {event["record_id"]: event["after"] for event in events if event["op"] == "insert"}
    assert {event["record_id"]: event["before"] for event in events if event["op"] == "replace"} == inserted


def test_files_published_at_once_take_turns(importer: Importer, tag: str) -> None:
    importer = replace(importer, settings=importer.settings.model_copy(update={"lease_seconds": 30.0}))
    starts = importer.ends("topic-raw-sales")
    prices = [f"{number}.50" for number in range(1, 7)]
    files = [importer.receive(sales(tag, 3, price), f"{tag}-{price}.csv").file_id for price in prices]
    for file_id in files:
        importer.validate(file_id)
    with ThreadPoolExecutor(max_workers=len(files)) as pool:
        list(pool.map(importer.publish, files))

    events = [event for event in importer.events_since(starts) if event["file_id"] in files]
    latest: dict[str, dict[str, object]] = {}
    for event in sorted(events, key=lambda event: event["sequence"]):
        assert event["before"] == latest.get(event["record_id"])
        latest[event["record_id"]] = event["after"]
    # Whoever was first, the file that landed last is what counts.
    assert {version["items"][0]["unit_price"] for version in latest.values()} == {"6.5000"}  # type: ignore[index]
    registered = {one["landing"] for one in importer.hot.register.find({"record_id": {"$in": list(latest)}})}
    assert registered == {ledger.find(importer.hot, files[-1])["landing"]}


def test_a_lease_is_lost_to_a_higher_token(importer: Importer) -> None:
    first = acquire(importer.hot, importer.settings, "stock")
    second = acquire(importer.hot, importer.settings, "stock")
    assert second.token == first.token + 1
    for act in (first.check, lambda: first.allot("late-1"), lambda: first.complete(99, {})):
        with pytest.raises(LeaseLostError):
            act()
    first.release()
    second.check()
    second.release()


def test_a_lease_in_use_is_renewed(importer: Importer) -> None:
    impatient = importer.settings.model_copy(update={"lease_seconds": 0.4})
    with lease(importer.hot, impatient, "stock") as held:
        with pytest.raises(TransientError, match="lease of stock"):
            acquire(importer.hot, impatient, "stock")
        held.check()


def test_kafka_away_is_named_and_passes_later(importer: Importer, tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "SERVER_WAIT_SECONDS", 1.0)
    receipt = importer.receive(sales(tag, 2))
    importer.validate(receipt.file_id)
    with pytest.raises(TransientError, match=r"Kafka \(127\.0\.0\.1:9\)"):
        replace(importer, broker="127.0.0.1:9").publish(receipt.file_id)
    assert importer.publish(receipt.file_id)["rows_applied"] == 4


def test_an_unchanged_file_waits_for_what_it_repeats(importer: Importer, tag: str) -> None:
    first = importer.bring_in(sales(tag, 3), f"{tag}-1.csv")
    starts = importer.ends("topic-raw-sales")
    again = importer.bring_in(sales(tag, 3) + "\n", f"{tag}-2.csv")
    assert [again["rows_applied"], again["rows_unchanged"]] == [0, 6]
    assert again["published"]["sales"]["offsets"] == first["published"]["sales"]["offsets"]
    assert importer.events_since(starts) == []
    assert lake.is_committed(importer.cold, "sales", again["published"]["sales"]["sequences"][0])


def test_rejected_rows_are_counted_and_the_rest_goes_on(importer: Importer, tag: str) -> None:
    bad = f"{tag}-bad,P0,0,1.00,2026-04-01 10:00:00\n"
    entry = importer.bring_in(sales(tag, 2) + bad, f"{tag}.csv")
    assert [entry["rows_read"], entry["rows_applied"], entry["rows_rejected"]] == [5, 4, 1]
    assert Path(entry["rejects"]).exists()


def test_a_file_without_a_good_row_is_refused(importer: Importer, tag: str) -> None:
    receipt = importer.receive(f"{HEADER}{tag}-bad,P0,0,1.00,2026-04-01 10:00:00\n", f"{tag}.csv")
    assert importer.validate(receipt.file_id)["state"] == "rejected"
    entry = ledger.find(importer.hot, receipt.file_id)
    assert Path(entry["path"]) == importer.settings.drop_folder / "refused" / f"{tag}.csv"
    assert importer.publish(receipt.file_id)["state"] == "rejected"


def test_a_workbook_of_two_kinds_is_published_kind_by_kind(importer: Importer, tag: str, tmp_path: Path) -> None:
    path = tmp_path / f"{tag}.xlsx"
    with Workbook(path) as book:
        sheets = {
            "Sales": [HEADER.strip().split(","), [f"{tag}-1", f"{tag}-P", 2, 2.5, "2026-04-01 10:00:00"]],
            "Products": [
                ["product_code", "name", "category", "buy_price", "sell_price", "min_margin_threshold"],
                [f"{tag}-P", "Tea", "Drinks", 1.25, 2.5, 0.2],
            ],
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    starts = importer.ends("topic-product-updates")
    delivered = drop.deliver(importer.settings, path, path.name)
    receipt = intake.receive(importer.hot, importer.settings, delivered)
    importer.validate(receipt.file_id)
    die(importer, receipt.file_id, ("comptoir.ingest", "_note_publishing", "before"))

    importer.publish(receipt.file_id)

    entry = ledger.find(importer.hot, receipt.file_id)
    assert [entry["kind"], entry["state"], entry["rows_applied"]] == ["mixed", "publishing", 2]
    assert set(entry["published"]) == {"products", "sales"}
    [event] = importer.events_since(starts, "topic-product-updates")
    assert [event["op"], event["after"]["buy_price"], event["after"]["in_force_from"]] == [
        "insert",
        "1.2500",
        event["business_day"],
    ]
    assert [problem["code"] for problem in entry["problems"] if problem["code"].startswith("product_unknown")] == []
