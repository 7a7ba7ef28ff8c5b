"""Airflow: its configuration, by environment only, and its four servers."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, NoReturn

from comptoir.embedded import postgres
from comptoir.embedded.checks import answers, get_json
from comptoir.embedded.environment import machine_environment, server_environment
from comptoir.embedded.files import write_file
from comptoir.embedded.server import Server
from comptoir.errors import MisconfiguredError
from comptoir.memory import KEEP_FREED
from comptoir.names import CONNECTION_KAFKA, CONNECTION_MONGO, CONNECTION_SPARK
from comptoir.secrets import mongo_uri, secret
from comptoir.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comptoir.settings import Settings

ENGINEER: Final = "engineer"
EXECUTOR: Final = "comptoir_airflow.executor.PreloadingLocalExecutor"
HEALTH: Final = "/api/v2/monitor/health"
AIRFLOW: Final = (sys.executable, "-m", "airflow")

# Measured for the shortest way from a dropped file to its run, and for tasks that outlive a crash.
OPTIONS: Final = {
    "CORE__EXECUTOR": EXECUTOR,
    "CORE__PARALLELISM": "8",
    "CORE__LOAD_EXAMPLES": "False",
    "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    "CORE__HOSTNAME_CALLABLE": "socket.gethostname",  # a full name may wait for a name server
    "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ENGINEER}:admin",
    "CORE__MAX_ACTIVE_TASKS_PER_DAG": "16",
    "WORKERS__EXECUTION_API_TIMEOUT": "30",  # on a busy machine the default of 5 s failed tasks before they began
    "API__WORKERS": "1",
    "API__EXPOSE_CONFIG": "False",
    "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
    "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "30",
    "DAG_PROCESSOR__PARSING_PROCESSES": "1",
    "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
    "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
    "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "SCHEDULER__CATCHUP_BY_DEFAULT": "False",
    "LOGGING__NAMESPACE_LEVELS": "great_expectations=WARNING",  # it says a thousand lines as it is imported
    "USAGE_DATA_COLLECTION__ENABLED": "False",
}


def airflow_environment(settings: Settings) -> dict[str, str]:
    """Return every variable under which Airflow's servers, its tasks and its command run."""
    return {
        **server_environment(settings),
        **KEEP_FREED,
        "AIRFLOW_HOME": str(airflow_home(settings)),
        **{f"AIRFLOW__{name}": value for name, value in {**OPTIONS, **_of_this_platform(settings)}.items()},
        **connections(settings),
        "SCARF_ANALYTICS": "False",
    }


def _of_this_platform(settings: Settings) -> dict[str, str]:
    return {
        "CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
        "CORE__FERNET_KEY": _fernet_key(settings),
        "CORE__EXECUTION_API_SERVER_URL": f"{settings.airflow_url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(settings)),
        "DATABASE__SQL_ALCHEMY_CONN": database(settings),
        "API__HOST": settings.bind_host,
        "API__PORT": str(settings.port("airflow-api")),
        "API__BASE_URL": settings.airflow_url,
        "API__SECRET_KEY": secret(settings, "airflow-secret-key"),
        "API_AUTH__JWT_SECRET": secret(settings, "airflow-jwt"),
        "LOGGING__BASE_LOG_FOLDER": str(settings.home / "logs" / "airflow"),
        "LOGGING__WORKER_LOG_SERVER_PORT": str(settings.port("airflow-worker-logs")),
        "LOGGING__TRIGGER_LOG_SERVER_PORT": str(settings.port("airflow-triggerer-logs")),
    }


def connections(settings: Settings) -> dict[str, str]:
    """Return the connections that DAGs use, by the names in `comptoir.names`."""
    kafka = {"conn_type": "kafka", "extra": {"bootstrap.servers": settings.kafka}}
    spark = {"conn_type": "spark", "host": settings.spark}
    return {
        f"AIRFLOW_CONN_{CONNECTION_KAFKA.upper()}": json.dumps(kafka),
        f"AIRFLOW_CONN_{CONNECTION_MONGO.upper()}": _mongo_connection(settings),
        f"AIRFLOW_CONN_{CONNECTION_SPARK.upper()}": json.dumps(spark),
    }


