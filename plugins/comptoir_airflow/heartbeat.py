"""The heartbeat of a long-running application: what it says, and how the application is asked to stop.

An application writes its document of the collection `heartbeats` every few seconds. A missing lease says
that it is gone; an old heartbeat says that it hangs.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from comptoir import names
from comptoir.errors import ComptoirError
from comptoir.settings import load_settings
from comptoir_airflow.lease import Application, kill, wait_until_free

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot

log = logging.getLogger(__name__)

START_LIMIT: Final = timedelta(seconds=180)  # a Spark session took up to 28 s to start on a busy machine
STOP_PATIENCE_SECONDS: Final = 12.0  # Airflow gives a kill 30 s in all
KILL_PATIENCE_SECONDS: Final = 5.0


class Verdict(StrEnum):
    """Why an application needs its task."""

    GONE = "gone"  # nobody holds the lease: it ended, or was killed
    SILENT = "silent"  # it holds the lease and does nothing


@dataclass(frozen=True)
class Beat:
    """The last sign of life: when it came (UTC), and what the application was doing, as it says."""

    at: datetime
    state: str


def judge(*, held: bool, started: datetime, beat: Beat | None, now: datetime, limit: timedelta) -> Verdict | None:
    """Return what is wrong with an application; None while it is well.

    Args:
        held: whether its lease is held.
        started: when it was started; silence before that means nothing.
        beat: its last heartbeat, which may be that of an earlier start.
        now: the time at which it is judged.
        limit: the age at which the heartbeat of a running application says that it hangs.
    """
    if not held:
        return Verdict.GONE
    if beat is None or beat.at < started:
        beat = Beat(started, "starting")
    patience = max(limit, START_LIMIT) if beat.state == "starting" else limit
    return Verdict.SILENT if now - beat.at > patience else None


def has_left(beat: Beat | None, started: datetime | None) -> bool:
    """Tell whether an application that is gone had stopped in good order since it was last started (UTC)."""
    return beat is not None and started is not None and beat.state == "stopped" and beat.at >= started


def last_beat(hot: Hot, name: str) -> Beat | None:
    """Return an application's last sign of life."""
    from comptoir.stores.hot import reaching_mongo  # noqa: PLC0415 - MongoDB's client is not for DAG parsing

    with reaching_mongo():
        document = hot.control[names.HEARTBEATS].find_one({"_id": name}, {"at": 1, "state": 1})
    return Beat(document["at"], document["state"]) if document else None


def stop_reason(hot: Hot, name: str) -> str | None:
    """Return why an application stopped on purpose, for good; None where it didn't."""
    from comptoir.stores.hot import reaching_mongo  # noqa: PLC0415 - MongoDB's client is not for DAG parsing

    with reaching_mongo():
        document = hot.control[names.HEARTBEATS].find_one({"_id": name}, {"stop_reason": 1}) or {}
    return document.get("stop_reason")


def request_stop(name: str) -> None:
    """Ask an application to finish its batch and leave; where MongoDB is away, it isn't asked."""
    from comptoir.stores.hot import open_hot, reaching_mongo  # noqa: PLC0415 - as above

    try:
        hot = open_hot(load_settings())
        with reaching_mongo():
            hot.control[names.HEARTBEATS].update_one({"_id": name}, {"$set": {"stop_requested": True}})
        hot.client.close()
    except ComptoirError as error:
        log.warning("%s can't be asked to stop and is killed: %s", name, error)


def end_application(application: Application) -> None:
    """End an application: ask it, wait a little, then kill its process group. It is safe to kill at any time."""
    request_stop(application.name)
    if wait_until_free(application, STOP_PATIENCE_SECONDS):
        return
    kill(application)
    if not wait_until_free(application, KILL_PATIENCE_SECONDS):
        log.error("%s holds its lease although its process group was killed.", application.name)
