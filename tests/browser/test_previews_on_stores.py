"""What the page shows of an uploaded file before its owner imports it, and what each decision does."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from comptoir import accounts
from comptoir.landing import transfers
from comptoir.landing.drop import Origin, read_origin
from comptoir.stores.ledger import new_entry
from tests.browser.pages import drop_file, import_file, is_marked, mark, waiting_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from tests.browser.serving import ServedDashboard

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HEADER = "no_facture;code_produit;quantite;prix_unitaire;date_heure;vendeur\n"
SOUND = HEADER + "F1;P;2;1.234,50;2026-01-31 10:00;Ann\nF2;P;1;0,125;2026-02-01 09:30;Bob\n"
HALF = (
    HEADER
    + "F1;P;2;2,50;2026-01-31;A\nF2;P;many;2,50;2026-01-31;A\nF3;P;few;2,50;2026-01-31;A\nF4;P;1;2;2026-01-31;A\n"
)
UNCLEAR = HEADER + "F1;P;2;2,50;01/02/2026;A\n"
PHONE = {"width": 375, "height": 740}


@pytest.fixture
def page(dashboard: ServedDashboard, passwords: dict[str, str], sign_in: Callable[..., Page]) -> Iterator[Page]:
    """The accountant's page; afterwards no file waits."""
    yield sign_in(dashboard.settings.dash_url, "accountant", passwords["accountant"])
    for transfer in transfers.waiting(dashboard.settings, "accountant"):
        transfers.leave(dashboard.settings, transfer)


def test_a_file_is_shown_as_it_is_understood_and_nothing_happens_to_it(page: Page, servers: Settings, hot: Hot) -> None:
    drop_file(page, "shown.csv", SOUND)
    waiting = waiting_file(page, "shown.csv")
    waiting.locator(".state", has_text="All of it fits").wait_for()
    assert [count.inner_text() for count in waiting.locator(".count-value").all()] == ["2", "2", "0"]
    text = waiting.inner_text()
    for told in ("decimal comma", "encoding UTF-8", "delimiter “;”", "Not used: “vendeur”", "Product “P” is not"):
        assert told in text
    changes, mapping, rows = waiting.locator(".preview-table").all()
    assert changes.locator("tbody").inner_text().split() == ["Sales", "2", "0", "0"]
    assert "prix_unitaire\tunit_price\tdecimal comma\ttemplate\t100 %" in mapping.inner_text().replace("\xa0", " ")
    assert "F1\tP\t2\t1,234.50\t31 Jan 2026, 10:00" in rows.inner_text()
    assert "F2\tP\t1\t0.125\t1 Feb 2026, 09:30" in rows.inner_text()
    assert not (servers.drop_folder / "shown.csv").exists()
    assert hot.ledger.count_documents({"name": "shown.csv"}) == 0

    import_file(page, "shown.csv")
    assert read_origin(servers.drop_folder / "shown.csv") == Origin("page", "accountant")


def test_a_look_outlives_a_reload_and_a_restart_and_is_not_made_anew(
    page: Page, servers: Settings, dashboard: ServedDashboard
) -> None:
    drop_file(page, "kept.csv", SOUND)
    waiting_file(page, "kept.csv").locator(".state").wait_for()
    (transfer,) = transfers.waiting(servers, "accountant")
    look = transfers.kept_look(servers, transfer)
    page.reload()
    waiting_file(page, "kept.csv").locator(".state").wait_for()
    dashboard.kill()
    dashboard.start()
    page.reload()
    waiting_file(page, "kept.csv").locator(".state").wait_for()
    assert look is not None
    assert transfers.kept_look(servers, transfer) == look


def test_rejected_rows_are_told_together_and_the_others_can_be_imported(page: Page, servers: Settings) -> None:
    drop_file(page, "half.csv", HALF)
    waiting = waiting_file(page, "half.csv")
    waiting.locator(".state", has_text="Some rows rejected").wait_for()
    first = waiting.locator(".problems tbody tr").first
    assert first.locator("td").nth(0).inner_text() == "2"
    assert first.locator("td").nth(1).inner_text() == "3, 4"
    help_page = first.locator(".help-link").get_attribute("href")
    assert help_page is not None
    assert help_page.startswith("/help/problems#")
    waiting.get_by_role("button", name="Import the accepted rows").focus()
    page.keyboard.press("Enter")
    waiting.wait_for(state="detached")
    assert (servers.drop_folder / "half.csv").exists()


