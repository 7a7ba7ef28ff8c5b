"""The routes of the administrator's desk: releases and dismissals, the closing date, the rules of an account."""

from __future__ import annotations

import logging
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotations of its routes
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from comptoir import accounts, holding
from comptoir.errors import MisconfiguredError, StoppedError, TransientError, UnknownFileError
from comptoir.stores import cold
from comptoir.stores.closing import ClosedBooksError, closing_day, move_closing
from dash_app.forms import FormTooLargeError, read_form
from dash_app.pages.rules import CHOICES, DEFAULT
from dash_app.replies import refusal, refusal_page
from dash_app.server_pages import confirmation_page
from dash_app.sessions import require_administrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from dash_app.context import Dashboard

log = logging.getLogger(__name__)

# What is said of an error, and the status; the first that fits.
REFUSALS: Final[dict[type[Exception], tuple[str, int]]] = {
    FormTooLargeError: ("desk.form", 400),
    ValueError: ("desk.form", 400),
    UnknownFileError: ("desk.unknown", 404),
    holding.NoteError: ("desk.note", 422),
    StoppedError: ("desk.unreadable", 409),
    MisconfiguredError: ("desk.changed", 409),
    TransientError: ("health.store_away", 503),
    OSError: ("health.store_away", 503),
}


def add_desk_routes(app: FastAPI, dashboard: Dashboard) -> None:
    """Register what administrators decide; the gate refuses everybody else, and each route does so again."""

    @app.post("/desk/release/{file_id}", include_in_schema=False)
    async def release(file_id: str, request: Request) -> Response:
        return await _decided(request, partial(_release, dashboard, file_id))

    @app.post("/desk/dismiss/{file_id}", include_in_schema=False)
    async def dismiss(file_id: str, request: Request) -> Response:
        return await _decided(request, partial(_dismiss, dashboard, file_id))

    @app.post("/desk/closing", include_in_schema=False)
    async def closing(request: Request) -> Response:
        return await _decided(request, partial(_move_closing, dashboard))

    @app.post("/desk/accounts/{name}", include_in_schema=False)
    async def rules(name: str, request: Request) -> Response:
        return await _decided(request, partial(_set_rules, dashboard, name))


async def _decided(request: Request, act: Callable[[dict[str, str]], Response]) -> Response:
    """Carry a decision out; where that can't be done, say why on a page of its own."""
    require_administrator()
    try:
        return await run_in_threadpool(act, await read_form(request))
    except ClosedBooksError as closed:
        language = require_administrator().language
        return refusal_page(language, closed.told(language), 409)
    except tuple(REFUSALS) as error:
        log.warning("A decision could not be carried out: %s", error)
        return refusal(*next(said for kind, said in REFUSALS.items() if isinstance(error, kind)))


def _release(dashboard: Dashboard, file_id: str, form: dict[str, str]) -> Response:
    lake = cold.open_cold(dashboard.settings)
    by = require_administrator().name
    holding.release(dashboard.hot, lake, dashboard.settings, file_id, _invoices(form), by=by)
    return RedirectResponse("/held", 303)


def _dismiss(dashboard: Dashboard, file_id: str, form: dict[str, str]) -> Response:
    lake, note = cold.open_cold(dashboard.settings), form.get("note", "")
    holding.dismiss(dashboard.hot, lake, file_id, _invoices(form), note, by=require_administrator().name)
    return RedirectResponse("/held", 303)


def _invoices(form: dict[str, str]) -> list[str]:
    return [form["invoice"]] if form.get("invoice") else []


def _move_closing(dashboard: Dashboard, form: dict[str, str]) -> Response:
    """Move the closing date once that is confirmed; ask for the confirmation first, saying what it means."""
    day = date.fromisoformat(form["day"]) if form.get("day") else None
    if form.get("confirmed") == "yes":
        move_closing(dashboard.hot, day, by=require_administrator().name)
        return RedirectResponse("/rules", 303)
    language, reader = require_administrator().language, dashboard.reader()
    before = closing_day(dashboard.hot)
    days = {"day": day and reader.formats.day(day), "before": before and reader.formats.day(before)}
    text = " ".join(reader.say(key, **days) for key in consequences(before, day))
    fields = {"day": day.isoformat() if day else "", "confirmed": "yes"}
    title, confirm = reader.say("rules.closing.confirm"), reader.say("desk.confirm")
    page = confirmation_page(
        language, title, text, confirm=confirm, action="/desk/closing", fields=fields, back="/rules"
    )
    return HTMLResponse(page)


def consequences(before: date | None, after: date | None) -> list[str]:
    """Return the keys of the sentences that say what moving the closing date means.

    Examples:
        >>> consequences(None, date(2026, 4, 1))
        ['rules.closing.closes']
        >>> consequences(date(2026, 4, 1), date(2026, 3, 1))
        ['rules.closing.closes', 'rules.closing.reopens']
    """
    if after is None:
        return ["rules.closing.opens_all"] if before else ["rules.closing.none"]
    return ["rules.closing.closes", *(["rules.closing.reopens"] if before and after < before else [])]


def _set_rules(dashboard: Dashboard, name: str, form: dict[str, str]) -> Response:
    """Keep what an account has of its own; what stays as it is leaves no line in the audit log."""
    account, by = accounts.find(dashboard.hot, name), require_administrator().name
    if account is None:
        return refusal("desk.unknown", 404)
    policy, date_order, decimal_mark = (_chosen(form, field) for field in CHOICES)
    if policy != account.import_policy:
        accounts.set_import_policy(dashboard.hot, name, policy, by=by)
    if (date_order, decimal_mark) != (account.date_order, account.decimal_mark):
        accounts.set_locale(dashboard.hot, name, date_order, decimal_mark, by=by)
    return RedirectResponse("/rules", 303)


def _chosen(form: dict[str, str], field: str) -> Any:
    """Return the chosen value of a field, None for the platform's own.

    Raises:
        ValueError: it is none of the choices.
    """
    value = form.get(field)
    if value not in {DEFAULT, *CHOICES[field]}:
        raise ValueError(f"{field} is none of the choices.")
    return None if value == DEFAULT else value
