"""Lines per second from a committed change set to Kafka's commit, beside Kafka's own ProducerPerformance.

Run it with `make bench`; bench/README.md says what the columns mean. The two take turns on one broker.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # its stubs leave it out
from tools.ivy import jars_of
from tools.retail import accepted_of, change_sets_of, events_of, lines_of, send, whole_year
from tools.stores import own_stores

from comptoir import names
from comptoir.embedded.jars import jars_folder
from comptoir.embedded.java import java
from comptoir.landing import drop, intake
from comptoir.publishing import kafka
from comptoir.publishing.publish import Servers, publish_kind
from comptoir.stores import ledger
from comptoir.stores.cold import open_cold
from comptoir.stores.hot import open_hot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import polars as pl

    from comptoir.changes.change_set import ChangeSet
    from comptoir.lazy import Spool
    from comptoir.settings import Settings

RUNS = 3
AIM = 2.0
TOPIC = "bench-lines"
TOLD = re.compile(r"^\d+ steady state records sent, ([\d.]+) records/sec", re.MULTILINE)
# Its own defaults, and what our producer is told; acks are all in both.
TUNINGS = {
    "ProducerPerformance, its defaults": {},
    "ProducerPerformance, tuned as ours": {"compression.type": "zstd", "linger.ms": "20", "batch.size": "1000000"},
}


@dataclass(frozen=True)
class Taken:
    """How long something took, and how much processor time of this process."""

    wall: float
    cpu: float


def timed(act: Callable[[], object]) -> Taken:
    """Do something and return what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Taken(time.perf_counter() - wall, time.process_time() - cpu)


def write_payload(path: Path, sets: Spool[ChangeSet], lines: int) -> int:
    """Write the bytes of our messages as one message a line, all of one length but the last; return how many.

    What is sent is then the same, as long and as easily compressed.
    """
    sent = "".join(value for each in sets for _, value in kafka.messages(each.events)).encode()
    size = -(-len(sent) // lines)
    path.write_bytes(b"\n".join(sent[start : start + size] for start in range(0, len(sent), size)))
    return len(sent)


def ours(settings: Settings, sets: Spool[ChangeSet]) -> Taken:
    """Send the change sets as an import does once they are committed to the lake."""
    return timed(lambda: send(settings, sets))


def theirs(settings: Settings, payload: Path, lines: int, tuning: dict[str, str]) -> float:
    """Let ProducerPerformance send as many lines; return how many a second, as it tells itself after its warm-up."""
    (clients,) = (jars_folder(settings) / "kafka").glob("kafka-clients-*.jar")
    version = clients.stem.rpartition("-")[2]
    path = ":".join(str(jar) for jar in jars_of(settings, "org.apache.kafka", "kafka-tools", version))
    words = [java(settings), "-Xmx1g", "-cp", path, "org.apache.kafka.tools.ProducerPerformance"]
    words += ["--topic", TOPIC, "--num-records", str(lines * 2), "--warmup-records", str(lines), "--throughput", "-1"]
    words += ["--payload-file", str(payload), "--bootstrap-server", settings.kafka, "--command-property", "acks=all"]
    words += [f"{name}={value}" for name, value in tuning.items()]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return float(TOLD.findall(done.stdout)[-1])


def whole_publication(settings: Settings, path: Path, portions: Sequence[Sequence[pl.DataFrame]]) -> Taken:
    """Measure all of a publication: lease, comparison, change set to the lake, register, Kafka, ledger."""
    servers = Servers(open_hot(settings), open_cold(settings), {"bootstrap.servers": settings.kafka})
    receipt = intake.receive(servers.hot, settings, drop.deliver(settings, path, path.name))
    entry = ledger.find(servers.hot, receipt.file_id) | {"staged": {"at": datetime.now(UTC)}}
    return timed(lambda: publish_kind(servers, settings, entry, "sales", portions))


def parts_of_sending(settings: Settings, sets: Spool[ChangeSet]) -> dict[str, float]:
    """Measure by themselves what a sending is made of: the messages' texts, and handing them to the client."""
    pairs: list[tuple[str, str]] = []
    texts = timed(lambda: pairs.extend(chain.from_iterable(kafka.messages(each.events) for each in sets)))
    producer = kafka.Producer({**kafka.PRODUCER_CONFIG, "bootstrap.servers": settings.kafka})
    handing = timed(lambda: [producer.produce(TOPIC, value=value, key=key) for key, value in pairs])
    waiting = timed(lambda: producer.flush(kafka.SERVER_WAIT_SECONDS))
    return {"texts": texts.wall, "handing over": handing.wall, "waiting for the broker": waiting.wall}


def make_topic(settings: Settings) -> None:
    """Make the topic of the comparison, with as many partitions as that of sales."""
    admin = AdminClient({"bootstrap.servers": settings.kafka})
    admin.create_topics([NewTopic(TOPIC, names.TOPIC_PARTITIONS[names.TOPIC_SALES])])[TOPIC].result()


def measure(settings: Settings, sets: Spool[ChangeSet]) -> None:
    """Send in turns, print each's lines a second and the ratio, and where our time goes."""
    lines, payload = lines_of(sets), settings.home / "payload"
    size = write_payload(payload, sets, lines)
    print(f"{lines:,} lines of {events_of(sets):,} invoices, {size / lines:.0f} bytes a line; load {os.getloadavg()}")
    ours(settings, sets)
    turns = [
        [
            lines / ours(settings, sets).wall,
            *(theirs(settings, payload, lines, each) for each in TUNINGS.values()),
        ]
        for _ in range(RUNS)
    ]
    for name, rates in zip(("Comptoir", *TUNINGS), zip(*turns, strict=True), strict=True):
        print(f"{name:<36}{statistics.median(rates):>12,.0f} lines/s  ({min(rates):,.0f} to {max(rates):,.0f})")
    ratio = statistics.median(turn[0] / max(turn[1:]) for turn in turns)
    print(f"ratio to the better of the two {ratio:.1f}; aim {AIM}: {'reached' if ratio >= AIM else 'missed'}")
    for name, seconds in parts_of_sending(settings, sets).items():
        print(f"  {name:<34}{seconds:>12.2f} s")


def main() -> None:
    """Start servers, measure the sending and the whole publication."""
    path = whole_year()
    with own_stores() as settings:
        portions = accepted_of(path, settings)
        sets = change_sets_of(portions, settings)
        make_topic(settings)
        measure(settings, sets)
        whole = whole_publication(settings, path, portions)
        rate = lines_of(sets) / whole.wall
        print(f"whole publication: {whole.wall:.1f} s, {whole.cpu:.1f} CPU s here, {rate:,.0f} lines/s")


if __name__ == "__main__":
    main()
