"""The tasks of the DAGs. Each declares one step; what the step does is in `comptoir`."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from comptoir.errors import ComptoirError, MisconfiguredError
from comptoir.names import APP_STREAM, CONNECTION_KAFKA, CONNECTION_MONGO, CONNECTION_SPARK, DAG_INGEST
from comptoir.settings import Settings, load_settings
from comptoir_airflow.expected import ExpectedFileTrigger, missing_sentence
from comptoir_airflow.heartbeat import Verdict, has_left, last_beat, stop_reason
from comptoir_airflow.launch import adopt_or_submit
from comptoir_airflow.lease import Application, kill, started_at, wait_until_free
from comptoir_airflow.links import DashboardFilesLink, DataDocsLink, StreamLogLink
from comptoir_airflow.submit import stream_command
from comptoir_airflow.triggers import DropZoneTrigger, StreamHeartbeatTrigger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from airflow.sdk import Context

    from comptoir.stores.hot import Hot

HELD_BACK: Final = frozenset({"rejected", "asking"})  # nothing of such a file is published
KILL_SECONDS: Final = 10.0


@contextmanager
def stopping_where_misconfigured() -> Iterator[None]:
    """Fail for good where the operator must act; anything else is left to Airflow's retries."""
    try:
        yield
    except MisconfiguredError as error:
        raise AirflowFailException(str(error)) from error


class WatchDropZoneOperator(BaseOperator):
    """Waits for files for ever, in the triggerer: an idle watcher costs no worker."""

    def execute(self, context: Context) -> NoReturn:  # noqa: ARG002 - Airflow's signature
        """Hand over to the trigger, which starts the runs itself."""
        self.defer(trigger=DropZoneTrigger(), method_name="say_why")

    def say_why(self, context: Context, event: dict[str, Any]) -> NoReturn:  # noqa: ARG002 - Airflow's signature
        """Fail with the reason for which the trigger gave up, so that it shows and is tried again."""
        raise AirflowException(event["problem"])


class KeepStreamAliveOperator(BaseOperator):
    """Adopts or submits the stream, then waits in the triggerer until it is gone or silent."""

    operator_extra_links = (StreamLogLink(),)

    def execute(self, context: Context) -> NoReturn:  # noqa: ARG002 - Airflow's signature
        """Make sure that one stream runs, then hand over to the trigger."""
        settings = load_settings()
        with stopping_where_misconfigured():
            command = stream_command(settings, spark_master())
            outcome = adopt_or_submit(Application(APP_STREAM, settings.home), command)
        self.log.info("The stream was %s.", outcome)
        self.defer(trigger=StreamHeartbeatTrigger(), method_name="submit_again")

    def submit_again(self, context: Context, event: dict[str, Any]) -> NoReturn:
        """Submit a stream that had stopped as asked; otherwise fail, so that it shows and the next try submits it."""
        application = Application(APP_STREAM, load_settings().home)
        if event["verdict"] == Verdict.SILENT and kill(application):
            wait_until_free(application, KILL_SECONDS)
        hot = open_hot_by_connection(load_settings())
        if reason := stop_reason(hot, APP_STREAM):
            raise AirflowFailException(reason)
        if event["verdict"] == Verdict.GONE and has_left(last_beat(hot, APP_STREAM), started_at(application)):
            self.execute(context)
        raise AirflowException(f"The stream is {event['verdict']}; it is submitted again. See {application.log_file}.")


def spark_master() -> str:
    """Return the master that the Spark connection names."""
    from airflow.providers.apache.spark.hooks.spark_submit import SparkSubmitHook  # noqa: PLC0415 - not for DAG parsing

    return str(SparkSubmitHook(conn_id=CONNECTION_SPARK)._connection["master"])  # noqa: SLF001 - the only reader of it


class FileOperator(BaseOperator):
    """One step of one file, named by its id."""

    template_fields: Sequence[str] = ("file_id",)
    operator_extra_links = (DataDocsLink(), DashboardFilesLink())

    def __init__(self, *, file_id: str, **arguments: Any) -> None:
        """Keep the file's id, a template."""
        super().__init__(**arguments)
        self.file_id = file_id


