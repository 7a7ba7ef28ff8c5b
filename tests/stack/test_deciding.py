"""What becomes of whole files on real servers: refused by share or policy, closed to their period, corrected."""

from __future__ import annotations

import csv
import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import openpyxl
import polars as pl
import pytest
from xlsxwriter import Workbook

from comptoir import accounts, holding, ingest, names
from comptoir.answering import answer_file
from comptoir.changes.act import Act
from comptoir.changing_back import ask_to_change_back
from comptoir.errors import MisconfiguredError
from comptoir.inventory import NoInventoryError, complete_inventory, find_inventory
from comptoir.landing import drop, intake
from comptoir.records import entity_id
from comptoir.stores import acts, cold, ledger, register
from comptoir.stores.closing import ClosedBooksError, move_closing, read_closing
from comptoir.stores.figures import upload
from comptoir.stores.leases import every_lease
from tests.conftest import run_comptoir
from tests.stack.publishing_tools import HEADER, Importer, die, open_importer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.inventory import Inventory
    from comptoir.settings import Settings

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def importer(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Importer:
    """Return the bare servers, opened, with a home of our own and the first accounts."""
    opened = open_importer(servers, tmp_path_factory.mktemp("home"))
    accounts.create_first_accounts(opened.hot)
    return opened


@pytest.fixture
def tag() -> str:
    """Return the start of invoice numbers that no other test has."""
    return uuid4().hex[:12]


@pytest.fixture
def closed(importer: Importer) -> Iterator[None]:
    """Close the books before April 2026, for one test."""
    move_closing(importer.hot, date(2026, 4, 1), by="administrator")
    yield
    move_closing(importer.hot, None, by="administrator")


def line(invoice: str, quantity: object = 1, day: str = "2026-04-01") -> str:
    return f"{invoice},P1,{quantity},2.50,{day} 10:00:00\n"


def bring(
    importer: Importer, source: Path | str, *, by: str | None = None, tag: str = "", delivered: Path | None = None
) -> dict[str, Any]:
    """Take a file all the way, sent by an account unless it lies in the drop zone already; return its entry."""
    if isinstance(source, str):
        path = importer.settings.home / f"{tag or uuid4().hex}.csv"
        path.write_text(HEADER + source)
        source = path
    delivered = delivered or drop.deliver(importer.settings, source, source.name, by=by)
    file_id = intake.receive(importer.hot, importer.settings, delivered).file_id
    importer.validate(file_id)
    importer.publish(file_id)
    return ledger.find(importer.hot, file_id)


def counts(entry: dict[str, Any]) -> list[int]:
    return [entry[f"rows_{name}"] for name in ("read", "applied", "unchanged", "rejected")]


def codes(entry: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in entry["problems"]]


def registered(importer: Importer, tag: str) -> int:
    return importer.hot.register.count_documents({"kind": "sales", "version": {"$regex": tag}})


def test_a_file_that_is_mostly_bad_is_refused_with_every_row_kept(importer: Importer, tag: str) -> None:
    entry = bring(importer, line(f"{tag}-1") + line(f"{tag}-2", 0) + line(f"{tag}-3", 0))
    assert (entry["state"], counts(entry)) == ("rejected", [3, 0, 0, 3])
    assert codes(entry)[0] == "mostly_bad"
    with Path(entry["rejects"]).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["invoice_no"] for row in rows] == [f"{tag}-1", f"{tag}-2", f"{tag}-3"]
    assert "probably the wrong file" in rows[0]["Reason"]
    assert rows[1]["Reason"] == "The quantity is 0."
    assert registered(importer, tag) == 0
    assert importer.validate(entry["_id"])["reason"].startswith("2 of 3 rows are wrong")


def test_the_policy_of_the_files_owner_decides(importer: Importer, tag: str) -> None:
    content = line(f"{tag}-1") + line(f"{tag}-2") + line(f"{tag}-3", 0)
    accounts.set_import_policy(importer.hot, "accountant", "all_or_nothing", by="administrator")
    refused = bring(importer, content, by="accountant")
    assert (refused["state"], counts(refused)) == ("rejected", [3, 0, 0, 3])
    assert codes(refused)[0] == "all_or_nothing"
    assert registered(importer, tag) == 0
    taken = bring(importer, content, by="administrator")
    assert (taken["state"], counts(taken)) == ("publishing", [3, 2, 0, 1])
    trail = list(importer.hot.control[names.AUDIT_LOG].find({"act": "import policy changed"}))
    assert (trail[-1]["who"], trail[-1]["subject"], trail[-1]["details"]["to"]) == (
        "administrator",
        "accountant",
        "all_or_nothing",
    )


