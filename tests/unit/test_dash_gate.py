"""The gate: nobody gets through anywhere without a session, and nobody further than their role goes."""

from __future__ import annotations

import json
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import polars as pl
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from comptoir import accounts
from comptoir.errors import TransientError
from comptoir.inventory import Inventory
from comptoir.settings import Settings
from comptoir.stores import acts
from comptoir.stores.closing import ClosedBooksError
from comptoir.templates import TEMPLATES
from dash_app import files, inventories
from dash_app.app import create_app
from dash_app.gate import PUBLIC_PATHS, Gate
from dash_app.sessions import ABSOLUTE_SECONDS, IDLE_SECONDS, SessionBook
from tests.unit.accounts_in_memory import MemoryHot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response

ORIGIN = {"origin": "http://testserver"}
PAGE = {"accept": "text/html"}
SOCKET = "/_dash-ws-callback"


@pytest.fixture(scope="module", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """The same algorithm at its least cost: these tests hash dozens of times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="module")
def hot() -> MemoryHot:
    return MemoryHot()


@pytest.fixture(scope="module")
def passwords(hot: MemoryHot) -> dict[str, str]:
    return {account.name: account.password for account in accounts.create_first_accounts(hot)}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), timezone="Europe/Paris", language="en")


@pytest.fixture(scope="module")
def app(hot: MemoryHot, settings: Settings) -> Iterator[Gate]:
    created = create_app(settings, hot, live=False)
    with TestClient(created):  # the application's start
        yield created


@pytest.fixture
def client(app: Gate) -> TestClient:
    return TestClient(app, follow_redirects=False)


def sign_in(client: TestClient, name: str, password: str, **fields: str) -> Response:
    return client.post("/login", data={"name": name, "password": password, **fields}, headers=ORIGIN)


def every_path(app: Gate) -> list[tuple[str, str]]:
    """Every method and path that the application answers to, and some that it doesn't."""
    routes = [route for route in app._app.routes if getattr(route, "methods", None)]
    known = [(method, route.path) for route in routes for method in sorted(route.methods)]
    extra = [("GET", "/assets/comptoir.css"), ("GET", "/admin"), ("GET", "/nowhere"), ("GET", "/admin/../transfers")]
    return [*known, *extra]


def test_the_application_has_the_routes_that_are_tested(app: Gate) -> None:
    paths = {path for _, path in every_path(app)}
    assert {"/", "/_dash-layout", "/_dash-dependencies", "/_dash-update-component", "/transfers", "/logout"} <= paths
    assert "/data-docs/{file_id}/{path:path}" in paths
    assert {"/original/{file_id}", "/withdraw/{file_id}", "/restore/{file_id}"} <= paths
    assert "/inventory/{file_id}" in paths
    assert {"/desk/release/{file_id}", "/desk/dismiss/{file_id}", "/desk/closing", "/desk/accounts/{name}"} <= paths


def test_every_route_refuses_anonymous(app: Gate, client: TestClient) -> None:
    for method, path in every_path(app):
        if path in PUBLIC_PATHS:
            continue
        plain = client.request(method, path, headers=ORIGIN)
        assert plain.status_code == 401, (method, path)
        assert "no-store" in plain.headers["cache-control"]
        if method == "GET":
            page = client.get(path, headers=PAGE)
            assert page.status_code == 303, path
            assert page.headers["location"].startswith("/login"), path


def test_the_socket_refuses_anonymous_and_other_sites(client: TestClient, passwords: dict[str, str]) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET, headers=ORIGIN):
        pass
    sign_in(client, "administrator", passwords["administrator"])
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(SOCKET, headers={"origin": "http://evil.example"}),
    ):
        pass
    with client.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        socket.send_json({"type": "heartbeat"})
        assert socket.receive_json() == {"type": "heartbeat_ack"}