class ValidateFileOperator(FileOperator):
    """Reads a file and judges its rows; a file that is refused or asked about is a normal end of its run."""

    def execute(self, context: Context) -> dict[str, Any]:
        """Return what became of the file, as plain JSON: the next task's XCom."""
        from comptoir.ingest import validate_file  # noqa: PLC0415 - heavy: not for DAG parsing
        from comptoir.stores.cold import open_cold  # noqa: PLC0415 - as above

        settings = load_settings()
        with stopping_where_misconfigured():
            verdict = validate_file(self.file_id, open_hot_by_connection(settings), open_cold(settings), settings)
        if verdict["state"] in HELD_BACK:
            note_run(settings, DAG_INGEST, context["run_id"], f"{verdict['state']}: {verdict.get('reason', '')}")
        return verdict


class PublishFileOperator(FileOperator):
    """Turns a validated file into its change sets and publishes them, each in one transaction."""

    template_fields: Sequence[str] = ("file_id", "verdict")

    def __init__(self, *, verdict: Any, **arguments: Any) -> None:
        """Keep what validation said: its XCom."""
        super().__init__(**arguments)
        self.verdict = verdict

    def execute(self, context: Context) -> Any:  # noqa: ARG002 - Airflow's signature
        """Publish; skip a file of which nothing is to be published."""
        if self.verdict["state"] in HELD_BACK:
            raise AirflowSkipException(f"Nothing is published of a file in the state “{self.verdict['state']}”.")
        from comptoir.ingest import publish_file  # noqa: PLC0415 - heavy: not for DAG parsing
        from comptoir.stores.cold import open_cold  # noqa: PLC0415 - as above
        from comptoir_airflow.hooks import KafkaConfigHook  # noqa: PLC0415 - as above

        settings = load_settings()
        with stopping_where_misconfigured():
            hot, cold = open_hot_by_connection(settings), open_cold(settings)
            kafka = KafkaConfigHook(CONNECTION_KAFKA).get_conn
            return publish_file(self.file_id, hot, cold, kafka, settings)


class ChangeBackOperator(FileOperator):
    """Withdraws a file, or restores it, as somebody asked; the stream settles it once the figures show it."""

    template_fields: Sequence[str] = ("file_id", "act")

    def __init__(self, *, act: str, **arguments: Any) -> None:
        """Keep the act, a template."""
        super().__init__(**arguments)
        self.act = act

    def execute(self, context: Context) -> dict[str, Any]:  # noqa: ARG002 - Airflow's signature
        """Return how many records changed back, as plain JSON."""
        from comptoir.changes.act import Act  # noqa: PLC0415 - heavy: not for DAG parsing
        from comptoir.changing_back import change_back  # noqa: PLC0415 - as above
        from comptoir.publishing.publish import Servers  # noqa: PLC0415 - as above
        from comptoir.stores.cold import open_cold  # noqa: PLC0415 - as above
        from comptoir_airflow.hooks import KafkaConfigHook  # noqa: PLC0415 - as above

        settings = load_settings()
        with stopping_where_misconfigured():
            kafka = KafkaConfigHook(CONNECTION_KAFKA).get_conn
            servers = Servers(open_hot_by_connection(settings), open_cold(settings), kafka)
            return change_back(servers, settings, self.file_id, Act(self.act))