def test_an_unknown_account_has_no_policy(importer: Importer) -> None:
    with pytest.raises(MisconfiguredError, match="accountant, administrator"):
        accounts.set_import_policy(importer.hot, "nobody", "good_rows")


def test_a_closed_period_takes_no_sale_and_gives_none_away(importer: Importer, tag: str) -> None:
    first = bring(importer, line(f"{tag}-1", 1, "2026-03-31"))
    assert counts(first) == [1, 1, 0, 0]
    move_closing(importer.hot, date(2026, 4, 1), by="administrator")
    try:
        content = line(f"{tag}-2", 1, "2026-03-31") + line(f"{tag}-1", 5) + line(f"{tag}-3") + line(f"{tag}-4")
        second = bring(importer, content)
    finally:
        move_closing(importer.hot, None, by="administrator")
    assert counts(second) == [4, 2, 0, 2]
    told = {problem["row"]: problem["code"] for problem in second["problems"] if problem["severity"] == "error"}
    assert told == {2: "period_closed", 3: "invoice_closed"}
    (kept,) = importer.hot.register.find({"kind": "sales", "version": {"$regex": f"{tag}-1"}})
    assert kept["landing"] == first["landing"]
    assert counts(bring(importer, Path(second["rejects"]))) == [2, 2, 0, 0]  # the date has moved back meanwhile


def test_a_changed_opening_waits_for_an_answer_once_there_are_sales(importer: Importer, tag: str) -> None:
    header = "client_code,name,total_revenue_generated,loyalty_tier\n"
    importer.bring_in(f"{header}{tag},Bar,900.00,Silver\n", f"{tag}-clients.csv")
    bring(importer, line(f"{tag}-1"))
    asking = importer.bring_in(f"{header}{tag},Bar,1200.00,Silver\n", f"{tag}-clients-2.csv")
    assert (asking["state"], codes(asking)) == ("asking", ["opening_changed"])
    asked_for = {choice["answer"] for choice in asking["questions"][0]["choices"]}
    answers = {"opening_changed::as_of": max(asked_for - {"opening"})}
    answer_file(importer.hot, importer.cold, importer.settings, asking["_id"], answers, by="claire")
    (path,) = importer.settings.drop_folder.glob(f"{tag}-clients-2*.csv")
    answered = bring(importer, "", delivered=path)
    assert (answered["state"], counts(answered)) == ("publishing", [1, 1, 0, 0])
    version = importer.hot.register.find_one({"kind": "clients", "version": {"$regex": tag}})
    assert version is not None
    assert json.loads(version["version"])["as_of"] == answers["opening_changed::as_of"]


def settled(importer: Importer, entry: dict[str, Any], state: str = "applied") -> dict[str, Any]:
    """Do what the stream does once it has passed a file."""
    importer.hot.ledger.update_one({"_id": entry["_id"]}, {"$set": {"state": state}})
    return entry


def ask(importer: Importer, entry: dict[str, Any], act: Act) -> dict[str, Any]:
    return ask_to_change_back(importer.hot, importer.settings, entry["_id"], act, by="claire")


def test_closed_books_refuse_a_withdrawal_and_a_restoration(importer: Importer, tag: str) -> None:
    entry = settled(importer, bring(importer, line(f"{tag}-1", 1, "2026-03-31") + line(f"{tag}-2")))
    move_closing(importer.hot, date(2026, 4, 1), by="administrator")
    try:
        with pytest.raises(ClosedBooksError, match=r"1 invoice\(s\) dated before 1 Apr 2026"):
            ask(importer, entry, Act.WITHDRAW)
        assert ledger.find(importer.hot, entry["_id"])["acts"] == []
        assert registered(importer, tag) == 2
        move_closing(importer.hot, date(2026, 3, 31), by="administrator")
        assert ask(importer, entry, Act.WITHDRAW)["state"] == "withdrawing"
        importer.carry_out(entry["_id"], Act.WITHDRAW)
        assert registered(importer, tag) == 0
        settled(importer, entry, "withdrawn")
        move_closing(importer.hot, date(2026, 4, 1), by="administrator")
        with pytest.raises(ClosedBooksError):
            ask(importer, entry, Act.RESTORE)
    finally:
        move_closing(importer.hot, None, by="administrator")
    ask(importer, entry, Act.RESTORE)
    importer.carry_out(entry["_id"], Act.RESTORE)
    assert registered(importer, tag) == 2


