"""The dashboard on real MongoDB and Kafka alone: what is pushed, what is dropped, what is said when a stage stops."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from bson import Decimal128
from confluent_kafka import Producer
from playwright.sync_api import expect

from comptoir import accounts, names
from comptoir.expecting import last_deadline
from comptoir.reading.guide import signature_of
from comptoir.rules import Window, week_of
from comptoir.stores import expected, mappings
from comptoir.stores.ledger import Published, new_entry, note_published
from tests.browser.pages import is_marked, mark, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from tests.browser.serving import ServedDashboard

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PUSH_MILLISECONDS = 30_000
SETTLE_MILLISECONDS = 1500


@pytest.fixture(scope="module")
def hot(hot: Hot) -> Hot:
    """The store of a stream that reports for an hour to come."""
    beat(hot, datetime.now(UTC) + timedelta(hours=1))
    return hot


@pytest.fixture(scope="module")
def url(dashboard: ServedDashboard) -> str:
    return dashboard.settings.dash_url


def beat(hot: Hot, at: datetime) -> None:
    hot.control[names.HEARTBEATS].update_one({"_id": names.APP_STREAM}, {"$set": {"at": at}}, upsert=True)


def this_week(settings: Settings) -> Window:
    return week_of(datetime.now(settings.zone).date())


def head(window: Window, version: int, name: str, profit: str) -> dict[str, Any]:
    amount = Decimal128(Decimal(profit))
    row = {"rank": 1, "product_id": "p-1", "code": "P1", "name": name, "category": "Lamps", "quantity": 3}
    totals = {"quantity": 3, "revenue": amount, "profit": amount, "products": 1}
    return {
        "_id": window.id,
        "window": window.kind,
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "as_of": datetime.now(UTC),
        "version": version,
        "top": [row | {"revenue": amount, "profit": amount}],
        "totals": totals,
        "pages": {"ranking": 1, "cost_missing": 0},
    }


def conclude(settings: Settings, hot: Hot, version: int, name: str, profit: str) -> None:
    """Do what the stream does: write the head, then tell the results topic."""
    window = this_week(settings)
    hot.facts[names.KPI_WINNERS].replace_one({"_id": window.id}, head(window, version, name, profit), upsert=True)
    announce(settings, version)


def announce(settings: Settings, version: int) -> None:
    key = this_week(settings).id
    result = {"epoch": 1, "version": version, "type": "winners", "key": key, "as_of": "", "body": {}}
    producer = Producer({"bootstrap.servers": settings.kafka})
    producer.produce(names.TOPIC_RESULTS, key=f"winners:{key}", value=json.dumps(result))
    assert producer.flush(20) == 0


def test_a_result_redraws_the_open_page_and_an_older_one_does_not(
    servers: Settings, hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(url, "administrator", passwords["administrator"])
    page.get_by_text("No sales in this window").wait_for()
    mark(page)
    conclude(servers, hot, 10, "Brass lantern", "1234.5650")
    row = page.locator("#winners-grid .ag-row", has_text="Brass lantern")
    row.wait_for(timeout=PUSH_MILLISECONDS)
    assert "€1,234.57" in row.inner_text()
    assert page.get_by_text("No sales in this window").count() == 0

    # What an older message says is not even read: the page keeps what it shows.
    window = this_week(servers)
    hot.facts[names.KPI_WINNERS].replace_one({"_id": window.id}, head(window, 11, "Unannounced", "5.0000"))
    announce(servers, 9)
    page.wait_for_timeout(SETTLE_MILLISECONDS)
    assert page.locator("#winners-grid .ag-row", has_text="Brass lantern").count() == 1
    announce(servers, 11)
    page.locator("#winners-grid .ag-row", has_text="Unannounced").wait_for(timeout=PUSH_MILLISECONDS)
    assert is_marked(page)


def sent_by_accountant(name: str, *, landing: int) -> dict[str, Any]:
    """Return the ledger's entry of a file that has just come by the page."""
    return new_entry(
        answers={},
        sha256=str(landing) * 64,
        attempt=1,
        name=name,
        path="",
        size=10,
        landing=landing,
        source="page",
        by="accountant",
    )


