"""What the tests of the stream share: events as a publisher sends them, and the application as a process."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import polars as pl
from confluent_kafka import Consumer, Producer, TopicPartition

from comptoir import names
from comptoir.settings import PROJECT_ROOT
from comptoir.stores.cold import get, open_cold
from tests.stack.publishing_tools import KILLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

Row = dict[str, Any]
START_SECONDS = 600.0  # a machine shared with other tests; 60 s where it is idle
BATCH_SECONDS = 600.0
BUY, SELL = Decimal("4.0000"), Decimal("9.5000")


def identity(kind: str, number: int) -> str:
    """A record's UUID."""
    return str(uuid5(NAMESPACE_URL, f"https://tests.example/{kind}/{number}"))


def product(number: int, in_force_from: str) -> Row:
    """A product's version."""
    shown = {"code": f"P{number}", "name": f"Product {number}", "category": "food", "min_margin_threshold": 0.2}
    prices = {"buy_price": str(BUY), "sell_price": str(SELL), "valid_from": None, "in_force_from": in_force_from}
    return {"product_id": identity("product", number)} | shown | prices


def client(number: int, opening: str = "0.0000") -> Row:
    """A client's version."""
    told = {"code": f"C{number}", "name": f"Client {number}", "declared_tier": "Standard", "as_of": None}
    return {"client_id": identity("client", number), "opening": opening} | told


def lot(number: int, expiry: date | None, moved: date) -> Row:
    """A lot's version, of the product with the same number."""
    told = {"product_id": identity("product", number), "product_code": f"P{number}", "quantity": 3, "batch_no": "B"}
    days = {"expiry_date": expiry and expiry.isoformat(), "movement_day": moved.isoformat()}
    return {"stock_id": identity("lot", number), "last_movement": f"{moved}T10:00:00.000000Z"} | told | days


def invoice(number: int, day: date, seed: int, lines: int = 5) -> Row:
    """An invoice's version whose lines follow from its number and the seed; some without a price."""
    chance = Random(f"{number}-{seed}")  # noqa: S311 - test data
    buyer = client(chance.randrange(20))
    items = []
    for _ in range(lines):
        sold = chance.randrange(40)
        price = None if chance.random() < 0.1 else f"{chance.randrange(100, 2000) / 100:.4f}"
        line = {"product_id": identity("product", sold), "product_code": f"P{sold}"}
        items.append(line | {"quantity": chance.choice([-1, 1, 2, 5]), "unit_price": price})
    return {
        "invoice_id": identity("invoice", number),
        "invoice_no": str(number),
        "client_id": buyer["client_id"],
        "client_code": buyer["code"],
        "items": items,
        "total_amount": None,
        "timestamp": f"{day}T10:00:00.000000Z",
        "business_day": day.isoformat(),
    }


def event(kind: str, sequence: int, after: Row, before: Row | None = None) -> Row:
    """An event of a change set."""
    key = {"products": "product_id", "clients": "client_id", "stock": "stock_id", "sales": "invoice_id"}[kind]
    return {
        "event_id": str(uuid4()),
        "file_id": f"file-{sequence}",
        "sequence": sequence,
        "kind": kind,
        "op": "replace" if before else "insert",
        "record_id": after[key],
        "before": before,
        "after": after,
        "business_day": after.get("business_day", "2026-01-05"),
        "published_at": "2026-01-05T10:00:00.000000Z",
    }