def test_answers_are_read_with_before_the_import_and_travel_with_it(page: Page, servers: Settings) -> None:
    drop_file(page, "unclear.csv", UNCLEAR)
    waiting = waiting_file(page, "unclear.csv")
    waiting.locator(".state", has_text="Has a question").wait_for()
    mark(page)
    assert waiting.locator(".decide-import button").is_disabled()
    for answer, day in (("month_first", "2 Jan 2026"), ("day_first", "1 Feb 2026")):
        waiting.locator(".question select").select_option(answer)
        waiting.get_by_role("button", name="Read it with these answers").click()
        waiting.locator(".preview-table", has_text=day).wait_for()
        if answer == "month_first":
            waiting.get_by_role("button", name="Answer anew").click()
            waiting.locator(".state", has_text="Has a question").wait_for()
    import_file(page, "unclear.csv")
    answers = {"date_order_unclear::timestamp": "day_first"}
    assert read_origin(servers.drop_folder / "unclear.csv") == Origin("page", "accountant", answers)
    assert is_marked(page)


def test_the_accounts_own_date_order_and_policy_hold(page: Page, hot: Hot) -> None:
    accounts.set_locale(hot, "accountant", "month_first", None)
    accounts.set_import_policy(hot, "accountant", "all_or_nothing")
    try:
        drop_file(page, "own-locale.csv", UNCLEAR)
        waiting_file(page, "own-locale.csv").locator(".preview-table", has_text="2 Jan 2026").wait_for()
        drop_file(page, "own-policy.csv", HALF.replace("F", "G"))
        waiting_file(page, "own-policy.csv").locator(".state", has_text="Would be refused").wait_for()
    finally:
        accounts.set_locale(hot, "accountant", None, None)
        accounts.set_import_policy(hot, "accountant", None)


def test_a_file_that_is_left_leaves_nothing(page: Page, servers: Settings) -> None:
    folder = servers.drop_folder / transfers.FOLDER
    before = set(folder.iterdir())  # notes of delivered files are kept a while
    drop_file(page, "left.csv", SOUND)
    waiting_file(page, "left.csv").get_by_role("button", name="Don't import").click()
    waiting_file(page, "left.csv").wait_for(state="detached")
    assert set(folder.iterdir()) == before
    assert not (servers.drop_folder / "left.csv").exists()


def test_another_account_sees_none_of_it(
    page: Page, dashboard: ServedDashboard, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    drop_file(page, "mine.csv", SOUND)
    waiting_file(page, "mine.csv").locator(".state").wait_for()
    other = sign_in(dashboard.settings.dash_url, "administrator", passwords["administrator"])
    other.wait_for_selector("#tiles")
    other.goto(dashboard.settings.dash_url)
    other.wait_for_selector("#upload-area")
    assert other.locator(".waiting-file").count() == 0


def test_bytes_that_are_imported_already_say_when_and_by_whom_and_are_imported_again_on_purpose(
    page: Page, servers: Settings, hot: Hot
) -> None:
    text = SOUND.replace("F1", "AGAIN-1")
    entry = new_entry(
        sha256=sha256(text.encode()).hexdigest(),
        attempt=1,
        name="first.csv",
        path="",
        size=len(text),
        landing=1,
        source="page",
        by="denise",
        answers={},
    )
    at = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
    drops = [{"name": "second.csv", "at": at.replace(day=7), "by": "paul"}]
    hot.ledger.insert_one(entry | {"state": "applied", "applied_at": at, "drops": drops})
    drop_file(page, "again.csv", text)
    waiting = waiting_file(page, "again.csv")
    waiting.get_by_text("Already imported on 5 Mar 2026, 10:30, by denise.").wait_for()
    waiting.get_by_role("button", name="Import again, as the latest").click()
    waiting.wait_for(state="detached")
    assert read_origin(servers.drop_folder / "again.csv") == Origin("page", "accountant", again=True)

    page.locator("#upload-accordion .file-row", has_text="first.csv").click()
    told = "The same bytes came again 1 time(s), the last time on 7 Mar 2026, 10:30, by paul."
    page.get_by_text(f"{told} They changed nothing: already imported on 5 Mar 2026, 10:30, by denise.").wait_for()


def test_clean_files_are_imported_right_away_for_who_says_so(page: Page, servers: Settings, hot: Hot) -> None:
    page.get_by_label("Import files without questions or rejected rows right away").click()
    for _ in range(100):
        account = accounts.find(hot, "accountant")
        if account and account.imports_clean_files:
            break
        page.wait_for_timeout(100)
    drop_file(page, "clean.csv", SOUND.replace("F1", "CLEAN-1"))
    drop_file(page, "unclean.csv", HALF.replace("F1", "CLEAN-2"))
    waiting_file(page, "unclean.csv").locator(".state", has_text="Some rows rejected").wait_for()
    expect(page.locator(".waiting-file")).to_have_count(1)
    assert (servers.drop_folder / "clean.csv").exists()
    page.reload()
    switch = page.get_by_label("Import files without questions or rejected rows right away")
    expect(switch).to_be_checked()
    switch.click()


def test_on_a_phone_nothing_is_wider_than_the_page(page: Page) -> None:
    drop_file(page, "phone.csv", HALF)
    waiting_file(page, "phone.csv").locator(".state").wait_for()
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
