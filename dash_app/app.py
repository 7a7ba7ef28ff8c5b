"""The application factory: the one place of the dashboard that builds clients and puts the parts together."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dash
from dash import Dash
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from comptoir.errors import TransientError
from comptoir.stores.hot import open_hot
from dash_app import shell
from dash_app.context import Dashboard
from dash_app.gate import Gate
from dash_app.pages import admin, expected, held, mappings, missing, problems, rules, uploads
from dash_app.replies import add_refusals
from dash_app.routes import add_routes
from dash_app.sessions import current_session, is_signed_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import ASGIApp

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from dash_app.components.parts import Component

HERE = Path(__file__).parent


def create_app(settings: Settings, hot: Hot | None = None, *, live: bool = True) -> ASGIApp:
    """Return the dashboard as an ASGI application.

    Args:
        settings: where the servers are and what the trader set.
        hot: the opened hot store; opened from the settings when absent.
        live: whether to follow the results topic and the ledger, and to look into waiting files.
    """
    dashboard = Dashboard(settings, hot or open_hot(settings))
    server = FastAPI(lifespan=_lifespan(dashboard, live=live), docs_url=None, redoc_url=None, openapi_url=None)
    add_refusals(server, settings.language)
    add_routes(server, dashboard)
    app = _dash(server, dashboard)
    return Gate(server, dashboard.book, lambda: security_headers(app, settings))


def _lifespan(dashboard: Dashboard, *, live: bool) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(server: FastAPI) -> AsyncIterator[None]:
        await _warm_up(server)
        if live:
            dashboard.feeds.start()
            dashboard.previews.start()
        yield
        if live:
            dashboard.previews.stop()
            dashboard.feeds.stop()

    return lifespan


async def _warm_up(server: FastAPI) -> None:
    # Dash finds its assets and pages at the first request for "/", and nobody's first page need be that one.
    async with AsyncClient(transport=ASGITransport(server), base_url="http://dash") as client:
        (await client.get("/")).raise_for_status()


class _Application(Dash):
    """Dash, with the reader's language on every page: screen readers and the browser's own fields go by it."""

    def interpolate_index(self, *parts: Any, **named: Any) -> str:
        language = current_session().language if is_signed_in() else "en"
        page: str = super().interpolate_index(*parts, **named)  # type: ignore[no-untyped-call]
        return page.replace("{%lang%}", language, 1)


def _dash(server: FastAPI, dashboard: Dashboard) -> Dash:
    backend: Any = server  # what the annotation of Dash lacks
    app = _Application(
        "dash_app",
        server=backend,
        backend="fastapi",
        assets_folder=str(HERE / "assets"),
        assets_ignore=r"login\.css",
        pages_folder="",
        use_pages=True,
        title="Comptoir",
        update_title="",
        add_log_handler=False,
        suppress_callback_exceptions=True,
        websocket_inactivity_timeout=0,  # a page on a wall is never idle
        enable_mcp=False,
        meta_tags=[{"name": "color-scheme", "content": "light dark"}],
    )
    app.index_string = (HERE / "index.html").read_text()
    app.layout = partial(shell.layout, dashboard)
    _register_pages(dashboard)
    for part in (shell, uploads, held, admin):
        part.register_callbacks(app, dashboard)
    return app


def _register_pages(dashboard: Dashboard) -> None:
    pages = {
        "uploads": ("/", uploads.layout),
        "admin": ("/admin", admin.layout),
        "expected": (expected.PATH, expected.layout),
        "held": ("/held", held.layout),
        "mappings": (mappings.PATH, mappings.layout),
        "rules": ("/rules", rules.layout),
        "problems": ("/help/problems", problems.layout),
        "not_found_404": (None, missing.layout),
    }
    for name, (path, layout) in pages.items():
        dash.register_page(name, path=path, title="Comptoir", layout=partial(_page, dashboard, layout))  # type: ignore[no-untyped-call]


def _page(dashboard: Dashboard, layout: Callable[[Dashboard], Component], **_query: str) -> Component:
    try:
        return layout(dashboard)
    except PermissionError:
        return missing.forbidden(dashboard)
    except TransientError:
        return missing.store_away(dashboard)


def security_headers(app: Dash, settings: Settings) -> dict[str, str]:
    """Return the headers of every answer.

    Styles are allowed inline because Mantine, the grid and plotly write them from scripts; scripts are not.
    Airflow's UI on this machine may show the dashboard in a frame; nobody else may.
    """
    airflow_port = settings.port("airflow-api")
    ancestors = f"'self' http://127.0.0.1:{airflow_port} http://localhost:{airflow_port}"
    policy = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *(f"'{digest.strip(chr(39))}'" for digest in app.csp_hashes())]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "object-src": "'none'",
        "frame-ancestors": ancestors,
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