def publish(settings: Settings, events: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Send events in one transaction; return the last offset of each topic and partition."""
    texts = [(names.TOPIC_OF_KIND[each["kind"]], each["record_id"], json.dumps(each)) for each in events]
    return send(settings, texts)


def send(settings: Settings, messages: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, int]]:
    """Send (topic, key, text) in one transaction; return the last offset of each topic and partition."""
    ends: dict[str, dict[str, int]] = defaultdict(dict)
    producer = Producer({"bootstrap.servers": settings.kafka, "transactional.id": str(uuid4())})

    def note(_error: object, message: Any) -> None:
        ends[message.topic()][str(message.partition())] = message.offset()

    producer.init_transactions(60)
    producer.begin_transaction()
    for topic, key, text in messages:
        producer.produce(topic, text, key, on_delivery=note)
        producer.poll(0)
    producer.flush(60)
    producer.commit_transaction(60)
    return dict(ends)


def read_topic(settings: Settings, topic: str) -> list[Row]:
    """Return everything in a topic of one partition."""
    options = {"bootstrap.servers": settings.kafka, "group.id": str(uuid4()), "enable.partition.eof": True}
    consumer = Consumer(options | {"enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    found: list[Row] = []
    while (message := consumer.poll(30)) is not None and message.error() is None:
        found.append(json.loads(message.value()))
    consumer.close()
    return found


@dataclass
class Stream:
    """The application, started as a process of its own, with its JVM in the same group."""

    settings: Settings
    env: dict[str, str]
    hot: Hot
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start it and wait until it runs."""
        started = time.time()
        self.launch()
        self.wait_for(lambda: self._runs_since(started), START_SECONDS)

    def launch(self) -> None:
        """Start it."""
        command = [sys.executable, str(PROJECT_ROOT / "spark" / "jobs" / "stream_analytics.py")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.env, cwd=PROJECT_ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def wait_for_end(self) -> int:
        """Wait until it ends by itself; return its exit code."""
        assert self.process
        return self.process.wait(START_SECONDS)

    def _runs_since(self, moment: float) -> bool:
        beat = self.beat()
        return beat.get("state") == "running" and beat["started_at"].timestamp() > moment

    def beat(self) -> Row:
        """Its heartbeat."""
        return self.hot.control[names.HEARTBEATS].find_one({"_id": names.APP_STREAM}) or {}

    def kill(self) -> None:
        """Kill it and its JVM, at once."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)

    def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        assert self.process
        wish = {"$set": {"stop_requested": True}}
        self.hot.control[names.HEARTBEATS].update_one({"_id": names.APP_STREAM}, wish)
        return self.process.wait(BATCH_SECONDS)

    def wait_for(self, holds: Callable[[], bool], seconds: float = BATCH_SECONDS, pause: float = 0.2) -> None:
        """Wait until something holds; fail with the end of the log when the process ends or time runs out."""
        deadline = time.monotonic() + seconds
        while not holds():
            ended = self.process is not None and self.process.poll() is not None
            assert not ended, f"The stream ended: {self.log.read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"Waited in vain: {self.log.read_text()[-3000:]}"
            time.sleep(pause)

    def wait_until_past(self, ends: dict[str, dict[str, int]]) -> None:
        """Wait until its progress has reached some offsets."""

        def is_past() -> bool:
            reached = (self.hot.facts[names.PROGRESS].find_one({"_id": "stream"}) or {}).get("offsets", {})
            return all(
                reached.get(topic, {}).get(partition, -1) >= last
                for topic, partitions in ends.items()
                for partition, last in partitions.items()
            )

        self.wait_for(is_past)


def facts_of(hot: Hot) -> dict[tuple[str, str], list[Any]]:
    """Priced quantity, revenue, unpriced quantity and invoices of each product and day, as MongoDB has them."""
    found = {}
    for document in hot.facts[names.FACTS_PRODUCT].find():
        for number, day in document["days"].items():
            measures = [day.get("q", 0), Decimal(str(day.get("r", 0))), day.get("u", 0), day.get("n", 0)]
            if any(measures):
                found[document["product_id"], f"{document['month']}-{number}"] = measures
    return found


def expected_facts(invoices: Iterable[Row]) -> dict[tuple[str, str], list[Any]]:
    """The same, added up line by line."""
    added: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [0, Decimal(0), 0, 0])
    for each in invoices:
        for sold in {line["product_id"] for line in each["items"]}:
            added[sold, each["business_day"]][3] += 1
        for line in each["items"]:
            measures = added[line["product_id"], each["business_day"]]
            if line["unit_price"] is None:
                measures[2] += line["quantity"]
            else:
                measures[0] += line["quantity"]
                measures[1] += line["quantity"] * Decimal(line["unit_price"])
    return {key: measures for key, measures in added.items() if any(measures)}


def expected_month(invoices: Iterable[Row], month: str) -> dict[str, tuple[int, Decimal, Decimal]]:
    """Quantity, revenue and profit of each product in a month, at the tests' prices."""
    added: dict[str, tuple[int, Decimal, Decimal]] = {}
    for each in invoices:
        for line in each["items"] if each["business_day"].startswith(month) else []:
            quantity, revenue, profit = added.get(line["product_id"], (0, Decimal(0), Decimal(0)))
            earned = line["quantity"] * (SELL if line["unit_price"] is None else Decimal(line["unit_price"]))
            totals = (quantity + line["quantity"], revenue + earned, profit + earned - line["quantity"] * BUY)
            added[line["product_id"]] = totals
    return added


def expected_clients(invoices: Iterable[Row], openings: dict[str, Decimal]) -> dict[str, Decimal]:
    """Each client's new total, at the tests' prices."""
    totals = defaultdict(Decimal, openings)
    for each in invoices:
        for line in each["items"]:
            price = SELL if line["unit_price"] is None else Decimal(line["unit_price"])
            totals[each["client_id"]] += line["quantity"] * price
    return dict(totals)


def days_back(today: date, count: int) -> list[date]:
    """The last days until today."""
    return [today - timedelta(days=back) for back in range(count)]


def run_batch(stream: Stream, day: date) -> None:
    """Recompute a day by the batch application."""
    _assert_done(try_batch(stream, day))


def try_batch(stream: Stream, day: date) -> subprocess.CompletedProcess[str]:
    """Recompute a day by the batch application, whatever comes of it."""
    return _run_job(stream, "batch_analytics", "--day", day.isoformat())


def run_rebuild(stream: Stream) -> None:
    """Compute a new epoch from the lake by the rebuilding application."""
    _assert_done(_run_job(stream, "rebuild"))


def die_in_a_job(stream: Stream, seam: str, moment: str, *day: str) -> None:
    """Begin a rebuilding, or the batch of a day, and let it die at a seam; see `die_in_a_job.py`."""
    done = _run(stream, "-m", "tests.stack.die_in_a_job", seam, moment, *day)
    assert done.returncode == KILLED, done.stderr[-3000:]


def _run_job(stream: Stream, job: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(stream, str(PROJECT_ROOT / "spark" / "jobs" / f"{job}.py"), *arguments)


def _run(stream: Stream, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=stream.env, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)


def _assert_done(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr[-3000:]


def snapshot(settings: Settings, kpi: str, day: date) -> pl.DataFrame:
    """What the batch application wrote of a day."""
    content = get(open_cold(settings), f"{names.LAKE_SNAPSHOTS}/{kpi}/day={day.isoformat()}/part.parquet")
    return pl.read_parquet(io.BytesIO(content))
