"""What is told of a task that has failed: for good, or to be tried again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comptoir.alerts import was_told, write_alert
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping


def report_failure(context: Mapping[str, Any]) -> None:
    """Write an alert: which task of which run, why, and where to look."""
    settings = load_settings()
    write_alert(settings.home, datetime.now(UTC), told(context, "failed"), page_of(context, settings.airflow_url))


def report_retry(context: Mapping[str, Any]) -> None:
    """Write an alert of a task that is tried again, once in ten minutes for each: an outage fails it many times."""
    settings = load_settings()
    if not was_told(settings.home, datetime.now(UTC), page_of(context, settings.airflow_url)):
        report_each_retry(context)


def report_each_retry(context: Mapping[str, Any]) -> None:
    """Write an alert of a task that is tried again; each failure of a task that never ends is another matter."""
    settings, what = load_settings(), told(context, "failed and is tried again")
    write_alert(settings.home, datetime.now(UTC), what, page_of(context, settings.airflow_url))


def told(context: Mapping[str, Any], what: str) -> str:
    """Return the sentence on a task; one whose process was killed leaves no reason."""
    task = context["ti"]
    reason = context.get("exception") or "its process ended without a reason."
    return f"{task.dag_id}.{task.task_id} {what}: {reason}"


def page_of(context: Mapping[str, Any], airflow_url: str) -> str:
    """Return the address of a task's page in Airflow."""
    task = context["ti"]
    return f"{airflow_url}/dags/{task.dag_id}/runs/{task.run_id}/tasks/{task.task_id}"
