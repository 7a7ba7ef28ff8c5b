"""The steps of maintenance, each by itself, and the line of the audit log that says what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comptoir.accounts import PLATFORM, record_act
from comptoir.maintaining import retention
from comptoir.maintaining.compacting import compact
from comptoir.stores.hot import reaching_mongo

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot

    Step = Callable[[Hot, Cold, Settings], Counter[str]]

ACT: Final = "stores maintained"
STEPS: Final[dict[str, Step]] = {
    "compact_lake": compact,
    "thin_snapshots": retention.thin_snapshots,
    "clear_staging": retention.clear_staging,
    "trim_checkpoints": retention.trim_checkpoints,
    "trim_topics": retention.trim_topics,
    "remove_reports": retention.remove_reports,
    "remove_logs": retention.remove_logs,
}


def maintain(hot: Hot, cold: Cold, settings: Settings, step: str, *, by: str = PLATFORM) -> dict[str, int]:
    """Do one of `STEPS`; return how much it changed, which the audit log says, too, where that is anything.

    Raises:
        TransientError: a server was away; the same call goes on where this one ended.
    """
    done = {name: count for name, count in STEPS[step](hot, cold, settings).items() if count}
    note(hot, step, done, by=by)
    return done


@reaching_mongo()
def note(hot: Hot, step: str, done: dict[str, int], *, by: str = PLATFORM) -> None:
    """Say in the audit log what a step changed; nothing where it changed nothing."""
    if any(done.values()):
        record_act(hot, who=by, act=ACT, subject=step, details=done)
