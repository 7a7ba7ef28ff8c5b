"""Asking Airflow's API as a data engineer, and waiting for runs."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from comptoir_airflow.api import check, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings

RUN_SECONDS = 400.0
ENDED = {"success", "failed"}


@contextmanager
def signed_in(settings: Settings) -> Iterator[httpx.Client]:
    """Open Airflow's API as its engineer."""
    with httpx.Client(base_url=f"{settings.airflow_url}/api/v2", auth=sign_in(settings), timeout=30) as client:
        yield client


def ask(client: httpx.Client, method: str, path: str, **request: Any) -> dict[str, Any]:
    """Return the answer to a request, which must be a good one."""
    response = client.request(method, path, **request)
    check(response)
    return dict(response.json())


def wait_for_runs(client: httpx.Client, dag_id: str, count: int, **match: str) -> list[dict[str, Any]]:
    """Wait until that many matching runs of a DAG have ended; return them."""
    deadline = time.monotonic() + RUN_SECONDS
    while True:
        runs = ask(client, "GET", f"/dags/{dag_id}/dagRuns", params=match)["dag_runs"]
        if len([run for run in runs if run["state"] in ENDED]) == count:
            return runs
        assert time.monotonic() < deadline, runs
        time.sleep(1)


def wait_for_backfills(client: httpx.Client, dag_id: str) -> None:
    """Wait until no backfill of a DAG is open: there is one at a time, and it ends a while after its last run."""
    deadline = time.monotonic() + RUN_SECONDS
    while open_ones := [
        each
        for each in ask(client, "GET", "/backfills", params={"dag_id": dag_id})["backfills"]
        if each["completed_at"] is None
    ]:
        assert time.monotonic() < deadline, open_ones
        time.sleep(1)
