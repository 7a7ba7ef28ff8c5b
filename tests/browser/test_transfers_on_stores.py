"""Sending files from the page: a lost connection goes on where it broke, and a cancelled file leaves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comptoir.landing.transfers import FOLDER
from tests.browser.pages import drop_file, waiting_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import CDPSession, Page

    from comptoir.settings import Settings
    from tests.browser.serving import ServedDashboard

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SLOW_BYTES_PER_SECOND = 400_000
FAST_BYTES_PER_SECOND = -1  # as fast as it goes
LINES = "no_facture;quantite\n" * 200_000  # 4 MB: ten seconds, and more than any buffer between


@pytest.fixture
def page(dashboard: ServedDashboard, passwords: dict[str, str], sign_in: Callable[..., Page]) -> Page:
    opened = sign_in(dashboard.settings.dash_url, "accountant", passwords["accountant"])
    opened.wait_for_selector("#upload-area")  # whole before anything slows it down: once it stayed empty for a minute
    return opened


def slowed(page: Page) -> CDPSession:
    """Slow the page's sending down, so that a test can act in its middle."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    throttle(network, SLOW_BYTES_PER_SECOND)
    return network


def throttle(network: CDPSession, bytes_per_second: int) -> None:
    conditions = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    network.send("Network.emulateNetworkConditions", conditions)


def arrived_bytes(servers: Settings) -> int:
    return sum(path.stat().st_size for path in (servers.drop_folder / FOLDER).glob("*.part"))


def wait_for(page: Page, servers: Settings, wanted_bytes: int) -> None:
    for _ in range(300):
        if arrived_bytes(servers) >= wanted_bytes:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{wanted_bytes} bytes did not arrive in 30 s.")


def test_a_lost_connection_goes_on_where_it_broke(page: Page, servers: Settings, dashboard: ServedDashboard) -> None:
    offsets: list[int] = []
    page.on("request", lambda request: offsets.append(int(request.headers.get("upload-offset", "0"))))
    network = slowed(page)
    drop_file(page, "large.csv", LINES)
    wait_for(page, servers, 1_000_000)
    dashboard.kill()
    page.locator(".transfer", has_text="The connection was lost").wait_for()
    assert not (servers.drop_folder / "large.csv").exists()
    throttle(network, FAST_BYTES_PER_SECOND)
    dashboard.start()
    page.locator(".transfer", has_text="Received").wait_for()
    (part,) = (servers.drop_folder / FOLDER).glob("*.part")
    assert part.read_text() == LINES
    assert max(offsets) >= 1_000_000  # what had arrived was not sent again
    waiting_file(page, "large.csv").get_by_role("button", name="Don't import").click()
    waiting_file(page, "large.csv").wait_for(state="detached")
    assert not part.exists()


def test_a_cancelled_transfer_leaves_nothing(page: Page, servers: Settings) -> None:
    slowed(page)
    drop_file(page, "cancelled.csv", LINES)
    wait_for(page, servers, 500_000)
    page.get_by_role("button", name="Cancel cancelled.csv").click()
    page.locator(".transfer").wait_for(state="detached")
    left: list[Path] = []
    for _ in range(100):
        left = list((servers.drop_folder / FOLDER).glob("*.part"))
        if not left:
            break
        page.wait_for_timeout(100)
    assert left == []
    assert not (servers.drop_folder / "cancelled.csv").exists()
