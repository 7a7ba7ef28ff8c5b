"""What every DAG shares: its owner, its retries, its alert, and the tags by which it is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from comptoir_airflow.callbacks import report_failure, report_retry

OWNER = "data-engineering"

# Before any data. A continuous DAG without a start gives its second run the first one's date, and never runs again.
START = datetime(2000, 1, 1, tzinfo=UTC)

# Retries of one second, then two, four … at most one minute apart: 30 of them bridge an outage of
# about 25 minutes; the shortest outages cost a file one second.
RETRIES = 30
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=1)


class Tag(StrEnum):
    """The stage that a DAG belongs to, and how it is started."""

    INGEST = "ingest"
    ANALYTICS = "analytics"
    UPKEEP = "upkeep"
    CONTINUOUS = "continuous"
    PER_FILE = "per-file"
    DAILY = "daily"
    BY_HAND = "by-hand"


def default_args(**changes: Any) -> dict[str, Any]:
    """Return the task defaults of a DAG; `changes` replace single ones."""
    return {
        "owner": OWNER,
        "retries": RETRIES,
        "retry_delay": FIRST_RETRY,
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": LONGEST_RETRY,
        "on_failure_callback": report_failure,
        "on_retry_callback": report_retry,
        **changes,
    }
