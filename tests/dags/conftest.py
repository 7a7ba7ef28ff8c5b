"""A real Airflow for the tests of what talks to it: its API server over SQLite, with this project's DAGs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from comptoir.embedded.airflow import ENGINEER, engineer_password
from comptoir.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

AIRFLOW = str(Path(sys.executable).parent / "airflow")
START_SECONDS = 120


def free_port_base() -> int:
    """Return a base whose port of Airflow's API is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1]) - 1


def environment(settings: Settings) -> dict[str, str]:
    airflow_home = settings.home / "airflow"
    airflow_home.mkdir(parents=True)
    passwords = airflow_home / "passwords.json"
    passwords.write_text(json.dumps({ENGINEER: engineer_password(settings)}))
    variables = {
        "AIRFLOW_HOME": airflow_home,
        "COMPTOIR_HOME": settings.home,
        "COMPTOIR_PORT_BASE": settings.port_base,
        "AIRFLOW__CORE__DAGS_FOLDER": PROJECT_ROOT / "dags",
        "AIRFLOW__CORE__PLUGINS_FOLDER": PROJECT_ROOT / "plugins",
        "AIRFLOW__CORE__LOAD_EXAMPLES": False,
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ENGINEER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": passwords,
        "AIRFLOW__API__PORT": settings.port("airflow-api"),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__WORKERS": 1,
    }
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return inherited | {name: str(value) for name, value in variables.items()}


def wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/api/v2/version").is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    pytest.fail("Airflow's API server did not come up.")


@pytest.fixture(scope="session")
def airflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of a platform whose Airflow API answers and knows the project's DAGs."""
    settings = Settings(home=tmp_path_factory.mktemp("platform"), port_base=free_port_base())
    variables = environment(settings)
    log = (settings.home / "airflow.log").open("wb")
    for command in (["db", "migrate"], ["dag-processor", "--num-runs", "1"]):
        subprocess.run([AIRFLOW, *command], env=variables, stdout=log, stderr=log, check=True)
    with log, subprocess.Popen([AIRFLOW, "api-server"], env=variables, stdout=log, stderr=log) as server:
        try:
            wait_until_up(settings.airflow_url, server)
            yield settings
        finally:
            server.terminate()
