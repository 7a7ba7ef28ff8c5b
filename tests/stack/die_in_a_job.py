"""Does a batch or a rebuilding in a process of its own that dies at a seam, as by `kill -9`.

Usage: die_in_a_job.py MODULE:FUNCTION before|after [DAY]: before or after the function was called; with a day it is
the batch of that day. Settings come from the environment.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from importlib import import_module
from typing import Any

from comptoir.settings import load_settings
from comptoir_spark.pipelines import run_batch, run_rebuild
from tests.stack.publishing_tools import KILLED


def main(seam: str, moment: str, *day: str) -> None:
    """Work until the seam is reached."""
    module, _, path = seam.partition(":")
    *owners, name = path.split(".")
    place: Any = import_module(module)
    for owner in owners:
        place = getattr(place, owner)
    function = getattr(place, name)

    def die(*args: Any, **kwargs: Any) -> None:
        if moment == "after":
            function(*args, **kwargs)
        os._exit(KILLED)

    setattr(place, name, die)
    settings = load_settings()
    if day:
        run_batch(settings, date.fromisoformat(*day))
    else:
        run_rebuild(settings)


if __name__ == "__main__":
    main(*sys.argv[1:])
