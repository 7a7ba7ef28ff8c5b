"""Where events come from: Kafka for the stream, the lake for the batch. Both give the columns of `schemas.EVENT`."""

from __future__ import annotations

import json
import time
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

from comptoir import names
from comptoir.errors import TransientError
from comptoir.publishing import lake
from comptoir.publishing.topics import AWAY
from comptoir.stores.cold import open_cold
from comptoir_spark.columns import named
from comptoir_spark.schemas import EVENT, LAKE_EVENT, VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import Column, DataFrame, SparkSession

    from comptoir.settings import Settings
    from comptoir_spark.columns import Columns

Ends = dict[str, dict[str, int]]  # offsets by topic and partition
Place = tuple[str, str]  # a topic, and the number of a partition

WAIT_SECONDS: Final = 20.0
QUIET: Final = 3  # errors only
# A batch of 12,000 invoices of five lines took 6 s without its figures. Of a million lines over a year and 2,000
# products each batch writes most documents of facts, so that larger ones write fewer; yet others wait for a batch.
MAX_EVENTS_PER_BATCH: Final = 30_000
# Spark's JSON reader drops commas from decimals: "12,50" would silently become 1250.
MONEY_WITH_COMMA: Final = r'"(buy_price|sell_price|opening|unit_price|total_amount)"\s*:\s*"[^"]*,'
VERSION_KEYS: Final = {"sales": "invoice_id", "stock": "stock_id", "products": "product_id", "clients": "client_id"}


def read_kafka(spark: SparkSession, settings: Settings, ends: Ends) -> DataFrame:
    """Open the stream of committed events of all kinds; nothing is read before a query starts.

    Args:
        spark: the session.
        settings: where Kafka is.
        ends: from which offset of each topic and partition a query without a checkpoint begins.
    """
    return (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", settings.kafka)
        .option("subscribe", ",".join(names.TOPIC_OF_KIND.values()))
        .option("startingOffsets", json.dumps(ends))
        .option("failOnDataLoss", "true")
        .option("maxOffsetsPerTrigger", MAX_EVENTS_PER_BATCH)
        .option("kafka.isolation.level", "read_committed")
        .option("kafka.fetch.max.wait.ms", "10")
        .load()
    )


def ends_of_topics(settings: Settings) -> Ends:
    """Return the offset that the next message of each topic and partition will have.

    Raises:
        TransientError: Kafka can't be reached.
    """
    consumer = Consumer({"bootstrap.servers": settings.kafka, "group.id": "comptoir-rebuild", "log_level": QUIET})
    try:
        topics = consumer.list_topics(timeout=WAIT_SECONDS).topics
        shown = {name for name, topic in topics.items() if topic.error is None and topic.partitions}
        if missing := [topic for topic in names.TOPIC_OF_KIND.values() if topic not in shown]:
            raise TransientError(f"Kafka ({settings.kafka}) does not show {', '.join(missing)}, and is asked again.")
        return {
            topic: {
                str(number): consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=WAIT_SECONDS)[1]
                for number in topics[topic].partitions
            }
            for topic in names.TOPIC_OF_KIND.values()
        }
    except KafkaException as failure:
        raise TransientError(f"Kafka ({settings.kafka}) can't be reached and is tried again: {failure}") from failure
    finally:
        consumer.close()