def test_an_open_socket_ends_with_its_session(
    client: TestClient, hot: MemoryHot, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dash_app.gate.SOCKET_CHECK_SECONDS", 0.05)
    sign_in(client, "administrator", passwords["administrator"])
    with client.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        passwords["administrator"] = accounts.reset_password(hot, "administrator")
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()
    assert ended.value.code == 4001


@pytest.mark.usefixtures("passwords")
def test_unknown_account_and_wrong_password_get_the_same_answer(client: TestClient) -> None:
    wrong = sign_in(client, "accountant", "not-this-one")
    unknown = sign_in(client, "nobody-here", "not-this-one")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("accountant", "X") == unknown.text.replace("nobody-here", "X")
    assert "set-cookie" not in wrong.headers


def test_guessing_is_throttled_also_for_unknown_accounts(client: TestClient) -> None:
    answers = [sign_in(client, "guessed", f"guess {number}").status_code for number in range(6)]
    assert answers == [401, 401, 401, 401, 401, 429]
    assert int(sign_in(client, "guessed", "again").headers["retry-after"]) >= 1


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient, passwords: dict[str, str]) -> None:
    cookie = sign_in(client, "accountant", passwords["accountant"]).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


def test_each_sign_in_opens_another_session(client: TestClient, passwords: dict[str, str]) -> None:
    first = sign_in(client, "accountant", passwords["accountant"]).headers["set-cookie"]
    second = sign_in(client, "accountant", passwords["accountant"]).headers["set-cookie"]
    assert first.split(";")[0] != second.split(";")[0]


def test_a_sign_out_ends_the_session_even_for_a_copy_of_its_cookie(
    client: TestClient, passwords: dict[str, str]
) -> None:
    sign_in(client, "accountant", passwords["accountant"])
    copy = dict(client.cookies)
    assert client.get("/session").json() == {"name": "accountant", "role": "accountant"}
    assert client.post("/logout", headers=ORIGIN).status_code == 303
    client.cookies.update(copy)
    assert client.get("/session").status_code == 401


def test_a_forged_cookie_opens_nothing(client: TestClient, passwords: dict[str, str]) -> None:
    sign_in(client, "accountant", passwords["accountant"])
    ((name, value),) = client.cookies.items()
    client.cookies.clear()
    client.cookies.set(name, value[:-2] + ("AA" if not value.endswith("AA") else "BB"))
    assert client.get("/session").status_code == 401


def test_posts_from_other_sites_are_refused(client: TestClient, passwords: dict[str, str]) -> None:
    sign_in(client, "accountant", passwords["accountant"])
    for origin in ({}, {"origin": "http://evil.example"}, {"origin": "null"}):
        for path in ("/transfers", "/logout", "/language", "/login", "/_dash-update-component"):
            assert client.post(path, headers=origin).status_code == 403, (path, origin)


def test_the_figures_are_for_administrators(client: TestClient, passwords: dict[str, str]) -> None:
    sign_in(client, "accountant", passwords["accountant"])
    refused = client.get("/admin", headers=PAGE)
    assert refused.status_code == 403
    assert "administrators" in refused.text
    assert client.get("/", headers=PAGE).status_code == 200
    client.cookies.clear()
    sign_in(client, "administrator", passwords["administrator"])
    assert client.get("/admin", headers=PAGE).status_code == 200
    assert client.get("/", headers=PAGE).status_code == 200


def test_the_figures_callbacks_are_for_administrators(client: TestClient, passwords: dict[str, str]) -> None:
    sign_in(client, "accountant", passwords["accountant"])
    dependencies = client.get("/_dash-dependencies").json()
    admin_callbacks = [entry for entry in dependencies if "winners-grid.rowData" in entry["output"]]
    assert len(admin_callbacks) == 1
    outputs = [part.rsplit(".", 1) for part in admin_callbacks[0]["output"].strip(".").split("...")]
    request = {
        "output": admin_callbacks[0]["output"],
        "outputs": [{"id": identity, "property": name} for identity, name in outputs],
        "inputs": [{**entry, "value": 1} for entry in admin_callbacks[0]["inputs"]],
        "changedPropIds": ["live-winners.data"],
        "state": [],
    }
    answer = client.post("/_dash-update-component", json=request, headers=ORIGIN)
    assert answer.status_code == 403, answer.text


