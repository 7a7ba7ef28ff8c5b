"""Reconciling: an audit, and where legs differ another one while nothing moves, whose word counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir.reconciling.audit import audit
from comptoir.stores.standing_still import standing_still

if TYPE_CHECKING:
    from comptoir.reconciling.audit import Report
    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot


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
