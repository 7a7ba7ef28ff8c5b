"""Reconciling: an audit, and where legs differ another one while nothing moves, whose word counts."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.errors import TransientError
from comptoir.reconciling.audit import audit
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.leases import every_lease
from comptoir.stores.settling import has_passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.reconciling.audit import Report
    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot
    from comptoir.stores.leases import Lease

DRAINING_SECONDS: Final = 300.0  # a backlog of a million lines takes about as long
PAUSE_SECONDS: Final = 0.5


def reconcile(hot: Hot, cold: Cold, settings: Settings) -> Report:
    """Compare all legs. What was on its way during a first audit can't differ in the second, which stands still.

    Raises:
        TransientError: a server was away, or the stream did not come through in time; the same call may be made again.
    """
    report = audit(hot, cold, settings)
    if report.equal:
        return report
    with standing_still(hot, settings):
        return audit(hot, cold, settings)


@contextmanager
def standing_still(hot: Hot, settings: Settings) -> Iterator[None]:
    """Hold every kind's lease, so that nothing is published, once the stream has come through what was.

    Raises:
        TransientError: somebody else kept a lease, left a change set half published, or the stream is not through.
    """
    with every_lease(hot, settings) as leases:
        _await_stream(hot, leases)
        yield


def _await_stream(hot: Hot, leases: list[Lease]) -> None:
    published: dict[str, dict[str, Any]] = {each.kind: {"offsets": each.last_offsets} for each in leases}
    deadline = time.monotonic() + DRAINING_SECONDS
    while not _is_through(hot, published):
        if time.monotonic() > deadline:
            raise TransientError("The stream has not come through all that was published; see `comptoir status`.")
        time.sleep(PAUSE_SECONDS)


@reaching_mongo()
def _is_through(hot: Hot, published: dict[str, dict[str, Any]]) -> bool:
    progress = {document["_id"]: document for document in hot.facts[names.PROGRESS].find()}
    return "pending" not in progress and has_passed(progress.get("stream", {}).get("offsets", {}), published)
