"""A change set goes to Kafka in one transaction, a large one in numbered parts.

Each transaction ends with a marker that says which part of which sequence it was. Starting the
transactions of a kind ends those of every earlier producer of that kind, so that what a successor reads in
the markers afterwards is final.
"""

from __future__ import annotations

import json
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    IsolationLevel,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]  # its stubs leave it out

from comptoir import names
from comptoir.changes.change_set import EVENT_SCHEMA
from comptoir.errors import LeaseLostError, StoppedError, TransientError
from comptoir.stores.offsets import Offsets, merge_offsets
from comptoir.stores.register import entity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import polars as pl
    from confluent_kafka import Message

    from comptoir.changes.change_set import ChangeSet

EVENTS_PER_PART: Final = 50_000  # about 2 s of publishing, so that no transaction stays open long
SERVER_WAIT_SECONDS: Final = 30.0
ABORT_WAIT_SECONDS: Final = 10.0
MARKERS_WAIT_SECONDS: Final = 90.0  # a dead producer's transaction ends within 60 s
MARKERS_AT_ONCE: Final = 1_000
MAX_MESSAGE_BYTES: Final = 16_000_000  # below the topics' 16 MiB, which also hold the batch's own header
PRODUCER_CONFIG: Final[dict[str, Any]] = {
    "acks": "all",
    "enable.idempotence": True,
    "compression.type": "zstd",
    "linger.ms": 20,
    "batch.size": 1_000_000,
    "message.max.bytes": MAX_MESSAGE_BYTES,
    "queue.buffering.max.kbytes": 1_048_576,
    "delivery.timeout.ms": 45_000,
    "transaction.timeout.ms": 60_000,
}
FENCED: Final = frozenset({KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH, KafkaError.PRODUCER_FENCED})  # noqa: SLF001 - the library's own name of a local error


@dataclass(frozen=True)
class Marker:
    """The last committed part of a kind: its sequence, its number from 1, of how many, and the last offsets so far."""

    sequence: int
    part: int
    parts: int
    offsets: Offsets


@dataclass
class Delivery:
    """What the broker said about the messages of a part."""

    offsets: dict[str, int] = field(default_factory=dict)
    errors: list[KafkaError] = field(default_factory=list)

    def note(self, error: KafkaError | None, message: Message) -> None:
        """Take the report of one message."""
        if error is not None:
            self.errors.append(error)
            return
        partition, offset = str(message.partition()), int(message.offset() or 0)
        self.offsets[partition] = max(offset, self.offsets.get(partition, -1))


@dataclass(frozen=True)
class Channel:
    """A kind's way into Kafka: where it is, and the configuration that every client of it shares."""

    kind: str
    config: dict[str, Any]

    @property
    def topic(self) -> str:
        """The topic of the kind."""
        return names.TOPIC_OF_KIND[self.kind]

    @property
    def server(self) -> str:
        """Kafka's address, for sentences."""
        return str(self.config.get("bootstrap.servers", "no address"))


def send(channel: Channel, change_set: ChangeSet, *, resumed: bool, check: Callable[[], None]) -> Offsets:
    """Publish a change set, or what is missing of it; return the last offset by topic and partition.

    Args:
        channel: where to.
        change_set: the committed change set; one without events sends nothing.
        resumed: whether another worker may have sent parts of it, so that the markers are asked first.
        check: proves that the lease is still ours, after earlier producers are shut out.

    Raises:
        TransientError: Kafka can't be reached, or a message was not delivered.
        LeaseLostError: a successor has taken over.
        StoppedError: another version has sent parts of it, which are of another size.
    """
    if change_set.events.is_empty():
        return {}
    with _reaching(channel):
        producer = Producer({**PRODUCER_CONFIG, **channel.config, "transactional.id": f"comptoir-{channel.kind}"})
        producer.init_transactions(SERVER_WAIT_SECONDS)
        done = last_marker(channel) if resumed else None
        check()
        if done is None or done.sequence < change_set.stamp.sequence:
            done = Marker(change_set.stamp.sequence, part=0, parts=_parts_of(change_set), offsets={})
        return _send_transactions(channel, producer, change_set, done)


def _send_transactions(channel: Channel, producer: Producer, change_set: ChangeSet, done: Marker) -> Offsets:
    stamp, offsets = change_set.stamp, done.offsets
    if done.sequence > stamp.sequence or done.part == done.parts:
        return offsets
    count = _parts_of(change_set)
    if done.parts != count:
        raise StoppedError(
            f"Change set {stamp.sequence} of {channel.kind} was begun in {done.parts} parts, not in {count}: another "
            "version sent the first of them. Start that version to finish it; see docs/operations.md."
        )
    # Their texts are made while earlier ones are on their way.
    unsent = islice(messages(change_set.events), done.part * EVENTS_PER_PART, None)
    for part in range(done.part + 1, count + 1):
        marker = {"kind": channel.kind, "sequence": stamp.sequence, "part": part, "parts": count}
        marker["file_id"] = stamp.file_id
        offsets = _send_part(channel, producer, islice(unsent, EVENTS_PER_PART), marker, offsets)
    return offsets


