"""Uploads in pieces, by the open tus protocol (tus.io, version 1.0.0: core, creation, termination).

A browser opens a transfer, sends the file as one or several pieces, and after a lost connection asks how much has
arrived and goes on from there. Each account reaches its own transfers alone. A whole file waits for its owner:
`waiting` has the routes of that.
"""

from __future__ import annotations

import base64
import binascii
import io
import logging
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import anyio.from_thread
from fastapi import Request  # noqa: TC002 - FastAPI reads the annotations of its routes
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from comptoir.landing import transfers
from comptoir.landing.transfers import (
    BusyTransferError,
    OverlongError,
    TooManyWaitingError,
    Transfer,
    WrongOffsetError,
)
from dash_app.sessions import current_session
from dash_app.translations import say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

    from dash_app.context import Dashboard

PATH: Final = "/transfers"
VERSION: Final = {"Tus-Resumable": "1.0.0"}
PIECE_TYPE: Final = "application/offset+octet-stream"
BUFFER_BYTES: Final = 1024 * 1024

log = logging.getLogger(__name__)


def add_transfer_routes(app: FastAPI, dashboard: Dashboard) -> None:
    """Register the routes of transfers."""

    @app.post(PATH, include_in_schema=False)
    async def begin(request: Request) -> Response:
        return await run_in_threadpool(_begin, request, dashboard)

    @app.head(PATH + "/{token}", include_in_schema=False)
    async def offset(token: str) -> Response:
        return await run_in_threadpool(_tell_offset, dashboard, token)

    @app.patch(PATH + "/{token}", include_in_schema=False)
    async def append(token: str, request: Request) -> Response:
        body: BinaryIO = io.BufferedReader(RequestBody(aiter(request.stream())), BUFFER_BYTES)
        return await run_in_threadpool(_append, request, dashboard, token, body)

    @app.delete(PATH + "/{token}", include_in_schema=False)
    async def cancel(token: str) -> Response:
        return await run_in_threadpool(_cancel, dashboard, token)


class RequestBody(io.RawIOBase):
    """A request's body as a file object for a worker thread; bytes are pulled as they come, never gathered."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._buffer = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, target: Any) -> int:
        """Fill the buffer with what came; 0 at the end, also where the browser went away."""
        while not self._buffer:
            try:
                chunk = anyio.from_thread.run(anext, self._chunks, None)
            except ClientDisconnect:
                return 0
            if chunk is None:
                return 0
            self._buffer = chunk
        taken = self._buffer[: len(target)]
        self._buffer = self._buffer[len(taken) :]
        target[: len(taken)] = taken
        return len(taken)


def _begin(request: Request, dashboard: Dashboard) -> Response:
    name = file_name(request.headers.get("upload-metadata", ""))
    size = request.headers.get("upload-length", "")
    if not name or not size.isdecimal():
        return _answer(400, message=say(current_session().language, "transfers.begin"))
    language, limit = current_session().language, dashboard.settings.upload_limit_mb
    if int(size) == 0:
        return _answer(422, message=say(language, "uploads.empty_file"))
    if int(size) > limit * 1024**2:
        return _answer(413, message=say(language, "uploads.too_large", limit=limit))
    try:
        transfer = transfers.begin(dashboard.settings, name, int(size), current_session().name)
    except TooManyWaitingError:
        return _answer(429, message=say(language, "waiting.too_many", limit=transfers.WAITING_LIMIT))
    return _answer(201, headers={"Location": f"{PATH}/{transfer.token}"})


def file_name(metadata: str) -> str:
    """Return the file's name from tus' metadata: pairs of a key and a value in base64, parted by commas.

    Examples:
        >>> file_name("size MTI=,filename dmVudGVzLmNzdg==")
        'ventes.csv'
    """
    pairs = dict(pair.strip().partition(" ")[::2] for pair in metadata.split(","))
    try:
        return base64.b64decode(pairs.get("filename", ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _tell_offset(dashboard: Dashboard, token: str) -> Response:
    transfer = own_transfer(dashboard, token)
    if transfer is None:
        return _answer(404)
    return _answer(200, headers=_progress(dashboard, transfer) | {"Upload-Length": str(transfer.size_bytes)})


def _append(request: Request, dashboard: Dashboard, token: str, body: BinaryIO) -> Response:
    transfer = own_transfer(dashboard, token)
    offset = request.headers.get("upload-offset", "")
    if transfer is None:
        return _answer(404)
    if request.headers.get("content-type") != PIECE_TYPE or not offset.isdecimal():
        return _answer(415, message=say(current_session().language, "transfers.piece", type=PIECE_TYPE))
    try:
        arrived = transfers.append(dashboard.settings, transfer, int(offset), body)
    except (WrongOffsetError, BusyTransferError, OverlongError, OSError) as error:
        return _refusal(error, dashboard, transfer)
    if arrived == transfer.size_bytes:
        dashboard.previews.ask(transfer, current_session().language)
        dashboard.hub.changed("files")
    return _answer(204, headers={"Upload-Offset": str(arrived)})


def _refusal(error: Exception, dashboard: Dashboard, transfer: Transfer) -> Response:
    if isinstance(error, WrongOffsetError):
        return _answer(409, headers=_progress(dashboard, transfer))
    if isinstance(error, BusyTransferError):
        return _answer(423)
    if isinstance(error, OverlongError):
        return _answer(413, message=say(current_session().language, "transfers.overlong"))
    log.warning("A piece could not be kept: %s", error)
    return _answer(503, message=say(current_session().language, "uploads.not_kept"))


def _cancel(dashboard: Dashboard, token: str) -> Response:
    transfer = own_transfer(dashboard, token)
    if transfer is None:
        return _answer(404)
    transfers.cancel(dashboard.settings, transfer)
    return _answer(204)


def own_transfer(dashboard: Dashboard, token: str) -> Transfer | None:
    """Return the transfer of that token where it is of whoever is signed in."""
    try:
        return transfers.find(dashboard.settings, token, current_session().name)
    except KeyError:
        return None


def _progress(dashboard: Dashboard, transfer: Transfer) -> dict[str, str]:
    return {"Upload-Offset": str(transfers.offset_bytes(dashboard.settings, transfer))}


def _answer(status: int, *, message: str = "", headers: dict[str, str] | None = None) -> Response:
    known = VERSION | (headers or {})
    return JSONResponse({"message": message}, status, known) if message else Response(status_code=status, headers=known)