def _mongo_connection(settings: Settings) -> str:
    """Return MongoDB's URI under the connection type that Airflow knows."""
    return mongo_uri(settings).replace("mongodb", "mongo", 1)


def airflow_home(settings: Settings) -> Path:
    """Return Airflow's own folder."""
    return settings.home / "airflow"


def database(settings: Settings) -> str:
    """Return the SQLAlchemy URL of Airflow's database."""
    return settings.airflow_db or postgres.address(settings)


def password_file(settings: Settings) -> Path:
    """Return the file from which Airflow's sign-in reads its passwords."""
    return airflow_home(settings) / "passwords.json"


def engineer_password(settings: Settings) -> str:
    """Return the password of the engineer's account in Airflow."""
    return secret(settings, "airflow-engineer-password")


def _fernet_key(settings: Settings) -> str:
    digest = hashlib.sha256(secret(settings, "airflow-fernet").encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()


def airflow_servers(settings: Settings) -> list[Server]:
    """Describe Airflow's four servers; the API comes first, since a task that runs before it fails."""
    environment = airflow_environment(settings)
    port = settings.port("airflow-api")

    def server(name: str, *words: str, monitored: str) -> Server:
        return Server(
            name=name,
            command=(*AIRFLOW, *words),
            ports=(),
            is_ready=partial(is_component_healthy, port, monitored),
            needs=("airflow-api", "stores"),
            environment=environment,
            stop_seconds=30,
        )

    api = Server(
        name="airflow-api",
        command=(*AIRFLOW, "api-server"),
        ports=(port,),
        is_ready=partial(answers, port, HEALTH),
        needs=("postgres",),
        prepare=partial(prepare_airflow, settings),
        environment=environment,
        stop_seconds=30,
    )
    # Logs are read from the files: a log server would listen on every address of the machine.
    return [
        api,
        server("airflow-dag-processor", "dag-processor", monitored="dag_processor"),
        server("airflow-triggerer", "triggerer", "--skip-serve-logs", monitored="triggerer"),
        server("airflow-scheduler", "scheduler", "--skip-serve-logs", monitored="scheduler"),
    ]


def is_component_healthy(port: int, component: str) -> bool:
    """Tell whether Airflow's API has had a recent heartbeat of a component."""
    answer = get_json(port, HEALTH)
    return bool(answer) and (answer.get(component) or {}).get("status") == "healthy"


def prepare_airflow(settings: Settings) -> None:
    """Write the password file and bring the database to the version of the installed Airflow."""
    accounts = json.dumps({ENGINEER: engineer_password(settings)})
    write_file(password_file(settings), accounts)
    if not _is_migrated(settings):
        _migrate(settings)
        write_file(_migration_note(settings), _migration(settings))


def _migration_note(settings: Settings) -> Path:
    return airflow_home(settings) / "migrated"


def _migration(settings: Settings) -> str:
    """Return what a migration is known by: Airflow's version, the database and the revision it has."""
    revision = postgres.fetch_one(database(settings), "SELECT version_num FROM alembic_version")
    where = hashlib.sha256(database(settings).encode()).hexdigest()
    return f"{version('apache-airflow')} {where} {revision}"


def _is_migrated(settings: Settings) -> bool:
    note = _migration_note(settings)
    return note.exists() and note.read_text() == _migration(settings)


def _migrate(settings: Settings) -> None:
    done = run_airflow(settings, "db", "migrate")
    if done.returncode:
        raise MisconfiguredError(
            f"Airflow's database could not be prepared: {done.stderr[-2000:] or done.stdout[-2000:]}"
        )


def run_airflow(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Airflow's own command against this platform and return what it said."""
    environment = machine_environment() | airflow_environment(settings)
    return subprocess.run([*AIRFLOW, *words], capture_output=True, text=True, check=False, env=environment)


def become_airflow(settings: Settings, words: Sequence[str]) -> NoReturn:
    """Replace this process by Airflow's own command, run against this platform."""
    environment = machine_environment() | airflow_environment(settings)
    os.execve(sys.executable, [*AIRFLOW, *words], environment)  # noqa: S606 - no shell is wanted
