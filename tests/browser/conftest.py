"""A real Chromium for the tests of the dashboard, and the dashboard served on bare stores, once per module."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from comptoir import accounts
from comptoir.publishing.topics import create_topics
from comptoir.stores.hot import Hot, open_hot, prepare_hot
from tests.browser.serving import ServedDashboard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from comptoir.settings import Settings

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
PAGE_MILLISECONDS = 60_000  # a loaded machine takes long to read the scripts for the first time


def chromium_path(own: str) -> str:
    """Return the Chromium to drive: the one named, the system's, or the one that came with Playwright."""
    found = [os.environ.get("COMPTOIR_CHROMIUM"), *(shutil.which(name) for name in NAMES), own]
    for path in found:
        if path and Path(path).exists():
            return path
    pytest.fail("No Chromium here: install the package “chromium”, or set COMPTOIR_CHROMIUM to one.")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each sign-in gets a context of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(playwright.chromium.executable_path), args=FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def sign_in(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that signs an account in, in a browser of its own, and returns its page.

    Afterwards no page may have logged an error.
    """
    contexts = []
    errors: list[str] = []

    def enter(url: str, name: str, password: str, **options: object) -> Page:
        context = chromium.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PAGE_MILLISECONDS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        page.fill("#name", name)
        page.fill("#password", password)
        page.click("button[type=submit]")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="module")
def hot(servers: Settings) -> Iterator[Hot]:
    """The hot store of the bare servers, prepared as the platform does."""
    create_topics(servers)
    opened = open_hot(servers)
    prepare_hot(opened)
    yield opened
    opened.client.close()


@pytest.fixture(scope="module")
def passwords(hot: Hot) -> dict[str, str]:
    """The passwords of the first accounts, by name."""
    return {account.name: account.password for account in accounts.create_first_accounts(hot)}


@pytest.fixture(scope="module")
def dashboard(servers: Settings, passwords: dict[str, str]) -> Iterator[ServedDashboard]:
    """The dashboard, served on the bare servers."""
    assert passwords
    served = ServedDashboard(servers)
    try:
        served.start()
        yield served
    finally:
        served.stop()
