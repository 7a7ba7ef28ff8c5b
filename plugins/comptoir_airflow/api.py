"""Airflow's own REST API: runs of files, notes on runs, and whether a task is active."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

import httpx

from comptoir.errors import ComptoirError, MisconfiguredError, TransientError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from datetime import datetime

    from comptoir.settings import Settings

TIMEOUT_SECONDS: Final = 15.0
NO_TOKEN: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)  # Airflow answers 403 to an invalid token
NOTE_LENGTH: Final = 1000  # Airflow's own limit
FINISHED_STATES: Final = ("success", "failed")
RUNS_AT_ONCE: Final = 100
ACTIVE_STATES: Final = ("scheduled", "queued", "running", "deferred", "restarting", "up_for_retry", "up_for_reschedule")


class SignIn(httpx.Auth):
    """Signs in with a user's password when first needed, and again once the token has run out."""

    requires_response_body = True

    def __init__(self, url: str, user: str, password: str) -> None:
        """Keep the account; nothing is sent before the first request."""
        self._url = url
        self._account = {"username": user, "password": password}
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with a token; where it is refused, sign in and send it once more."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
            response = yield request
            if response.status_code not in NO_TOKEN:
                return
        response = yield httpx.Request("POST", f"{self._url}/auth/token", json=self._account)
        self._token = token_of(response)
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def sign_in(settings: Settings) -> SignIn:
    """Return the engineer's account, which the platform uses itself."""
    from comptoir.embedded.airflow import ENGINEER, engineer_password  # noqa: PLC0415 - not for DAG parsing

    return SignIn(settings.airflow_url, ENGINEER, engineer_password(settings))


def token_of(response: httpx.Response) -> str:
    """Return the token that Airflow answered a sign-in with."""
    check(response)
    return str(response.json()["access_token"])


def check(response: httpx.Response) -> None:
    """Raise where Airflow refused: at once for an account, to be tried again for anything else.

    A DAG that isn't known is tried again too: just after a start it may not have been read yet.
    """
    if response.is_success:
        return
    answer = f"Airflow answered {response.status_code} to {response.request.url.path}: {response.text[:300]}"
    if response.status_code in NO_TOKEN:
        raise MisconfiguredError(f"{answer} Check the account's password file below HOME/airflow.")
    raise TransientError(f"{answer} The call is tried again; if this stays, look at the DAG's import errors.")


def unreachable(error: httpx.HTTPError) -> ComptoirError:
    """Return the error to raise when Airflow didn't answer."""
    return TransientError(f"Airflow's API did not answer ({error!r}). It is asked again.")


def run_body(run_id: str, conf: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request that creates a run outside any schedule."""
    return {"dag_run_id": run_id, "logical_date": None, "conf": dict(conf)}


def was_created(response: httpx.Response) -> bool:
    """Tell whether a run is new; a run that was there already (409) is as good."""
    if response.status_code == HTTPStatus.CONFLICT:
        return False
    check(response)
    return True


class AsyncAirflow:
    """The API for triggers, which must not block."""

    def __init__(self, settings: Settings) -> None:
        """Prepare a client; nothing is sent yet."""
        self._client = httpx.AsyncClient(base_url=settings.airflow_url, auth=sign_in(settings), timeout=TIMEOUT_SECONDS)

    async def __aenter__(self) -> Self:
        """Open the client."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the client."""
        await self._client.aclose()

    async def create_run(self, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> bool:
        """Create a run under that id; False where it exists, so that calling twice is harmless."""
        try:
            response = await self._client.post(f"/api/v2/dags/{dag_id}/dagRuns", json=run_body(run_id, conf))
        except httpx.HTTPError as error:
            raise unreachable(error) from error
        return was_created(response)


class Airflow:
    """The API for tasks and processes."""

    def __init__(self, settings: Settings) -> None:
        """Prepare a client; nothing is sent yet."""
        self._client = httpx.Client(base_url=settings.airflow_url, auth=sign_in(settings), timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        """Open the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the client."""
        self._client.close()

    def note_run(self, dag_id: str, run_id: str, note: str) -> None:
        """Put a note on a run, for those who look at it in the UI."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}"
        self._call("PATCH", path, params={"update_mask": "note"}, json={"note": note[:NOTE_LENGTH]})

    def remove_runs(self, ended_before: datetime) -> int:
        """Remove finished runs of all DAGs, with their tasks, results and notes; return how many.

        Args:
            ended_before: only those that ended before that moment.
        """
        query = {"end_date_lt": ended_before.isoformat(), "state": list(FINISHED_STATES), "limit": RUNS_AT_ONCE}
        removed = 0
        while runs := self._call("GET", "/api/v2/dags/~/dagRuns", params=query).json()["dag_runs"]:
            for run in runs:
                self._call("DELETE", f"/api/v2/dags/{run['dag_id']}/dagRuns/{quote(run['dag_run_id'], safe='')}")
            removed += len(runs)
        return removed

    def is_task_active(self, dag_id: str, task_id: str) -> bool:
        """Tell whether any run of a DAG has that task before its end."""
        answer = self._call(
            "GET",
            f"/api/v2/dags/{dag_id}/dagRuns/~/taskInstances",
            params={"task_id": task_id, "state": list(ACTIVE_STATES), "limit": 1},
        )
        return bool(answer.json()["total_entries"])

    def _call(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **request)
        except httpx.HTTPError as error:
            raise unreachable(error) from error
        check(response)
        return response
