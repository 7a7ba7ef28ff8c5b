"""What tests do on the dashboard's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

DROP = """([area, files]) => {
    const carried = new DataTransfer();
    for (const [name, text] of files)
        carried.items.add(new File([text], name, {type: "text/csv", lastModified: 1767225600000}));
    const target = document.querySelector(area);
    for (const type of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: carried}));
}"""


def drop_file(page: Page, name: str, text: str) -> None:
    """Drag a file over the upload area and drop it there."""
    drop_files(page, {name: text})


def drop_files(page: Page, texts: dict[str, str]) -> None:
    """Drag several files at once, by their names; whenever it is done, they are the same files."""
    page.wait_for_selector("#upload-area")
    page.evaluate(DROP, ["#upload-area", list(texts.items())])


def transfer_of(page: Page, name: str) -> Locator:
    """Return what the page shows of a file that is being sent."""
    return page.locator(".transfer", has_text=name)


def waiting_file(page: Page, name: str) -> Locator:
    """Return what the page shows of a file that waits for its owner."""
    return page.locator(".waiting-file", has_text=name)


def import_file(page: Page, name: str) -> None:
    """Import a waiting file, as soon as it was looked into; its line leaves the section."""
    waiting_file(page, name).locator(".decide-import button:enabled").click()
    waiting_file(page, name).wait_for(state="detached")


def wait_for_state(page: Page, name: str, state: str, *, timeout_seconds: float) -> None:
    """Wait until a file's line shows a state."""
    line = page.locator("#upload-accordion .file-row", has_text=name).first
    line.locator(".state", has_text=state).wait_for(timeout=timeout_seconds * 1000)


def mark(page: Page) -> None:
    """Leave a mark that a reload of the page would wipe out."""
    page.evaluate("window.leftByTheTest = true")


def is_marked(page: Page) -> bool:
    """Tell whether the page is still the one that was marked."""
    return bool(page.evaluate("window.leftByTheTest === true"))
