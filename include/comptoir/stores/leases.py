"""One lease per kind: who may publish it now, proven by a fencing token, on the server's clock.

A holder renews in a background thread. Where it stalls longer than `lease_seconds`, another worker takes
over with a higher token; each write under the lease names its token, so that a holder that wakes up late
changes nothing.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.errors import LeaseLostError, MisconfiguredError, TransientError
from comptoir.stores.hot import change_one, reaching_mongo
from comptoir.stores.offsets import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir.stores.offsets import Offsets

RENEWALS_PER_LEASE: Final = 3
WAIT_LEASES: Final = 4  # a waiting worker outlasts the crash of a few predecessors
SHORTEST_PAUSE_SECONDS: Final = 0.02
LONGEST_PAUSE_SECONDS: Final = 0.5


@dataclass
class Lease:
    """A kind's lease, held; `last_sequence` and `last_offsets` are those of the last finished change set."""

    hot: Hot
    kind: str
    token: int
    seconds: float
    last_sequence: int
    last_offsets: Offsets
    pending: dict[str, Any] | None
    _over: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Prove on the server that the lease is still ours, and prolong it.

        Raises:
            LeaseLostError: another worker took over; nothing more may be written.
        """
        self._change({"expires_at": _server_time_plus(self.seconds)})

    def allot(self, file_id: str) -> int:
        """Take the next sequence for a file and note it as pending, so that a successor knows of it."""
        sequence = self.last_sequence + 1
        self.pending = {"sequence": sequence, "file_id": file_id}
        self._change({"pending": {"$literal": self.pending}, "expires_at": _server_time_plus(self.seconds)})
        return sequence

    def give_up(self) -> None:
        """Note that what was pending will not come: a successor need not wait for it, and has the sequence."""
        self._change({"pending": None})
        self.pending = None

    def keep_within(self, ends: Offsets) -> None:
        """Forget offsets beyond the ends of the topics, which were made anew: other messages will have them."""
        self.last_offsets = within(self.last_offsets, ends)
        self._change({"last_offsets": {"$literal": self.last_offsets}})

    def complete(self, sequence: int, offsets: Offsets) -> None:
        """Note that a change set is finished: published, registered and in the ledger."""
        change = {"pending": None, "last_sequence": sequence, "last_offsets": {"$literal": offsets}}
        self._change(change)
        self.pending, self.last_sequence, self.last_offsets = None, sequence, offsets

    @reaching_mongo()
    def release(self) -> None:
        """Give the lease back; harmless where it is lost already."""
        self._over.set()
        free = {"$set": {"holder": None, "expires_at": None}}
        self.hot.leases.update_one({"_id": self.kind, "token": self.token}, free)

    @reaching_mongo()
    def _change(self, fields: dict[str, Any]) -> None:
        match = {"_id": self.kind, "token": self.token}
        if self.hot.leases.update_one(match, [{"$set": fields}]).matched_count == 0:
            raise LeaseLostError(f"Another worker took over the lease of {self.kind}; this one stops and tries again.")

    def keep(self) -> None:
        """Renew until released; a failed renewal is left for the next `check` to find."""
        while not self._over.wait(self.seconds / RENEWALS_PER_LEASE):
            try:
                self.check()
            except LeaseLostError:
                return
            except TransientError:
                continue


def _server_time_plus(seconds: float) -> dict[str, Any]:
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": int(seconds * 1000)}}


@contextmanager
def lease(hot: Hot, settings: Settings, kind: str) -> Iterator[Lease]:
    """Hold the lease of a kind for the length of a `with` block.

    Raises:
        TransientError: another worker held it all the time that one may reasonably wait.
    """
    held = acquire(hot, settings, kind)
    threading.Thread(target=held.keep, name=f"lease-{kind}", daemon=True).start()
    try:
        yield held
    finally:
        held.release()


@contextmanager
def every_lease(hot: Hot, settings: Settings) -> Iterator[list[Lease]]:
    """Hold the leases of all kinds: nothing is published meanwhile, and nothing is half published.

    Raises:
        TransientError: somebody else kept a lease, or left a change set half published.
    """
    with ExitStack() as held:
        leases = [held.enter_context(lease(hot, settings, kind)) for kind in names.KINDS]
        half = [each.kind for each in leases if each.pending]
        if half:
            raise TransientError(f"A change set of {half[0]} is half published; its file's next attempt finishes it.")
        yield leases


def acquire(hot: Hot, settings: Settings, kind: str) -> Lease:
    """Wait for the lease of a kind and take it with a higher token.

    Raises:
        TransientError: it stayed with others for `WAIT_LEASES` times `lease_seconds`.
        MisconfiguredError: the hot store has never been prepared.
    """
    deadline = time.monotonic() + WAIT_LEASES * settings.lease_seconds
    pause = SHORTEST_PAUSE_SECONDS
    while (document := _take(hot, kind, settings.lease_seconds)) is None:
        if time.monotonic() > deadline:
            raise TransientError(f"The lease of {kind} is with another worker ({_holder(hot, kind)}); tried again.")
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
    return Lease(
        hot=hot,
        kind=kind,
        token=int(document["token"]),
        seconds=settings.lease_seconds,
        last_sequence=int(document["last_sequence"]),
        last_offsets=document["last_offsets"],
        pending=document["pending"],
    )


@reaching_mongo()
def _take(hot: Hot, kind: str, seconds: float) -> dict[str, Any] | None:
    # In MongoDB's order of types null comes before every date: a lease without an end is free.
    match = {"_id": kind, "$expr": {"$lt": ["$expires_at", "$$NOW"]}}
    change = {
        "holder": f"{socket.gethostname()}:{os.getpid()}",
        "token": {"$add": ["$token", 1]},
        "expires_at": _server_time_plus(seconds),
    }
    return change_one(hot.leases, match, [{"$set": change}])


@reaching_mongo()
def _holder(hot: Hot, kind: str) -> str:
    document = hot.leases.find_one({"_id": kind})
    if document is None:
        raise MisconfiguredError(f"MongoDB has no lease of {kind}; `comptoir up` prepares it.")
    return str(document["holder"])
