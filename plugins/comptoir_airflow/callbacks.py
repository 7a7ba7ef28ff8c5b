"""What happens when a task has failed for good."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comptoir.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

ALERTS_FILE = "alerts.log"  # below HOME/logs


def report_failure(context: Mapping[str, Any]) -> None:
    """Add a line to `HOME/logs/alerts.log`: when, which task of which run, why, and where to look."""
    settings = load_settings()
    write_alert(settings, alert_line(context, datetime.now(UTC), settings.airflow_url))


def write_alert(settings: Settings, line: str) -> None:
    """Add a line to the file of alerts."""
    path = settings.home / "logs" / ALERTS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as alerts:
        alerts.write(line)


def alert_line(context: Mapping[str, Any], at: datetime, airflow_url: str) -> str:
    """Return the line that reports the failed task of a context."""
    task = context["ti"]
    reason = " ".join(str(context.get("exception") or "no reason given").split())
    page = f"{airflow_url}/dags/{task.dag_id}/runs/{task.run_id}/tasks/{task.task_id}"
    return f"{at.isoformat(timespec='seconds')} {task.dag_id}.{task.task_id} failed: {reason} See {page}\n"
