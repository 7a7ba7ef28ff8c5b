"""The file of alerts: one line for each thing that somebody should know of, though most of them heal by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from comptoir.embedded.files import tail

if TYPE_CHECKING:
    from pathlib import Path

ALERTS_FILE: Final = "alerts.log"  # below HOME/logs
QUIET: Final = timedelta(minutes=10)  # within which the same is told once: an outage makes a task fail again and again
LOOK_BACK_BYTES: Final = 65_536  # some 200 lines, more than an outage makes


def write_alert(home: Path, at: datetime, sentence: str, page: str) -> None:
    """Add a line to the file of alerts: when, what, and where to look."""
    path = alerts_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as alerts:
        alerts.write(f"{at.isoformat(timespec='seconds')} {' '.join(sentence.split())} See {page}\n")


def alerts_file(home: Path) -> Path:
    """Return the file of alerts."""
    return home / "logs" / ALERTS_FILE


def write_alert_once(home: Path, at: datetime, sentence: str, page: str) -> None:
    """Write an alert unless one that sends to the same page was written in the last ten minutes."""
    if not _was_told(home, at, page):
        write_alert(home, at, sentence, page)


def _was_told(home: Path, at: datetime, page: str) -> bool:
    latest = tail(alerts_file(home), LOOK_BACK_BYTES).splitlines()
    return any(line.endswith(f" See {page}") and at - _time_of(line) < QUIET for line in latest)


def _time_of(line: str) -> datetime:
    return datetime.fromisoformat(line.partition(" ")[0])
