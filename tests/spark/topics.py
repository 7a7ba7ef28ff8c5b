"""Events as Kafka carries them, and as the stream understands them."""

from __future__ import annotations

import json
from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame

from comptoir import names
from comptoir_spark import sources
from tests.spark.tables import rows_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MESSAGE = "topic string, partition int, offset bigint, value binary"


def messages(spark: SparkSession, *texts: str | None, topic: str = names.TOPIC_SALES) -> DataFrame:
    """Messages of a topic, understood."""
    rows = [(topic, 0, offset, None if text is None else bytearray(text.encode())) for offset, text in enumerate(texts)]
    return sources.parse_messages(spark.createDataFrame(rows, MESSAGE))


def parsed(spark: SparkSession, *events: dict[str, Any]) -> DataFrame:
    """Events as Kafka gives them, each on the topic of its kind."""
    texts: dict[str, list[str]] = {}
    for each in events:
        texts.setdefault(names.TOPIC_OF_KIND[each["kind"]], []).append(json.dumps(each))
    everything = reduce(DataFrame.unionByName, (messages(spark, *some, topic=topic) for topic, some in texts.items()))
    assert rows_of(everything.filter("reason is not null"), "reason") == []
    return everything
