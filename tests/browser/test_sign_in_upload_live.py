"""The whole way on the screen: sign in, drop files on the page, see the winner appear without a reload."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from comptoir import accounts
from comptoir.stores.hot import open_hot
from tests.browser.pages import drop_file, import_file, is_marked, mark, wait_for_state, waiting_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.conftest import RunningPlatform

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

STATE_SECONDS = 120
PRODUCTS = (
    "product_code,name,category,buy_price,sell_price,min_margin_threshold\n"
    "BROWSER-1,Brass ship lantern,Lamps,1000.25,4000.00,0.20\n"
)
UNCLEAR = (
    "invoice_no,client_code,product_code,quantity,unit_price,timestamp\n"
    "UNCLEAR-INV-1,,UNCLEAR-1,2,10.50,03/02/2025\n"
    "UNCLEAR-INV-2,,UNCLEAR-1,1,10.50,04/05/2025\n"
)


def sales_of(day: str) -> str:
    """Seven lanterns at 3999.75 each, and one line that nobody can read."""
    return (
        "invoice_no,client_code,product_code,quantity,unit_price,timestamp\n"
        f"BROWSER-INV-1,,BROWSER-1,7,3999.75,{day}T00:30:00\n"
        f"BROWSER-INV-2,,BROWSER-1,many,3999.75,{day}T00:31:00\n"
    )


@pytest.fixture
def passwords(platform: RunningPlatform) -> dict[str, str]:
    hot = open_hot(platform.settings)
    try:
        return {name: accounts.reset_password(hot, name) for name in ("accountant", "administrator")}
    finally:
        hot.client.close()


def test_a_dropped_file_becomes_the_winner_without_a_reload(
    platform: RunningPlatform, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    url = platform.settings.dash_url
    figures = sign_in(url, "administrator", passwords["administrator"])
    figures.wait_for_url("**/admin")
    figures.wait_for_selector("#tiles")
    files = sign_in(url, "accountant", passwords["accountant"])
    mark(figures)
    mark(files)

    drop_file(files, "browser-products.csv", PRODUCTS)
    import_file(files, "browser-products.csv")
    wait_for_state(files, "browser-products.csv", "Applied", timeout_seconds=STATE_SECONDS)
    drop_file(files, "browser-sales.csv", sales_of(datetime.now(platform.settings.zone).date().isoformat()))
    import_file(files, "browser-sales.csv")
    wait_for_state(files, "browser-sales.csv", "Applied in part", timeout_seconds=STATE_SECONDS)

    row = figures.locator("#winners-grid .ag-row", has_text="Brass ship lantern")
    row.wait_for(timeout=STATE_SECONDS * 1000)
    # 7 × (3999.75 − 1000.25), computed by hand  # noqa: RUF003 - the sign
    assert "€20,996.50" in row.inner_text()
    assert "€27,998.25" in row.inner_text()
    assert "browser-sales.csv" in figures.inner_text("#freshness")
    assert is_marked(figures)
    assert is_marked(files)

    files.locator("#upload-accordion .file-row", has_text="browser-sales.csv").first.click()
    problems = files.locator(".problems").first
    problems.wait_for()
    assert "many" in problems.inner_text()
    assert "3" in problems.inner_text()  # the row that a spreadsheet shows
    report = files.context.request.get(f"{url}{files.get_by_text('Validation report').get_attribute('href')}")
    assert report.status == 200
    rejects = files.context.request.get(f"{url}{files.locator('.link-rejects').get_attribute('href')}")
    assert "many" in rejects.text()


def test_a_file_of_unclear_dates_is_answered_before_it_is_imported_and_counts_on_the_right_days(
    platform: RunningPlatform, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(platform.settings.dash_url, "accountant", passwords["accountant"])
    mark(page)
    drop_file(page, "unclear-products.csv", PRODUCTS.replace("BROWSER-1", "UNCLEAR-1"))
    import_file(page, "unclear-products.csv")
    wait_for_state(page, "unclear-products.csv", "Applied", timeout_seconds=STATE_SECONDS)
    drop_file(page, "unclear-dates.csv", UNCLEAR)
    waiting = waiting_file(page, "unclear-dates.csv")
    waiting.locator(".state", has_text="Has a question").wait_for()
    assert waiting.locator(".decide-import button").is_disabled()
    waiting.locator(".question select").select_option("day_first")
    waiting.get_by_role("button", name="Read it with these answers").click()
    waiting.locator(".preview-table", has_text="3 Feb 2025").wait_for()
    import_file(page, "unclear-dates.csv")
    wait_for_state(page, "unclear-dates.csv", "Applied", timeout_seconds=STATE_SECONDS)
    assert is_marked(page)
    assert revenue_of(platform, "2025-02-01", "UNCLEAR-1") == "21.00"  # 2 of 10.50, on 3 February
    assert revenue_of(platform, "2025-05-01", "UNCLEAR-1") == "10.50"  # 1 of 10.50, on 4 May
    assert revenue_of(platform, "2025-03-01", "UNCLEAR-1") is None


def revenue_of(platform: RunningPlatform, month: str, code: str) -> str | None:
    rows = platform.json("kpis", "winners", "--window", "month", "--start", month)["rows"]
    return next((row["revenue"] for row in rows if row["code"] == code), None)


def test_an_accountant_sees_no_figures(
    platform: RunningPlatform, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    page = sign_in(platform.settings.dash_url, "accountant", passwords["accountant"])
    page.wait_for_selector("#upload-area")
    assert page.get_by_text("Figures", exact=True).count() == 0
    answer = page.goto(f"{platform.settings.dash_url}/admin")
    assert answer is not None
    assert answer.status == 403
    assert "administrators" in page.inner_text("body")