class AwaitFileOperator(BaseOperator):
    """Waits, in the triggerer, for a file that is expected by a deadline."""

    template_fields: Sequence[str] = ("expectation", "kind", "deadline")
    operator_extra_links = (DashboardFilesLink(),)

    def __init__(self, *, expectation: str, kind: str, deadline: str, **arguments: Any) -> None:
        """Keep the expectation's id, its kind and the deadline as ISO text: templates."""
        super().__init__(**arguments)
        self.expectation = expectation
        self.kind = kind
        self.deadline = deadline

    def execute(self, context: Context) -> NoReturn:  # noqa: ARG002 - Airflow's signature
        """Hand over to the trigger."""
        self.defer(trigger=ExpectedFileTrigger(self.expectation, self.deadline), method_name="conclude")

    def conclude(self, context: Context, event: dict[str, Any]) -> None:  # noqa: ARG002 - Airflow's signature
        """Succeed with a file that came; fail for good with one that never did."""
        if "problem" in event:
            raise AirflowFailException(event["problem"])
        if event["outcome"] == "removed":
            raise AirflowSkipException("Nobody expects this file any more.")
        if event["outcome"] == "never":
            sentence = missing_sentence(self.kind, datetime.fromisoformat(self.deadline), load_settings())
            raise AirflowFailException(f"{sentence} It never came; the next one is due.")


class ReconcileOperator(BaseOperator):
    """Compares raw files, change sets, Kafka, facts and figures; fails for good where they differ."""

    def execute(self, context: Context) -> int:  # noqa: ARG002 - Airflow's signature
        """Return how many kinds and days were compared; the log tells the first differences."""
        from comptoir.reconciling.reconcile import reconcile  # noqa: PLC0415 - heavy: not for DAG parsing
        from comptoir.stores.cold import open_cold  # noqa: PLC0415 - as above

        settings = load_settings()
        with stopping_where_misconfigured():
            report = reconcile(open_hot_by_connection(settings), open_cold(settings), settings)
        for difference in report.differences:
            self.log.error("%s", difference)
        if not report.equal:
            raise AirflowFailException(f"{report.differences_total} differences; docs/operations.md says what to do.")
        return len(report.checked)


class MaintainOperator(BaseOperator):
    """Does one step of maintenance; the audit log says what it changed."""

    def __init__(self, *, step: str, **arguments: Any) -> None:
        """Keep the step's name, of `comptoir.maintaining.maintain.STEPS`; it is the task's, too."""
        super().__init__(task_id=step, **arguments)
        self.step = step

    def execute(self, context: Context) -> dict[str, int]:  # noqa: ARG002 - Airflow's signature
        """Return how much the step changed."""
        from comptoir.maintaining.maintain import maintain  # noqa: PLC0415 - heavy: not for DAG parsing
        from comptoir.stores.cold import open_cold  # noqa: PLC0415 - as above

        settings = load_settings()
        with stopping_where_misconfigured():
            return maintain(open_hot_by_connection(settings), open_cold(settings), settings, self.step)


class RemoveRunsOperator(BaseOperator):
    """Removes runs that ended long ago from Airflow's own database, by its API."""

    def execute(self, context: Context) -> dict[str, int]:  # noqa: ARG002 - Airflow's signature
        """Return how many were removed; the audit log says so, too."""
        from comptoir.maintaining.maintain import note  # noqa: PLC0415 - heavy: not for DAG parsing
        from comptoir_airflow.api import Airflow  # noqa: PLC0415 - as above

        settings = load_settings()
        long_ago = datetime.now(UTC) - timedelta(days=settings.run_days)
        with stopping_where_misconfigured(), Airflow(settings) as airflow:
            done = {"runs_removed": airflow.remove_runs(long_ago)}
        note(open_hot_by_connection(settings), self.task_id, done)
        return done


def open_hot_by_connection(settings: Settings) -> Hot:
    """Open the hot store with the client of Airflow's MongoDB connection."""
    from airflow.providers.mongo.hooks.mongo import MongoHook  # noqa: PLC0415 - heavy: not for DAG parsing

    from comptoir.stores.hot import open_hot  # noqa: PLC0415 - as above

    return open_hot(settings, client=MongoHook(mongo_conn_id=CONNECTION_MONGO).get_conn())


def note_run(settings: Settings, dag_id: str, run_id: str, note: str) -> None:
    """Put a note on a run; a run without its note is no reason to fail it."""
    from comptoir_airflow.api import Airflow  # noqa: PLC0415 - not for DAG parsing

    try:
        with Airflow(settings) as airflow:
            airflow.note_run(dag_id, run_id, note)
    except ComptoirError as error:
        logging.getLogger(__name__).warning("The run has no note: %s", error)
