"""The routes of complete inventories: which lots a stock file does not name, and that these become 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from comptoir.errors import MisconfiguredError
from comptoir.inventory import complete_inventory, find_inventory
from dash_app.components.history import may_change
from dash_app.queries import upload_entry
from dash_app.replies import refusal, refusal_page
from dash_app.server_pages import confirmation_page, notice_page
from dash_app.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

    from comptoir.inventory import Inventory
    from comptoir.stores.ledger import Entry
    from dash_app.context import Dashboard, Reader

LOTS_NAMED: Final = 10  # enough to see whether the file is the whole stock; the command lists all


def add_inventory_routes(app: FastAPI, dashboard: Dashboard) -> None:
    """Register the page that lists absent lots, and what its button does."""

    @app.get("/inventory/{file_id}", include_in_schema=False)
    async def absent(file_id: str) -> Response:
        return await run_in_threadpool(_answered, dashboard, file_id, _listed)

    @app.post("/inventory/{file_id}", include_in_schema=False)
    async def complete(file_id: str) -> Response:
        return await run_in_threadpool(_answered, dashboard, file_id, _completed)


def _answered(dashboard: Dashboard, file_id: str, act: Callable[[Dashboard, Entry], Response]) -> Response:
    """Do something with a file that whoever is signed in may change; else say why not."""
    entry = upload_entry(dashboard.hot, file_id)
    if entry is None:
        return refusal("files.unknown", 404)
    if not may_change(entry):
        return refusal("withdraw.forbidden", 403)
    try:
        return act(dashboard, entry)
    except MisconfiguredError as error:
        language = current_session().language
        return refusal_page(language, error.told(language), 409)


def _listed(dashboard: Dashboard, entry: Entry) -> Response:
    inventory, reader = find_inventory(dashboard.hot, entry), dashboard.reader()
    language, name = current_session().language, entry["name"]
    title = reader.say("inventory.title")
    if inventory.absent.is_empty():
        return HTMLResponse(notice_page(language, title, reader.say("inventory.none", name=name)))
    text, confirm, action = _told(inventory, reader), reader.say("inventory.confirm"), f"/inventory/{entry['_id']}"
    return HTMLResponse(confirmation_page(language, title, text, confirm=confirm, action=action, fields={}, back="/"))


def _told(inventory: Inventory, reader: Reader) -> str:
    """Say how many lots are absent, which, and what becomes of them."""
    lots, count = inventory.absent, reader.formats.count
    return reader.say(
        "inventory.text",
        name=inventory.entry["name"],
        lots=count(lots.height),
        units=count(int(lots["quantity"].sum())),
        named=", ".join(_named(inventory, reader)),
    )


def _named(inventory: Inventory, reader: Reader) -> Iterator[str]:
    count = reader.formats.count
    lots = inventory.absent.select("product_code", "batch_no", "quantity")
    for code, batch, quantity in lots.head(LOTS_NAMED).iter_rows():
        yield f"{code} / {batch} ({count(quantity)})" if batch else f"{code} ({count(quantity)})"
    if lots.height > LOTS_NAMED:
        yield reader.say("inventory.more", lots=count(lots.height - LOTS_NAMED))


def _completed(dashboard: Dashboard, entry: Entry) -> Response:
    inventory = find_inventory(dashboard.hot, entry)
    complete_inventory(dashboard.hot, dashboard.settings, inventory, by=current_session().name)
    return RedirectResponse("/", 303)
