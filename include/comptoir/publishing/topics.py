"""The topics, made once with the settings that the way of the data rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # its stubs leave it out

from comptoir import names
from comptoir.errors import MisconfiguredError, TransientError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from comptoir.settings import Settings

DAY_MILLISECONDS: Final = 24 * 60 * 60 * 1000
MAX_MESSAGE_BYTES: Final = 16 * 1024 * 1024  # an invoice of 10,000 lines, before and after, is about 3 MB
ADMIN_WAIT_SECONDS: Final = 30
AWAY: Final = frozenset({KafkaError._TIMED_OUT, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN})  # noqa: SLF001 - the library's own names of local errors
QUIET: Final = 3  # errors only: it would tell people of the events that it drops at its end
BROKERS_DEFAULT: Final = -1  # the cluster's own replication factor

# A stream that was away comes back to its events for a quarter; the lake has them for ever.
EVENTS_KEPT: Final = {"retention.ms": str(90 * DAY_MILLISECONDS)}
RESULTS_KEPT: Final = {"retention.ms": str(7 * DAY_MILLISECONDS)}
# Only the last marker of each kind is ever asked for; short segments let compaction reach the others.
MARKERS_KEPT: Final = {
    "cleanup.policy": "compact",
    "segment.ms": str(60 * 60 * 1000),
    "min.cleanable.dirty.ratio": "0.1",
}
OTHER_SETTINGS: Final = {names.TOPIC_RESULTS: RESULTS_KEPT, names.TOPIC_MARKERS: MARKERS_KEPT}


def create_topics(settings: Settings) -> list[str]:
    """Make the topics that aren't there yet; those that are stay as they are.

    Returns:
        The names of the topics that this call made.

    Raises:
        TransientError: Kafka can't be reached.
        MisconfiguredError: Kafka refuses a topic.
    """
    admin = AdminClient({"bootstrap.servers": settings.kafka, "log_level": QUIET})
    futures = admin.create_topics([_topic(name) for name in names.TOPIC_PARTITIONS], request_timeout=ADMIN_WAIT_SECONDS)
    return [name for name, future in futures.items() if _was_made(name, future, settings)]


def _topic(name: str) -> NewTopic:
    config = {"max.message.bytes": str(MAX_MESSAGE_BYTES)} | OTHER_SETTINGS.get(name, EVENTS_KEPT)
    return NewTopic(name, names.TOPIC_PARTITIONS[name], BROKERS_DEFAULT, config=config)


def _was_made(name: str, future: Future[None], settings: Settings) -> bool:
    try:
        future.result()
    except KafkaException as failure:
        error: KafkaError = failure.args[0]
        if error.code() == KafkaError.TOPIC_ALREADY_EXISTS:
            return False
        if error.retriable() or error.code() in AWAY:
            raise TransientError(f"Kafka ({settings.kafka}) can't be reached and is tried again: {error}") from failure
        raise MisconfiguredError(f"Kafka ({settings.kafka}) refuses the topic {name}: {error}") from failure
    return True
