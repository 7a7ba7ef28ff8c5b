"""The clients of Airflow's API, and the plugin's pages, against a real API server."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from comptoir.errors import MisconfiguredError, TransientError
from comptoir_airflow.api import Airflow, AsyncAirflow, SignIn, check, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings

pytestmark = pytest.mark.dags


@pytest.fixture
def engineer(airflow_server: Settings) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=airflow_server.airflow_url, auth=sign_in(airflow_server)) as client:
        yield client


async def create_run(settings: Settings, dag_id: str, run_id: str) -> bool:
    async with AsyncAirflow(settings) as airflow:
        return await airflow.create_run(dag_id, run_id, {"file_id": "0123-1"})


def get(client: httpx.Client, path: str) -> dict[str, Any]:
    response = client.get(f"/api/v2{path}")
    check(response)
    return dict(response.json())


def test_the_same_run_is_created_once(airflow_server: Settings, engineer: httpx.Client):
    assert asyncio.run(create_run(airflow_server, "ingest_file", "ingest__0123-1")) is True
    assert asyncio.run(create_run(airflow_server, "ingest_file", "ingest__0123-1")) is False
    runs = get(engineer, "/dags/ingest_file/dagRuns")["dag_runs"]
    assert [(run["dag_run_id"], run["conf"]) for run in runs] == [("ingest__0123-1", {"file_id": "0123-1"})]


def test_a_run_gets_its_note(airflow_server: Settings, engineer: httpx.Client):
    asyncio.run(create_run(airflow_server, "ingest_file", "ingest__0456-1"))
    with Airflow(airflow_server) as airflow:
        airflow.note_run("ingest_file", "ingest__0456-1", "rejected: no header was recognised. " + "x" * 2000)
    note = get(engineer, "/dags/ingest_file/dagRuns/ingest__0456-1")["note"]
    assert note.startswith("rejected: no header")
    assert len(note) == 1000


@pytest.mark.parametrize(
    ("state", "active"),
    [("deferred", True), ("running", True), ("up_for_retry", True), ("failed", False), ("success", False)],
)
def test_a_task_is_active_until_its_end(airflow_server: Settings, engineer: httpx.Client, state: str, active: bool):
    run = {"dag_run_id": f"run-{state}", "logical_date": None}
    check(engineer.post("/api/v2/dags/stream_analytics/dagRuns", json=run))
    with contextlib.closing(sqlite3.connect(airflow_server.home / "airflow" / "airflow.db")) as database, database:
        database.execute("UPDATE task_instance SET state = ? WHERE dag_id = 'stream_analytics'", [state])
    with Airflow(airflow_server) as airflow:
        assert airflow.is_task_active("stream_analytics", "keep_alive") is active


def test_finished_runs_of_long_ago_are_removed_and_no_others(airflow_server: Settings, engineer: httpx.Client):
    states = {"old-success": "success", "old-failed": "failed", "old-running": "running", "new-success": "success"}
    for run_id, state in states.items():
        check(engineer.post("/api/v2/dags/reconcile/dagRuns", json={"dag_run_id": run_id, "logical_date": None}))
        ended = "2026-01-01 00:00:00" if run_id.startswith("old") else "2026-03-01 00:00:00"
        with contextlib.closing(sqlite3.connect(airflow_server.home / "airflow" / "airflow.db")) as database, database:
            database.execute("UPDATE dag_run SET state = ?, end_date = ? WHERE run_id = ?", [state, ended, run_id])
    with Airflow(airflow_server) as airflow:
        assert airflow.remove_runs(datetime(2026, 2, 1, tzinfo=UTC)) == 2
    runs = get(engineer, "/dags/reconcile/dagRuns")["dag_runs"]
    assert {run["dag_run_id"] for run in runs} == {"old-running", "new-success"}


def test_a_dag_that_is_not_known_yet_is_asked_for_again(airflow_server: Settings):
    with pytest.raises(TransientError, match="404"):
        asyncio.run(create_run(airflow_server, "nothing", "one"))


def test_a_wrong_password_is_the_operators_business(airflow_server: Settings):
    with (
        httpx.Client(auth=SignIn(airflow_server.airflow_url, "engineer", "wrong")) as client,
        pytest.raises(MisconfiguredError, match="password file"),
    ):
        client.get(f"{airflow_server.airflow_url}/api/v2/dags")


def test_an_outdated_token_is_replaced(airflow_server: Settings):
    account = sign_in(airflow_server)
    account._token = "outdated"  # noqa: S105 - on purpose
    with httpx.Client(base_url=airflow_server.airflow_url, auth=account) as client:
        assert get(client, "/dags/ingest_file")["dag_id"] == "ingest_file"


def test_no_dag_and_no_plugin_fails_to_import(engineer: httpx.Client):
    assert get(engineer, "/importErrors")["import_errors"] == []
    assert get(engineer, "/plugins/importErrors")["import_errors"] == []


def test_a_dags_page_is_its_docstring(engineer: httpx.Client):
    assert "One file, from its bytes to Kafka" in get(engineer, "/dags/ingest_file/details")["doc_md"]


def test_the_dashboard_is_in_the_navigation(airflow_server: Settings, engineer: httpx.Client):
    (plugin,) = [one for one in get(engineer, "/plugins")["plugins"] if one["name"] == "comptoir"]
    assert [(view["name"], view["href"]) for view in plugin["external_views"]] == [
        ("Dashboard", airflow_server.dash_url)
    ]


def test_the_pages_ask_who_is_there(airflow_server: Settings, engineer: httpx.Client):
    (airflow_server.home / "logs").mkdir(exist_ok=True)
    (airflow_server.home / "logs" / "stream_analytics.log").write_text("batch 1\n")
    page = "/comptoir/stream-log"
    assert httpx.get(f"{airflow_server.airflow_url}{page}").status_code == 401
    engineer.get("/api/v2/dags")
    assert engineer.get(page).text == "batch 1\n"


def test_data_docs_are_shown_in_a_sandbox_and_nothing_beside_them(airflow_server: Settings, engineer: httpx.Client):
    folder = airflow_server.home / "data_docs" / "0123-1"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<p>checked</p>")
    engineer.get("/api/v2/dags")
    page = engineer.get("/comptoir/data-docs/0123-1/index.html")
    assert page.text == "<p>checked</p>"
    assert "sandbox" in page.headers["content-security-policy"]
    assert engineer.get("/comptoir/data-docs/..%2Fsecrets%2Fairflow-engineer-password").status_code == 404
    assert httpx.get(f"{airflow_server.airflow_url}/comptoir/data-docs/0123-1/index.html").status_code == 401


def test_a_run_of_an_expected_file_has_its_deadline(airflow_server: Settings):
    conf = {"expectation": "0a1b", "kind": "sales", "deadline": "2031-03-31T07:00:00+00:00"}

    async def create() -> bool:
        async with AsyncAirflow(airflow_server) as airflow:
            return await airflow.create_run("expect_files", "expect__0a1b__20310331T0700Z", conf)

    assert asyncio.run(create()) is True
    with contextlib.closing(sqlite3.connect(airflow_server.home / "airflow" / "airflow.db")) as database:
        rows = database.execute(
            "SELECT deadline_time, missed, callback.data FROM deadline JOIN callback ON callback_id = callback.id"
        ).fetchall()
    [(moment, is_missed, callback)] = rows
    assert moment.startswith("2031-03-31 07:00:00")
    assert not is_missed
    assert "comptoir_airflow.expected.report_missing" in callback