def test_a_file_moves_through_its_states_on_the_open_page(
    hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(url, "accountant", passwords["accountant"])
    page.get_by_text("No file has come yet").wait_for()
    mark(page)
    entry = sent_by_accountant("<b>été</b>.csv", landing=1)
    hot.ledger.insert_one(entry)
    wait_for_state(page, "<b>été</b>.csv", "Received", timeout_seconds=30)
    for state, label in (("validating", "Checking"), ("publishing", "Counting"), ("applied", "Applied")):
        hot.ledger.update_one({"_id": entry["_id"]}, {"$set": {"state": state, "rows_read": 1200}})
        wait_for_state(page, "<b>été</b>.csv", label, timeout_seconds=30)
    assert "1,200" in page.locator(".file-row").first.inner_text()
    assert is_marked(page)


def test_a_long_file_says_on_the_open_page_how_many_of_its_parts_are_counted(
    hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    entry = sent_by_accountant("long.csv", landing=2)
    # Of a kind that no other test waits for.
    staged = {"at": datetime.now(UTC), "portions": {"stock": 51}}
    hot.ledger.insert_one(entry | {"state": "validating", "kind": "stock", "staged": staged})
    page = sign_in(url, "accountant", passwords["accountant"])
    wait_for_state(page, "long.csv", "Checking", timeout_seconds=30)
    mark(page)
    for done, label in ((1, "Counting, 1 of 51 parts"), (2, "Counting, 2 of 51 parts"), (3, "Counting, 3 of 51 parts")):
        portion = Published([10 + done], {}, {"rows_applied": 100, "rows_unchanged": 0})
        note_published(hot, entry["_id"], "stock", portion)
        wait_for_state(page, "long.csv", label, timeout_seconds=30)
    hot.ledger.update_one({"_id": entry["_id"]}, {"$set": {"state": "applied"}})
    wait_for_state(page, "long.csv", "Applied", timeout_seconds=30)
    assert is_marked(page)


def test_windows_are_turned_back_and_never_into_the_future(
    url: str, passwords: dict[str, str], sign_in: Callable[..., Page], servers: Settings
) -> None:
    page = sign_in(url, "administrator", passwords["administrator"])
    page.wait_for_selector("#window-label")
    assert page.locator("#window-next").is_disabled()
    page.locator("#window-kind").get_by_text("Month", exact=True).click()
    today = datetime.now(servers.zone).date()
    page.locator("#window-label", has_text=f"{today:%B %Y}").wait_for()
    page.click("#window-previous")
    page.locator("#window-label", has_text=f"{today.replace(day=1) - timedelta(days=1):%B %Y}").wait_for()
    assert page.locator("#window-next").is_enabled()


def test_an_earlier_window_says_while_its_figures_are_computed_anew(
    hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page], servers: Settings
) -> None:
    monday = this_week(servers).start
    earlier = [week_of(monday - timedelta(days=days)).id for days in (7, 14)]
    pending = {"batch": 1, "windows": [this_week(servers).id, earlier[0]], "clients": [], "offsets": {}}
    hot.facts[names.PROGRESS].replace_one({"_id": "pending"}, pending, upsert=True)
    page = sign_in(url, "administrator", passwords["administrator"])
    stale = page.locator("#window-stale", has_text="are being computed anew")
    page.wait_for_selector("#window-label")
    page.wait_for_timeout(SETTLE_MILLISECONDS)
    assert stale.count() == 0  # today's windows change all day
    page.click("#window-previous")
    stale.wait_for()
    page.click("#window-previous")
    expect(page.locator("#window-stale")).to_be_empty()
    page.click("#window-next")
    stale.wait_for()
    hot.facts[names.PROGRESS].delete_one({"_id": "pending"})
    expect(page.locator("#window-stale")).to_be_empty(timeout=PUSH_MILLISECONDS)


def test_a_silent_stream_is_said_on_the_open_page(
    hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(url, "administrator", passwords["administrator"])
    page.wait_for_selector("#tiles")
    assert page.inner_text("#banner") == ""
    beat(hot, datetime.now(UTC) - timedelta(seconds=61))
    page.locator("#banner", has_text="has not reported since").wait_for(timeout=PUSH_MILLISECONDS)
    assert "comptoir status" in page.inner_text("#banner")
    beat(hot, datetime.now(UTC) + timedelta(hours=1))
    expect(page.locator("#banner")).to_have_text("", timeout=PUSH_MILLISECONDS)


def test_an_administrator_expects_a_file_and_its_owner_is_told_when_it_is_missing(
    hot: Hot, servers: Settings, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(url, "administrator", passwords["administrator"])
    page.goto(f"{url}/expected")
    page.select_option("#expected-kind", "sales")
    page.fill("#expected-by", "07:30")
    page.select_option("#expected-days", "mon-sun")
    page.select_option("#expected-account", "accountant")
    page.click(".expected-form button")
    row = page.locator(".expected tbody tr")
    row.wait_for()
    told = row.inner_text()
    assert [word in told for word in ("Sales", "07:30", "Mon \N{EN DASH} Sun", "accountant")] == [True] * 4
    [each] = expected.list_expectations(hot)
    accountant = sign_in(url, "accountant", passwords["accountant"])
    accountant.wait_for_selector("#upload-area")
    mark(accountant)
    deadline = last_deadline(each, datetime.now(UTC), servers.zone)
    assert expected.note_missed(hot, servers.zone, each.id, deadline, datetime.now(UTC))
    warning = accountant.locator("#banner", has_text="Sales (accountant): expected by")
    warning.wait_for(timeout=PUSH_MILLISECONDS)
    assert "07:30, not yet here" in warning.inner_text()
    page.locator("#banner", has_text="Sales (accountant)").wait_for(timeout=PUSH_MILLISECONDS)
    page.click(".expected tbody button")
    page.get_by_text("No file is expected by a time").wait_for()
    expect(accountant.locator("#banner")).to_have_text("", timeout=PUSH_MILLISECONDS)
    assert is_marked(accountant)


def test_only_administrators_say_what_is_expected(
    hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(url, "accountant", passwords["accountant"])
    page.goto(f"{url}/expected")
    page.get_by_text("This page is for administrators").wait_for()
    form = {"kind": "sales", "by": "09:00", "days": "mon-fri"}
    assert page.request.post(f"{url}/expected/add", form=form, headers={"Origin": url}).status == 403
    assert page.request.post(f"{url}/expected/remove/0a1b", headers={"Origin": url}).status == 403
    assert expected.list_expectations(hot) == []


def test_what_can_not_be_expected_is_refused(
    hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(url, "administrator", passwords["administrator"])
    form = {"kind": "sales", "by": "09:00", "days": "mon-fri"}
    for wrong in ({"kind": "poems"}, {"by": "25:00"}, {"by": ""}, {"days": "lundi"}, {"account": "nobody"}):
        answer = page.request.post(f"{url}/expected/add", form=form | wrong, headers={"Origin": url})
        assert (wrong, answer.status) == (wrong, 400)
    assert expected.list_expectations(hot) == []


def test_the_reader_chooses_the_language_and_it_stays(
    hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(url, "accountant", passwords["accountant"])
    page.click("#user-button")
    page.get_by_text("Français").click()
    page.get_by_text("Vos fichiers", exact=True).wait_for()
    page.reload()
    page.get_by_text("Vos fichiers", exact=True).wait_for()
    account = accounts.find(hot, "accountant")
    assert account is not None
    assert account.language == "fr"


def test_a_reset_signs_the_open_page_out(
    hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(url, "accountant", passwords["accountant"])
    page.wait_for_selector("#upload-area")
    passwords["accountant"] = accounts.reset_password(hot, "accountant")
    page.wait_for_url("**/login?next=%2F", timeout=PUSH_MILLISECONDS)
    assert accounts.verify(hot, "accountant", passwords["accountant"]) is not None


def test_remembered_columns_are_changed_and_forgotten_on_the_page(
    hot: Hot, url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    headers = ["Facture", "Article", "Qté commandée", "Qté livrée", "Date"]
    signature = signature_of(headers)
    identity = mappings.identity_of(signature, "accountant")
    kept = {
        "signature": signature,
        "account": "accountant",
        "kind": "sales",
        "headers": headers,
        "mapping": {"quantity": "Qté commandée"},
        "by": "accountant",
    }
    hot.control[names.MAPPINGS].insert_one({"_id": identity, "at": datetime.now(UTC), **kept})
    # Whatever language the account chose before.
    hot.control[names.USERS].update_one({"_id": "accountant"}, {"$set": {"language": "en"}})
    page = sign_in(url, "accountant", passwords["accountant"])
    page.get_by_role("link", name="Columns").click()
    expect(page.get_by_label("quantity")).to_have_value("Qté commandée")
    page.get_by_label("quantity").select_option("Qté livrée")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("quantity")).to_have_value("Qté livrée")
    assert mappings.remembered(hot, "accountant")[signature] == {"quantity": "Qté livrée"}

    page.get_by_text("Forget…").click()
    page.get_by_role("button", name="Forget it").click()
    page.get_by_text("Nothing is remembered").wait_for()
    assert mappings.remembered(hot, "accountant") == {}
    acts = hot.control[names.AUDIT_LOG].find({"subject": identity}).sort("_id", 1)
    assert [(act["act"], act["who"]) for act in acts] == [
        ("mapping remembered", "accountant"),
        ("mapping forgotten", "accountant"),
    ]


def test_every_page_of_an_administrator_can_be_reached_on_a_phone(
    url: str, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    phone = {"width": 375, "height": 740}
    page = sign_in(url, "administrator", passwords["administrator"], viewport=phone, locale="fr-FR")
    page.get_by_role("link", name="Colonnes").click()
    page.get_by_text("Colonnes mémorisées").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= phone["width"]
    page.get_by_role("link", name="Règles").click()
    page.wait_for_url("**/rules")
