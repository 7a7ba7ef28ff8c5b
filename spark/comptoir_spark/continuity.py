"""Whether a checkpoint goes on where the facts end: nothing is read twice then, and nothing is passed over.

A damaged checkpoint that can still be read is the one fault that Spark can't tell: one digit of an offset that is
another one makes it go on earlier or later. What the facts hold is noted in the hot store, which tells it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.errors import StoppedError
from comptoir.stores import cold
from comptoir.stores.cold import open_cold
from comptoir_spark.cut import cut_of
from comptoir_spark.pending import PENDING
from comptoir_spark.sinks import REBUILD, was_begun
from comptoir_spark.sources import first_offsets, lake_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyspark.sql import SparkSession

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir_spark.sources import Ends, Place

Places = dict["Place", int]  # an offset of each topic and partition

SOURCE_LINE: Final = 2


def refuse_gap(spark: SparkSession, hot: Hot, folder: str, settings: Settings) -> None:
    """See that a query which goes on from a checkpoint reads on just behind what the facts hold.

    Args:
        spark: the session, by whose client of HDFS the checkpoint is read: it tells damage from a server that is away.
        hot: the hot store at the checkpoint's epoch.
        folder: the checkpoint's, below the lake's root.
        settings: where the servers are.

    Raises:
        StoppedError: it would read messages again, or pass some over.
        TransientError: a server is away.
        Py4JJavaError: the checkpoint can't be read.
    """
    url = f"{lake_url(settings)}/{folder}"
    begins = next_begins(hot, settings, folder, lambda name: text_of(spark, f"{url}/{name}"))
    if begins is None:
        return
    reached = reached_of(hot)
    if wrong := read_twice(begins, reached) or passed_over(begins, reached, settings):
        topic, partition = place = min(wrong)
        raise StoppedError(
            f"The stream's checkpoint goes on at offset {begins.get(place, 0)} of {topic}, partition {partition}, but "
            f"the facts at {reached.get(place, -1) + 1}. {REBUILD}"
        )


def read_twice(begins: Places, reached: Places) -> set[Place]:
    """Return the places of which a query would read again what the facts hold.

    A partition that the checkpoint doesn't know counts as a new one, and is read from its beginning.
    """
    return {place for place, last in reached.items() if begins.get(place, 0) <= last}


def passed_over(begins: Places, reached: Places, settings: Settings) -> set[Place]:
    """Return the places of which a query would pass messages over; one that nobody knows of has no beginning."""
    ahead = {
        place: reached[place] + 1 for place in begins.keys() & reached.keys() if begins[place] > reached[place] + 1
    }
    firsts = first_offsets(settings, ahead) if ahead else {}
    passed = {place for place, first in firsts.items() if ahead[place] <= first < begins[place]}
    return passed | {place for place in begins.keys() - reached.keys() if begins[place]}


def text_of(spark: SparkSession, url: str) -> str:
    """Return a text that HDFS has; raise Py4JJavaError where it can't be read."""
    jvm, hadoop = spark._jvm, spark._jsc.hadoopConfiguration()  # noqa: SLF001 - Spark's way to Hadoop
    path = jvm.org.apache.hadoop.fs.Path(url)  # type: ignore[union-attr]
    file = path.getFileSystem(hadoop).open(path)
    try:
        return str(jvm.org.apache.commons.io.IOUtils.toString(file, "UTF-8"))  # type: ignore[union-attr]
    finally:
        file.close()


def next_begins(hot: Hot, settings: Settings, folder: str, read: Callable[[str], str]) -> Places | None:
    """Return from which offsets the next batch will read; None where another check knows better.

    That is so of a checkpoint without offsets, whose query begins at its epoch's cut; of a batch that was begun, which
    is compared with the note of its beginning; and of what is cut off, which Spark refuses by itself.

    Raises:
        StoppedError: what is there are no offsets.
    """
    lake = open_cold(settings)
    numbers = _numbers(cold.list_names(lake, f"{folder}/offsets"))
    latest = max(numbers, default=-1)
    if latest not in _numbers(cold.list_names(lake, f"{folder}/commits")):
        if was_begun(hot, latest):
            return None
        latest -= 1
    return _places_in(read(f"offsets/{latest}")) if latest in numbers else None


def _numbers(listed: Iterable[str]) -> set[int]:
    return {int(name) for name in listed if name.isdigit()}


def _places_in(text: str) -> Places | None:
    """Read a file of offsets: a line for its version, one for the batch, and one for the only source."""
    lines = text.splitlines()
    if len(lines) <= SOURCE_LINE:
        return None
    try:
        places = _places(json.loads(lines[SOURCE_LINE]))
    except (ValueError, AttributeError):
        places = {}
    if not places or not all(number.isdigit() and type(offset) is int for (_, number), offset in places.items()):
        raise StoppedError(f"The stream's checkpoint can't be read. {REBUILD} ({lines[SOURCE_LINE]})")
    return places


def _places(offsets: Ends | Any) -> Places:
    return {(topic, number): offset for topic, of in offsets.items() for number, offset in of.items()}


def reached_of(hot: Hot) -> Places:
    """Return the last offset of each topic and partition that is in the facts, shown or not yet."""
    _, ends = cut_of(hot)
    reached = {place: end - 1 for place, end in _places(ends).items()}
    for document in hot.facts[names.PROGRESS].find({"_id": {"$in": ["stream", PENDING]}}):
        for place, last in _places(document.get("offsets", {})).items():
            reached[place] = max(last, reached.get(place, -1))
    return reached
