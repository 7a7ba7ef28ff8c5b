"""The topics, made once with the settings that the way of the data rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its stubs leave some out
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
)

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

# Only the last marker of each kind is ever asked for; short segments let compaction reach the others.
MARKERS_KEPT: Final = {
    "cleanup.policy": "compact",
    "segment.ms": str(60 * 60 * 1000),
    "min.cleanable.dirty.ratio": "0.1",
}


def create_topics(settings: Settings) -> list[str]:
    """Make the topics that aren't there yet; those that are stay as they are.

    Returns:
        The names of the topics that this call made.

    Raises:
        TransientError: Kafka can't be reached.
        MisconfiguredError: Kafka refuses a topic.
    """
    admin = AdminClient({"bootstrap.servers": settings.kafka, "log_level": QUIET})
    futures = admin.create_topics(
        [_topic(name, settings) for name in names.TOPIC_PARTITIONS], request_timeout=ADMIN_WAIT_SECONDS
    )
    return [name for name, future in futures.items() if _was_made(name, future, settings)]


def kept_for(name: str, settings: Settings) -> dict[str, str]:
    """Return how long a topic keeps its messages, as Kafka's settings say it.

    A stream that was away comes back to its events for as long; the lake has them for ever.
    """
    if name == names.TOPIC_MARKERS:
        return MARKERS_KEPT
    days = settings.result_days if name == names.TOPIC_RESULTS else settings.event_days
    return {"retention.ms": str(days * DAY_MILLISECONDS)}


def keep_topics(settings: Settings) -> list[str]:
    """Have topics that were made under other settings keep their messages as these say; return their names.

    Raises:
        TransientError: Kafka can't be reached.
    """
    admin = AdminClient({"bootstrap.servers": settings.kafka, "log_level": QUIET})
    topics = {name: ConfigResource(ConfigResource.Type.TOPIC, name) for name in names.TOPIC_PARTITIONS}
    try:
        found = admin.describe_configs(list(topics.values()), request_timeout=ADMIN_WAIT_SECONDS)
        kept = {topic.name: future.result() for topic, future in found.items()}
        changed = [name for name in topics if _differs(kept[name], kept_for(name, settings))]
        for name in changed:
            _change(admin, topics[name], kept_for(name, settings))
    except KafkaException as failure:
        raise TransientError(f"Kafka ({settings.kafka}) can't be reached and is tried again: {failure}") from failure
    return changed


def _differs(kept: dict[str, ConfigEntry], wanted: dict[str, str]) -> bool:
    return any(kept[option].value != value for option, value in wanted.items())


def _change(admin: AdminClient, topic: ConfigResource, wanted: dict[str, str]) -> None:
    for option, value in wanted.items():
        topic.add_incremental_config(ConfigEntry(option, value, incremental_operation=AlterConfigOpType.SET))
    for future in admin.incremental_alter_configs([topic], request_timeout=ADMIN_WAIT_SECONDS).values():
        future.result()


def _topic(name: str, settings: Settings) -> NewTopic:
    config = {"max.message.bytes": str(MAX_MESSAGE_BYTES)} | kept_for(name, settings)
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
