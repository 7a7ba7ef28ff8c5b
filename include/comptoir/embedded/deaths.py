"""Writes an alert for each server that ended without having been asked to: a listener to the supervisor's events.

Usage: python -m comptoir.embedded.deaths HOME, as a child of the supervisor, which sends an event for each such end and
for each server that it gives up.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comptoir.alerts import write_alert

if TYPE_CHECKING:
    from collections.abc import Mapping

EVENTS: Final = {
    "PROCESS_STATE_EXITED": "{processname} (process {pid}) ended without having been asked to; it is started again.",
    "PROCESS_STATE_FATAL": "{processname} does not start; it is not tried again before the next `comptoir up`.",
}


def listen(home: Path) -> None:
    """Write alerts until the supervisor is gone."""
    from supervisor.childutils import get_headers, listener  # noqa: PLC0415 - would cost each `comptoir` 70 ms

    while True:
        try:
            header, payload = listener.wait(sys.stdin, sys.stdout)
        except KeyError:  # end of input: the supervisor has left, and its library doesn't look for that
            return
        report_death(home, header["eventname"], get_headers(payload))
        listener.ok(sys.stdout)


def report_death(home: Path, event: str, told: Mapping[str, str]) -> None:
    """Write the alert of an event."""
    page = f"{home}/logs/{told['processname']}.log"
    write_alert(home, datetime.now(UTC), EVENTS[event].format_map(told), page)


if __name__ == "__main__":
    listen(Path(sys.argv[1]))
