"""The routes beside Dash: sign-in and sign-out, language, reports and reject files; uploads are `transfers`."""

from __future__ import annotations

import mimetypes
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Request  # noqa: TC002 - FastAPI reads the annotations of its routes
from starlette.concurrency import run_in_threadpool
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from comptoir import accounts
from comptoir.changes.act import Act
from comptoir.stores import acts, cold
from dash_app.components.history import may_change
from dash_app.gate import set_session_cookie
from dash_app.queries import upload_entry
from dash_app.server_pages import sign_in_page
from dash_app.sessions import current_session, preferred_language
from dash_app.transfers import add_transfer_routes
from dash_app.translations import CATALOGS, say

if TYPE_CHECKING:
    from fastapi import FastAPI

    from comptoir.sentences import Language
    from dash_app.context import Dashboard

ASSETS: Final = Path(__file__).parent / "assets"
MAX_FORM_BYTES: Final = 10_000
# Reports show what people sent: they get no script, no frame of ours, no network.
REPORT_POLICY: Final = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-same-origin"
)
HASHING: Final = CapacityLimiter(2)  # each hash takes 64 MiB; a burst of guesses must not take all memory


class FormTooLargeError(Exception):
    """A form of ours is never this large."""


def add_routes(app: FastAPI, dashboard: Dashboard) -> None:
    """Register every route; Dash's own catch-all comes after them."""
    _add_public_routes(app, dashboard)
    _add_session_routes(app, dashboard)
    _add_file_routes(app, dashboard)
    add_transfer_routes(app, dashboard)


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
        language = _language_before_sign_in(request, dashboard)
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
        chosen = (await _form(request)).get("language", "")
        if chosen not in CATALOGS:
            return PlainTextResponse("Choose one of: en, fr.", 400)
        session = current_session()
        await run_in_threadpool(accounts.choose_language, dashboard.hot, session.name, chosen)
        dashboard.book.forget(session.name)
        return RedirectResponse(_page_of(request), 303)


def _add_file_routes(app: FastAPI, dashboard: Dashboard) -> None:
    @app.get("/data-docs/{file_id}/{path:path}", include_in_schema=False)
    async def data_docs(file_id: str, path: str) -> Response:
        entry = await run_in_threadpool(upload_entry, dashboard.hot, file_id)
        return _report(entry, path)

    @app.get("/rejects/{file_id}", include_in_schema=False)
    async def rejects(file_id: str) -> Response:
        entry = await run_in_threadpool(upload_entry, dashboard.hot, file_id)
        kept = Path(entry["rejects"]) if entry and entry.get("rejects") else None
        if kept is None or not kept.is_file():
            return PlainTextResponse("This file has no rejected rows.", 404)
        return FileResponse(kept, filename=kept.name, content_disposition_type="attachment")

    @app.get("/original/{file_id}", include_in_schema=False)
    async def original(file_id: str) -> Response:
        return await run_in_threadpool(_original, dashboard, file_id)

    @app.post("/withdraw/{file_id}", include_in_schema=False)
    async def withdraw(file_id: str) -> Response:
        return await run_in_threadpool(_change_back, dashboard, file_id, Act.WITHDRAW)

    @app.post("/restore/{file_id}", include_in_schema=False)
    async def restore(file_id: str) -> Response:
        return await run_in_threadpool(_change_back, dashboard, file_id, Act.RESTORE)


# --- sign-in


async def _sign_in(request: Request, dashboard: Dashboard) -> Response:
    language = _language_before_sign_in(request, dashboard)
    try:
        form = await _form(request)
    except FormTooLargeError:
        return PlainTextResponse("This form is too large.", 413)
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


def _language_before_sign_in(request: Request, dashboard: Dashboard) -> Language:
    return preferred_language(request.headers.get("accept-language", ""), dashboard.settings.language)


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


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise FormTooLargeError
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    return {key: values[0] for key, values in fields.items()}


# --- files


def _report(entry: dict[str, Any] | None, path: str) -> Response:
    folder = Path(entry["data_docs"]) if entry and entry.get("data_docs") else None
    missing = PlainTextResponse("This file has no validation report.", 404)
    if folder is None:
        return missing
    target = (folder / (path or "index.html")).resolve()
    if not target.is_relative_to(folder.resolve()) or not target.is_file():
        return missing
    kind = mimetypes.guess_type(target.name)[0] or "application/octet-stream"
    return FileResponse(target, media_type=kind, headers={"Content-Security-Policy": REPORT_POLICY})


def _original(dashboard: Dashboard, file_id: str) -> Response:
    """Return the bytes of a file as they came, from the lake, in pieces."""
    entry = upload_entry(dashboard.hot, file_id)
    language = current_session().language
    if entry is None or not entry["raw"]:
        return PlainTextResponse("There is no such file.", 404)
    if not may_change(entry):
        return PlainTextResponse(say(language, "withdraw.forbidden"), 403)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(entry['name'])}"}
    pieces = cold.read_pieces(cold.open_cold(dashboard.settings), entry["raw"])
    return StreamingResponse(pieces, media_type="application/octet-stream", headers=headers)


def _change_back(dashboard: Dashboard, file_id: str, act: Act) -> Response:
    """Ask for a file to be withdrawn or restored, where the account may; the watcher starts the run."""
    session = current_session()
    entry = upload_entry(dashboard.hot, file_id)
    if entry is None:
        return PlainTextResponse("There is no such file.", 404)
    if not may_change(entry):
        return PlainTextResponse(say(session.language, "withdraw.forbidden"), 403)
    if not acts.is_granted(acts.ask(dashboard.hot, file_id, act, session.name), act):
        return PlainTextResponse(say(session.language, "withdraw.refused"), 409)
    return RedirectResponse("/", 303)
