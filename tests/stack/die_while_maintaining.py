"""Does a step of maintenance in a process of its own that dies at a call of the lake's client, as by `kill -9`.

Usage: die_while_maintaining.py STEP FUNCTION NUMBER before|after: before or after the function of
`comptoir.stores.cold` was called for that time; settings come from the environment.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from typing import Any

from comptoir.maintaining.maintain import maintain
from comptoir.settings import load_settings
from comptoir.stores import cold
from comptoir.stores.hot import open_hot
from tests.stack.publishing_tools import KILLED


def main(step: str, name: str, number: str, moment: str) -> None:
    """Work until the seam is reached."""
    function, calls = getattr(cold, name), count(1)

    def die(*args: Any, **kwargs: Any) -> Any:
        is_last = next(calls) == int(number)
        if is_last and moment == "before":
            os._exit(KILLED)
        answer = function(*args, **kwargs)
        if is_last:
            os._exit(KILLED)
        return answer

    setattr(cold, name, die)
    settings = load_settings()
    maintain(open_hot(settings), cold.open_cold(settings), settings, step)


if __name__ == "__main__":
    main(*sys.argv[1:])
