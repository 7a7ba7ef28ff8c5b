"""The one door of the dashboard: a pure ASGI middleware before every route, the web socket included.

Anonymous requests are sent to the sign-in page (pages) or refused with 401 (everything else); posts must come
from our own pages; a role's pages are refused on the server; every answer leaves with the security headers.
An open socket is watched: it is closed within seconds of a sign-out, a reset or the session's end.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlparse

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from dash_app.replies import refusal_page
from dash_app.server_pages import forbidden_page
from dash_app.sessions import IDLE_SECONDS, Session, SessionBook, enter_session
from dash_app.translations import say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PUBLIC_PATHS: Final = frozenset({"/login", "/login.css", "/health", "/favicon.svg"})
ADMINISTRATOR_PATHS: Final = frozenset({"/admin", "/rules", "/expected", "/desk"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SOCKET_CHECK_SECONDS: Final = 2.0
SESSION_ENDED_CODE: Final = 4001
CODE_PATHS: Final = ("/_dash-component-suites/", "/assets/")  # no data: kept by the browser, asked about each time
KEPT_STATUSES: Final = frozenset({200, 304})


class Gate:
    """Stands before the whole application."""

    def __init__(self, app: ASGIApp, book: SessionBook, security_headers: Callable[[], Mapping[str, str]]) -> None:
        self._app = app
        self._book = book
        self._security_headers = security_headers
        self._headers: Mapping[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, socket or lifespan."""
        if scope["type"] == "http":
            await self._http(scope, receive, self._with_headers(scope, send))
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        session = await self._session(headers)
        if scope["method"] not in SAFE_METHODS and not same_origin(headers):
            language = self._book.language(session, headers.get("accept-language", ""))
            return await refusal_page(language, say(language, "page.elsewhere"), 403)(scope, receive, send)
        if scope["path"] in PUBLIC_PATHS:
            return await self._app(scope, receive, send)
        if session is None:
            return await self._refused(scope, headers)(scope, receive, send)
        enter_session(session)
        if is_for_administrators(scope["path"]) and not session.is_administrator:
            return await HTMLResponse(forbidden_page(session), 403)(scope, receive, send)
        return await self._app(scope, receive, self._renewing(scope, session, send))

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        session = await self._session(headers)
        if session is None or not same_origin(headers):
            # Closing before accepting answers the handshake with 403.
            await send({"type": "websocket.close", "code": SESSION_ENDED_CODE})
            return
        enter_session(session)
        watched = WatchedSocket(receive, send, lambda: self._still_valid(session))
        try:
            await self._app(scope, watched.receive, watched.send)
        finally:
            watched.close()

    async def _session(self, headers: Headers) -> Session | None:
        cookie = cookie_parser(headers.get("cookie", "")).get(self._book.cookie)
        if cookie is None:
            return None
        return await run_in_threadpool(self._book.read, cookie, headers.get("accept-language", ""))

    def _refused(self, scope: Scope, headers: Headers) -> Response:
        if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            target = scope["path"] if scope["path"] != "/" else ""
            return RedirectResponse(f"/login?next={quote(target)}" if target else "/login", 303)
        language = self._book.language(None, headers.get("accept-language", ""))
        return PlainTextResponse(say(language, "sign_in.first"), 401)

    async def _still_valid(self, session: Session) -> bool:
        # An open page counts as use, so only the absolute age and the account itself can end it here.
        renewed = self._book.renewed(session) or session
        return await run_in_threadpool(self._book.check, renewed) is not None

    def _renewing(self, scope: Scope, session: Session, send: Send) -> Send:
        renewed = self._book.renewed(session)
        if renewed is None:
            return send

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and not _sets_cookie(message, self._book.cookie):
                response = Response()
                set_session_cookie(response, self._book, renewed, secure=scope["scheme"] == "https")
                MutableHeaders(scope=message).append("set-cookie", response.headers["set-cookie"])
            await send(message)

        return send_with_cookie

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # Made at the first answer: only then has Dash written all of its inline scripts.
                self._headers = self._headers or self._security_headers()
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                is_ours = message["status"] in KEPT_STATUSES and scope["path"].startswith(CODE_PATHS)
                headers.setdefault("Cache-Control", "private, no-cache" if is_ours else "no-store")
            await send(message)

        return send_with_headers


class WatchedSocket:
    """A socket that ends, for the application and for the browser, once its session is no longer valid."""

    def __init__(self, receive: Receive, send: Send, still_valid: Callable[[], Awaitable[bool]]) -> None:
        self._receive = receive
        self._send = send
        self._still_valid = still_valid
        self._pending: asyncio.Task[Message] | None = None
        self._ended = asyncio.create_task(self._wait_for_the_end())

    async def receive(self) -> Message:
        """Return the browser's next message, or a disconnection when the session ends first."""
        self._pending = self._pending or asyncio.ensure_future(self._receive())
        await asyncio.wait({self._pending, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if self._pending.done():
            done, self._pending = self._pending, None
            return done.result()
        await self._send({"type": "websocket.close", "code": SESSION_ENDED_CODE, "reason": "signed out"})
        return {"type": "websocket.disconnect", "code": SESSION_ENDED_CODE}

    async def send(self, message: Message) -> None:
        """Send a message, unless the session has ended."""
        if not self._ended.done():
            await self._send(message)

    def close(self) -> None:
        """Stop watching."""
        self._ended.cancel()
        if self._pending is not None:
            self._pending.cancel()

    async def _wait_for_the_end(self) -> None:
        while await self._still_valid():  # noqa: ASYNC110 - the account is looked at in MongoDB; nobody can tell us
            await asyncio.sleep(SOCKET_CHECK_SECONDS)


def is_for_administrators(path: str) -> bool:
    """Tell whether a path is, or lies below, a page of the administrator."""
    return any(path == page or path.startswith(f"{page}/") for page in ADMINISTRATOR_PATHS)


def same_origin(headers: Headers) -> bool:
    """Tell whether a request was made by a page of ours: browsers send `Origin` with every post and socket."""
    origin, host = headers.get("origin"), headers.get("host")
    return bool(origin and host and urlparse(origin).netloc == host)


def set_session_cookie(response: Response, book: SessionBook, session: Session, *, secure: bool) -> None:
    """Give the browser its session: unreadable for scripts, never sent along by other sites' posts."""
    response.set_cookie(
        book.cookie,
        book.seal(session),
        max_age=IDLE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=secure,
        path="/",
    )


def _sets_cookie(message: Message, name: str) -> bool:
    prefix = f"{name}=".encode()
    return any(key == b"set-cookie" and value.startswith(prefix) for key, value in message["headers"])
