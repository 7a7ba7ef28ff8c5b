"""The stream's sign of life, and the ear for the request to stop."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from comptoir import names
from comptoir.errors import TransientError
from comptoir.stores.hot import reaching_mongo

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot
    from comptoir_spark.writer import StreamWriter

State = Literal["starting", "running", "stopping", "stopped"]
STUCK_SECONDS: Final = 900.0  # a batch of 12,000 invoices takes 20 s at worst; this one will never end


class Heartbeat:
    """Writes the application's document in `heartbeats`."""

    def __init__(self, hot: Hot) -> None:
        """Note when the application started; nothing is written before `begin`."""
        self._documents = hot.control[names.HEARTBEATS]
        self._started_at = datetime.now(UTC)

    def begin(self) -> None:
        """Say that a new life begins; a request to stop was for the previous one."""
        self.beat("starting")
        self._documents.update_one({"_id": names.APP_STREAM}, {"$set": {"stop_requested": False, "stop_reason": None}})

    def beat(self, state: State, writer: StreamWriter | None = None) -> None:
        """Give a sign of life, except where a batch is stuck: silence then tells."""
        if writer and writer.busy_since is not None and time.monotonic() - writer.busy_since > STUCK_SECONDS:
            return
        life = {"at": datetime.now(UTC), "pid": os.getpid(), "started_at": self._started_at}
        change = {"$set": life | {"batch": writer.batch if writer else None, "state": state}}
        self._documents.update_one({"_id": names.APP_STREAM}, change, upsert=True)

    def say_why(self, reason: str) -> None:
        """Say why the application stops on purpose, for good: somebody must act before it can go on."""
        self._documents.update_one({"_id": names.APP_STREAM}, {"$set": {"stop_reason": reason, "state": "stopped"}})

    def is_stop_requested(self) -> bool:
        """Tell whether somebody asked the application to stop; no, while MongoDB is away."""
        try:
            with reaching_mongo():
                document = self._documents.find_one({"_id": names.APP_STREAM}, {"stop_requested": 1}) or {}
        except TransientError:
            return False
        return bool(document.get("stop_requested"))


@reaching_mongo()
def note_stop(hot: Hot, application: str, reason: str | None) -> None:
    """Note why an application that comes to an end by itself failed for good; None where it begins."""
    change = {"$set": {"stop_reason": reason, "at": datetime.now(UTC), "pid": os.getpid()}}
    hot.control[names.HEARTBEATS].update_one({"_id": application}, change, upsert=True)