def _parts_of(change_set: ChangeSet) -> int:
    return -(-change_set.events.height // EVENTS_PER_PART)


def _send_part(
    channel: Channel,
    producer: Producer,
    part_messages: Iterable[tuple[str, str]],
    marker: dict[str, Any],
    earlier: Offsets,
) -> Offsets:
    with _transaction(producer):
        delivered = _send_all(channel, producer, channel.topic, part_messages)
        offsets = merge_offsets(earlier, {channel.topic: delivered})
        text = json.dumps(marker | {"offsets": offsets})
        _send_all(channel, producer, names.TOPIC_MARKERS, [(channel.kind, text)])
    return offsets


@contextmanager
def _transaction(producer: Producer) -> Iterator[None]:
    """Commit what is sent in the block; abort it where anything is raised, so that readers don't wait for it."""
    producer.begin_transaction()
    try:
        yield
        producer.commit_transaction(SERVER_WAIT_SECONDS)
    except BaseException:
        with suppress(KafkaException):
            producer.abort_transaction(ABORT_WAIT_SECONDS)
        raise


def _send_all(channel: Channel, producer: Producer, topic: str, pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Send messages and wait for all of them; return the last offset of each partition."""
    delivery = Delivery()
    for key, value in pairs:
        _produce(producer, topic, key, value, delivery)
    left = producer.flush(SERVER_WAIT_SECONDS)
    if delivery.errors:
        raise KafkaException(delivery.errors[0])
    if left:
        raise TransientError(f"Kafka ({channel.server}) left {left} messages undelivered; the step is tried again.")
    return delivery.offsets


def _produce(producer: Producer, topic: str, key: str, value: str, delivery: Delivery) -> None:
    try:
        producer.produce(topic, value=value, key=key, on_delivery=delivery.note)
    except BufferError:
        producer.flush(SERVER_WAIT_SECONDS)
        producer.produce(topic, value=value, key=key, on_delivery=delivery.note)


def messages(events: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield key and JSON text of each event's message.

    The versions are JSON texts already and go into the message as they are.
    """
    return map(_message, events.select(*EVENT_SCHEMA).iter_rows())


def _message(row: tuple[Any, ...]) -> tuple[str, str]:
    event_id, file_id, sequence, kind, op, record_id, before, after, business_day, published_at, landing = row
    stamp = published_at.isoformat().replace("+00:00", "Z")
    value = (
        f'{{"event_id":"{event_id}","file_id":"{file_id}","sequence":{sequence},"kind":"{kind}","op":"{op}",'
        f'"record_id":"{record_id}","before":{before or "null"},"after":{after or "null"},'
        f'"business_day":"{business_day}","published_at":"{stamp}",'
        f'"landing":{"null" if landing is None else landing}}}'
    )
    return entity_of(record_id), value


def last_marker(channel: Channel) -> Marker | None:
    """Return the marker of a kind's last committed part; None where nothing was ever committed.

    Every marker that was committed before this call is seen, also behind another kind's open transaction.
    """
    config = {**channel.config, "group.id": "comptoir-markers", "enable.auto.commit": False}
    consumer = Consumer({**config, "isolation.level": "read_committed", "enable.partition.eof": True})
    try:
        return _read_markers(consumer, channel)
    finally:
        consumer.close()


def _read_markers(consumer: Consumer, channel: Channel) -> Marker | None:
    missing = _ends(channel)
    consumer.assign([TopicPartition(names.TOPIC_MARKERS, partition, OFFSET_BEGINNING) for partition in missing])
    deadline = time.monotonic() + MARKERS_WAIT_SECONDS
    found: Marker | None = None
    while missing:
        if time.monotonic() > deadline:
            raise TransientError(f"Kafka ({channel.server}) has a transaction open on the markers; tried again.")
        for message in consumer.consume(MARKERS_AT_ONCE, timeout=0.2):
            found = _marker_in(message, channel.kind) or found
            _strike_reached(missing, message)
    return found


def _ends(channel: Channel) -> dict[int, int]:
    """Return the end of each partition of the markers that has any, open transactions included."""
    admin = AdminClient(channel.config)
    partitions = admin.list_topics(names.TOPIC_MARKERS, timeout=SERVER_WAIT_SECONDS).topics[names.TOPIC_MARKERS]
    wanted = {
        TopicPartition(names.TOPIC_MARKERS, number): OffsetSpec.latest()  # type: ignore[no-untyped-call]  # as above
        for number in partitions.partitions
    }
    level = IsolationLevel.READ_UNCOMMITTED
    futures = admin.list_offsets(wanted, isolation_level=level, request_timeout=SERVER_WAIT_SECONDS)
    ends = {place.partition: future.result().offset for place, future in futures.items()}
    return {partition: end for partition, end in ends.items() if end > 0}


def _strike_reached(missing: dict[int, int], message: Message) -> None:
    error = message.error()
    if error is None:
        return
    if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - the library's own name of a local event
        raise KafkaException(error)
    partition = message.partition() or 0
    if (message.offset() or 0) >= missing.get(partition, 0):
        missing.pop(partition, None)


def _marker_in(message: Message, kind: str) -> Marker | None:
    value = message.value()
    if message.error() is not None or message.key() != kind.encode() or value is None:
        return None
    fields = json.loads(value)
    return Marker(fields["sequence"], fields["part"], fields["parts"], fields["offsets"])


@contextmanager
def _reaching(channel: Channel) -> Iterator[None]:
    """Turn the client's errors into the platform's, by who acts."""
    try:
        yield
    except KafkaException as failure:
        error: KafkaError = failure.args[0]
        if error.code() in FENCED:
            raise LeaseLostError(f"Another worker publishes {channel.kind} now; this one stops: {error}") from failure
        raise TransientError(f"Kafka ({channel.server}) failed and is tried again: {error}") from failure
