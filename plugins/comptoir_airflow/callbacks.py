"""What is told of a task that has failed: for good, or to be tried again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from comptoir.alerts import write_alert, write_alert_once
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AGAIN: Final = "failed and is tried again"


def report_failure(context: Mapping[str, Any]) -> None:
    """Write an alert: which task of which run, why, and where to look."""
    write_alert(*alert_of(context, "failed"))


def report_retry(context: Mapping[str, Any]) -> None:
    """Write an alert of a task that is tried again, once in ten minutes for each: an outage fails it many times."""
    write_alert_once(*alert_of(context, AGAIN))


def report_each_retry(context: Mapping[str, Any]) -> None:
    """Write an alert of a task that is tried again; each failure of a task that never ends is another matter."""
    write_alert(*alert_of(context, AGAIN))


def alert_of(context: Mapping[str, Any], what: str) -> tuple[Path, datetime, str, str]:
    """Return the alert on a task: below which home, when, the sentence, and the task's page."""
    settings = load_settings()
    return settings.home, datetime.now(UTC), told(context, what), page_of(context, settings.airflow_url)


def told(context: Mapping[str, Any], what: str) -> str:
    """Return the sentence on a task; one whose process was killed leaves no reason."""
    task = context["ti"]
    reason = context.get("exception") or "its process ended without a reason."
    return f"{task.dag_id}.{task.task_id} {what}: {reason}"


def page_of(context: Mapping[str, Any], airflow_url: str) -> str:
    """Return the address of a task's page in Airflow."""
    task = context["ti"]
    return f"{airflow_url}/dags/{task.dag_id}/runs/{task.run_id}/tasks/{task.task_id}"
