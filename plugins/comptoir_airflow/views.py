"""Pages beside Airflow's own: the stream's log and the Data Docs of a file, for those who may see the task.

Mounted by `comptoir_plugin.py` below `PREFIX`; the task links of `comptoir_airflow.links` lead here.
"""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from comptoir.embedded.files import tail
from comptoir.names import APP_STREAM, DAG_INGEST, DAG_STREAM
from comptoir.settings import load_settings
from comptoir_airflow.lease import Application

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from pathlib import Path

    from fastapi import FastAPI

PREFIX: Final = "/comptoir"
TAIL_BYTES: Final = 200_000
# Data Docs show cells of files that people sent: whatever is in them, nothing runs as a part of Airflow.
SANDBOX: Final = {"Content-Security-Policy": "sandbox"}


async def application(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """Answer a request; the web framework is loaded at the first one, since every task loads the plugin."""
    await build()(scope, receive, send)


@lru_cache(maxsize=1)
def build() -> FastAPI:
    """Return the web application."""
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity  # noqa: PLC0415 - as above
    from airflow.api_fastapi.core_api.security import requires_access_dag  # noqa: PLC0415 - as above
    from fastapi import Depends, FastAPI, HTTPException  # noqa: PLC0415 - as above
    from fastapi.responses import FileResponse, PlainTextResponse  # noqa: PLC0415 - as above

    web = FastAPI(title="Comptoir", docs_url=None, redoc_url=None, openapi_url=None)
    home = load_settings().home

    def may_see(dag_id: str) -> list[Any]:
        return [Depends(requires_access_dag("GET", DagAccessEntity.TASK_LOGS, dag_id))]

    def show_log() -> PlainTextResponse:
        return PlainTextResponse(tail(Application(APP_STREAM, home).log_file, TAIL_BYTES))

    def show_docs(path: str) -> FileResponse:
        page = inside(home / "data_docs", path)
        if page is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "These Data Docs are not kept (any more).")
        return FileResponse(page, headers=SANDBOX)

    web.get("/stream-log", dependencies=may_see(DAG_STREAM), response_model=None)(show_log)
    web.get("/data-docs/{path:path}", dependencies=may_see(DAG_INGEST), response_model=None)(show_docs)
    return web


def inside(folder: Path, path: str) -> Path | None:
    """Return the file at a path below a folder; None where there is none or the path leads out of it."""
    file = (folder / path).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
