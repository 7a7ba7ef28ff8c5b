"""A moment in which nothing moves: nothing is published, and the stream has come through all that was."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from comptoir import names
from comptoir.errors import TransientError
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.leases import every_lease
from comptoir.stores.offsets import has_passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir.stores.leases import Lease

DRAINING_SECONDS: Final = 300.0  # a backlog of a million lines takes about as long
PAUSE_SECONDS: Final = 0.5


@contextmanager
def standing_still(hot: Hot, settings: Settings) -> Iterator[list[Lease]]:
    """Hold every kind's lease, so that nothing is published, once the stream has come through what was.

    Raises:
        TransientError: somebody else kept a lease, left a change set half published, or the stream is not through.
    """
    with every_lease(hot, settings) as leases:
        _await_stream(hot, leases)
        yield leases


def _await_stream(hot: Hot, leases: list[Lease]) -> None:
    deadline = time.monotonic() + DRAINING_SECONDS
    while not _is_through(hot, leases):
        if time.monotonic() > deadline:
            raise TransientError("The stream has not come through all that was published; see `comptoir status`.")
        time.sleep(PAUSE_SECONDS)


@reaching_mongo()
def _is_through(hot: Hot, leases: list[Lease]) -> bool:
    progress = {document["_id"]: document for document in hot.facts[names.PROGRESS].find()}
    reached = progress.get("stream", {}).get("offsets", {})
    return "pending" not in progress and all(has_passed(reached, each.last_offsets) for each in leases)
