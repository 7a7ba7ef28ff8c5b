"""The upload page's side of a transfer: the tus protocol, as its specification states the answers, and decisions."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from comptoir.landing import transfers
from comptoir.landing.drop import Origin, read_origin
from comptoir.previewing import Look
from comptoir.settings import Settings
from dash_app.context import Dashboard
from dash_app.sessions import Session, enter_session
from dash_app.transfers import PIECE_TYPE, add_transfer_routes
from dash_app.waiting import add_waiting_routes
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
    return served(settings, hot)


def served(settings: Settings, hot: MemoryHot) -> TestClient:
    app = FastAPI()

    @app.middleware("http")
    async def signed_in(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        enter_session(Session("1", request.headers.get("account", "claire"), 1, 0.0, 0.0))
        return await go_on(request)

    dashboard = Dashboard(settings, hot)
    add_transfer_routes(app, dashboard)
    add_waiting_routes(app, dashboard)
    return TestClient(app)


def begin(client: TestClient, size_bytes: int, name: str = "ventes été.csv") -> Response:
    metadata = f"filename {base64.b64encode(name.encode()).decode()}"
    return client.post("/transfers", headers={"Upload-Length": str(size_bytes), "Upload-Metadata": metadata})


def send(client: TestClient, address: str, offset: int, piece: bytes, **headers: str) -> Response:
    known = {"Upload-Offset": str(offset), "Content-Type": PIECE_TYPE}
    return client.patch(address, content=iter([piece]), headers=known | headers)


def send_whole(client: TestClient, name: str = "ventes été.csv") -> str:
    """Send a file; it waits then."""
    address = str(begin(client, 8, name).headers["location"])
    send(client, address, 0, b"a;b\n1;2\n")
    return address


def look_into(settings: Settings, address: str, outcome: str) -> None:
    """Keep what a look into a waiting file told, as the dashboard's thread does."""
    transfer = transfers.find(settings, address.rpartition("/")[2], "claire")
    report = {"outcome": outcome, "rows_rejected": 0}
    transfers.keep_look(settings, transfer, asdict(Look("ab", "", "en", transfer.answers, report)))


def decide(client: TestClient, address: str, act: str, **fields: str) -> Response:
    return client.post(f"{address}/{act}", data=fields, follow_redirects=False)


def test_a_file_comes_in_pieces_and_waits_whole_until_it_is_imported(
    client: TestClient, settings: Settings, hot: MemoryHot
):
    begun = begin(client, 8)
    assert begun.status_code == 201
    address = begun.headers["location"]
    first = send(client, address, 0, b"a;b\n")
    assert (first.status_code, first.headers["upload-offset"]) == (204, "4")
    asked = client.head(address)
    assert (asked.status_code, asked.headers["upload-offset"], asked.headers["upload-length"]) == (200, "4", "8")
    assert send(client, address, 4, b"1;2\n").headers["upload-offset"] == "8"
    assert hot.acts == []
    look_into(settings, address, "accept")
    assert decide(client, address, "import").status_code == 303
    assert (settings.drop_folder / "ventes été.csv").read_bytes() == b"a;b\n1;2\n"
    (act,) = hot.control["audit_log"].documents.values()
    assert (act["who"], act["act"], act["subject"]) == ("claire", "file uploaded", "ventes été.csv")
    assert client.head(address).headers["upload-offset"] == "8"


def test_what_is_not_looked_into_or_still_asks_is_not_imported(client: TestClient, settings: Settings):
    address = send_whole(client)
    assert decide(client, address, "import").status_code == 409
    look_into(settings, address, "ask")
    refused = decide(client, address, "import")
    assert (refused.status_code, "question that is open" in refused.text) == (409, True)
    # A look belongs to the answers that were given when it was made.
    look_into(settings, address, "accept")
    assert decide(client, address, "answers", **{"date_order_unclear::timestamp": "day_first"}).status_code == 303
    assert decide(client, address, "import").status_code == 409
    look_into(settings, address, "accept")
    assert decide(client, address, "import").status_code == 303
    origin = read_origin(settings.drop_folder / "ventes été.csv")
    assert origin == Origin("page", "claire", {"date_order_unclear::timestamp": "day_first"})


def test_imported_again_on_purpose_it_says_so(client: TestClient, settings: Settings, hot: MemoryHot):
    address = send_whole(client)
    look_into(settings, address, "accept")
    decide(client, address, "import", again="on")
    assert decide(client, address, "import").status_code == 303  # the second click of a double one
    assert read_origin(settings.drop_folder / "ventes été.csv").again
    assert hot.acts == ["file uploaded"]


def test_a_file_that_is_left_is_gone(client: TestClient, settings: Settings, hot: MemoryHot):
    address = send_whole(client)
    assert decide(client, address, "leave").status_code == 303
    gone = decide(client, address, "import")
    assert (gone.status_code, "waits no more" in gone.text) == (404, True)
    assert [path for path in settings.drop_folder.rglob("*") if path.is_file()] == []
    assert hot.acts == []


def test_looked_into_again_it_has_to_be_seen_first(client: TestClient, settings: Settings):
    address = send_whole(client)
    look_into(settings, address, "accept")
    assert decide(client, address, "look").status_code == 303
    assert decide(client, address, "import").status_code == 409


def test_another_account_decides_on_nothing(client: TestClient, settings: Settings):
    address = send_whole(client)
    look_into(settings, address, "accept")
    for act in ("answers", "look", "import", "leave"):
        answer = client.post(f"{address}/{act}", headers={"account": "denis"}, follow_redirects=False)
        assert answer.status_code == 404
    assert len(transfers.waiting(settings, "claire")) == 1


def test_a_form_that_no_page_of_ours_sends_is_refused(client: TestClient, settings: Settings):
    address = send_whole(client)
    assert decide(client, address, "answers", x="y" * 501).status_code == 400
    assert transfers.waiting(settings, "claire")[0].answers == {}


def test_beyond_the_limit_of_waiting_files_none_is_begun(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transfers, "WAITING_LIMIT", 1)
    send_whole(client)
    refused = begin(client, 8)
    assert (refused.status_code, "1 files wait for you already" in refused.json()["message"]) == (429, True)


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


def test_two_gibibytes_are_taken_unless_settings_say_otherwise_and_a_byte_more_is_not(tmp_path: Path):
    client = served(Settings(home=tmp_path), MemoryHot())
    assert begin(client, 2 * 1024**3).status_code == 201
    refused = begin(client, 2 * 1024**3 + 1)
    assert refused.status_code == 413
    assert refused.json() == {"message": "This file is larger than 2048 MB. Split it and drop the parts."}


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
