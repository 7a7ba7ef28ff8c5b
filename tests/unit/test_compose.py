"""The containers' file: valid by the compose specification, and of one mind with the settings."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from comptoir.cli import app
from comptoir.embedded.servers import embedded_servers
from comptoir.settings import PORT_OFFSETS, PROJECT_ROOT, Settings

if TYPE_CHECKING:
    from pathlib import Path

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "docker-compose.airflow.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith("comptoir:")}
# Ends before anything starts: new volumes belong to root and are handed over to HDFS's user.
RUNS_AS_ROOT = {"hdfs-volumes"}
ENDS = {"hdfs-volumes", "prepare"}
INSIDE = {
    "kafka_bootstrap": "kafka:9092",
    "hdfs_url": "hdfs://namenode:8020",
    "mongo_uri": "mongodb://comptoir:x@mongo:27017",
    "airflow_db": "postgresql+psycopg2://airflow:x@postgres:5432/airflow",
}


def test_the_file_is_valid_by_the_compose_specification():
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text()))


def test_every_variable_of_ours_is_a_setting():
    given = {name for one in OURS.values() for name in one.get("environment", {})}
    known = {f"COMPTOIR_{name.upper()}" for name in Settings.model_fields}
    assert given
    assert given <= known


def test_every_setting_is_accepted(monkeypatch: pytest.MonkeyPatch):
    for name, value in OURS["dash"]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*)\}", r"\1", value))
    settings = Settings()
    assert (settings.kafka, settings.hdfs) == (INSIDE["kafka_bootstrap"], INSIDE["hdfs_url"])


def test_secrets_that_are_settings_are_named_as_the_settings_read_them():
    read_by_settings = {name for name in COMPOSE["secrets"] if name.startswith("comptoir_")}
    assert read_by_settings == {f"comptoir_{name}" for name in ("mongo_uri", "airflow_db")}
    assert all(set(one["secrets"]) == read_by_settings for name, one in OURS.items() if name != "pod")


def test_the_command_makes_every_secret_that_the_file_mounts(tmp_path: Path):
    folder = tmp_path / ".secrets"
    first = CliRunner().invoke(app, ["container", "secrets", str(folder)])
    made = {path.name: path.read_text() for path in folder.iterdir()}
    CliRunner().invoke(app, ["container", "secrets", str(folder)])
    assert first.exit_code == 0
    assert set(made) == set(COMPOSE["secrets"])
    assert [one["file"] for one in COMPOSE["secrets"].values()] == [f".secrets/{name}" for name in COMPOSE["secrets"]]
    assert folder.stat().st_mode & 0o077 == 0
    assert made == {path.name: path.read_text() for path in folder.iterdir()}


def test_no_secret_is_written_in_the_file():
    variables = [pair for one in SERVICES.values() for pair in one.get("environment", {}).items()]
    secret = [(name, value) for name, value in variables if re.search("PASSWORD|SECRET|TOKEN|_URI$", name)]
    assert len(secret) == 2
    assert all(name.endswith("_FILE") and value.startswith("/run/secrets/") for name, value in secret)
    assert not re.search(r"://[^/\s]+:[^/\s]+@", (PROJECT_ROOT / "docker-compose.airflow.yml").read_text())


def test_nothing_is_published_beyond_loopback():
    published = [port for one in SERVICES.values() for port in one.get("ports", [])]
    base = int(OURS["dash"]["environment"]["COMPTOIR_PORT_BASE"])
    wanted = [base + PORT_OFFSETS["dash"], base + PORT_OFFSETS["airflow-api"]]
    assert published == [f"127.0.0.1:{port}:{port}" for port in wanted]


def test_ours_are_the_servers_that_the_platform_runs_itself(tmp_path: Path):
    settings = Settings(home=tmp_path, **INSIDE)
    served = {one["command"][1] for one in OURS.values() if one.get("command", [""])[0] == "serve"}
    assert served == {server.name for server in embedded_servers(settings)}


@pytest.mark.parametrize("name", SERVICES)
def test_each_image_is_pinned_and_no_process_is_root(name: str):
    tag = SERVICES[name]["image"].partition(":")[2]
    assert re.match(r"\d+\.\d+", tag)
    assert SERVICES[name]["user"].startswith("0:") == (name in RUNS_AS_ROOT)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ENDS - {"pod"}))
def test_each_server_is_checked_and_restarted(name: str):
    assert "test" in SERVICES[name]["healthcheck"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_every_store_keeps_its_data_in_a_volume():
    mounted = {volume.partition(":")[0] for one in SERVICES.values() for volume in one.get("volumes", [])}
    assert mounted == set(COMPOSE["volumes"])


def test_paths_agree_with_the_image():
    dockerfile = (PROJECT_ROOT / "Dockerfile").read_text()
    home = OURS["dash"]["environment"]["COMPTOIR_HOME"]
    assert f"COMPTOIR_HOME={home}" in dockerfile
    assert OURS["dash"]["volumes"] == [f"home:{home}"]
    assert "useradd --uid 10001" in dockerfile
    assert {one["user"] for one in OURS.values()} == {"10001:10001"}
    for source in re.findall(r"^COPY --chown=\S+ (\S+) |^COPY (\S+\.txt)", dockerfile, re.MULTILINE):
        assert any((PROJECT_ROOT / part).exists() for part in source if part)
