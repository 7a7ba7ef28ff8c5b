"""Refusals as whole pages, in the language of whoever asks: what a route answers where it can't do what it should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from comptoir.errors import TransientError
from dash_app.server_pages import notice_page
from dash_app.sessions import current_session, is_signed_in, preferred_language
from dash_app.translations import say

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from comptoir.sentences import Language

REFUSED: Final = {404: "page.missing.title", 405: "page.missing.title"}  # by status; else the form is at fault


def refusal(key: str, status: int) -> Response:
    """Return a refusal to whoever is signed in; `key` is that of the sentence that says why."""
    language = current_session().language
    return refusal_page(language, say(language, key), status)


def refusal_page(language: Language, text: str, status: int) -> Response:
    """Return the page that says why something was not done, in a sentence that is in the reader's language already."""
    return HTMLResponse(notice_page(language, say(language, "desk.refused"), text), status)


def add_refusals(app: FastAPI, default: Language) -> None:
    """Say in the reader's language what the framework would say in English.

    Args:
        app: the server.
        default: the language of who is not signed in and whose browser names none of ours.
    """

    def told(request: Request, key: str, status: int) -> Response:
        language = _language(request, default)
        return refusal_page(language, say(language, key), status)

    async def forbidden(request: Request, _error: Exception) -> Response:
        return told(request, "forbidden.title", 403)

    async def store_away(request: Request, _error: Exception) -> Response:
        return told(request, "health.store_away", 503)

    async def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return told(request, REFUSED.get(status, "desk.form"), status)

    async def failed(request: Request, _error: Exception) -> Response:
        return told(request, "page.failed", 500)

    app.add_exception_handler(PermissionError, forbidden)
    app.add_exception_handler(TransientError, store_away)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, failed)


def _language(request: Request, default: Language) -> Language:
    if is_signed_in():
        return current_session().language
    return preferred_language(request.headers.get("accept-language", ""), default)
