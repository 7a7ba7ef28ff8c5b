"""Sending files from the page: several at once, on from where it broke, and a cancelled file leaves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from comptoir.landing.transfers import FOLDER
from tests.browser.pages import drop_file, drop_files, transfer_of, waiting_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import CDPSession, Page

    from comptoir.settings import Settings
    from tests.browser.serving import ServedDashboard

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SLOW_BYTES_PER_SECOND = 400_000
SLOWEST_BYTES_PER_SECOND = 20_000  # minutes for a file that is to be on its way while others are looked into
FAST_BYTES_PER_SECOND = -1  # as fast as it goes
HEADER = "no_facture;code_produit;quantite;prix_unitaire;date_heure\n"
LINES = "no_facture;quantite\n" * 200_000  # 4 MB: ten seconds, and more than any buffer between


@pytest.fixture
def page(dashboard: ServedDashboard, passwords: dict[str, str], sign_in: Callable[..., Page]) -> Page:
    opened = sign_in(dashboard.settings.dash_url, "accountant", passwords["accountant"])
    opened.wait_for_selector("#upload-area")  # whole before anything slows it down: once it stayed empty for a minute
    return opened


def slowed(page: Page, bytes_per_second: int = SLOW_BYTES_PER_SECOND) -> CDPSession:
    """Slow the page's sending down, so that a test can act in its middle."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    throttle(network, bytes_per_second)
    return network


def throttle(network: CDPSession, bytes_per_second: int) -> None:
    conditions = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    network.send("Network.emulateNetworkConditions", conditions)


def arrived_bytes(servers: Settings) -> int:
    return sum(path.stat().st_size for path in (servers.drop_folder / FOLDER).glob("*.part"))


def wait_for(page: Page, servers: Settings, wanted_bytes: int) -> None:
    for _ in range(1_200):
        if arrived_bytes(servers) >= wanted_bytes:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{wanted_bytes} bytes did not arrive in two minutes.")


def offsets_sent(page: Page) -> list[int]:
    """Return a list that gets the offset of each piece that the page sends from now on."""
    offsets: list[int] = []
    page.on("request", lambda request: offsets.append(int(request.headers.get("upload-offset", "0"))))
    return offsets


def leave(page: Page, name: str) -> None:
    waiting_file(page, name).get_by_role("button", name="Don't import").click()
    waiting_file(page, name).wait_for(state="detached")


def part_of(servers: Settings) -> Path:
    (part,) = (servers.drop_folder / FOLDER).glob("*.part")
    return part


def test_of_several_files_each_has_its_own_progress_and_its_own_outcome(page: Page) -> None:
    slowed(page, SLOWEST_BYTES_PER_SECOND)
    texts = {
        "slow.csv": LINES,
        "sound.csv": HEADER + "F1;P;2;2,50;2026-01-31\n",
        "half.csv": HEADER + "F2;P;2;2,50;2026-01-31\nF3;P;many;2,50;2026-01-31\n",
        "unclear.csv": HEADER + "F4;P;2;2,50;01/02/2026\n",
        "empty.csv": "",
    }
    drop_files(page, texts)
    rows = page.locator(".transfer")
    expect(rows).to_have_count(len(texts))
    assert rows.locator(".transfer-name").all_inner_texts() == list(texts)
    outcomes = {"sound.csv": "All of it fits", "half.csv": "Some rows rejected", "unclear.csv": "Has a question"}
    for name, outcome in outcomes.items():
        waiting_file(page, name).locator(".state", has_text=outcome).wait_for()
    refused = transfer_of(page, "empty.csv")
    expect(refused.locator(".transfer-state")).to_have_text("Not sent: This file is empty. Check it and drop it again.")
    # The others did not wait for the first.
    slow = transfer_of(page, "slow.csv")
    progress = slow.get_by_role("progressbar", name="slow.csv")
    assert 0 < float(str(progress.evaluate("bar => bar.value"))) < 100
    assert waiting_file(page, "slow.csv").count() == 0
    slow.get_by_role("button", name="Cancel slow.csv").click()
    expect(rows).to_have_count(1)
    for name in outcomes:
        leave(page, name)


def test_chosen_again_after_a_reload_a_file_goes_on_where_it_broke(page: Page, servers: Settings) -> None:
    network = slowed(page)
    drop_file(page, "reloaded.csv", LINES)
    wait_for(page, servers, 1_000_000)
    page.reload()
    throttle(network, FAST_BYTES_PER_SECOND)
    offsets = offsets_sent(page)
    drop_file(page, "reloaded.csv", LINES)
    waiting_file(page, "reloaded.csv").wait_for()
    assert part_of(servers).read_text() == LINES
    assert max(offsets) >= 1_000_000
    leave(page, "reloaded.csv")


def look_for_the_server(page: Page) -> None:
    """Have the page look whether its server is there, as it does by itself every 20 s."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def wait_until_loaded(page: Page, loaded: list[str]) -> None:
    for _ in range(600):
        if loaded:
            return
        page.wait_for_timeout(100)
    pytest.fail("The page did not start anew in a minute.")


def test_a_lost_connection_goes_on_where_it_broke(page: Page, servers: Settings, dashboard: ServedDashboard) -> None:
    offsets = offsets_sent(page)
    network = slowed(page)
    loaded: list[str] = []
    page.on("load", lambda page: loaded.append(page.url))
    drop_file(page, "large.csv", LINES)
    wait_for(page, servers, 1_000_000)
    dashboard.kill()
    transfer_of(page, "large.csv").get_by_text("The connection was lost").wait_for()
    look_for_the_server(page)
    page.wait_for_selector("html[data-offline]")
    assert not (servers.drop_folder / "large.csv").exists()
    part = part_of(servers)
    arrived = part.stat().st_size
    dashboard.start()
    wait_for(page, servers, arrived + 1)
    with page.expect_response("**/session"):
        look_for_the_server(page)
    throttle(network, FAST_BYTES_PER_SECOND)
    # A page that was cut off starts anew, and would take its files with it.
    transfer_of(page, "large.csv").get_by_text("Received").wait_for()
    assert part.read_text() == LINES
    assert max(offsets) >= 1_000_000  # what had arrived was not sent again
    look_for_the_server(page)
    wait_until_loaded(page, loaded)
    leave(page, "large.csv")
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
