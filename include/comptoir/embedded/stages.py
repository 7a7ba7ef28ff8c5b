"""Runs stages as early as their needs allow, side by side; the first failure stops what has not begun."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Stage:
    """A step of the start: `run` is called once every stage in `needs` has ended well."""

    name: str
    run: Callable[[], None]
    needs: frozenset[str] = frozenset()


def run_stages(stages: Sequence[Stage], say: Callable[[str], None]) -> None:
    """Run the stages, say how long each took, and raise the first error once the running ones have ended.

    A need that is no stage counts as met: it is a server that was left out because another one is used.
    """
    names = {stage.name for stage in stages}
    waiting, done = list(stages), set[str]()
    running: dict[Future[None], tuple[Stage, float]] = {}
    with ThreadPoolExecutor(max_workers=max(1, len(stages))) as pool:
        while waiting or running:
            for stage in [stage for stage in waiting if stage.needs & names <= done]:
                waiting.remove(stage)
                running[pool.submit(stage.run)] = (stage, time.monotonic())
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                stage, began = running.pop(future)
                future.result()
                say(f"{stage.name} ready ({time.monotonic() - began:.1f} s)")
                done.add(stage.name)
