"""From an invoice's publication to its client's result on Kafka, the stream being warm and idle: p50 and p99 of 300.

Run it with `make bench`, or for fewer invoices with their number; bench/README.md says what is measured. Servers of
its own; the stream is a process as on the platform.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

from confluent_kafka import OFFSET_END, Consumer, TopicPartition
from draining import stream
from tools.sales_lake import invoice_of_today
from tools.stores import own_stores

from comptoir import names
from comptoir.publishing import kafka

if TYPE_CHECKING:
    from comptoir.settings import Settings

INVOICES = 300
WARM_UPS = 20
P50_AIM, P99_AIM = 0.6, 1.5
PAUSE_SECONDS = 0.3
LIMIT_SECONDS = 120.0


def listener(settings: Settings) -> Consumer:
    """Return a consumer of all results from now on."""
    consumer = Consumer({"bootstrap.servers": settings.kafka, "group.id": "bench", "enable.auto.commit": False})
    partitions = consumer.list_topics(names.TOPIC_RESULTS).topics[names.TOPIC_RESULTS].partitions
    consumer.assign([TopicPartition(names.TOPIC_RESULTS, number, OFFSET_END) for number in partitions])
    consumer.poll(1.0)  # the end is looked up at the first poll, not before
    return consumer


def seconds_of(settings: Settings, results: Consumer, number: int) -> float:
    """Publish an invoice of a client of its own; return how long its client's new total took, the sending included."""
    channel = kafka.Channel("sales", {"bootstrap.servers": settings.kafka})
    part, client = invoice_of_today(number)
    began = time.monotonic()
    kafka.send(channel, part, resumed=False, check=lambda: None)
    while time.monotonic() - began < LIMIT_SECONDS:
        message = results.poll(1.0)
        if message and client in _clients_in(json.loads(message.value() or b"{}")):
            return time.monotonic() - began
    raise SystemExit(f"An invoice's result did not come within {LIMIT_SECONDS:.0f} s.")


def _clients_in(result: dict[str, Any]) -> set[str]:
    """Return the codes of the clients whose totals a result tells."""
    return {row["code"] for row in result["body"]["changed"]} if result.get("type") == "reductions" else set()


def measure(settings: Settings, count: int) -> list[float]:
    """Publish invoices one after the other, each to an idle stream."""
    taken = []
    with stream(settings):
        results = listener(settings)
        for number in range(WARM_UPS + count):
            time.sleep(PAUSE_SECONDS)
            taken.append(seconds_of(settings, results, number))
        results.close()
    return taken[WARM_UPS:]


def main(count: int) -> None:
    """Measure and print, with the machine's load."""
    with own_stores() as settings:
        taken = measure(settings, count)
    p50, p99 = statistics.median(taken), statistics.quantiles(taken, n=100, method="inclusive")[98]
    is_kept = p50 <= P50_AIM and p99 <= P99_AIM
    print(f"{count} invoices: p50 {p50:.2f} s, p99 {p99:.2f} s, most {max(taken):.2f} s; load {os.getloadavg()[0]:.1f}")
    print(f"aim p50 {P50_AIM} s, p99 {P99_AIM} s: {'kept' if is_kept else 'missed'}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else INVOICES)
