"""Every DAG file: what it holds, how fast it parses, and the policies that all DAGs keep."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from comptoir.maintaining.maintain import STEPS
from comptoir.settings import PROJECT_ROOT
from comptoir_airflow.catalogue import CATALOGUE, DAGS, catalogue

# Each DAG file with its only DAG, the DAG's tasks, its kind of schedule and its limit of active runs.
EXPECTED = {
    "batch_analytics.py": ("batch_analytics", ["recompute"], "CronDataIntervalTimetable", 1),
    "expect_files.py": ("expect_files", ["await_file"], "NullTimetable", 100),
    "ingest_file.py": ("ingest_file", ["validate", "publish"], "NullTimetable", 16),
    "maintain_stores.py": (
        "maintain_stores",
        [*STEPS, "remove_runs"],
        "CronTriggerTimetable",
        1,
    ),
    "rebuild_hot_store.py": ("rebuild_hot_store", ["rebuild"], "NullTimetable", 1),
    "reconcile.py": ("reconcile", ["reconcile"], "CronTriggerTimetable", 1),
    "stream_analytics.py": ("stream_analytics", ["keep_alive"], "ContinuousTimetable", 1),
    "withdraw_file.py": ("withdraw_file", ["change_back"], "NullTimetable", 16),
    "watch_drop_zone.py": ("watch_drop_zone", ["watch"], "ContinuousTimetable", 1),
}
PARSE_LIMIT_SECONDS = 2.0
LINE_LIMIT = 80
PARTS = ("**What.**", "**When.**", "**To run again.**", "**What it does not do.**")
TAGS = {"ingest", "analytics", "upkeep", "continuous", "per-file", "daily", "by-hand"}


def parse(home: Path) -> dict[str, Any]:
    environment = dict(os.environ, AIRFLOW_HOME=str(home), COMPTOIR_TIMEZONE="Europe/Paris")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    script = Path(__file__).with_name("parse_dags.py")
    run = subprocess.run(
        [sys.executable, str(script), str(DAGS)], env=environment, capture_output=True, text=True, check=True
    )
    return dict(json.loads(run.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("airflow")
    parse(home)  # once to write bytecode: the second time is what the DAG processor sees
    return parse(home)


@pytest.fixture(params=sorted(EXPECTED))
def file(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def dag(parsed: dict[str, Any], file: str) -> dict[str, Any]:
    (only,) = parsed[file]["dags"]
    return dict(only)


def test_every_dag_file_is_listed(parsed: dict[str, Any]):
    assert sorted(parsed) == sorted(EXPECTED)


def test_it_is_read_without_error(parsed: dict[str, Any], file: str):
    assert parsed[file]["errors"] == []


def test_it_parses_fast(parsed: dict[str, Any], file: str):
    assert parsed[file]["seconds"] <= PARSE_LIMIT_SECONDS


def test_it_imports_nothing_heavy(parsed: dict[str, Any], file: str):
    assert parsed[file]["heavy"] == []


def test_it_holds_the_expected_dag(dag: dict[str, Any], file: str):
    name, tasks, schedule, runs = EXPECTED[file]
    assert (dag["dag_id"], list(dag["tasks"])) == (name, tasks)
    assert (dag["schedule"], dag["max_active_runs"], dag["catchup"]) == (schedule, runs, False)


def test_its_docstring_is_its_page(dag: dict[str, Any]):
    assert [part for part in PARTS if part not in dag["doc_md"]] == []


def test_its_tags_come_from_the_enum(dag: dict[str, Any]):
    assert dag["tag_types"] == ["Tag"]
    assert set(dag["tags"]) <= TAGS
    assert len(dag["tags"]) == 2


def test_its_tasks_have_an_owner_retries_and_an_alert(dag: dict[str, Any]):
    for task in dag["tasks"].values():
        assert task["owner"] == "data-engineering"
        retry = "report_each_retry" if dag["dag_id"] == "stream_analytics" else "report_retry"
        assert task["callbacks"] == ["report_failure", retry]
        assert task["retries"] >= 3
        assert task["longest_retry_seconds"] <= 60


def test_a_file_outlives_an_outage_of_two_minutes(parsed: dict[str, Any]):
    for task in parsed["ingest_file.py"]["dags"][0]["tasks"].values():
        waits = (task["first_retry_seconds"] * task["backoff"] ** n for n in range(task["retries"]))
        assert task["first_retry_seconds"] == 1
        assert sum(min(wait, task["longest_retry_seconds"]) for wait in waits) >= 600


def test_publishing_follows_validating(parsed: dict[str, Any]):
    tasks = parsed["ingest_file.py"]["dags"][0]["tasks"]
    assert tasks["validate"]["downstream"] == ["publish"]
    assert tasks["validate"]["links"] == ["Data Docs", "Files on the dashboard"]


def test_a_scheduled_dag_has_a_start(dag: dict[str, Any]):
    assert dag["started"] or dag["schedule"] == "NullTimetable"


def test_the_stream_is_submitted_again_at_once(parsed: dict[str, Any]):
    task = parsed["stream_analytics.py"]["dags"][0]["tasks"]["keep_alive"]
    assert (task["first_retry_seconds"], task["backoff"]) == (3, 0)


def test_the_day_is_cut_in_the_traders_zone(parsed: dict[str, Any]):
    assert parsed["batch_analytics.py"]["dags"][0]["timezone"] == "Europe/Paris"


def test_it_is_short(file: str):
    assert len((DAGS / file).read_text().splitlines()) <= LINE_LIMIT


def test_the_catalogue_is_fresh():
    assert CATALOGUE.read_text() == catalogue(DAGS), "run `python -m comptoir_airflow.catalogue`"


def test_the_plugin_loader_leaves_the_package_alone():
    assert (PROJECT_ROOT / "plugins" / ".airflowignore").read_text().split() == ["comptoir_airflow"]