def first_offsets(settings: Settings, starts: Mapping[Place, int]) -> dict[Place, int]:
    """Return the offset of the first committed message from each start on, where there is one.

    Markers of transactions take offsets too, and are no messages.

    Raises:
        TransientError: Kafka can't be reached.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": settings.kafka,
            "group.id": "comptoir-continuity",
            "log_level": QUIET,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    try:
        consumer.assign([TopicPartition(topic, int(number), start) for (topic, number), start in starts.items()])
        return _first_of_each(consumer, set(starts))
    except KafkaException as failure:
        raise TransientError(f"Kafka ({settings.kafka}) can't be reached and is tried again: {failure}") from failure
    finally:
        consumer.close()


def _first_of_each(consumer: Consumer, left: set[Place]) -> dict[Place, int]:
    """Poll until each partition has given a message, or told that it has none."""
    found: dict[Place, int] = {}
    deadline = time.monotonic() + WAIT_SECONDS
    while left:
        if time.monotonic() > deadline:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001 - the library's name of a local error
        message = consumer.poll(1.0)
        error = message.error() if message else None
        if message is None or (error and error.code() in AWAY):
            continue
        place = (str(message.topic()), str(message.partition()))
        if error and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - as above
            raise KafkaException(error)
        offset = message.offset()
        if not error and place in left and offset is not None:
            found[place] = offset
        left.discard(place)
    return found


def after_cut(events: DataFrame, cut: Mapping[str, int]) -> DataFrame:
    """Leave out the events that an epoch was computed from: those up to the cut sequence of their kind."""
    for kind, sequence in cut.items():
        events = events.filter(_is_behind(kind, sequence))
    return events


@lru_cache
def _is_behind(kind: str, sequence: int) -> Column:
    return (F.col("kind") != kind) | (F.col("sequence") > sequence)


def up_to_cut(events: DataFrame, cut: Mapping[str, int]) -> DataFrame:
    """Leave out the events behind the cut sequence of their kind."""
    for kind, sequence in cut.items():
        events = events.filter((F.col("kind") != kind) | (F.col("sequence") <= sequence))
    return events


def parse_messages(messages: DataFrame) -> DataFrame:
    """Understand messages as events.

    Args:
        messages: Kafka's `topic, partition, offset, value`.

    Returns:
        `topic, partition, offset, reason` and the columns of `schemas.EVENT`; `reason` says why a message is
        no event, and is null for events.
    """
    return messages.select(*_text_and_event()).select(*_reason_and_event()).drop("_corrupt")


@cache
def _text_and_event() -> Columns:
    text = F.col("value").cast("string")
    event = F.from_json(text, EVENT, {"columnNameOfCorruptRecord": "_corrupt"})
    return (*named("topic", "partition", "offset"), text.alias("text"), event.alias("event"))


@cache
def _reason_and_event() -> Columns:
    return (*named("topic", "partition", "offset"), _reason().alias("reason"), F.col("event.*"))


def _reason() -> Column:
    event = F.col("event")
    after, before = event["after"], event["before"]
    required = (event["event_id"], event["sequence"], event["kind"], event["record_id"])
    is_incomplete = F.lit(False)  # noqa: FBT003 - the neutral element of "or"
    for field in required:
        is_incomplete = is_incomplete | field.isNull()
    topics = F.create_map(*(F.lit(word) for kind, topic in names.TOPIC_OF_KIND.items() for word in (kind, topic)))
    is_astray = ~F.coalesce(topics[event["kind"]] == F.col("topic"), F.lit(False))  # noqa: FBT003 - as above
    version = F.coalesce(after, before)
    is_unkeyed = version.isNotNull() & _key_of(version, event["kind"]).isNull()
    is_sale = event["kind"] == "sales"
    return (
        F.when(F.col("text").isNull(), "the message is empty")
        .when(event["_corrupt"].isNotNull() | event.isNull(), "not an event's JSON")
        .when(F.col("text").rlike(MONEY_WITH_COMMA), "an amount with a comma")
        .when(is_incomplete, "event_id, sequence, kind or record_id is missing")
        .when(is_astray, "its kind does not belong to this topic")
        .when(before.isNull() & after.isNull(), "neither before nor after")
        .when(is_unkeyed, "the version has no identity")
        .when(is_sale & (_is_unusable_sale(before) | _is_unusable_sale(after)), "the invoice has no day or no items")
    )


def _key_of(version: Column, kind: Column) -> Column:
    sales, *others = VERSION_KEYS.items()
    chosen = F.when(kind == sales[0], version[sales[1]])
    for name, field in others:
        chosen = chosen.when(kind == name, version[field])
    return chosen


def _is_unusable_sale(invoice: Column) -> Column:
    items = invoice["items"]
    has_bad_item = F.exists(items, lambda item: item["product_id"].isNull() | item["quantity"].isNull())
    is_unusable = invoice["business_day"].isNull() | items.isNull() | F.coalesce(has_bad_item, F.lit(False))  # noqa: FBT003 - as above
    return invoice.isNotNull() & is_unusable


def lake_url(settings: Settings) -> str:
    """Return the folder of the lake as Spark names it."""
    return f"{settings.hdfs}{settings.lake_root.rstrip('/')}"


def read_lake(spark: SparkSession, settings: Settings) -> DataFrame:
    """Read every committed event of the lake once, with versions understood."""
    cold = open_cold(settings)
    paths = [
        f"{settings.hdfs}{cold.full(lake.path_of(names.LAKE_EVENTS, kind, span))}"
        for kind in names.KINDS
        for span in lake.files_in_force(cold, names.LAKE_EVENTS, kind)
    ]
    events = spark.read.schema(LAKE_EVENT).parquet(*paths) if paths else spark.createDataFrame([], LAKE_EVENT)
    return events.withColumns({side: F.from_json(side, VERSION, {"mode": "FAILFAST"}) for side in ("before", "after")})
