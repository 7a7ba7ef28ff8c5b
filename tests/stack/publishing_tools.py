"""What the tests of publishing share: real servers, files of their own, and what is in Kafka afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, TopicPartition

from comptoir import ingest, names
from comptoir.changes.act import Act
from comptoir.changing_back import change_back
from comptoir.landing import drop, intake
from comptoir.publishing import lake
from comptoir.publishing.publish import Servers
from comptoir.publishing.topics import create_topics
from comptoir.secrets import mongo_uri
from comptoir.stores import acts, cold, ledger
from comptoir.stores.cold import Cold, open_cold, prepare_cold
from comptoir.stores.hot import Hot, open_hot, prepare_hot

if TYPE_CHECKING:
    from comptoir.settings import Settings

HEADER = "invoice_no,product_code,quantity,unit_price,timestamp\n"
LEADER_SECONDS = 20
KILLED = 137


@dataclass(frozen=True)
class Importer:
    """The servers, opened, and a drop zone of our own."""

    settings: Settings
    hot: Hot
    cold: Cold
    broker: str

    @property
    def kafka(self) -> dict[str, Any]:
        """Configuration of Kafka's clients."""
        return {"bootstrap.servers": self.broker}

    @property
    def environment(self) -> dict[str, str]:
        """Variables that give a process of its own the same settings."""
        fields = self.settings.model_dump(mode="json", exclude_none=True)
        return {f"COMPTOIR_{name.upper()}": str(value) for name, value in fields.items()}

    def receive(self, content: str, name: str = "sales.csv") -> intake.Receipt:
        """Drop a file and enter it into the ledger."""
        source = self.settings.home / f"{uuid4()}.csv"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(content)
        path = drop.deliver(self.settings, source, name)
        source.unlink()
        return intake.receive(self.hot, self.settings, path)

    def validate(self, file_id: str) -> dict[str, Any]:
        """Take the first step of a file's way."""
        return ingest.validate_file(file_id, self.hot, self.cold, self.settings)

    def publish(self, file_id: str) -> dict[str, Any]:
        """Take the second step of a file's way."""
        return ingest.publish_file(file_id, self.hot, self.cold, self.kafka, self.settings)

    def ask(self, file_id: str, act: Act) -> ledger.Entry:
        """Ask for an act of a file that the stream has passed, or that was withdrawn."""
        settled = {"state": "withdrawn" if act is Act.RESTORE else "applied"}
        self.hot.ledger.update_one({"_id": file_id}, {"$set": settled})
        return acts.ask(self.hot, file_id, act, by="claire")

    def carry_out(self, file_id: str, act: Act) -> dict[str, Any]:
        """Do what was asked."""
        return change_back(Servers(self.hot, self.cold, self.kafka), self.settings, file_id, act)

    def change_back(self, file_id: str, act: Act) -> dict[str, Any]:
        """Ask for an act and do it; return its change sets by kind."""
        self.ask(file_id, act)
        self.carry_out(file_id, act)
        published: dict[str, Any] = ledger.find(self.hot, file_id)["acts"][-1]["published"]
        return published

    def bring_in(self, content: str, name: str = "sales.csv") -> ledger.Entry:
        """Take a file all the way; return its entry."""
        receipt = self.receive(content, name)
        self.validate(receipt.file_id)
        self.publish(receipt.file_id)
        return ledger.find(self.hot, receipt.file_id)

    def ends(self, topic: str) -> dict[int, int]:
        """Return where each partition of a topic ends now."""
        consumer = self._consumer()
        partitions = range(names.TOPIC_PARTITIONS[topic])
        ends = {number: end_of(consumer, TopicPartition(topic, number)) for number in partitions}
        consumer.close()
        return ends

    def events_since(self, starts: dict[int, int], topic: str = names.TOPIC_SALES) -> list[dict[str, Any]]:
        """Return every committed event of a topic from those offsets on."""
        ends = self.ends(topic)
        wanted = {number for number, end in ends.items() if end > starts[number]}
        consumer = self._consumer()
        consumer.assign([TopicPartition(topic, number, starts[number]) for number in wanted])
        events = []
        while wanted:
            message = consumer.poll(10)
            assert message is not None, "Kafka sent nothing for 10 s"
            if message.error() is None:
                events.append(json.loads(message.value() or b""))
            elif (message.offset() or 0) >= ends[message.partition() or 0]:
                wanted.discard(message.partition() or 0)
        consumer.close()
        return events

    def _consumer(self) -> Consumer:
        reading = {"isolation.level": "read_committed", "enable.partition.eof": True, "group.id": str(uuid4())}
        return Consumer({**self.kafka, **reading})


def end_of(consumer: Consumer, partition: TopicPartition) -> int:
    """Return where a partition ends; one made a moment ago may have no leader yet."""
    deadline = time.monotonic() + LEADER_SECONDS
    while True:
        try:
            return int(consumer.get_watermark_offsets(partition)[1])
        except KafkaException:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def open_importer(servers: Settings, home: Path, lease_seconds: float = 30.0) -> Importer:
    """Open and prepare servers; drop zone, work files and reports go to a home of our own."""
    addresses = {"mongo_uri": mongo_uri(servers), "kafka_bootstrap": servers.kafka, "hdfs_url": servers.hdfs}
    settings = servers.model_copy(update={"home": home, "lease_seconds": lease_seconds, **addresses})
    importer = Importer(settings, open_hot(settings), open_cold(settings), settings.kafka)
    prepare_hot(importer.hot)
    prepare_cold(importer.cold)
    create_topics(settings)
    return importer


def change_sets_of(importer: Importer, file_id: str) -> list[int]:
    """Return the sequences under which the lake has change sets of a file's sales."""
    names = cold.list_names(importer.cold, "events/sales")
    sequences = [int(name.removesuffix(".parquet")) for name in names if not name.startswith(".")]
    return [one for one in sequences[-40:] if lake.read(importer.cold, "sales", one).stamp.file_id == file_id]


def die(importer: Importer, file_id: str, seam: tuple[str, str, str], act: Act = Act.LAND) -> None:
    """Work in a process of its own that dies at the seam; its lease stays taken until it runs out."""
    script = Path(__file__).with_name("die_while_publishing.py")
    arguments = [sys.executable, str(script), act, file_id, *seam]
    ended = subprocess.run(
        arguments, env=os.environ | importer.environment, check=False, capture_output=True, text=True
    )
    assert ended.returncode == KILLED, ended.stderr


def sales(tag: str, invoices: int, price: str = "2.50") -> str:
    """Return a sales file of that many invoices with two lines each, numbered after the tag."""
    lines = [
        f"{tag}-{number},P{line},{line + 1}.0,{price},2026-04-{1 + number % 28:02d} 10:00:00\n"
        for number in range(invoices)
        for line in range(2)
    ]
    return HEADER + "".join(lines)
