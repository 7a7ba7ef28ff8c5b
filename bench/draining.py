"""Lines per second of the stream from Kafka to facts and figures, warm, and what a line costs as they grow in number.

Run it with `make bench`; bench/README.md says what the columns mean. Servers of its own; the stream is a process as
on the platform.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil
from tools.retail import accepted_of, change_sets_of, events_of, lines_of, send, whole_year
from tools.sales_lake import sales_file
from tools.stores import own_stores, variables_of

from comptoir import names
from comptoir.settings import PROJECT_ROOT
from comptoir.stores.hot import open_hot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from comptoir.changes.change_set import ChangeSet
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

AIM = 60_000
FLAT = 0.2
MILLIONS = 10
FILES_A_MILLION = 2
START_SECONDS, DRAIN_SECONDS = 300.0, 1200.0
LOOK_SECONDS = 0.05
BATCH = re.compile(r"Batch \d+: \d+ messages, (.*)")
LAP = re.compile(r"(\w+) ([\d.]+) s")


@dataclass(frozen=True)
class Taken:
    """What the stream took of time and of processors."""

    wall: float
    cpu: float


@contextmanager
def stream(settings: Settings) -> Iterator[psutil.Process]:
    """Run the stream as a process, from the moment that it says it runs until it is stopped."""
    command = [sys.executable, str(PROJECT_ROOT / "spark" / "jobs" / "stream_analytics.py")]
    with (settings.home / "stream.log").open("ab") as log:
        process = subprocess.Popen(
            command, env=variables_of(settings), cwd=PROJECT_ROOT, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for(lambda: beat(settings).get("state") == "running", START_SECONDS)
        yield psutil.Process(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def beat(settings: Settings) -> dict[str, Any]:
    """Return the stream's heartbeat."""
    return open_hot(settings).control[names.HEARTBEATS].find_one({"_id": names.APP_STREAM}) or {}


def wait_for(holds: Any, seconds: float) -> None:
    """Wait until something holds; leave with a sentence where it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"The stream took more than {seconds:.0f} s.")
        time.sleep(LOOK_SECONDS)


def is_past(hot: Hot, ends: dict[str, dict[str, int]]) -> bool:
    """Tell whether figures of everything up to these offsets have been written."""
    reached = (hot.facts[names.PROGRESS].find_one({"_id": "stream"}) or {}).get("offsets", {})
    return all(
        reached.get(topic, {}).get(partition, -1) >= last
        for topic, partitions in ends.items()
        for partition, last in partitions.items()
    )


def cpu_seconds(process: psutil.Process) -> float:
    """Return what a process and all below it have used of processors."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def drain(settings: Settings, hot: Hot, process: psutil.Process, change_sets: Iterable[ChangeSet]) -> Taken:
    """Publish change sets; return what the stream took from Kafka's last commit until all its figures were there.

    The query is stopped meanwhile, so that what is measured is the draining and not the publishing.
    """
    process_tree = [process, *process.children(recursive=True)]
    for each in process_tree:
        each.suspend()
    ends = send(settings, change_sets)
    for each in process_tree:
        each.resume()
    cpu, wall = cpu_seconds(process), time.monotonic()
    wait_for(lambda: is_past(hot, ends), DRAIN_SECONDS)
    return Taken(time.monotonic() - wall, cpu_seconds(process) - cpu)


def shares(settings: Settings) -> str:
    """Return which share of all batches' time each of their steps has had, as the stream's log tells."""
    seconds: Counter[str] = Counter()
    for laps in BATCH.findall((settings.home / "stream.log").read_text()):
        for name, lap in LAP.findall(laps):
            seconds[name] += float(lap)
    return ", ".join(f"{name} {each / seconds.total():.0%}" for name, each in seconds.items())


def drain_the_year(settings: Settings) -> None:
    """Drain a real year of invoices twice; the second time the stream is warm."""
    portions = accepted_of(whole_year(), settings)
    change_sets = change_sets_of(portions, settings)
    lines = lines_of(change_sets)
    hot = open_hot(settings)
    with stream(settings) as process:
        for name in ("first", "warm", "warm"):
            taken = drain(settings, hot, process, change_sets)
            rate = lines / taken.wall
            print(f"{name:<8}{lines:>10,} lines of {events_of(change_sets):,} invoices in {taken.wall:.1f} s", end="")
            print(f", {taken.cpu:.1f} CPU s: {rate:,.0f} lines/s; load {os.getloadavg()[0]:.1f}")
    print(f"of the batches' time: {shares(settings)}")
    print(f"aim {AIM:,} lines/s: {'reached' if rate >= AIM else 'missed'}")


def drain_millions(settings: Settings, millions: int) -> None:
    """Drain one million lines after the other and print what each costs."""
    hot, costs = open_hot(settings), []
    with stream(settings) as process:
        for number in range(millions):
            files = range(number * FILES_A_MILLION, (number + 1) * FILES_A_MILLION)
            wall = cpu = 0.0
            for file in files:
                part = sales_file(file, 500_000)
                taken = drain(settings, hot, process, [part])
                wall, cpu = wall + taken.wall, cpu + taken.cpu
            costs.append(cpu)
            print(f"million {number + 1:>2}: {wall:>6.1f} s, {cpu:>6.1f} CPU s, {cpu:>5.1f} CPU µs a line")
    rise = costs[-1] / costs[0] - 1
    print(
        f"from the first to the last million {rise:+.0%}; aim ± {FLAT:.0%}: {'kept' if abs(rise) <= FLAT else 'missed'}"
    )


def main(millions: int) -> None:
    """Measure the real year, then made ones, each on servers of its own."""
    with own_stores() as settings:
        drain_the_year(settings)
    with own_stores() as settings:
        drain_millions(settings, millions)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MILLIONS)
