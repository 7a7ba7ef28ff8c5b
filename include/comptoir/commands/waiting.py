"""Following dropped files through the ledger until each has its answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comptoir.errors import TransientError
from comptoir.stores.acts import STATE_OF
from comptoir.stores.ledger import (
    IMPORTED,
    ON_ITS_WAY,
    REFUSED,
    UNSETTLED,
    State,
    file_id_of,
    find,
    latest_attempt,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptoir.changes.act import Act
    from comptoir.stores.hot import Hot

Entry = dict[str, Any]

PAUSE_SECONDS = 0.2
APPLIED, REJECTED, TIMED_OUT, ASKS = 0, 1, 2, 3
WORST_FIRST = (REJECTED, TIMED_OUT, ASKS, APPLIED)

EXIT_CODES = {
    State.APPLIED: APPLIED,
    State.PARTIAL: REJECTED,
    State.REJECTED: REJECTED,
    State.WITHDRAWN: REJECTED,
    State.ASKING: ASKS,
    State.ANSWERED: ASKS,
}


@dataclass(frozen=True)
class Drop:
    """A file of which a copy went to the drop zone: its bytes' hash and the attempt that will answer for it.

    `landed_as` is the copy's name in the drop zone, None for a file that is only answered anew; `is_repeat` tells that
    the attempt was another drop's already.
    """

    name: str
    landed_as: str | None
    sha256: str
    attempt: int
    is_repeat: bool

    @property
    def file_id(self) -> str:
        """The ledger entry that answers for this drop."""
        return file_id_of(self.sha256, self.attempt)


@dataclass(frozen=True)
class Answer:
    """What became of a drop: its ledger entry, None where it has none yet, and the exit code it stands for."""

    drop: Drop
    entry: Entry | None
    code: int

    @property
    def already_imported(self) -> bool:
        """Whether the bytes are in the figures by another drop of them, so that this one changed nothing.

        Of drops that come together one opens the attempt, under its name.
        """
        if self.entry is None or State(self.entry["state"]) not in IMPORTED:
            return False
        is_repeat = self.drop.is_repeat and self.entry["attempt"] == self.drop.attempt
        return is_repeat or self.drop.landed_as not in {None, self.entry["name"]}


def expected_drop(
    name: str,
    landed_as: str,
    sha256: str,
    before: Entry | None,
    *,
    is_answered: bool = False,
    again: bool = False,
    owner: str | None = None,
) -> Drop:
    """Say which attempt answers for a drop, from the latest attempt before it.

    A refusal or withdrawal opens a new attempt, as do answers to what was asked, bytes that wait for an answer and come
    from the same `owner`, and the wish to land imported bytes `again`; else the latest attempt answers, as the bytes
    change nothing.
    """
    if before is None:
        return Drop(name, landed_as, sha256, 1, is_repeat=False)
    state = State(before["state"])
    is_asked_anew = state == State.ASKING and (is_answered or before["by"] == owner)
    is_new = state in REFUSED or is_asked_anew or (again and state in IMPORTED)
    is_repeat = not is_new and state in IMPORTED | ON_ITS_WAY
    return Drop(name, landed_as, sha256, before["attempt"] + is_new, is_repeat=is_repeat)


def wait_for(hot: Hot, drops: list[Drop], timeout_seconds: float) -> list[Answer]:
    """Wait until every drop has its answer or the time is over; a server that restarts meanwhile is waited for."""
    end = time.monotonic() + timeout_seconds
    return [_wait_for_one(hot, drop, end) for drop in drops]


def _wait_for_one(hot: Hot, drop: Drop, end: float) -> Answer:
    entry: Entry | None = None
    while True:
        entry = patient(lambda: latest_attempt(hot, drop.sha256), end - time.monotonic(), otherwise=entry)
        if entry is not None and _is_answer(drop, entry):
            return Answer(drop, entry, EXIT_CODES[State(entry["state"])])
        if time.monotonic() > end:
            return Answer(drop, entry if entry and entry["attempt"] >= drop.attempt else None, TIMED_OUT)
        time.sleep(PAUSE_SECONDS)


def _is_answer(drop: Drop, entry: Entry) -> bool:
    return entry["attempt"] >= drop.attempt and State(entry["state"]) not in UNSETTLED


def wait_for_act(hot: Hot, entry: Entry, act: Act, timeout_seconds: float) -> Entry:
    """Wait until a file is withdrawn or restored, or that is refused, or the time is over; return its entry then."""
    file_id, end = entry["_id"], time.monotonic() + timeout_seconds
    while entry["state"] == STATE_OF[act] and time.monotonic() <= end:
        time.sleep(PAUSE_SECONDS)
        entry = patient(lambda: find(hot, file_id), end - time.monotonic(), otherwise=entry) or entry
    return entry


def patient(look: Callable[[], Entry | None], seconds: float, *, otherwise: Entry | None = None) -> Entry | None:
    """Look until it passes, as servers restart; when the time is over, return what was seen last."""
    end = time.monotonic() + seconds
    while True:
        try:
            return look()
        except TransientError:
            if time.monotonic() > end:
                return otherwise
            time.sleep(PAUSE_SECONDS)


def worst(codes: list[int]) -> int:
    """Return the exit code of several files: that of the worst, rejected before timed out before asking."""
    return min(codes, key=WORST_FIRST.index, default=APPLIED)
