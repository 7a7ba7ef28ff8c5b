"""The routes of files: templates, validation reports, reject files, originals, and withdrawing and restoring."""

from __future__ import annotations

import logging
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotations of its routes
from starlette.concurrency import run_in_threadpool
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from comptoir.answering import answer_file
from comptoir.changes.act import Act
from comptoir.changing_back import ask_to_change_back
from comptoir.errors import RejectedFileError, TransientError, UnknownFileError
from comptoir.questions import ANSWERS_LIMIT, sound_answers
from comptoir.stores import acts, cold
from comptoir.stores.closing import ClosedBooksError
from comptoir.templates import TEMPLATES
from dash_app.components.history import may_change
from dash_app.forms import FormTooLargeError, read_form
from dash_app.queries import upload_entry
from dash_app.replies import refusal
from dash_app.server_pages import notice_page
from dash_app.sessions import current_session
from dash_app.translations import say

if TYPE_CHECKING:
    from fastapi import FastAPI

    from comptoir.sentences import Language
    from dash_app.context import Dashboard

MAX_ANSWERS_BYTES: Final = 1_000_000  # as many answers as there may be, as long as they may be
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Reports show what people sent: they get no script, no frame of ours, no network.
REPORT_POLICY: Final = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-same-origin"
)

log = logging.getLogger(__name__)


def add_file_routes(app: FastAPI, dashboard: Dashboard) -> None:
    """Register what is read of files, and what may be done to them."""
    _add_reading_routes(app, dashboard)
    _add_changing_routes(app, dashboard)


def _add_reading_routes(app: FastAPI, dashboard: Dashboard) -> None:
    @app.get("/data-docs/{file_id}/{path:path}", include_in_schema=False)
    async def data_docs(file_id: str, path: str) -> Response:
        entry = await run_in_threadpool(upload_entry, dashboard.hot, file_id)
        return _others(entry) or _report(entry, path)

    @app.get("/templates/{name}", include_in_schema=False)
    async def templates(name: str) -> Response:
        template = TEMPLATES.get(name)
        if template is None:
            return refusal("files.no_template", 404)
        content = await run_in_threadpool(template.content)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=MEDIA_TYPES[template.format], headers=headers)

    @app.get("/rejects/{file_id}", include_in_schema=False)
    async def rejects(file_id: str) -> Response:
        entry = await run_in_threadpool(upload_entry, dashboard.hot, file_id)
        if others := _others(entry):
            return others
        kept = Path(entry["rejects"]) if entry and entry.get("rejects") else None
        if kept is None or not kept.is_file():
            return refusal("files.no_rejects", 404)
        return FileResponse(kept, filename=kept.name, content_disposition_type="attachment")

    @app.get("/original/{file_id}", include_in_schema=False)
    async def original(file_id: str) -> Response:
        return await run_in_threadpool(_original, dashboard, file_id)


def _add_changing_routes(app: FastAPI, dashboard: Dashboard) -> None:
    @app.post("/answers/{file_id}", include_in_schema=False)
    async def answers(file_id: str, request: Request) -> Response:
        return await _answer(request, dashboard, file_id)

    @app.post("/withdraw/{file_id}", include_in_schema=False)
    async def withdraw(file_id: str) -> Response:
        return await run_in_threadpool(_change_back, dashboard, file_id, Act.WITHDRAW)

    @app.post("/restore/{file_id}", include_in_schema=False)
    async def restore(file_id: str) -> Response:
        return await run_in_threadpool(_change_back, dashboard, file_id, Act.RESTORE)


def _others(entry: dict[str, Any] | None) -> Response | None:
    """Return the refusal of a file that is another's; None where whoever is signed in may see and undo it."""
    if entry is None or may_change(entry):
        return None
    return refusal("withdraw.forbidden", 403)


def _report(entry: dict[str, Any] | None, path: str) -> Response:
    folder = Path(entry["data_docs"]) if entry and entry.get("data_docs") else None
    target = (folder / (path or "index.html")).resolve() if folder else None
    if folder is None or target is None or not target.is_relative_to(folder.resolve()) or not target.is_file():
        return refusal("files.no_report", 404)
    kind = mimetypes.guess_type(target.name)[0] or "application/octet-stream"
    return FileResponse(target, media_type=kind, headers={"Content-Security-Policy": REPORT_POLICY})


def _original(dashboard: Dashboard, file_id: str) -> Response:
    """Return the bytes of a file as they came, from the lake, in pieces."""
    entry = upload_entry(dashboard.hot, file_id)
    if entry is None or not entry["raw"]:
        return refusal("files.unknown", 404)
    if others := _others(entry):
        return others
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(entry['name'])}"}
    pieces = cold.read_pieces(cold.open_cold(dashboard.settings), entry["raw"])
    return StreamingResponse(pieces, media_type="application/octet-stream", headers=headers)


def _change_back(dashboard: Dashboard, file_id: str, act: Act) -> Response:
    """Ask for a file to be withdrawn or restored, where the account may; the watcher starts the run."""
    session = current_session()
    entry = upload_entry(dashboard.hot, file_id)
    if entry is None:
        return refusal("files.unknown", 404)
    if others := _others(entry):
        return others
    try:
        entry = ask_to_change_back(dashboard.hot, dashboard.settings, file_id, act, by=session.name)
    except ClosedBooksError as closed:
        title = say(session.language, f"{act}.closed")
        return HTMLResponse(notice_page(session.language, title, closed.told(session.language)), 409)
    if not acts.is_granted(entry, act):
        return refusal("withdraw.refused", 409)
    return RedirectResponse("/", 303)


async def _answer(request: Request, dashboard: Dashboard, file_id: str) -> Response:
    session = current_session()
    language = session.language
    try:
        form = await read_form(request, limit_bytes=MAX_ANSWERS_BYTES, limit_fields=ANSWERS_LIMIT)
        answers = sound_answers({question: answer for question, answer in form.items() if answer})
    except (FormTooLargeError, ValueError):
        return refusal("desk.form", 400)
    if not answers:
        return _not_answered(language, say(language, "uploads.questions.missing"), 422)
    try:
        return await run_in_threadpool(_send_answers, dashboard, file_id, answers, session.name)
    except UnknownFileError:
        return refusal("files.unknown", 404)
    except RejectedFileError as error:
        return _not_answered(language, error.told(language), 422)
    except (TransientError, OSError) as error:
        log.warning("Answers could not be kept: %s", error)
        return _not_answered(language, say(language, "health.store_away"), 503)


def _send_answers(dashboard: Dashboard, file_id: str, answers: dict[str, str], by: str) -> Response:
    if others := _others(upload_entry(dashboard.hot, file_id)):
        return others
    lake = cold.open_cold(dashboard.settings)
    answer_file(dashboard.hot, lake, dashboard.settings, file_id, answers, by=by)
    return RedirectResponse("/", 303)


def _not_answered(language: Language, text: str, status: int) -> Response:
    return HTMLResponse(notice_page(language, say(language, "uploads.questions.failed"), text), status)
