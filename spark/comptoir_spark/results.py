"""What the stream tells Kafka: figures that changed, and messages that could not be read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

from confluent_kafka import KafkaException, Producer

from comptoir import names
from comptoir.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comptoir.settings import Settings

Document = dict[str, Any]
FLUSH_SECONDS: Final = 30.0
ROWS_PER_MESSAGE: Final = 1_000  # some 300 KB: far below the broker's limit of a message


class Teller(Protocol):
    """Whom figures are told to."""

    def tell(self, kind: str, key: str, version: int, body: Document) -> None:
        """Take a figure."""

    def flush(self) -> None:
        """Wait until all that was told has arrived."""


class Results:
    """A producer of results and dead letters that holds back until all is delivered."""

    def __init__(self, settings: Settings, epoch: int) -> None:
        """Connect lazily: nothing is sent before the first message."""
        self._epoch = epoch
        self._server = settings.kafka
        self._failed: list[str] = []
        options = {"bootstrap.servers": settings.kafka, "acks": "all", "enable.idempotence": True}
        limits = {"linger.ms": 2, "compression.type": "zstd", "message.max.bytes": 16_000_000}
        self._producer = Producer(options | limits | {"delivery.timeout.ms": int(FLUSH_SECONDS * 1000)})

    def tell(self, kind: str, key: str, version: int, body: Document) -> None:
        """Send a result; `flush` says whether it arrived."""
        envelope = {"epoch": self._epoch, "version": version, "type": kind, "key": key}
        message = envelope | {"as_of": datetime.now(UTC), "body": body}
        self._send(names.TOPIC_RESULTS, f"{kind}:{key}", message)

    def refuse(self, letters: Iterable[Document]) -> None:
        """Send messages that are no events to the dead letters, with where they were and why."""
        for letter in letters:
            self._send(names.TOPIC_DEAD_LETTERS, f"{letter['topic']}:{letter['partition']}:{letter['offset']}", letter)

    def _send(self, topic: str, key: str, value: Document) -> None:
        text = json.dumps(value, default=to_text, ensure_ascii=False)
        try:
            self._producer.produce(topic, text.encode(), key.encode(), on_delivery=self._note)
        except BufferError:
            self.flush()
            self._producer.produce(topic, text.encode(), key.encode(), on_delivery=self._note)
        except KafkaException as error:
            raise TransientError(f"Kafka ({self._server}) refused a result, which is tried again: {error}") from error

    def _note(self, error: object, _message: object) -> None:
        if error is not None:
            self._failed.append(str(error))

    def flush(self) -> None:
        """Wait until everything sent has arrived.

        Raises:
            TransientError: something did not.
        """
        left = self._producer.flush(FLUSH_SECONDS)
        failed, self._failed = self._failed, []
        if left or failed:
            reason = failed[0] if failed else f"{left} messages are still waiting"
            raise TransientError(f"Kafka ({self._server}) did not take all results, they are sent again: {reason}")


def to_text(value: object) -> str:
    """Return what JSON has no form for: money as decimal text, days and times as ISO text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"JSON has no form for {type(value).__name__}")