def test_what_came_again_in_the_open_period_may_be_withdrawn(importer: Importer, tag: str) -> None:
    bring(importer, line(f"{tag}-1", 1, "2026-03-31"))
    # Another file says of the closed invoice what is registered, and adds an open one.
    again = settled(importer, bring(importer, line(f"{tag}-2") + line(f"{tag}-1", 1, "2026-03-31")))
    bring(importer, line(f"{tag}-1", 1, "2026-03-31") + line(f"{tag}-3"))
    move_closing(importer.hot, date(2026, 4, 1), by="administrator")
    try:
        ask(importer, again, Act.WITHDRAW)
        importer.carry_out(again["_id"], Act.WITHDRAW)
    finally:
        move_closing(importer.hot, None, by="administrator")
    assert registered(importer, tag) == 2


@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.RESTORE])
def test_an_act_is_taken_back_where_the_date_moved_since_it_was_asked_for(
    importer: Importer, tag: str, act: Act
) -> None:
    entry = settled(importer, bring(importer, line(f"{tag}-1", 1, "2026-03-31")))
    if act is Act.RESTORE:
        ask(importer, entry, Act.WITHDRAW)
        importer.carry_out(entry["_id"], Act.WITHDRAW)
        settled(importer, entry, "withdrawn")
    ask(importer, entry, act)
    move_closing(importer.hot, date(2026, 4, 1), by="administrator")
    try:
        summary = importer.carry_out(entry["_id"], act)
        assert importer.carry_out(entry["_id"], act) == summary  # a retried task
    finally:
        move_closing(importer.hot, None, by="administrator")
    assert (summary["state"], summary["kinds"]) == ("withdrawn" if act is Act.RESTORE else "applied", {})
    assert registered(importer, tag) == (0 if act is Act.RESTORE else 1)
    with every_lease(importer.hot, importer.settings):  # nothing is half published: others may go on
        pass
    refusal = acts.refusal_of(ledger.find(importer.hot, entry["_id"]))
    assert refusal is not None
    assert refusal.code == "books_closed"
    last = importer.hot.control[names.AUDIT_LOG].find_one({"act": f"{act.value} refused", "subject": entry["_id"]})
    assert last is not None
    assert last["details"]["asked_by"] == "claire"
    ask(importer, entry, act)
    importer.carry_out(entry["_id"], act)
    assert registered(importer, tag) == (1 if act is Act.RESTORE else 0)


def test_a_file_is_judged_anew_where_the_date_moved_before_it_was_published(importer: Importer, tag: str) -> None:
    content = line(f"{tag}-1", 1, "2026-03-31") + line(f"{tag}-2") + line(f"{tag}-3")
    receipt = importer.receive(HEADER + content, f"{tag}.csv")
    importer.validate(receipt.file_id)
    move_closing(importer.hot, date(2026, 4, 1), by="administrator")
    try:
        importer.publish(receipt.file_id)
    finally:
        move_closing(importer.hot, None, by="administrator")
    entry = ledger.find(importer.hot, receipt.file_id)
    assert (entry["state"], counts(entry)) == ("publishing", [3, 2, 0, 1])
    assert "period_closed" in codes(entry)
    assert registered(importer, tag) == 2
    assert Path(entry["rejects"]).is_file()


def products_and_sales(importer: Importer, tag: str, *days: str) -> str:
    """Receive and validate a workbook of a product and of an invoice a day; return the file's id."""
    products = ["product_code", "name", "category", "buy_price", "sell_price", "min_margin_threshold"]
    sheets: dict[str, list[list[Any]]] = {
        "Products": [products, [f"{tag}-P", "Tea", "Drinks", 1.25, 2.5, 0.2]],
        "Sales": [HEADER.strip().split(",")],
    }
    sheets["Sales"] += [[f"{tag}-{at}", f"{tag}-P", 1, 2.5, f"{day} 10:00:00"] for at, day in enumerate(days)]
    path = importer.settings.home / f"{tag}.xlsx"
    with Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    file_id = intake.receive(importer.hot, importer.settings, drop.deliver(importer.settings, path, path.name)).file_id
    assert importer.validate(file_id)["state"] == "validating"
    return file_id


def published_kinds(importer: Importer, file_id: str) -> set[str]:
    """Return the kinds of which the register has claims of a file."""
    landing = ledger.find(importer.hot, file_id)["landing"]
    return set(importer.hot.register.distinct("kind", {"claims.landing": landing}))


