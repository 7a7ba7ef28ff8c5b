"""The administrator's desk on real MongoDB, Kafka and HDFS: what is held, the closing date, the rules of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from comptoir import accounts, holding, names
from comptoir.landing import drop, intake
from comptoir.stores import ledger
from comptoir.stores.closing import read_closing
from tests.browser.pages import is_marked, mark
from tests.stack.publishing_tools import HEADER, Importer, open_importer

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from comptoir.settings import Settings
    from tests.browser.serving import ServedDashboard

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def importer(servers: Settings) -> Importer:
    return open_importer(servers, servers.home)


@pytest.fixture(scope="module")
def url(dashboard: ServedDashboard) -> str:
    return dashboard.settings.dash_url


def line(invoice: str, quantity: int = 1, day: str = "2026-04-01") -> str:
    return f"{invoice},P1,{quantity},2.50,{day} 10:00:00\n"


def bring(importer: Importer, content: str, by: str) -> dict[str, Any]:
    """Take a file of an account all the way, as if the stream had passed it; return its entry."""
    path = importer.settings.home / f"{uuid4().hex[:8]}.csv"
    path.write_text(HEADER + content)
    receipt = intake.receive(importer.hot, importer.settings, drop.deliver(importer.settings, path, path.name, by=by))
    importer.validate(receipt.file_id)
    importer.publish(receipt.file_id)
    entry = ledger.find(importer.hot, receipt.file_id)
    importer.hot.ledger.update_one({"_id": entry["_id"]}, {"$set": {"state": ledger.imported_state(entry)}})
    return entry


def last_act(importer: Importer, act: str) -> dict[str, Any]:
    found = importer.hot.control[names.AUDIT_LOG].find_one({"act": act}, sort=[("_id", -1)])
    assert found is not None
    return found


def held_lines(page: Page, entry: dict[str, Any]) -> Any:
    return page.locator(".card", has_text=entry["name"]).locator("tbody tr")


def test_an_administrator_releases_and_dismisses_and_an_accountant_looks_on(
    importer: Importer, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    tag = uuid4().hex[:6]
    held = "".join(line(f"{tag}-{name}", quantity) for name in "ab" for quantity in (2, 0))
    entry = bring(importer, line(f"{tag}-1") + line(f"{tag}-2") + held, by="accountant")
    bring(importer, line(f"{tag}-x", 2) + line(f"{tag}-x", 0) + line(f"{tag}-3"), by="administrator")

    theirs = sign_in(url, "accountant", passwords["accountant"])
    theirs.get_by_role("link", name="Held").click()
    expect(theirs.locator(".card")).to_have_count(1)
    expect(held_lines(theirs, entry)).to_have_count(2)
    assert theirs.get_by_role("button", name="Release").count() == 0
    mark(theirs)

    page = sign_in(url, "administrator", passwords["administrator"])
    page.get_by_role("link", name="Held").click()
    expect(page.locator(".card")).to_have_count(2)
    lines = held_lines(page, entry)
    first = lines.filter(has_text=f"Invoice {tag}-a")
    expect(first).to_contain_text("The quantity is 0.")
    first.get_by_role("button", name="Release").click()
    expect(lines).to_have_count(1)
    (released,) = (importer.settings.drop_folder / "accounts" / "accountant").glob("*-released-sales.csv")
    assert f"{tag}-a" in released.read_text()
    act = last_act(importer, "held rows released")
    assert (act["who"], act["subject"], act["details"]["invoices"]) == ("administrator", entry["_id"], [f"{tag}-a"])

    second = lines.filter(has_text=f"Invoice {tag}-b")
    second.locator("summary").click()
    second.get_by_role("textbox").fill("cancelled by phone")
    second.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".card")).to_have_count(1)
    act = last_act(importer, "held rows dismissed")
    assert (act["who"], act["details"]["note"]) == ("administrator", "cancelled by phone")
    assert entry["_id"] not in [file.entry["_id"] for file in holding.list_held(importer.hot, importer.cold)]

    expect(theirs.locator(".card")).to_have_count(0)  # their page, left open, follows the decisions
    assert is_marked(theirs)
    theirs.get_by_role("link", name="Files").click()
    theirs.locator(".file-row", has_text=entry["name"]).click()
    history = theirs.locator(".history-stages")
    expect(history).to_contain_text("1 of 4 rejected rows was released on")
    expect(history).to_contain_text("by administrator (cancelled by phone)")


def test_what_is_held_meanwhile_appears_and_leaves_a_note_that_is_being_written_alone(
    importer: Importer, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    tag = uuid4().hex[:6]
    first = bring(importer, line(f"{tag}-a", 2) + line(f"{tag}-a", 0) + line(f"{tag}-1"), by="accountant")
    page = sign_in(url, "administrator", passwords["administrator"])
    page.get_by_role("link", name="Held").click()
    written = held_lines(page, first).first
    written.locator("summary").click()
    written.get_by_role("textbox").fill("half a no")
    mark(page)
    second = bring(importer, line(f"{tag}-b", 2) + line(f"{tag}-b", 0) + line(f"{tag}-2"), by="accountant")
    expect(held_lines(page, second)).to_have_count(1)
    expect(written.get_by_role("textbox")).to_have_value("half a no")
    for entry in (first, second):
        holding.dismiss(importer.hot, importer.cold, entry["_id"], [], "twice", by="operator")
        expect(held_lines(page, entry)).to_have_count(0)
    assert is_marked(page)


def test_the_closing_date_is_moved_once_that_is_confirmed_and_closes_the_books(
    importer: Importer, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    entry = bring(importer, line(f"{uuid4().hex[:6]}-1", 1, "2026-03-31"), by="accountant")
    page = sign_in(url, "administrator", passwords["administrator"])
    page.get_by_role("link", name="Rules").click()
    expect(page.locator("#closing-now")).to_have_text("No period is closed; sales of any day are taken.")
    page.fill("#closing-day", "2026-04-01")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Move it…").click()
    page.get_by_text("are refused from now on").wait_for()
    assert read_closing(importer.hot)["closing"] is None
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.locator("#closing-now")).to_contain_text("are refused. Last moved by administrator")
    assert read_closing(importer.hot)["closing"] == "2026-04-01"
    assert last_act(importer, "closing date moved")["who"] == "administrator"

    page.get_by_role("link", name="Files").click()
    page.locator(".file-row", has_text=entry["name"]).click()
    page.get_by_text("Withdraw this file…").click()
    page.get_by_role("button", name="Withdraw it").click()
    page.get_by_text("1 invoice(s) dated before 1 Apr 2026").wait_for()
    assert ledger.find(importer.hot, entry["_id"])["acts"] == []

    page.goto(f"{url}/rules")
    page.get_by_role("button", name="Open every period…").click()
    page.get_by_role("button", name="Yes, move it").click()
    expect(page.locator("#closing-now")).to_contain_text("No period is closed")
    assert read_closing(importer.hot)["closing"] is None


def test_the_rules_of_an_account_are_chosen(
    importer: Importer, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(url, "administrator", passwords["administrator"])
    page.get_by_role("link", name="Rules").click()
    form = page.locator("#account-accountant")
    form.get_by_label("A bad row refuses").first.click()
    page.get_by_role("option", name="its whole file").click()
    form.get_by_role("button", name="Save").click()
    page.wait_for_url("**/rules")
    expect(page.locator("#account-accountant").get_by_label("A bad row refuses").first).to_have_value("its whole file")
    account = accounts.find(importer.hot, "accountant")
    assert account is not None
    assert (account.import_policy, account.date_order, account.decimal_mark) == ("all_or_nothing", None, None)


def test_only_its_owner_answers_what_a_file_asks(
    importer: Importer, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    path = importer.settings.home / f"{uuid4().hex[:8]}.csv"
    path.write_text(HEADER + f"{uuid4().hex[:6]},P1,1,2.50,01/02/2026\n")
    dropped = drop.deliver(importer.settings, path, path.name, by="administrator")
    receipt = intake.receive(importer.hot, importer.settings, dropped)
    assert importer.validate(receipt.file_id)["state"] == "asking"
    answer = {"date_order_unclear::timestamp": "day_first"}
    page = sign_in(url, "accountant", passwords["accountant"])
    row = page.locator(".file-row", has_text=path.name)
    row.click()
    assert page.get_by_role("button", name="Send the answers").count() == 0
    send = f"{url}/answers/{receipt.file_id}"
    assert page.request.post(send, form=answer, headers={"Origin": url}).status == 403
    assert ledger.find(importer.hot, receipt.file_id)["state"] == "asking"
    theirs = sign_in(url, "administrator", passwords["administrator"])
    assert theirs.request.post(send, form=answer, headers={"Origin": url}).ok
    (again,) = (importer.settings.drop_folder / "accounts" / "administrator").glob(f"{path.stem}*")
    assert drop.read_origin(again).answers == answer


def test_a_reject_file_is_in_its_owners_language(importer: Importer, passwords: dict[str, str]) -> None:
    assert passwords
    accounts.choose_language(importer.hot, "accountant", "fr")
    accounts.set_import_policy(importer.hot, "accountant", None)
    entry = bring(importer, line(f"{uuid4().hex[:6]}-1") + line(f"{uuid4().hex[:6]}-2", 0), by="accountant")
    assert entry["rejects"].endswith("-rejets.csv")
    accounts.choose_language(importer.hot, "accountant", "en")
