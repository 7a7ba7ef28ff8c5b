"""The platform's plan: which servers, on which ports, in which order, and what their state means."""

from __future__ import annotations

import configparser
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from comptoir.embedded.airflow import airflow_environment
from comptoir.embedded.environment import MARK, server_environment, settings_environment
from comptoir.embedded.platform import _check_ports, stop_waves
from comptoir.embedded.port_base import check_port_base, keep_port_base
from comptoir.embedded.processes import group_rss_mb, rss_mb
from comptoir.embedded.server import Server
from comptoir.embedded.servers import embedded_servers, external_servers
from comptoir.embedded.stages import Stage, run_stages
from comptoir.embedded.status import Service, is_healthy, state_of
from comptoir.embedded.stream import judge_beat
from comptoir.embedded.supervisor import Process, configuration
from comptoir.errors import MisconfiguredError, TransientError
from comptoir.settings import PORT_OFFSETS, Settings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "50 % home", cache=tmp_path / "cache", port_base=31000, timezone="Europe/Paris")


def ready() -> bool:
    return True


def server(name: str, *needs: str) -> Server:
    return Server(name, ("true",), (), ready, needs)


def test_every_server_listens_on_ports_of_its_own_within_the_platform_s_range(settings: Settings):
    ports = [port for one in embedded_servers(settings) for port in one.ports]
    assert len(ports) == len(set(ports))
    assert set(ports) <= {31000 + offset for offset in PORT_OFFSETS.values()}


def test_a_server_with_a_uri_is_left_out_and_shown_without_its_password(settings: Settings):
    uris = {
        "mongo_uri": "mongodb://someone:hush@db.example:27017/?authSource=admin",
        "kafka_bootstrap": "broker.example:9092",
        "hdfs_url": "hdfs://lake.example:8020",
        "airflow_db": "postgresql+psycopg2://airflow:hush@sql.example/airflow",
    }
    given = settings.model_copy(update=uris)
    left = {one.name for one in embedded_servers(settings)} - {one.name for one in embedded_servers(given)}
    assert left == {"mongo", "kafka", "namenode", "datanode", "postgres"}
    assert {one.name: one.address for one in external_servers(given)} == {
        "mongo": "db.example:27017",
        "kafka": "broker.example:9092",
        "hdfs": "lake.example:8020",
        "postgres": "sql.example",
    }


def test_settings_reach_the_servers_as_they_are(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    for name, value in settings_environment(settings).items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


def test_every_process_bears_the_mark_of_its_home(settings: Settings):
    assert server_environment(settings)[MARK] == str(settings.home)


def test_airflow_s_secrets_are_the_platform_s_own_and_stay_the_same(settings: Settings, tmp_path: Path):
    first, again = airflow_environment(settings), airflow_environment(settings)
    other = airflow_environment(settings.model_copy(update={"home": tmp_path / "other"}))
    assert first == again
    for name in ("CORE__FERNET_KEY", "API__SECRET_KEY", "API_AUTH__JWT_SECRET", "DATABASE__SQL_ALCHEMY_CONN"):
        assert first[f"AIRFLOW__{name}"] != other[f"AIRFLOW__{name}"]


def test_the_supervisor_reads_back_what_was_written(settings: Settings):
    text = configuration(settings, [server("one")], {"JSON": '{"a": "50 %"}', "QUOTE": "it's"})
    parser = configparser.RawConfigParser(inline_comment_prefixes=(" ;",))
    parser.read_string(text)
    program = parser["program:one"]
    assert program["environment"] == """JSON='{"a": "50 %%"}',QUOTE="it's\""""
    assert program["stdout_logfile"].endswith("50 %% home/logs/one.log")
    assert parser["eventlistener:deaths"]["command"].endswith("50 %% home'")
    assert parser["eventlistener:deaths"]["events"] == "PROCESS_STATE_EXITED,PROCESS_STATE_FATAL"
    assert parser["inet_http_server"]["port"] == "127.0.0.1:31009"
    assert len(parser["inet_http_server"]["password"]) > 20


def test_a_value_with_both_quotes_is_refused_by_its_name(settings: Settings):
    with pytest.raises(MisconfiguredError, match="ODD"):
        configuration(settings, [server("one")], {"ODD": "'\""})


def test_a_home_keeps_its_ports(settings: Settings):
    check_port_base(settings)
    keep_port_base(settings)
    keep_port_base(settings)
    with pytest.raises(MisconfiguredError, match="COMPTOIR_PORT_BASE=31000"):
        keep_port_base(settings.model_copy(update={"port_base": 32000}))


@pytest.mark.parametrize("command", [["down"], ["status", "--json"], ["uploads"], ["reset", "--yes"], ["up"]])
def test_a_command_with_the_wrong_ports_says_so_and_touches_nothing(settings: Settings, command: list[str]):
    keep_port_base(settings)
    environment = os.environ | {"COMPTOIR_HOME": str(settings.home), "COMPTOIR_PORT_BASE": "32000"}
    words = [str(Path(sys.executable).parent / "comptoir"), *command]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "COMPTOIR_PORT_BASE=31000" in done.stderr
    assert settings.home.exists()


def test_the_memory_of_a_group_counts_every_process_of_it():
    command = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    parent = subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE, process_group=0)
    try:
        deadline = time.monotonic() + 30
        while not psutil.Process(parent.pid).children() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (group_rss_mb(parent.pid) or 0) > (rss_mb(parent.pid) or 0) > 0
    finally:
        parent.communicate(b"\n")
    assert group_rss_mb(parent.pid) is None