def test_a_file_of_several_kinds_is_judged_anew_before_any_is_published(
    importer: Importer, tag: str, request: pytest.FixtureRequest
) -> None:
    mixed = products_and_sales(importer, f"{tag}a", "2026-03-31", "2026-04-01", "2026-04-02")
    shut = products_and_sales(importer, f"{tag}b", "2026-03-29", "2026-03-30", "2026-03-31")
    request.getfixturevalue("closed")
    for file_id in (mixed, shut):
        importer.publish(file_id)

    entry, refused = (ledger.find(importer.hot, file_id) for file_id in (mixed, shut))
    assert (entry["state"], counts(entry)) == ("publishing", [4, 3, 0, 1])
    assert published_kinds(importer, mixed) == {"products", "sales"}
    assert (refused["state"], counts(refused)) == ("rejected", [4, 0, 0, 4])
    assert (refused["published"], published_kinds(importer, shut)) == ({}, set())


def test_a_file_of_several_kinds_that_has_begun_is_done_to_the_end(
    importer: Importer, tag: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = products_and_sales(importer, tag, "2026-03-30", "2026-03-31")
    publish_kind = ingest.publish_kind

    def close_after_the_first(*arguments: Any) -> None:
        publish_kind(*arguments)
        request.getfixturevalue("closed")

    monkeypatch.setattr(ingest, "publish_kind", close_after_the_first)
    importer.publish(file_id)

    entry = ledger.find(importer.hot, file_id)
    assert (entry["state"], counts(entry)) == ("publishing", [3, 3, 0, 0])
    assert published_kinds(importer, file_id) == {"products", "sales"}


@pytest.mark.parametrize(
    ("seam", "state"),
    [
        (("comptoir.stores.leases:Lease", "allot", "after"), "rejected"),  # nothing of it counts yet
        (("comptoir.publishing.lake", "commit", "after"), "publishing"),
        (("comptoir.publishing.kafka", "send", "after"), "publishing"),
    ],
    ids=lambda each: each if isinstance(each, str) else each[1],
)
def test_a_file_whose_worker_died_is_refused_only_where_nothing_of_it_counts(
    importer: Importer, tag: str, request: pytest.FixtureRequest, seam: tuple[str, str, str], state: str
) -> None:
    file_id = products_and_sales(importer, tag, "2026-03-29", "2026-03-30", "2026-03-31")
    die(importer, file_id, seam)
    request.getfixturevalue("closed")
    importer.publish(file_id)
    assert ledger.find(importer.hot, file_id)["state"] == state
    assert published_kinds(importer, file_id) == (set() if state == "rejected" else {"products", "sales"})
    with every_lease(importer.hot, importer.settings):  # nothing is half published
        pass


@pytest.mark.parametrize(("day", "earlier"), [("2026-03-31", None), ("2026-04-01", "2026-03-31")])
def test_closed_books_refuse_a_release(importer: Importer, tag: str, day: str, earlier: str | None) -> None:
    if earlier:
        bring(importer, line(f"{tag}-h", 9, earlier))
    first = bring(importer, line(f"{tag}-1") + line(f"{tag}-h", 2, day) + line(f"{tag}-h", 0, day))
    move_closing(importer.hot, date(2026, 4, 1), by="administrator")
    try:
        with pytest.raises(ClosedBooksError):
            release(importer, first)
    finally:
        move_closing(importer.hot, None, by="administrator")
    assert held(importer, first) == ({f"{tag}-h": 1}, 0)
    (second,) = release(importer, first)
    assert counts(second) == [1, 1, 0, 0]


@pytest.mark.usefixtures("closed")
def test_every_move_of_the_closing_date_is_in_the_trail(importer: Importer) -> None:
    assert read_closing(importer.hot)["closing"] == "2026-04-01"
    move_closing(importer.hot, date(2026, 5, 1), by="operator")
    shown = read_closing(importer.hot)
    assert (shown["closing"], shown["moved_by"]) == ("2026-05-01", "operator")
    last = importer.hot.control[names.AUDIT_LOG].find_one({"act": "closing date moved"}, sort=[("_id", -1)])
    assert last is not None
    assert (last["who"], last["details"]) == ("operator", {"from": "2026-04-01", "to": "2026-05-01"})


def test_a_corrected_reject_file_completes_the_import(importer: Importer, tag: str) -> None:
    sound = "".join(line(f"{tag}-{number}") for number in range(4))
    held = line(f"{tag}-held", 2) + line(f"{tag}-held", 0) + line(f"{tag}-held", 3)
    first = bring(importer, sound + held, tag=tag)
    assert counts(first) == [7, 4, 0, 3]
    path = Path(first["rejects"])
    text = path.read_text(encoding="utf-8-sig")
    assert text.count("\n") - 1 == first["rows_rejected"]
    path.write_text(text.replace(f"{tag}-held,P1,0,", f"{tag}-held,P1,4,"), encoding="utf-8")
    second = bring(importer, path)
    assert counts(second) == [3, 3, 0, 0]
    versions = register.fetch_versions(importer.hot, "sales", [entity_id("invoice", f"{tag}-held")])
    (version,) = versions.values()
    assert [f'"quantity":{quantity}' in version for quantity in (2, 4, 3)] == [True] * 3
    assert registered(importer, tag) == 5


def test_a_corrected_reject_workbook_completes_the_import(importer: Importer, tag: str, tmp_path: Path) -> None:
    source = tmp_path / f"{tag}.xlsx"
    with Workbook(source) as book:
        sheet = book.add_worksheet("Sales")
        sheet.write_row(0, 0, HEADER.strip().split(","))
        for number, quantity in enumerate((1, 0, 3), start=1):
            sheet.write_row(number, 0, [f"{tag}-{number}", "P1", quantity, 2.5, "2026-04-01 10:00:00"])
    first = bring(importer, source)
    assert counts(first) == [3, 2, 0, 1]
    book = openpyxl.load_workbook(first["rejects"])
    assert book["Sales"].max_row - 1 == first["rows_rejected"]
    assert book["Sales"]["C2"].fill.bgColor.rgb != book["Sales"]["D2"].fill.bgColor.rgb
    book["Sales"]["C2"] = 2
    book.save(first["rejects"])
    assert counts(bring(importer, Path(first["rejects"]))) == [1, 1, 0, 0]
    assert registered(importer, tag) == 3


def test_nothing_of_a_refused_file_stays_staged(importer: Importer, tag: str) -> None:
    receipt = importer.receive(HEADER + line(f"{tag}-1", 0))
    assert importer.validate(receipt.file_id)["state"] == "rejected"
    assert cold.list_names(importer.cold, f"{names.LAKE_STAGING}/{receipt.file_id}") == []


def held(importer: Importer, entry: dict[str, Any]) -> tuple[dict[str, int], int] | None:
    """Return the held invoices of a file with their rows, and the rows of the file itself; None where none are."""
    found = [each for each in holding.list_held(importer.hot, importer.cold) if each.entry["_id"] == entry["_id"]]
    return (found[0].invoices, found[0].rows_of_file) if found else None


def release(importer: Importer, entry: dict[str, Any], *invoices: str) -> list[dict[str, Any]]:
    """Release held rows and take the files that come of it all the way; return their entries."""
    paths = holding.release(importer.hot, importer.cold, importer.settings, entry["_id"], invoices, by="administrator")
    return [bring(importer, path, delivered=path) for path in paths]


TOTALLED = HEADER.replace("\n", ",total_amount,client_code\n")


def test_a_held_invoice_is_released_without_its_bad_lines(importer: Importer, tag: str, tmp_path: Path) -> None:
    source = tmp_path / f"{tag}.csv"
    ends = f",10.00,C-{tag}\n"
    held_lines = [line(f"{tag}-h", quantity).replace("\n", ends) for quantity in (1, 0, 3)]
    sound = line(f"{tag}-1").replace("\n", f",,C-{tag}\n")
    source.write_text(TOTALLED + sound + "".join(held_lines))
    first = bring(importer, source, by="administrator")
    assert (counts(first), first["rows_held"]) == ([4, 1, 0, 3], 2)
    assert held(importer, first) == ({f"{tag}-h": 2}, 0)
    (second,) = release(importer, first)
    assert (second["name"], second["by"], counts(second)) == (
        f"{tag}-released-sales.csv",
        "administrator",
        [2, 2, 0, 0],
    )
    (version,) = register.fetch_versions(importer.hot, "sales", [entity_id("invoice", f"{tag}-h")]).values()
    invoice = json.loads(version)
    assert [item["quantity"] for item in invoice["items"]] == [1, 3]
    assert (invoice["total_amount"], invoice["client_code"]) == (None, f"C-{tag}")
    assert (invoice["timestamp"], invoice["business_day"]) == ("2026-04-01T08:00:00Z", "2026-04-01")
    assert held(importer, first) is None
    told = upload(ledger.find(importer.hot, first["_id"]), importer.settings)
    assert [told[f"rows_{name}"] for name in ("read", "applied", "unchanged", "rejected", "released")] == [
        4,
        1,
        0,
        1,
        2,
    ]
    assert told["rows_released"] == second["rows_read"]
    (decision,) = told["decisions"]
    assert [decision[field] for field in ("act", "by", "rows", "files")] == [
        "released",
        "administrator",
        2,
        [second["name"]],
    ]
    assert ledger.imported_state(ledger.find(importer.hot, first["_id"])) == "partial"
    with pytest.raises(MisconfiguredError, match="comptoir held"):
        release(importer, first)
    last = importer.hot.control[names.AUDIT_LOG].find_one({"subject": first["_id"]})
    assert last is not None
    assert (last["who"], last["act"]) == ("administrator", "held rows released")
    assert last["details"] == {"rows": 2, "invoices": [f"{tag}-h"], "note": None}


def test_an_invoice_number_that_comes_again_months_later_waits_for_a_release(importer: Importer, tag: str) -> None:
    bring(importer, line(f"{tag}-1", day="2026-01-10"))
    second = bring(importer, line(f"{tag}-1", 3) + line(f"{tag}-2"))
    assert (counts(second), codes(second)[0]) == ([2, 1, 0, 1], "invoice_number_reused")
    assert held(importer, second) == ({f"{tag}-1": 1}, 0)
    (third,) = release(importer, second)
    assert counts(third) == [1, 1, 0, 0]
    days = register.fetch_days(importer.hot, [entity_id("invoice", f"{tag}-{number}") for number in (1, 2)])
    assert [day.isoformat() for day in days.values()] == ["2026-04-01"] * 2


def test_the_sound_rows_of_a_refused_file_are_released_apart_from_its_held_invoices(
    importer: Importer, tag: str
) -> None:
    bad = "".join(line(f"{tag}-b{number}", 0) for number in range(4))
    first = bring(importer, line(f"{tag}-1") + line(f"{tag}-h", 2) + line(f"{tag}-h", 0) + bad)
    assert (first["state"], codes(first)[0], first["rows_held"]) == ("rejected", "mostly_bad", 2)
    assert held(importer, first) == ({f"{tag}-h": 1}, 1)
    (second,) = release(importer, first)
    assert counts(second) == [1, 1, 0, 0]
    assert held(importer, first) == ({f"{tag}-h": 1}, 0)
    (third,) = release(importer, first, f"{tag}-h")
    assert counts(third) == [1, 1, 0, 0]
    assert registered(importer, tag) == 2


def test_a_corrected_reject_file_counts_nothing_twice_that_was_released_before(importer: Importer, tag: str) -> None:
    first = bring(
        importer, "".join(line(f"{tag}-{number}", quantity) for number, quantity in enumerate((1, 2, 0, 0, 0)))
    )
    assert (counts(first), codes(first)[0]) == ([5, 0, 0, 5], "mostly_bad")
    (second,) = release(importer, first)
    assert counts(second) == [2, 2, 0, 0]
    rejects = Path(first["rejects"])
    text = rejects.read_text(encoding="utf-8-sig")
    rejects.write_text(text.replace("P1,0,", "P1,4,"), encoding="utf-8")
    assert counts(bring(importer, rejects)) == [5, 3, 2, 0]


def test_a_release_is_the_latest_word_also_where_the_same_rows_were_released_before(
    importer: Importer, tag: str
) -> None:
    incomplete = line(f"{tag}-h", 2) + line(f"{tag}-h", 0)
    (first,) = release(importer, bring(importer, line(f"{tag}-1") + incomplete))
    importer.hot.ledger.update_one({"_id": first["_id"]}, {"$set": {"state": "applied"}})  # as the stream does
    bring(importer, line(f"{tag}-h", 5))
    (again,) = release(importer, bring(importer, line(f"{tag}-1") + line(f"{tag}-2") + incomplete))
    assert counts(again) == [1, 1, 0, 0]
    (version,) = register.fetch_versions(importer.hot, "sales", [entity_id("invoice", f"{tag}-h")]).values()
    assert [item["quantity"] for item in json.loads(version)["items"]] == [2]


def test_a_release_that_is_cut_short_is_done_once(
    importer: Importer, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bring(importer, line(f"{tag}-1") + line(f"{tag}-h", 2) + line(f"{tag}-h", 0))
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "note_decision", dying)
        with pytest.raises(KeyboardInterrupt):
            release(importer, first)
    (lying,) = importer.settings.drop_folder.glob(f"{first['name'][:-4]}-released*")
    assert counts(bring(importer, lying, delivered=lying)) == [1, 1, 0, 0]
    assert held(importer, first) is None  # a later file has told of the invoice
    assert registered(importer, tag) == 2


def dying(*_arguments: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_what_is_dismissed_stays_out_with_its_note(importer: Importer, tag: str) -> None:
    first = bring(importer, line(f"{tag}-1") + line(f"{tag}-h", 2) + line(f"{tag}-h", 0))
    assert holding.dismiss(importer.hot, importer.cold, first["_id"], [f"{tag}-h"], "cancelled by phone") == 1
    assert held(importer, first) is None
    (decision,) = ledger.find(importer.hot, first["_id"])["decisions"]
    assert (decision["act"], decision["by"], decision["note"]) == ("dismissed", "operator", "cancelled by phone")
    assert counts(ledger.find(importer.hot, first["_id"])) == [3, 1, 0, 2]
    assert not ledger.note_decision(importer.hot, first, decision, rows_released=1)  # a decision came in between
    assert registered(importer, tag) == 1


def test_what_came_corrected_meanwhile_is_held_no_more(importer: Importer, tag: str) -> None:
    first = bring(importer, line(f"{tag}-1") + line(f"{tag}-h", 2) + line(f"{tag}-h", 0))
    path = Path(first["rejects"])
    path.write_text(path.read_text(encoding="utf-8-sig").replace("P1,0,", "P1,5,"), encoding="utf-8")
    assert counts(bring(importer, path)) == [2, 2, 0, 0]
    assert held(importer, first) is None
    with pytest.raises(MisconfiguredError, match=f"{tag}-h: not held"):
        release(importer, first, f"{tag}-h")


def run(importer: Importer, *arguments: object, code: int = 0) -> str:
    """Run the command as an operator does; return what it printed."""
    done = run_comptoir(os.environ | importer.environment, *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_the_commands_move_the_closing_date_and_set_a_policy(importer: Importer) -> None:
    assert json.loads(run(importer, "closing", "--set", "2026-02-01", "--json"))["closing"] == "2026-02-01"
    assert run(importer, "closing").startswith("Sales dated before 1 Feb 2026 are refused (moved by operator")
    run(importer, "closing", "--set", "2026-02-01", "--clear", code=1)
    assert json.loads(run(importer, "closing", "--clear", "--json"))["closing"] is None
    run(importer, "accounts", "policy", "accountant", "all_or_nothing")
    run(importer, "accounts", "policy", "administrator", "default")
    run(importer, "accounts", "policy", "accountant", "sometimes", code=1)
    policies = {row["name"]: row["import_policy"] for row in json.loads(run(importer, "accounts", "list", "--json"))}
    assert policies == {"accountant": "all_or_nothing", "administrator": "good_rows"}


def test_the_commands_list_release_and_dismiss(importer: Importer, tag: str) -> None:
    content = "".join(line(f"{tag}-{name}", quantity) for name in "ab" for quantity in (1, 0)) + line(f"{tag}-1")
    first = bring(importer, content + line(f"{tag}-2"))
    (told,) = [one for one in json.loads(run(importer, "held", "--json")) if one["file_id"] == first["_id"]]
    assert told["invoices"] == [{"invoice": f"{tag}-a", "rows": 1}, {"invoice": f"{tag}-b", "rows": 1}]
    assert f"invoice {tag}-a: 1 sound line," in run(importer, "held")
    run(importer, "release", first["_id"], f"{tag}-9", code=1)
    run(importer, "release", "nowhere-1", code=1)
    assert "released-sales.csv: handed over" in run(importer, "release", first["_id"], f"{tag}-a")
    assert run(importer, "dismiss", first["_id"], "--note", "twice").startswith("1 held row is dismissed")
    assert first["_id"] not in run(importer, "held")


LOTS = "product_code,quantity,batch_no,expiry_date,last_movement\n"


def take_stock(importer: Importer, tag: str, *rows: str) -> dict[str, Any]:
    content = LOTS + "".join(f"{tag}-{row},2026-04-01 10:00:00\n" for row in rows)
    return settled(importer, importer.bring_in(content, f"{tag}-{uuid4().hex}.csv"))


def stock_of(importer: Importer, tag: str) -> dict[str, tuple[int, str | None]]:
    """Return quantity and expiry of each registered lot, by its batch."""
    match = {"kind": "stock", "landing": {"$ne": None}, "version": {"$regex": tag}}
    versions = [json.loads(found["version"]) for found in importer.hot.register.find(match)]
    return {version["batch_no"]: (version["quantity"], version["expiry_date"]) for version in versions}


def inventory_of(importer: Importer, entry: dict[str, Any]) -> Inventory:
    """A stock file as an inventory, by its entry as it is now."""
    return find_inventory(importer.hot, ledger.find(importer.hot, entry["_id"]))


def test_a_complete_inventory_empties_the_lots_that_it_does_not_name(importer: Importer, tag: str) -> None:
    take_stock(importer, tag, "A,10,L1,", "B,5,L2,2027-01-31", "C,0,L3,")
    inventory = take_stock(importer, tag, "A,8,L1,")
    take_stock(importer, tag, "D,7,L4,")  # comes later: not the inventory's to empty
    counted = {"L1": (8, None), "L2": (5, "2027-01-31"), "L3": (0, None), "L4": (7, None)}
    assert stock_of(importer, tag) == counted
    found = inventory_of(importer, inventory)
    own = found.absent.filter(pl.col("product_code").str.starts_with(tag))
    assert own.select("product_code", "batch_no", "quantity").rows() == [(f"{tag}-B", "L2", 5)]

    paths = [complete_inventory(importer.hot, importer.settings, found, by="claire") for _ in range(2)]
    emptying = settled(importer, bring(importer, "", delivered=paths[0]))
    assert counts(emptying) == [found.absent.height, found.absent.height, 0, 0]
    assert stock_of(importer, tag) == counted | {"L2": (0, "2027-01-31")}
    assert intake.receive(importer.hot, importer.settings, paths[1]).file_id == emptying["_id"]  # the same bytes
    last = importer.hot.control[names.AUDIT_LOG].find_one({"act": "inventory completed"}, sort=[("_id", -1)])
    assert last is not None
    assert (last["who"], last["subject"], last["details"]["lots"]) == ("claire", inventory["_id"], found.absent.height)
    with pytest.raises(NoInventoryError, match="No lot with stock is absent"):
        complete_inventory(importer.hot, importer.settings, inventory_of(importer, inventory), by="claire")
    with pytest.raises(NoInventoryError, match="came as it is"):
        inventory_of(importer, emptying)

    importer.change_back(emptying["_id"], Act.WITHDRAW)
    assert stock_of(importer, tag) == counted


def test_what_landed_after_an_inventory_counts_though_it_was_still_on_its_way(importer: Importer, tag: str) -> None:
    take_stock(importer, tag, "A,10,L1,", "B,5,L2,")
    inventory = take_stock(importer, tag, "A,8,L1,")
    delivery = importer.receive(f"{LOTS}{tag}-B,50,L2,,2026-04-02 10:00:00\n", f"{tag}-delivery.csv").file_id
    importer.validate(delivery)
    found = inventory_of(importer, inventory)
    path = complete_inventory(importer.hot, importer.settings, found, by="claire")
    importer.publish(delivery)
    emptying = settled(importer, bring(importer, "", delivered=path))
    assert stock_of(importer, tag)["L2"] == (50, None)
    settled(importer, ledger.find(importer.hot, delivery))
    importer.change_back(delivery, Act.WITHDRAW)
    assert stock_of(importer, tag)["L2"] == (0, None)
    importer.change_back(emptying["_id"], Act.WITHDRAW)
    assert stock_of(importer, tag)["L2"] == (5, None)


def test_only_stock_that_is_applied_whole_can_be_the_complete_inventory(importer: Importer, tag: str) -> None:
    partial = settled(
        importer, importer.bring_in(f"{LOTS}{tag}-A,8,L1,,2026-04-01\n{tag}-B,x,L2,,2026-04-01\n"), "partial"
    )
    sales = settled(importer, bring(importer, line(f"{tag}-1")))
    for entry in (partial, sales):
        with pytest.raises(NoInventoryError, match="applied whole"):
            inventory_of(importer, entry)


def test_the_command_lists_absent_lots_and_empties_them(importer: Importer, tag: str) -> None:
    take_stock(importer, tag, "A,10,L1,", "B,5,L2,")
    inventory = take_stock(importer, tag, "A,8,L1,")
    assert f"  {tag}-B  L2  5" in run(importer, "inventory", inventory["_id"])
    told = json.loads(run(importer, "inventory", inventory["_id"], "--complete", "--json"))
    absent = [(lot["product_code"], lot["batch_no"], lot["quantity"]) for lot in told["absent"]]
    assert (f"{tag}-B", "L2", 5) in absent  # beside those that other tests left
    settled(importer, bring(importer, "", delivered=importer.settings.drop_folder / told["delivered"]))
    assert stock_of(importer, tag)["L2"] == (0, None)
    assert "Every lot with stock is in" in run(importer, "inventory", inventory["_id"])
    run(importer, "inventory", inventory["_id"], "--complete", code=1)
    run(importer, "inventory", "nowhere-1", code=1)
