"""A brake on guessing passwords."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

FREE_TRIES: Final = 5
FIRST_PAUSE_SECONDS: Final = 15.0  # doubles with each further failure
LONGEST_PAUSE_SECONDS: Final = 900.0
FORGET_SECONDS: Final = 3600.0
MAX_KEYS: Final = 10_000  # names that attackers make up can't fill the memory


@dataclass(frozen=True)
class _Failures:
    count: int
    last: float


class Throttle:
    """Counts failures per key (an account from an address); after some, each further one costs a longer pause."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, _Failures] = {}

    def seconds_to_wait(self, key: str) -> float:
        """Return how long this key must wait before its next try; 0 when it may try now."""
        failures = self._failures.get(key)
        if failures is None or failures.count < FREE_TRIES:
            return 0.0
        pause: float = min(FIRST_PAUSE_SECONDS * 2.0 ** min(failures.count - FREE_TRIES, 10), LONGEST_PAUSE_SECONDS)
        return max(0.0, failures.last + pause - self._clock())

    def failed(self, key: str) -> None:
        """Count a failed try."""
        now = self._clock()
        if len(self._failures) >= MAX_KEYS:
            self._forget_old(now)
        known = self._failures.pop(key, None)
        recent = known is not None and now - known.last < FORGET_SECONDS
        self._failures[key] = _Failures((known.count if known and recent else 0) + 1, now)

    def succeeded(self, key: str) -> None:
        """Forget the failures of a key that has proved itself."""
        self._failures.pop(key, None)

    def _forget_old(self, now: float) -> None:
        kept = {key: value for key, value in self._failures.items() if now - value.last < FORGET_SECONDS}
        # Still full: the oldest go first (the dict is in the order of the last failure).
        self._failures = dict(list(kept.items())[-MAX_KEYS // 2 :])
