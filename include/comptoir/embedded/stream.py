"""The stream application as the platform sees it: its heartbeat, its process, and how it is asked to leave."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from comptoir.embedded.checks import listens
from comptoir.embedded.processes import is_alive, remembered_pid
from comptoir.errors import ComptoirError, TransientError
from comptoir.names import APP_STREAM, HEARTBEATS
from comptoir.stores.hot import open_hot

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptoir.settings import Settings

LEAVE_SECONDS: Final = 40.0  # a batch ends, its checkpoint is written, the JVM leaves
START_SECONDS: Final = 400.0
LOOK_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Stream:
    """The stream at one moment; `state` is stopped, starting, running or stale."""

    state: str
    pid: int | None = None
    since: datetime | None = None


STOPPED: Final = Stream("stopped")


def look_at_stream(settings: Settings, now: datetime) -> Stream:
    """Return the state of the stream, from its heartbeat and its process."""
    if not _can_ask(settings):
        return STOPPED
    try:
        beat = _last_beat(settings)
    except ComptoirError:
        return STOPPED
    limit = timedelta(seconds=settings.heartbeat_limit_seconds)
    return judge_beat(beat, now, limit, runs=is_alive(beat["pid"]) if beat else False)


def _last_beat(settings: Settings) -> dict[str, Any] | None:
    hot = open_hot(settings)
    try:
        return hot.control[HEARTBEATS].find_one({"_id": APP_STREAM})
    finally:
        hot.client.close()


def _can_ask(settings: Settings) -> bool:
    return settings.mongo_uri is not None or listens(settings.port("mongo"))


def judge_beat(beat: dict[str, Any] | None, now: datetime, limit: timedelta, *, runs: bool) -> Stream:
    """Tell what a heartbeat means: without its process it is a memory, and an old one of a process is stale."""
    if beat is None or not runs:
        return STOPPED
    is_fresh = now - beat["at"] <= limit
    state = beat["state"] if beat["state"] in ("starting", "running") else "stopped"
    return Stream(state if is_fresh else "stale", beat["pid"], beat["started_at"])


def wait_for_stream(settings: Settings) -> None:
    """Wait until the stream runs and says so."""
    deadline = time.monotonic() + START_SECONDS
    while look_at_stream(settings, datetime.now(UTC)).state != "running":
        if time.monotonic() > deadline:
            raise TransientError(
                f"The stream did not start in {START_SECONDS:.0f} s. Look at {settings.home}/logs/{APP_STREAM}.log "
                f"and at its DAG in Airflow, {settings.airflow_url}."
            )
        time.sleep(LOOK_SECONDS)


def stop_stream(settings: Settings, say: Callable[[str], None]) -> None:
    """Ask the stream to leave after its batch and wait for that; who does not leave in time is killed later."""
    pid = remembered_pid(settings.home / "run" / f"{APP_STREAM}.pid")
    if pid is None or not is_alive(pid) or not _can_ask(settings):
        return
    _request_stop(settings, wanted=True)
    deadline = time.monotonic() + LEAVE_SECONDS
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    say(f"stopped {APP_STREAM}")


def allow_stream(settings: Settings) -> None:
    """Take back a request to stop that an earlier stop has left."""
    _request_stop(settings, wanted=False)


def _request_stop(settings: Settings, *, wanted: bool) -> None:
    hot = open_hot(settings)
    hot.control[HEARTBEATS].update_one({"_id": APP_STREAM}, {"$set": {"stop_requested": wanted}})
    hot.client.close()