def test_the_reports_of_a_file_are_for_whoever_sent_it_and_administrators(
    client: TestClient, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("the report")
    (tmp_path / "a-rejected.csv").write_text("the rows")
    entry = {"_id": "abc-1", "by": "accountant", "data_docs": str(tmp_path)}
    entry |= {"rejects": str(tmp_path / "a-rejected.csv")}
    monkeypatch.setattr(files, "upload_entry", lambda _hot, _file_id: entry)
    for name in ("accountant", "administrator"):
        sign_in(client, name, passwords[name])
        assert client.get("/data-docs/abc-1/").text == "the report"
        assert client.get("/rejects/abc-1").text == "the rows"


DESK = {
    "/expected/add": {"kind": "sales", "by": "09:00", "days": "mon-fri"},
    "/expected/remove/abcd": {},
    "/desk/release/abc-1": {},
    "/desk/dismiss/abc-1": {"note": "twice"},
    "/desk/closing": {"day": "2026-04-01", "confirmed": "yes"},
    "/desk/accounts/accountant": {"import_policy": "good_rows", "date_order": "default", "decimal_mark": "point"},
}


def test_the_desk_is_for_administrators(
    client: TestClient, hot: MemoryHot, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, "accountant", passwords["accountant"])
    before = hot.acts
    for path in ("/rules", "/expected"):
        assert client.get(path, headers=PAGE).status_code == 403, path
    for path, form in DESK.items():
        assert client.post(path, data=form, headers=ORIGIN).status_code == 403, path
    monkeypatch.setattr("dash_app.gate.ADMINISTRATOR_PATHS", frozenset())  # each route refuses by itself, too
    for path, form in DESK.items():
        assert client.post(path, data=form, headers=ORIGIN).status_code == 403, path
    sign_in(client, "administrator", passwords["administrator"])
    for path, form in DESK.items():
        assert client.post(path, data=form).status_code == 403, path  # not from a page of ours
    assert [act for act in hot.acts[len(before) :] if act != "sign-in"] == []


def test_the_rules_of_an_account_are_kept_in_the_name_of_the_administrator(
    client: TestClient, hot: MemoryHot, passwords: dict[str, str]
) -> None:
    sign_in(client, "administrator", passwords["administrator"])
    form = {"import_policy": "all_or_nothing", "date_order": "default", "decimal_mark": "comma"}
    for _ in range(2):  # what stays as it is leaves no second line
        answer = client.post("/desk/accounts/accountant", data=form, headers=ORIGIN)
        assert (answer.status_code, answer.headers["location"]) == (303, "/rules")
    account = accounts.find(hot, "accountant")
    assert account is not None
    assert (account.import_policy, account.date_order, account.decimal_mark) == ("all_or_nothing", None, "comma")
    lines = [line for line in hot.control["audit_log"].documents.values() if line["act"].endswith("changed")]
    assert [(line["act"], line["who"]) for line in lines] == [
        ("import policy changed", "administrator"),
        ("locale changed", "administrator"),
    ]
    unsound = form | {"import_policy": "whatever"}
    assert client.post("/desk/accounts/accountant", data=unsound, headers=ORIGIN).status_code == 400
    assert client.post("/desk/accounts/nobody", data=form, headers=ORIGIN).status_code == 404
    accounts.set_import_policy(hot, "accountant", None)
    accounts.set_locale(hot, "accountant", None, None)


def test_a_dismissal_needs_a_note(client: TestClient, passwords: dict[str, str]) -> None:
    sign_in(client, "administrator", passwords["administrator"])
    for note in ("", "  ", "x" * 501):
        assert client.post("/desk/dismiss/abc-1", data={"note": note}, headers=ORIGIN).status_code == 422


def test_closed_books_refuse_a_withdrawal_on_the_page(
    client: TestClient, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"_id": "abc-1", "name": "a.csv", "by": "accountant", "state": "applied"}
    monkeypatch.setattr(files, "upload_entry", lambda _hot, _file_id: entry)

    def ask(*_arguments: object, **_named: object) -> None:
        raise ClosedBooksError.of(3, date(2026, 4, 1))

    monkeypatch.setattr(files, "ask_to_change_back", ask)
    sign_in(client, "accountant", passwords["accountant"])
    answer = client.post("/withdraw/abc-1", headers=ORIGIN)
    assert answer.status_code == 409
    assert "3 invoice(s) dated before 1 Apr 2026" in answer.text


def test_whoever_sent_an_inventory_sees_what_it_lacks_and_may_say_that_it_is_complete(
    client: TestClient, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"_id": "abc-1", "name": "stock <b>.csv", "by": "accountant", "state": "applied"}
    lots = {"product_code": ["B", "C"], "batch_no": ["L2", None], "quantity": [1205, 1]}
    completed: list[str] = []
    monkeypatch.setattr(inventories, "upload_entry", lambda _hot, _file_id: entry)
    monkeypatch.setattr(inventories, "find_inventory", lambda _hot, found: Inventory(found, pl.DataFrame(lots)))
    monkeypatch.setattr(inventories, "complete_inventory", lambda *_, by: completed.append(by))
    sign_in(client, "accountant", passwords["accountant"])
    page = unescape(client.get("/inventory/abc-1").text)
    assert "2 lots with stock, 1,206 units in all, are not in “stock <b>.csv”." in page
    assert "They are: B / L2 (1,205), C (1)." in page
    assert "<button>It is complete: set them to 0</button>" in page
    assert "<b>" not in client.get("/inventory/abc-1").text
    assert completed == []
    assert client.post("/inventory/abc-1", headers=ORIGIN).status_code == 303
    assert completed == ["accountant"]
    entry["by"] = "paul"
    assert client.get("/inventory/abc-1").status_code == 403
    assert client.post("/inventory/abc-1", headers=ORIGIN).status_code == 403
    assert completed == ["accountant"]


def test_a_page_names_some_absent_lots_and_counts_the_others(
    client: TestClient, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"_id": "abc-1", "name": "stock.csv", "by": "accountant", "state": "applied", "published": {"stock": {}}}
    lots = pl.DataFrame({"product_code": [f"P{n}" for n in range(25)], "batch_no": ["L"] * 25, "quantity": [1] * 25})
    monkeypatch.setattr(inventories, "upload_entry", lambda _hot, _file_id: entry)
    monkeypatch.setattr(inventories, "find_inventory", lambda _hot, found: Inventory(found, lots))
    sign_in(client, "accountant", passwords["accountant"])
    assert "P9 / L (1), and 15 more." in client.get("/inventory/abc-1").text
    monkeypatch.setattr(inventories, "find_inventory", lambda _hot, found: Inventory(found, lots.clear()))
    page = client.get("/inventory/abc-1").text
    assert "Every lot with stock is in" in page
    assert "<form" not in page


def test_templates_are_for_whoever_is_signed_in(client: TestClient, passwords: dict[str, str]) -> None:
    assert client.get("/templates/modele-ventes.csv").status_code == 401
    sign_in(client, "accountant", passwords["accountant"])
    for name, template in TEMPLATES.items():
        answer = client.get(f"/templates/{name}")
        assert answer.status_code == 200
        assert answer.content == template.content()
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert client.get("/templates/nowhere.csv").status_code == 404


def test_a_file_is_undone_and_downloaded_by_whoever_sent_it_or_an_administrator() -> None:
    files = [{"by": "accountant"}, {"by": "paul"}, {"by": None}]
    assert [acts.may_ask(file, "accountant", is_administrator=False) for file in files] == [True, False, False]
    assert all(acts.may_ask(file, "administrator", is_administrator=True) for file in files)


def test_the_files_of_others_are_not_an_accountants_to_undo(
    client: TestClient, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"_id": "abc-1", "name": "a.csv", "by": "paul", "state": "applied", "raw": "raw/abc-1/a.csv"}
    monkeypatch.setattr(files, "upload_entry", lambda _hot, file_id: entry if file_id == "abc-1" else None)
    asked: list[tuple[str, str]] = []

    def ask(_hot: object, _settings: object, _file_id: str, act: str, *, by: str) -> dict[str, str]:
        asked.append((act, by))
        return entry | {"state": "withdrawing"}

    monkeypatch.setattr(files, "ask_to_change_back", ask)
    sign_in(client, "accountant", passwords["accountant"])
    assert client.post("/withdraw/abc-1", headers=ORIGIN).status_code == 403
    assert client.post("/restore/abc-1", headers=ORIGIN).status_code == 403
    assert client.get("/original/abc-1").status_code == 403
    assert client.get("/rejects/abc-1").status_code == 403
    assert client.get("/data-docs/abc-1/").status_code == 403
    assert client.post("/withdraw/nothing-1", headers=ORIGIN).status_code == 404
    assert client.post("/withdraw/abc-1").status_code == 403  # not from a page of ours
    sign_in(client, "administrator", passwords["administrator"])
    assert asked == []
    assert client.post("/withdraw/abc-1", headers=ORIGIN).status_code == 303
    assert client.post("/restore/abc-1", headers=ORIGIN).status_code == 409
    assert asked == [("withdraw", "administrator"), ("restore", "administrator")]


def test_a_reset_ends_open_sessions(client: TestClient, hot: MemoryHot, passwords: dict[str, str]) -> None:
    sign_in(client, "accountant", passwords["accountant"])
    passwords["accountant"] = accounts.reset_password(hot, "accountant")
    client.app._book.forget("accountant")  # what one second would do
    assert client.get("/session").status_code == 401


def test_a_form_without_an_answer_says_what_to_do(client: TestClient, passwords: dict[str, str]) -> None:
    sign_in(client, "accountant", passwords["accountant"])
    answer = client.post("/answers/abc-1", data={"date_order_unclear::timestamp": ""}, headers=ORIGIN)
    assert [answer.status_code, "Choose an answer to each question" in answer.text] == [422, True]
    assert client.post("/answers/abc-1", content=b"a" * 1_000_001, headers=ORIGIN).status_code == 400


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/login", "/health", "/nowhere"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "'unsafe-eval'" not in policy
        assert "script-src 'self' 'sha256-" in policy
        assert "frame-ancestors 'self' http://127.0.0.1:" in policy
        assert "server" not in headers


def test_after_sign_in_nobody_is_sent_elsewhere(client: TestClient, passwords: dict[str, str]) -> None:
    for target in ("//evil.example", "/\\evil.example", "https://evil.example"):
        answer = sign_in(client, "accountant", passwords["accountant"], next=target)
        assert answer.headers["location"] == "/"


def test_a_disabled_account_is_out_at_once_and_can_not_come_back(
    client: TestClient, hot: MemoryHot, passwords: dict[str, str]
) -> None:
    sign_in(client, "accountant", passwords["accountant"])
    accounts.set_disabled(hot, "accountant", is_disabled=True)
    client.app._book.forget("accountant")  # what one second would do
    assert client.get("/session").status_code == 401
    assert sign_in(client, "accountant", passwords["accountant"]).status_code == 401
    accounts.set_disabled(hot, "accountant", is_disabled=False)
    assert sign_in(client, "accountant", passwords["accountant"]).status_code == 303


@pytest.mark.usefixtures("passwords")
def test_sessions_end_when_idle_and_after_a_day(hot: MemoryHot, tmp_path: Path) -> None:
    now = [1_000_000.0]
    book = SessionBook(Settings(home=tmp_path), hot, clock=lambda: now[0])
    account = accounts.find(hot, "accountant")
    cookie = book.seal(book.open(account))
    now[0] += IDLE_SECONDS
    assert book.read(cookie) is not None
    now[0] += 1
    assert book.read(cookie) is None
    session = book.open(account)
    opened = now[0]
    while now[0] - opened <= ABSOLUTE_SECONDS:
        session = book.check(session)
        assert session is not None
        now[0] += IDLE_SECONDS - 10
        session = book.renewed(session)
    assert book.check(session) is None


def test_a_large_form_is_refused(client: TestClient) -> None:
    assert sign_in(client, "a", "x" * 20_000).status_code == 413


def test_the_trail_names_who_signed_in(client: TestClient, hot: MemoryHot, passwords: dict[str, str]) -> None:
    sign_in(client, "administrator", passwords["administrator"])
    entry = list(hot.control["audit_log"].documents.values())[-1]
    assert (entry["who"], entry["act"]) == ("administrator", "sign-in")
    assert passwords["administrator"] not in json.dumps(entry, default=str)


REFUSALS = [
    # method, path, form, status, what is said in English, in French
    ("GET", "/templates/none.csv", {}, 404, "There is no such template", "Ce modèle n'existe pas"),
    ("GET", "/rejects/abc-1", {}, 404, "This file has no rejected rows", "Ce fichier n'a pas de lignes rejetées"),
    ("GET", "/data-docs/abc-1/", {}, 404, "no validation report", "pas de rapport de validation"),
    ("GET", "/original/abc-1", {}, 404, "There is no such file", "Ce fichier n'existe pas"),
    ("POST", "/withdraw/abc-1", {}, 404, "There is no such file", "Ce fichier n'existe pas"),
    ("POST", "/answers/abc-1", {"a": "x" * 2_000_000}, 400, "no form of ours", "pas un formulaire d'ici"),
    ("POST", "/transfers/abc/import", {"a": "x" * 2_000_000}, 400, "no form of ours", "pas un formulaire d'ici"),
    ("POST", "/transfers/abc/import", {}, 404, "This file waits no more", "Ce fichier n'attend plus"),
    ("POST", "/transfers", {}, 400, "A file begins with", "Un fichier commence par"),
    ("POST", "/language", {"language": "de"}, 400, "no form of ours", "pas un formulaire d'ici"),
    ("POST", "/expected/add", {"kind": "tea"}, 400, "Name a kind", "Donnez un type"),
    ("POST", "/desk/closing", {"day": "tomorrow"}, 400, "no form of ours", "pas un formulaire d'ici"),
    ("POST", "/desk/dismiss/abc-1", {}, 422, "A dismissal needs a note", "500 caractères au plus"),
    ("POST", "/desk/accounts/nobody", DESK["/desk/accounts/accountant"], 404, "no such file or", "n'existe pas"),
    ("PUT", "/nowhere", {}, 405, "There is no such page", "Cette page n'existe pas"),
]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_refused_is_said_in_the_readers_language(
    client: TestClient, hot: MemoryHot, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(files, "upload_entry", lambda _hot, _file_id: None)
    accounts.choose_language(hot, "administrator", language)
    sign_in(client, "administrator", passwords["administrator"])
    for method, path, form, status, english, french in REFUSALS:
        answer = client.request(method, path, data=form, headers=ORIGIN)
        text = unescape(answer.text)
        assert (answer.status_code, (english in text, french in text)) == (
            status,
            (language == "en", language == "fr"),
        ), (path, text)
    accounts.choose_language(hot, "administrator", "en")


def test_who_is_not_signed_in_is_refused_in_their_browsers_language_else_in_the_platforms(client: TestClient) -> None:
    french = {"accept-language": "fr-FR,fr;q=0.9"}
    assert client.get("/session", headers=french).text == "Connectez-vous d'abord."
    assert client.get("/session", headers={"accept-language": "de"}).text == "Sign in first."
    assert "ne vient pas des pages" in client.post("/login", headers=french).text
    large = client.post("/login", data={"name": "x" * 20_000}, headers=ORIGIN | french)
    assert "pas un formulaire" in unescape(large.text)


@pytest.mark.usefixtures("passwords")
def test_what_fails_is_said_in_the_readers_language(
    app: Gate, hot: MemoryHot, passwords: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    accounts.choose_language(hot, "accountant", "fr")
    sign_in(client, "accountant", passwords["accountant"])
    said = {TransientError("away"): (503, "ne répond pas"), ZeroDivisionError(): (500, "Un problème est survenu")}
    for error, (status, text) in said.items():

        def fail(*_arguments: object, raised: Exception = error) -> None:
            raise raised

        monkeypatch.setattr(files, "upload_entry", fail)
        answer = client.get("/rejects/abc-1")
        assert (answer.status_code, text in unescape(answer.text)) == (status, True), answer.text
    accounts.choose_language(hot, "accountant", "en")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_says_what_language_it_is_in(
    client: TestClient, hot: MemoryHot, passwords: dict[str, str], language: str
) -> None:
    accounts.choose_language(hot, "accountant", language)
    sign_in(client, "accountant", passwords["accountant"])
    for path in ("/", "/held"):
        assert f'<html lang="{language}">' in client.get(path, headers=PAGE).text
    accounts.choose_language(hot, "accountant", "en")
