"""Asking again until there is an answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar

from comptoir.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

PAUSE_SECONDS: Final = 0.2


def poll(look: Callable[[], T | None], seconds: float, sentence: str) -> T:
    """Look until something is found, and return it.

    Raises:
        TransientError: nothing was found for so many seconds; the sentence says what that means.
    """
    end = time.monotonic() + seconds
    while (found := look()) is None:
        if time.monotonic() > end:
            raise TransientError(sentence)
        time.sleep(PAUSE_SECONDS)
    return found
