"""The routes by which an owner decides on a waiting file: answer its questions, look again, import it, or leave it.

They answer plain forms with the way back to the page; `upload.js` sends the forms itself, so that files that are
still on their way from the browser are not interrupted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotations of its routes
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from comptoir import previewing
from comptoir.landing import transfers
from comptoir.landing.transfers import BusyTransferError
from comptoir.questions import ANSWERS_LIMIT, sound_answers
from dash_app.files import MAX_ANSWERS_BYTES
from dash_app.forms import FormTooLargeError, read_form
from dash_app.previews import import_file
from dash_app.sessions import current_session
from dash_app.transfers import PATH, own_transfer
from dash_app.translations import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from comptoir.landing.transfers import Transfer
    from dash_app.context import Dashboard

ON: Final = "on"

Form = dict[str, str]


def add_waiting_routes(app: FastAPI, dashboard: Dashboard) -> None:
    """Register the routes of waiting files."""

    @app.post(PATH + "/{token}/answers", include_in_schema=False)
    async def answers(token: str, request: Request) -> Response:
        return await _decide(request, dashboard, token, _answer)

    @app.post(PATH + "/{token}/look", include_in_schema=False)
    async def look(token: str, request: Request) -> Response:
        return await _decide(request, dashboard, token, _look_again)

    @app.post(PATH + "/{token}/import", include_in_schema=False)
    async def import_it(token: str, request: Request) -> Response:
        return await _decide(request, dashboard, token, _import)

    @app.post(PATH + "/{token}/leave", include_in_schema=False)
    async def leave(token: str, request: Request) -> Response:
        return await _decide(request, dashboard, token, _leave)


async def _decide(
    request: Request, dashboard: Dashboard, token: str, act: Callable[[Dashboard, Transfer, Form], Response]
) -> Response:
    """Do what the owner of a waiting file said; say so where it waits no more."""
    try:
        form = sound_answers(await read_form(request, limit_bytes=MAX_ANSWERS_BYTES, limit_fields=ANSWERS_LIMIT))
    except (FormTooLargeError, ValueError):
        return _told("desk.form", 400)
    return await run_in_threadpool(_decide_now, dashboard, token, act, form)


def _decide_now(
    dashboard: Dashboard, token: str, act: Callable[[Dashboard, Transfer, Form], Response], form: Form
) -> Response:
    transfer = own_transfer(dashboard, token)
    try:
        if transfer is None:
            raise KeyError(token)  # noqa: TRY301 - the same answer as where it goes meanwhile
        return act(dashboard, transfer, form)
    except KeyError:
        return _told("waiting.gone", 404)
    except BusyTransferError:
        return _told("waiting.busy", 423)


def _answer(dashboard: Dashboard, transfer: Transfer, form: Form) -> Response:
    given = {question: answer for question, answer in form.items() if answer}
    answered = transfers.answer(dashboard.settings, transfer, given)
    dashboard.previews.ask(answered, current_session().language)
    return _back(dashboard)


def _look_again(dashboard: Dashboard, transfer: Transfer, _form: Form) -> Response:
    transfers.forget_look(dashboard.settings, transfer)
    dashboard.previews.ask(transfer, current_session().language)
    return _back(dashboard)


def _import(dashboard: Dashboard, transfer: Transfer, form: Form) -> Response:
    """Import a file that its owner has seen; one that still asks, or is still being read, is not imported unseen."""
    look = previewing.kept_look(dashboard.settings, transfer, current_session().language)
    if not transfer.delivered and (look is None or look.is_asking):
        return _told("waiting.not_ready", 409)
    if not transfer.delivered:
        import_file(dashboard, transfer, again=form.get("again") == ON)
    return _back(dashboard)


def _leave(dashboard: Dashboard, transfer: Transfer, _form: Form) -> Response:
    transfers.leave(dashboard.settings, transfer)
    return _back(dashboard)


def _back(dashboard: Dashboard) -> Response:
    dashboard.hub.changed("files")
    return RedirectResponse("/", 303)


def _told(key: str, status: int) -> Response:
    return PlainTextResponse(say(current_session().language, key), status)
