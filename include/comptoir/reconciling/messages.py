"""What Kafka holds of the four topics of records, message by message, as a reader of committed transactions sees it."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from pyarrow import parquet

from comptoir import names
from comptoir.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from confluent_kafka import Message

    from comptoir.reconciling.workspace import Workspace
    from comptoir.settings import Settings

NOTHING_KEPT: Final = 2**62  # a partition is empty: nothing tells from which sequence on it would have all
MESSAGES_AT_ONCE: Final = 5_000
WAIT_SECONDS: Final = 10.0
PAUSE_SECONDS: Final = 0.3  # `consume` waits so long for more than there is
SCHEMA: Final = pa.schema([("kind", pa.string()), ("value", pa.string())])
MESSAGES: Final = """
CREATE TABLE messages AS
    SELECT kind, value->>'$.event_id' AS event_id, CAST(value->>'$.sequence' AS BIGINT) AS sequence,
        value->>'$.record_id' AS record_id,
        nullif(json_extract(value, '$.before')::VARCHAR, 'null') AS before,
        nullif(json_extract(value, '$.after')::VARCHAR, 'null') AS after
    FROM read_parquet('{path}')
    WHERE json_valid(value)  -- what is no JSON is in the dead letters, and no event is missing for it
"""


def load(workspace: Workspace, settings: Settings) -> None:
    """Fill `messages`, and `kept_from` with the first sequence of each kind of which a topic has dropped nothing.

    Raises:
        TransientError: Kafka can't be reached.
    """
    kept_from: dict[str, int] = {}

    def texts() -> Iterator[tuple[str, str]]:
        for kind, topic in names.TOPIC_OF_KIND.items():
            with _reading(settings) as consumer:
                yield from ((kind, text) for text in _texts(consumer, topic, kind, kept_from))

    fill(workspace, texts(), kept_from)


def fill(workspace: Workspace, texts: Iterable[tuple[str, str]], kept_from: dict[str, int]) -> None:
    """Fill both tables.

    Args:
        workspace: where.
        texts: kind and JSON text of every message.
        kept_from: the first sequence of which all messages are kept, by kind; it is read after the texts.
    """
    path = workspace.folder / "messages.parquet"
    waiting = iter(texts)
    with parquet.ParquetWriter(path, SCHEMA) as writer:
        while some := list(islice(waiting, MESSAGES_AT_ONCE)):
            writer.write_table(pa.table(list(zip(*some, strict=True)), schema=SCHEMA))
    workspace.database.execute(MESSAGES.format(path=path))
    workspace.fill("kept_from", {"kind": "VARCHAR", "first_sequence": "BIGINT"}, list(kept_from.items()))


@contextmanager
def _reading(settings: Settings) -> Iterator[Consumer]:
    consumer = Consumer(_configuration(settings))
    try:
        yield consumer
    except KafkaException as failure:
        raise TransientError(f"Kafka ({settings.kafka}) can't be read and is tried again: {failure}") from failure
    finally:
        consumer.close()


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "bootstrap.servers": settings.kafka,
        "group.id": "comptoir-reconcile",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "isolation.level": "read_committed",
        "log_level": 3,
    }


def _texts(consumer: Consumer, topic: str, kind: str, kept_from: dict[str, int]) -> Iterator[str]:
    """Yield the texts of a topic's messages; note the first sequence of which all are there, where some are not."""
    missing = set(consumer.list_topics(topic, timeout=WAIT_SECONDS).topics[topic].partitions)
    cut = {number for number in missing if _low(consumer, topic, number) > 0}
    consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in missing])
    for message in _messages(consumer, missing):
        text = (message.value() or b"").decode(errors="replace")
        if message.partition() in cut and (sequence := _sequence_of(text)) is not None:
            # The oldest change set of which something is kept may have lost its first messages.
            cut.discard(message.partition())
            kept_from[kind] = max(kept_from.get(kind, 0), sequence + 1)
        yield text
    if cut:
        kept_from[kind] = NOTHING_KEPT


def _sequence_of(text: str) -> int | None:
    """Return an event's sequence; None of what is no event."""
    try:
        return int(json.loads(text)["sequence"])
    except (ValueError, LookupError, TypeError):
        return None


def _messages(consumer: Consumer, missing: set[int | None]) -> Iterator[Message]:
    """Yield messages until the end of every partition that is missing."""
    heard_at = time.monotonic()
    while missing:
        messages = consumer.consume(MESSAGES_AT_ONCE, timeout=PAUSE_SECONDS)
        if messages:
            heard_at = time.monotonic()
        elif time.monotonic() - heard_at > WAIT_SECONDS:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001 - the library's name of a local error
        for message in messages:
            if _is_end(message):
                missing.discard(message.partition())
            else:
                yield message


def _low(consumer: Consumer, topic: str, number: int) -> int:
    low, _ = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=WAIT_SECONDS)
    return int(low)


def _is_end(message: Message) -> bool:
    """Tell whether it marks a partition's end instead of being a message."""
    error = message.error()
    if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - as above
        raise KafkaException(error)
    return error is not None