def test_a_taken_port_is_named_with_its_server(settings: Settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        one = replace(server("kafka"), ports=(port,))
        with pytest.raises(MisconfiguredError, match=f"Port {port}, which kafka needs"):
            _check_ports(settings, [one])


def test_a_server_stops_only_after_those_that_need_it():
    waves = stop_waves([server("api", "db"), server("scheduler", "api"), server("dash"), server("db")])
    assert [[one.name for one in wave] for wave in waves] == [["scheduler", "dash"], ["api"], ["db"]]


def test_stages_run_side_by_side_and_only_after_their_needs():
    order: list[str] = []
    meet = threading.Barrier(2, timeout=5)  # passes only when two stages run at once

    def together(name: str) -> None:
        meet.wait()
        order.append(name)

    stages = [
        Stage("last", lambda: order.append("last"), frozenset({"a", "b", "left out"})),
        Stage("a", lambda: together("a")),
        Stage("b", lambda: together("b")),
    ]
    run_stages(stages, lambda _: None)
    assert order[-1] == "last"
    assert set(order) == {"a", "b", "last"}


def test_the_first_failure_is_raised_and_nothing_starts_after_it():
    begun: list[str] = []

    def fail() -> None:
        raise TransientError("away")

    with pytest.raises(TransientError, match="away"):
        run_stages([Stage("a", fail), Stage("b", lambda: begun.append("b"), frozenset({"a"}))], lambda _: None)
    assert begun == []


@pytest.mark.parametrize(
    ("said", "answers", "age", "state"),
    [
        ("RUNNING", True, MINUTE, "running"),
        ("RUNNING", False, MINUTE, "starting"),
        ("RUNNING", False, 2 * MINUTE, "unresponsive"),
        ("STARTING", False, MINUTE, "starting"),
        ("BACKOFF", False, MINUTE, "failing"),
        ("FATAL", False, MINUTE, "failed"),
        ("STOPPED", False, MINUTE, "stopped"),
    ],
)
def test_the_state_of_a_server(said: str, answers: bool, age: timedelta, state: str):
    assert state_of(Process("one", said, 7, NOW - age), ready=answers, now=NOW) == state


@pytest.mark.parametrize(
    ("age", "written", "runs", "state"),
    [
        (timedelta(seconds=2), "running", True, "running"),
        (timedelta(seconds=2), "starting", True, "starting"),
        (timedelta(seconds=61), "running", True, "stale"),
        (timedelta(seconds=2), "running", False, "stopped"),
        (timedelta(seconds=2), "stopping", True, "stopped"),
    ],
)
def test_what_a_heartbeat_means(age: timedelta, written: str, runs: bool, state: str):
    beat = {"at": NOW - age, "pid": 7, "started_at": NOW - 10 * MINUTE, "state": written}
    assert judge_beat(beat, NOW, MINUTE, runs=runs).state == state
    assert judge_beat(None, NOW, MINUTE, runs=True).state == "stopped"


def test_healthy_is_all_or_nothing():
    well = [Service("one", "running"), Service("two", "external")]
    assert is_healthy(well)
    assert not is_healthy([*well, Service("three", "starting")])


def test_a_service_as_scripts_read_it():
    service = Service("mongo", "running", 7, 21010, NOW, 130)
    assert service.to_json() == {
        "name": "mongo",
        "state": "running",
        "pid": 7,
        "port": 21010,
        "since": "2026-03-02T09:00:00Z",
        "rss_mb": 130,
    }
