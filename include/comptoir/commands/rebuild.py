"""`comptoir rebuild`: facts and figures computed anew from the lake, by a run in Airflow."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import typer

from comptoir.commands.border import fail, require_platform
from comptoir.commands.words import word
from comptoir.embedded.airflow import ENGINEER, engineer_password
from comptoir.names import DAG_REBUILD
from comptoir.settings import load_settings

if TYPE_CHECKING:
    import httpx

    from comptoir.settings import Settings

REQUEST_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 1.0
RUNS: Final = f"/api/v2/dags/{DAG_REBUILD}/dagRuns"


def rebuild() -> None:
    """Compute facts and figures anew from the lake, beside the current ones, then switch to them.

    The way out of a named stop of the stream that asks for it. It is a run of the DAG `rebuild_hot_store`, which goes
    on when this command is interrupted. The exit code is 0 when the new figures are shown, 1 when the run failed.
    """
    import httpx  # noqa: PLC0415 - `--help` needs no client

    settings = load_settings()
    require_platform(settings)
    try:
        with httpx.Client(base_url=settings.airflow_url, timeout=REQUEST_SECONDS) as airflow:
            state = _run_to_its_end(airflow, settings)
    except httpx.HTTPError as error:
        fail(word("airflow_away", settings.language, reason=str(error)))
    if state != "success":
        fail(word("rebuild_failed", settings.language, dag=DAG_REBUILD))
    typer.echo(word("rebuilt", settings.language))


def _run_to_its_end(airflow: httpx.Client, settings: Settings) -> str:
    account = {"username": ENGINEER, "password": engineer_password(settings)}
    token = _answered(airflow.post("/auth/token", json=account))["access_token"]
    airflow.headers["Authorization"] = f"Bearer {token}"
    run_id = f"rebuild__{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    _answered(airflow.post(RUNS, json={"dag_run_id": run_id, "logical_date": None}))
    while (state := _answered(airflow.get(f"{RUNS}/{run_id}"))["state"]) in {"queued", "running"}:
        time.sleep(PAUSE_SECONDS)
    return str(state)


def _answered(response: httpx.Response) -> dict[str, Any]:
    response.raise_for_status()
    return dict(response.json())
