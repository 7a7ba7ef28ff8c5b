"""The upload page's side of a transfer: the tus protocol, as its specification states the answers."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from comptoir.settings import Settings
from dash_app.context import Dashboard
from dash_app.sessions import Session, enter_session
from dash_app.transfers import PIECE_TYPE, add_transfer_routes
from tests.unit.accounts_in_memory import MemoryHot

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, upload_limit_mb=1)


@pytest.fixture
def hot() -> MemoryHot:
    return MemoryHot()


@pytest.fixture
def client(settings: Settings, hot: MemoryHot) -> TestClient:
    app = FastAPI()

    @app.middleware("http")
    async def signed_in(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        enter_session(Session("1", request.headers.get("account", "claire"), 1, 0.0, 0.0))
        return await go_on(request)

    add_transfer_routes(app, Dashboard(settings, hot))
    return TestClient(app)


def begin(client: TestClient, size_bytes: int, name: str = "ventes été.csv") -> Response:
    metadata = f"filename {base64.b64encode(name.encode()).decode()}"
    return client.post("/transfers", headers={"Upload-Length": str(size_bytes), "Upload-Metadata": metadata})


def send(client: TestClient, address: str, offset: int, piece: bytes, **headers: str) -> Response:
    known = {"Upload-Offset": str(offset), "Content-Type": PIECE_TYPE}
    return client.patch(address, content=iter([piece]), headers=known | headers)


def test_a_file_comes_in_pieces_and_is_whole(client: TestClient, settings: Settings, hot: MemoryHot):
    begun = begin(client, 8)
    assert begun.status_code == 201
    address = begun.headers["location"]
    first = send(client, address, 0, b"a;b\n")
    assert (first.status_code, first.headers["upload-offset"]) == (204, "4")
    asked = client.head(address)
    assert (asked.status_code, asked.headers["upload-offset"], asked.headers["upload-length"]) == (200, "4", "8")
    assert send(client, address, 4, b"1;2\n").headers["upload-offset"] == "8"
    assert (settings.drop_folder / "ventes été.csv").read_bytes() == b"a;b\n1;2\n"
    (act,) = hot.control["audit_log"].documents.values()
    assert (act["who"], act["act"], act["subject"]) == ("claire", "file uploaded", "ventes été.csv")
    assert client.head(address).headers["upload-offset"] == "8"


def test_a_wrong_offset_is_answered_with_the_right_one(client: TestClient):
    address = begin(client, 8).headers["location"]
    send(client, address, 0, b"abc")
    answer = send(client, address, 5, b"xyz")
    assert (answer.status_code, answer.headers["upload-offset"]) == (409, "3")


def test_too_large_and_empty_files_are_refused_before_a_byte_is_sent(client: TestClient, settings: Settings):
    large = begin(client, 1024 * 1024 + 1)
    assert large.status_code == 413
    assert "1 MB" in large.json()["message"]
    assert begin(client, 0).status_code == 422
    assert not settings.drop_folder.exists()


def test_more_than_was_announced_is_refused_and_leaves_nothing(client: TestClient, settings: Settings):
    address = begin(client, 3).headers["location"]
    assert send(client, address, 0, b"x" * 4).status_code == 413
    assert client.head(address).status_code == 404
    assert [path for path in settings.drop_folder.rglob("*") if path.is_file()] == []


def test_another_account_finds_no_transfer(client: TestClient):
    address = begin(client, 8).headers["location"]
    other = {"account": "denis"}
    assert client.head(address, headers=other).status_code == 404
    assert send(client, address, 0, b"x", **other).status_code == 404
    assert client.delete(address, headers=other).status_code == 404
    assert client.head(address).headers["upload-offset"] == "0"


def test_a_cancelled_transfer_is_gone(client: TestClient):
    address = begin(client, 8).headers["location"]
    assert client.delete(address).status_code == 204
    assert client.head(address).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "8"},
        {"Upload-Metadata": "filename dg=="},
        {"Upload-Length": "-1", "Upload-Metadata": "filename dg=="},
        {"Upload-Length": "8", "Upload-Metadata": "filename %%"},
    ],
)
def test_an_incomplete_announcement_is_refused(client: TestClient, headers: dict[str, str]):
    assert client.post("/transfers", headers=headers).status_code == 400


def test_a_piece_of_another_type_is_refused(client: TestClient):
    address = begin(client, 8).headers["location"]
    assert client.patch(address, content=b"x", headers={"Upload-Offset": "0"}).status_code == 415
