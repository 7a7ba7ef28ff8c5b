"""Loads that a chain would bring, each on a platform of its own: what they take, and whether small files starve.

Usage: python bench/loads/loads.py [small-beside-large | day | eight-hours]…; all of them where none is named.
bench/README.md says what each brings.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from comptoir.embedded.processes import group_rss_mb
from tests.faults.ground import fresh_ground
from tests.faults.load import SALES, Made, Maker

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.ground import Ground

LARGE_LINES: Final = 5_000_000
DAY_LINES: Final = 1_000_000
LINES_AN_INVOICE: Final = 4
SMALL_FILES: Final = 20
SMALL_PAUSE_SECONDS: Final = 5.0
EIGHT_HOURS_MINUTES: Final = 30
FILE_PAUSE_SECONDS: Final = 4.0  # 450 files: about one a minute of eight hours
SAMPLE_SECONDS: Final = 10.0
LIMIT_SECONDS: Final = 3 * 3600.0
ENDS: Final = {"applied", "partial", "rejected", "asking"}


def main(chosen: list[str]) -> None:
    """Bring the loads that were chosen, and print what became of them."""
    for name in chosen or LOADS:
        with fresh_ground() as ground:
            print(f"## {name}", flush=True)
            LOADS[name](ground)
            report = ground.reconciled()
            print(f"audit: {report.differences_total} differences\n", flush=True)


def small_beside_large(ground: Ground) -> None:
    """Drop small files all the way of a large one, twenty at least; each must be visible within two minutes."""
    large = lines_of(ground, "large", LARGE_LINES, days=365)
    began = time.monotonic()
    ground.drop(large)
    small, entry = Maker("small", ground.today), ground.entry(large.name)
    waits: list[float] = []
    while entry.get("state") not in ENDS or len(waits) < SMALL_FILES:
        time.sleep(SMALL_PAUSE_SECONDS)
        waits.append(_seconds_to_figures(ground, small.next()))
        entry = ground.entry(large.name)
        moment = time.monotonic() - began
        print(f"{moment:4.0f} s: small file after {waits[-1]:.1f} s, the large one is {entry.get('state')}", flush=True)
    taken = (entry["state_at"]["applied"] - entry["received_at"]).total_seconds()
    print(f"{len(waits)} small files: median {np.median(waits):.1f} s, most {max(waits):.1f} s")
    print(f"{LARGE_LINES:,} lines after {taken:.0f} s")


def day_of_a_million(ground: Ground) -> None:
    """Drop a day of a million lines."""
    taken = _seconds_to_figures(ground, lines_of(ground, "day", DAY_LINES, days=1))
    print(f"{DAY_LINES:,} lines of one day after {taken:.0f} s")


def eight_hours(ground: Ground) -> None:
    """Drop a file every few seconds; print how the memory of each process grew in the second half."""
    maker, samples = Maker("hours", ground.today), []
    began = time.monotonic()
    deadline, due, look = began + EIGHT_HOURS_MINUTES * 60, began, began
    while time.monotonic() < deadline:
        if time.monotonic() >= due:
            ground.drop(maker.next())
            due += FILE_PAUSE_SECONDS
        if time.monotonic() >= look:
            samples.append((time.monotonic() - began, memory_of(ground)))
            look += SAMPLE_SECONDS
        time.sleep(0.2)
    ground.recover(LIMIT_SECONDS)
    print(f"{maker.made} files in {EIGHT_HOURS_MINUTES} min")
    print_slopes(samples[len(samples) // 2 :])


def lines_of(ground: Ground, tag: str, lines: int, days: int) -> Made:
    """Return a file of so many lines in invoices of four, over so many days, in their order as software exports it."""
    day_of = [ground.today - timedelta(days=each) for each in reversed(range(days))]
    texts = [
        f"{tag}-{number // LINES_AN_INVOICE},L{number // LINES_AN_INVOICE % 500},LP{number % 2000},{number % 5 + 1},"
        f"{number % 900 + 100}.25,{day_of[number * days // lines]} 00:00:01"
        for number in range(lines)
    ]
    return Made(f"{tag}.csv", "\n".join([SALES, *texts, ""]), lines)


def _seconds_to_figures(ground: Ground, made: Made) -> float:
    began = time.monotonic()
    ground.drop(made)
    _await(ground, made.name)
    return time.monotonic() - began


def _await(ground: Ground, name: str) -> None:
    ground.wait_for(lambda: ground.entry(name).get("state") == "applied", LIMIT_SECONDS, name)


def memory_of(ground: Ground) -> dict[str, int]:
    """Return the resident memory of the platform's servers and of the stream in MiB, each with all of its group."""
    servers = {name: ground.pid(name) for name in (*ground.supervisor.processes(), "stream_analytics")}
    return {name: group_rss_mb(pid) or 0 for name, pid in servers.items()}


def print_slopes(samples: list[tuple[float, dict[str, int]]]) -> None:
    """Print of each process its last memory and its growth in MiB an hour, by least squares."""
    seconds = [moment for moment, _ in samples]
    for name in samples[-1][1]:
        sizes = [found.get(name, 0) for _, found in samples]
        slope = float(np.polyfit(seconds, sizes, 1)[0]) * 3600
        print(f"{name:24} {sizes[-1]:8.0f} MiB {slope:+9.1f} MiB/h")


LOADS: Final[dict[str, Callable[[Ground], None]]] = {
    "small-beside-large": small_beside_large,
    "day": day_of_a_million,
    "eight-hours": eight_hours,
}

if __name__ == "__main__":
    main(sys.argv[1:])
