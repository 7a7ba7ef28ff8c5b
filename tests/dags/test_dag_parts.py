"""The small parts of the DAGs: the day of a run, the alert of a failure, the command of a submission."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from comptoir.alerts import alerts_file
from comptoir.embedded.files import tail
from comptoir.names import HEARTBEATS
from comptoir.settings import Settings
from comptoir_airflow import batch, callbacks, submit
from comptoir_airflow.callbacks import report_each_retry, report_failure, report_retry
from comptoir_airflow.days import business_day
from comptoir_airflow.drop_zone import longer
from comptoir_airflow.expected import missing_sentence, moment_of
from comptoir_airflow.operators import AwaitFileOperator
from comptoir_airflow.submit import stream_command
from comptoir_airflow.views import inside

if TYPE_CHECKING:
    from pathlib import Path

MIDNIGHT_IN_PARIS = datetime(2026, 3, 30, 22, tzinfo=UTC)  # summer time: the 31st begins


@pytest.mark.parametrize(
    ("day", "start", "expected"),
    [
        (None, MIDNIGHT_IN_PARIS, "2026-03-31"),
        ("2026-02-28", MIDNIGHT_IN_PARIS, "2026-02-28"),
        ("2026-02-28", None, "2026-02-28"),
    ],
)
def test_a_run_is_about_its_parameters_day_else_its_intervals(day: str | None, start: datetime | None, expected: str):
    assert business_day({"day": day}, start, "Europe/Paris") == expected


@pytest.mark.parametrize("day", [None, "31/03/2026"])
def test_a_run_by_hand_needs_a_day(day: str | None):
    with pytest.raises(AirflowFailException, match="2026-03-31"):
        business_day({"day": day}, None, "Europe/Paris")


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(callbacks, "load_settings", lambda: Settings(home=tmp_path))
    task = SimpleNamespace(dag_id="ingest_file", run_id="ingest__0123-1", task_id="publish")
    return {"ti": task, "exception": RuntimeError("Kafka is away.\nTry again.")}


def test_an_alert_is_one_line_that_says_where_to_look(failed: dict[str, Any], tmp_path: Path):
    report_failure(failed)
    (line,) = alerts_file(tmp_path).read_text().splitlines()
    assert "ingest_file.publish failed: Kafka is away. Try again. See http://" in line
    assert line.endswith("/dags/ingest_file/runs/ingest__0123-1/tasks/publish")


def test_a_task_that_is_tried_again_and_again_is_told_once(failed: dict[str, Any], tmp_path: Path):
    other = {"ti": SimpleNamespace(dag_id="ingest_file", run_id="ingest__0123-2", task_id="publish")}
    for each in (failed, failed, other, failed):
        report_retry(each)
    lines = alerts_file(tmp_path).read_text().splitlines()
    assert [line.partition(" ")[2].partition(" See ")[0] for line in lines] == [
        "ingest_file.publish failed and is tried again: Kafka is away. Try again.",
        "ingest_file.publish failed and is tried again: its process ended without a reason.",
    ]


def test_each_end_of_a_task_that_never_ends_is_told(failed: dict[str, Any], tmp_path: Path):
    for _ in range(2):
        report_each_retry(failed)
    assert len(alerts_file(tmp_path).read_text().splitlines()) == 2


def test_a_driver_on_one_machine_listens_to_it_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(submit, "spark_jars", lambda _: [tmp_path / "kafka.jar"])
    words = stream_command(Settings(home=tmp_path), "local[2]")
    assert "spark.driver.bindAddress=127.0.0.1" in words
    assert words[words.index("--jars") + 1] == str(tmp_path / "kafka.jar")
    assert words[-1].endswith("spark/jobs/stream_analytics.py")
    assert "--conf" not in stream_command(Settings(home=tmp_path), "yarn")


def test_pauses_grow_to_a_quarter_of_a_minute():
    pauses = [0.0]
    for _ in range(6):
        pauses.append(longer(pauses[-1]))
    assert pauses == [0, 1, 2, 4, 8, 15, 15]


def test_a_logs_end_begins_with_a_whole_line(tmp_path: Path):
    log = tmp_path / "stream.log"
    log.write_text("one\ntwo\nthree\n")
    assert tail(log, 8) == "three\n"
    assert tail(log, 100) == "one\ntwo\nthree\n"
    assert tail(tmp_path / "none.log", 100) == ""


def test_no_path_leads_out_of_a_folder(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.html").write_text("")
    (tmp_path / "secret").write_text("")
    assert inside(tmp_path / "docs", "index.html") == tmp_path / "docs" / "index.html"
    assert inside(tmp_path / "docs", "../secret") is None


@pytest.mark.parametrize("conf", [{}, {"deadline": None}, {"deadline": "soon"}, {"deadline": "2026-03-31T09:00:00"}])
def test_a_run_without_a_moment_has_no_deadline(conf: dict[str, str]):
    assert moment_of(conf) is None


def test_a_missing_file_is_told_with_the_traders_time(tmp_path: Path):
    settings = Settings(home=tmp_path, timezone="Europe/Paris")
    deadline = moment_of({"deadline": "2026-03-31T07:00:00+00:00"})
    assert deadline == datetime(2026, 3, 31, 7, tzinfo=UTC)
    sentence = missing_sentence("sales", deadline, settings)
    assert sentence == "The sales file that was expected by 09:00 on 2026-03-31 is not here."


@pytest.mark.parametrize(
    ("event", "error", "sentence"),
    [
        ({"outcome": "removed"}, AirflowSkipException, "Nobody expects"),
        ({"outcome": "never"}, AirflowFailException, "never came"),
        ({"problem": "MongoDB refuses the account"}, AirflowFailException, "refuses"),
    ],
)
def test_a_file_that_does_not_come_ends_its_task(event: dict[str, str], error: type[Exception], sentence: str):
    task = AwaitFileOperator(
        task_id="await_file", expectation="0a1b", kind="sales", deadline="2026-03-31T07:00:00+00:00"
    )
    with pytest.raises(error, match=sentence):
        task.conclude({}, event)
    task.conclude({}, {"outcome": "came"})


@pytest.mark.parametrize(
    ("reason", "error"), [(None, AirflowException), ("It differs; see docs/operations.md.", AirflowFailException)]
)
def test_a_batch_that_says_why_it_stopped_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, reason: str | None, error: type[Exception]
):
    def fail(_operator: SparkSubmitOperator, _context: object) -> None:
        raise AirflowException("Error code is: 1.")

    ledger = SimpleNamespace(find_one=lambda *_: {"_id": "a-file"})
    beats = SimpleNamespace(find_one=lambda *_: {"stop_reason": reason})
    hot = SimpleNamespace(ledger=ledger, control={HEARTBEATS: beats})
    monkeypatch.setattr(SparkSubmitOperator, "execute", fail)
    monkeypatch.setattr(batch, "open_hot_by_connection", lambda _settings: hot)
    with pytest.raises(AirflowException, match=reason or "Error code") as raised:
        batch.RecomputeDayOperator(task_id="recompute").execute({})
    assert raised.type is error
