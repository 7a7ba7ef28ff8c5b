"""The routes beside Dash: sign-in and sign-out, language; others are in `files`, `transfers`, `desk`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Request  # noqa: TC002 - FastAPI reads the annotations of its routes
from starlette.concurrency import run_in_threadpool
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)

from comptoir import accounts
from dash_app.desk import add_desk_routes
from dash_app.files import add_file_routes
from dash_app.forms import FormTooLargeError, read_form
from dash_app.gate import set_session_cookie
from dash_app.inventories import add_inventory_routes
from dash_app.pages.expected import add_expected_routes
from dash_app.pages.mappings import add_mapping_routes
from dash_app.replies import refusal, refusal_page
from dash_app.server_pages import sign_in_page
from dash_app.sessions import current_session
from dash_app.transfers import add_transfer_routes
from dash_app.translations import CATALOGS, say
from dash_app.waiting import add_waiting_routes

if TYPE_CHECKING:
    from fastapi import FastAPI

    from comptoir.sentences import Language
    from dash_app.context import Dashboard

ASSETS: Final = Path(__file__).parent / "assets"
HASHING: Final = CapacityLimiter(2)  # each hash takes 64 MiB; a burst of guesses must not take all memory


def add_routes(app: FastAPI, dashboard: Dashboard) -> None:
    """Register every route; Dash's own catch-all comes after them."""
    _add_public_routes(app, dashboard)
    _add_session_routes(app, dashboard)
    add_file_routes(app, dashboard)
    add_inventory_routes(app, dashboard)
    add_transfer_routes(app, dashboard)
    add_expected_routes(app, dashboard)
    add_mapping_routes(app, dashboard)
    add_desk_routes(app, dashboard)
    add_waiting_routes(app, dashboard)


def _add_public_routes(app: FastAPI, dashboard: Dashboard) -> None:
    @app.get("/health", include_in_schema=False)
    async def health() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get("/login.css", include_in_schema=False)
    async def login_css() -> Response:
        return FileResponse(ASSETS / "login.css", headers={"Cache-Control": "public, max-age=3600"})

    @app.get("/favicon.svg", include_in_schema=False)
    async def favicon() -> Response:
        return FileResponse(ASSETS / "favicon.svg", headers={"Cache-Control": "public, max-age=3600"})

    @app.get("/login", include_in_schema=False)
    async def show_sign_in(request: Request) -> Response:
        language = _language(request, dashboard)
        return HTMLResponse(sign_in_page(language, target=safe_target(request.query_params.get("next", ""))))

    @app.post("/login", include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        return await _sign_in(request, dashboard)


def _add_session_routes(app: FastAPI, dashboard: Dashboard) -> None:
    @app.get("/session", include_in_schema=False)
    async def who() -> Response:
        session = current_session()
        return JSONResponse({"name": session.name, "role": str(session.role)})

    @app.post("/logout", include_in_schema=False)
    async def sign_out() -> Response:
        session = current_session()
        await run_in_threadpool(accounts.end_session, dashboard.hot, session.name, session.session_id)
        dashboard.book.forget(session.name)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(dashboard.book.cookie, path="/")
        return response

    @app.post("/language", include_in_schema=False)
    async def choose_language(request: Request) -> Response:
        chosen = (await read_form(request)).get("language", "")
        if chosen not in CATALOGS:
            return refusal("desk.form", 400)
        session = current_session()
        await run_in_threadpool(accounts.choose_language, dashboard.hot, session.name, chosen)
        dashboard.book.forget(session.name)
        return RedirectResponse(_page_of(request), 303)


# --- sign-in


async def _sign_in(request: Request, dashboard: Dashboard) -> Response:
    language = _language(request, dashboard)
    try:
        form = await read_form(request)
    except (FormTooLargeError, ValueError):
        return refusal_page(language, say(language, "desk.form"), 413)
    name, target = form.get("name", "").strip(), safe_target(form.get("next", ""))
    address = request.client.host if request.client else "unknown"
    key = f"{name}@{address}"
    wait = dashboard.throttle.seconds_to_wait(key)
    if wait > 0:
        error = say(language, "sign_in.wait", seconds=int(wait) + 1)
        page = sign_in_page(language, target=target, name=name, error=error)
        return HTMLResponse(page, 429, headers={"Retry-After": str(int(wait) + 1)})
    check = partial(accounts.verify, dashboard.hot, name, form.get("password", ""))
    account = await run_sync(check, limiter=HASHING)
    act = "sign-in" if account else "sign-in refused"
    note = partial(accounts.record_act, dashboard.hot, who=name, act=act, subject=name, details={"from": address})
    await run_in_threadpool(note)
    if account is None:
        dashboard.throttle.failed(key)
        page = sign_in_page(language, target=target, name=name, error=say(language, "sign_in.failed"))
        return HTMLResponse(page, 401)
    dashboard.throttle.succeeded(key)
    return _welcome(request, dashboard, account, target)


def _welcome(request: Request, dashboard: Dashboard, account: accounts.Account, target: str) -> Response:
    home = "/admin" if account.role is accounts.Role.ADMINISTRATOR else "/"
    response = RedirectResponse(target or home, 303)
    session = dashboard.book.open(account)
    set_session_cookie(response, dashboard.book, session, secure=request.url.scheme == "https")
    return response


def _language(request: Request, dashboard: Dashboard) -> Language:
    return dashboard.book.language(None, request.headers.get("accept-language", ""))


def safe_target(target: str) -> str:
    """Return where to go after the sign-in when it is a page of ours, else nothing.

    Examples:
        >>> safe_target("/admin"), safe_target("//elsewhere.example")
        ('/admin', '')
    """
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if ours else ""


def _page_of(request: Request) -> str:
    referer = request.headers.get("referer", "")
    path = referer.split("/", 3)[3] if referer.count("/") >= 3 else ""  # noqa: PLR2004 - scheme://host/path
    return safe_target(f"/{path}") or "/"
