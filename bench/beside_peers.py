"""The same job by others: a year of invoices from Kafka, exact sums of each product and day to MongoDB.

Run it with `make bench`; bench/README.md says what the columns mean. Each peer runs from an environment of its own,
which is made below the cache on first use, as its own documentation writes the job (`bench/peers/`). It runs twice:
once through, and once killed (`kill -9`) when half of the lines are in MongoDB, and started again at once.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from tools.ivy import jars_of
from tools.retail import accepted_of, change_sets_of, send, whole_year
from tools.stores import own_stores

from comptoir import names
from comptoir.embedded.java import java
from comptoir.secrets import mongo_uri
from comptoir.settings import PROJECT_ROOT
from comptoir.stores.hot import open_hot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comptoir.changes.change_set import ChangeSet
    from comptoir.settings import Settings

    Sums = dict[str, tuple[int, int, int]]

LOOK_SECONDS = 0.25
QUIET_SECONDS = 60.0  # without a new line in MongoDB, all is over
LATE_SECONDS = 2.0  # for whatever comes twice
PEERS_FOLDER = Path(__file__).parent / "peers"


@dataclass(frozen=True)
class Peer:
    """Another way to do the job.

    Attributes:
        script: the job, below `peers/`.
        needs: what its environment needs from Python's registry.
        jars: what its JVM needs: group, name and version.
    """

    script: str
    needs: tuple[str, ...]
    jars: tuple[tuple[str, str, str], ...] = ()


PEERS = {
    "Quix Streams 3.28.1": Peer("quix.py", ("quixstreams==3.28.1", "pymongo")),
    "Bytewax 0.21.1": Peer("bytewax_flow.py", ("bytewax[kafka]==0.21.1", "pymongo")),
    "Pathway 0.33.0": Peer("pathway_table.py", ("pathway==0.33.0", "pymongo")),
    "PyFlink 1.20.5": Peer(
        "flink.py",
        ("apache-flink==1.20.5", "setuptools<81", "pymongo"),
        (
            ("org.apache.flink", "flink-connector-kafka", "3.4.0-1.20"),
            ("com.github.luben", "zstd-jni", "1.5.6-10"),
            ("org.apache.kafka", "kafka-clients", "3.9.2"),
        ),
    ),
}


@dataclass(frozen=True)
class Times:
    """How long a run took.

    Attributes:
        first: seconds from its start to the first line in MongoDB.
        last: seconds from its start to the last line.
        again: seconds from the kill to the first new line.
        cpu: processor seconds of the peer since its last start, MongoDB and Kafka not counted.
    """

    first: float
    last: float
    again: float
    cpu: float


@dataclass(frozen=True)
class Verdict:
    """What a run left in MongoDB.

    Attributes:
        lost: lines that no sum has.
        doubled: lines that sums have too often.
        wrong: sums whose quantity, revenue or number of lines isn't exact.
    """

    lost: int
    doubled: int
    wrong: int


def environment_of(settings: Settings, peer: Peer) -> Path:
    """Make a peer's environment where it isn't there; return its Python."""
    folder = settings.cache_folder / "peers" / Path(peer.script).stem
    python = folder / "bin" / "python"
    if not python.exists():
        uv = shutil.which("uv") or str(PROJECT_ROOT / ".uv" / "bin" / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), *peer.needs], check=True)
    return python


def expected_sums(parts: Sequence[ChangeSet]) -> Sums:
    """Add up quantity, revenue in ten-thousandths and lines of each product and day, line by line."""
    quantity, revenue, lines = Counter[str](), Counter[str](), Counter[str]()
    for line in (each for part in parts for text in part.events["after"] for each in _lines(json.loads(text))):
        key, sold, amount = line
        quantity[key] += sold
        revenue[key] += amount
        lines[key] += 1
    return {key: (quantity[key], revenue[key], lines[key]) for key in lines}


def _lines(invoice: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    for item in invoice["items"]:
        price = int(item["unit_price"].replace(".", ""))
        yield f"{item['product_id']}|{invoice['business_day']}", item["quantity"], item["quantity"] * price


class Run:
    """A peer at work on an output and a state of its own."""

    def __init__(self, settings: Settings, peer: Peer, name: str) -> None:
        """Prepare its variables; nothing runs yet."""
        self._python = environment_of(settings, peer)
        self._script = PEERS_FOLDER / peer.script
        self._log = settings.home / f"{name}.log"
        self._output = open_hot(settings).client["bench"][name]
        self._variables = os.environ | {
            "BENCH_KAFKA": settings.kafka,
            "BENCH_TOPIC": names.TOPIC_SALES,
            "BENCH_MONGO": mongo_uri(settings),
            "BENCH_NAME": name,
            "BENCH_STATE": str(settings.home / f"{name}-state"),
            "BENCH_JARS": ":".join(str(jar) for each in peer.jars for jar in jars_of(settings, *each, alone=True)),
            "JAVA_HOME": str(Path(java(settings)).parents[1]),
        }
        self._variables.pop("PYTHONPATH", None)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self._log.open("ab") as log:
            words = [str(self._python), str(self._script)]
            self._process = subprocess.Popen(words, env=self._variables, stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        """Kill it and all below it, at once."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def cpu_seconds(self) -> float:
        """Return what it and all below it have used of processors since it was started; 0 once it has ended."""
        if self._process is None or self._process.poll() is not None:
            return 0.0
        peer = psutil.Process(self._process.pid)
        times = [each.cpu_times() for each in (peer, *peer.children(recursive=True))]
        return sum(each.user + each.system for each in times)

    def lines(self) -> int:
        """Return how many lines the sums in MongoDB have."""
        found = list(self._output.aggregate([{"$group": {"_id": None, "lines": {"$sum": "$lines"}}}]))
        return int(found[0]["lines"]) if found else 0

    def wait_for(self, lines: int) -> float | None:
        """Wait until there are so many lines; None where they stop coming, or the process ends."""
        seen, changed = self.lines(), time.monotonic()
        while seen < lines:
            time.sleep(LOOK_SECONDS)
            now = self.lines()
            if now != seen:
                seen, changed = now, time.monotonic()
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() - changed > QUIET_SECONDS:
                return None
        return time.monotonic()

    def sums(self) -> Sums:
        """Return what is in MongoDB."""
        return {each.get("key") or each["_id"]: (each["q"], each["r"], each["lines"]) for each in self._output.find()}

    def last_words(self) -> str:
        """Return the end of its log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-4:])


def judged(found: Sums, expected: Sums) -> Verdict:
    """Compare the sums in MongoDB with what they should be."""
    keys, none = expected.keys() | found.keys(), (0, 0, 0)
    over = [found.get(key, none)[2] - expected.get(key, none)[2] for key in keys]
    lost, doubled = -sum(each for each in over if each < 0), sum(each for each in over if each > 0)
    return Verdict(lost, doubled, sum(found.get(key) != expected.get(key) for key in keys))


def work(run: Run, lines: int, *, killed: bool) -> Times:
    """Let a peer do the job, killed at half or not; the job is over when all lines are there or no more come."""
    began, again = time.monotonic(), 0.0
    run.start()
    try:
        first = run.wait_for(1)
        if first is None:
            raise SystemExit(f"It wrote nothing: {run.last_words()}")
        if killed and run.wait_for(lines // 2):
            again = killed_and_started(run)
        last = run.wait_for(lines) or time.monotonic() - QUIET_SECONDS
        time.sleep(LATE_SECONDS)
        return Times(first - began, last - began, again, run.cpu_seconds())
    finally:
        run.kill()


def killed_and_started(run: Run) -> float:
    """Kill a peer and start it again; return the seconds from the kill to the first new line in MongoDB."""
    run.kill()
    struck, reached = time.monotonic(), run.lines()
    run.start()
    return (run.wait_for(reached + 1) or struck) - struck


def measure(settings: Settings, title: str, expected: Sums) -> None:
    """Run a peer once through and once killed, and print what became of it."""
    lines = sum(each for _, _, each in expected.values())
    stem = Path(PEERS[title].script).stem
    for killed in (False, True):
        run = Run(settings, PEERS[title], f"{stem}-{'killed' if killed else 'through'}")
        took, left = work(run, lines, killed=killed), judged(run.sums(), expected)
        rate = lines / (took.last - took.first)
        print(f"{title:<22}{'killed at half' if killed else 'once through':<16}", end="")
        print(f"{took.first:>9.1f}{took.last:>9.1f}{rate:>12,.0f}{took.cpu:>8.1f}{took.again:>9.1f}", end="")
        print(f"{left.lost:>9,}{left.doubled:>9,}{left.wrong:>9,}", flush=True)


def invoices(settings: Settings, count: int | None) -> Sequence[ChangeSet]:
    """Return the real year's change sets, or the first of its invoices only."""
    parts = change_sets_of(accepted_of(whole_year(), settings), settings)
    return list(parts) if count is None else [replace(next(iter(parts)), events=next(iter(parts)).events.head(count))]


def main(titles: list[str], count: int | None) -> None:
    """Publish the year, or the first of its invoices, once and let each peer read it."""
    with own_stores() as settings:
        parts = invoices(settings, count)
        expected = expected_sums(parts)
        send(settings, parts)
        print(f"{sum(each[2] for each in expected.values()):,} lines, {len(expected):,} sums; load {os.getloadavg()}")
        print(f"{'':<38}{'first s':>9}{'done s':>9}{'lines/s':>12}{'CPU s':>8}{'again s':>9}", end="")
        print(f"{'lost':>9}{'doubled':>9}{'wrong':>9}", flush=True)
        for title in titles:
            try:
                measure(settings, title, expected)
            except SystemExit as failure:
                print(f"{title:<22}{failure}", flush=True)


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("peers", nargs="*", default=list(PEERS), help="which of them, by their first word; all")
    words.add_argument("--invoices", type=int, help="how many invoices; all")
    chosen = words.parse_args()
    main([title for title in PEERS if title.startswith(tuple(chosen.peers))], chosen.invoices)
