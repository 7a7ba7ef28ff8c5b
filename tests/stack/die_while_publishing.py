"""Publishes, withdraws or restores a file in a process of its own that dies at a given seam, as a `kill -9` would.

Usage: die_while_publishing.py land|withdraw|restore FILE_ID MODULE[:CLASS] FUNCTION before|after; settings come
from the environment.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from comptoir import ingest
from comptoir.changes.act import Act
from comptoir.changing_back import change_back
from comptoir.publishing.publish import Servers
from comptoir.settings import load_settings
from comptoir.stores.cold import open_cold
from comptoir.stores.hot import open_hot

if TYPE_CHECKING:
    from collections.abc import Callable

KILLED = 137


def dying(function: Callable[..., Any], moment: str) -> Callable[..., Any]:
    """Return a function that ends the process before or after it has done its work."""

    def die(*args: Any, **kwargs: Any) -> None:
        if moment == "after":
            function(*args, **kwargs)
        os._exit(KILLED)

    return die


def main(act: str, file_id: str, place: str, name: str, moment: str) -> None:
    """Work until the seam is reached."""
    module_name, _, class_name = place.partition(":")
    owner = import_module(module_name)
    owner = getattr(owner, class_name) if class_name else owner
    setattr(owner, name, dying(getattr(owner, name), moment))
    settings = load_settings()
    hot, cold = open_hot(settings), open_cold(settings)
    kafka = {"bootstrap.servers": settings.kafka}
    if act == Act.LAND:
        ingest.publish_file(file_id, hot, cold, kafka, settings)
    else:
        change_back(Servers(hot, cold, kafka), settings, file_id, Act(act))


if __name__ == "__main__":
    main(*sys.argv[1:])
