"""Takes the stream's micro-batches, each as if it might be the second time."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pyspark import StorageLevel
from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

from comptoir import names
from comptoir.errors import StoppedError, TransientError
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.settling import settle
from comptoir_spark import facts, pending, sinks, sources
from comptoir_spark.columns import named
from comptoir_spark.cut import cut_of
from comptoir_spark.figures import Figures, touched_by
from comptoir_spark.frames import rows_of
from comptoir_spark.session import COMPILED, INTERPRETED, prefer
from comptoir_spark.unreadable import UnreadableLimit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame, SparkSession

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir_spark.results import Results

Row = dict[str, Any]
log = logging.getLogger(__name__)

BATCH_TRIES: Final = 12  # through the restart of a server, about a minute
BATCH_PAUSE_SECONDS: Final = 5.0
SMALL_BATCH: Final = 2_000  # messages; an exchange costs more than a second core gives below that

# While more is waiting than a batch takes, figures are computed for several batches at once: of a million lines
# over a year each batch touches every window, and computing them took five times as long as the facts.
FULL_BATCH: Final = 0.9 * sources.MAX_EVENTS_PER_BATCH  # markers of transactions take offsets too
SHOW_SECONDS: Final = 20.0  # figures are at most this old, or twice as old as they took last time
IDLE_SECONDS: Final = 2.0  # a full batch that no other follows was the last one


class StreamWriter:
    """Takes micro-batches: notes them, adds their facts once, and recomputes what they touch.

    The lock is held for the length of a batch; whoever else computes figures takes it too.
    """

    def __init__(self, hot: Hot, figures: Figures, results: Results, settings: Settings) -> None:
        """Take what it works with; nothing is written yet."""
        self._hot = hot
        self._figures = figures
        self._results = results
        self._settings = settings
        self.lock = threading.Lock()
        self.batch: int | None = None
        self.busy_since: float | None = None
        self.stopped: StoppedError | None = None
        self._cut, _ = cut_of(hot)
        self._limit = UnreadableLimit(hot, settings.unreadable_share)
        self._ended_at = time.monotonic()
        self._behind_since: float | None = None
        self._showing_seconds = 0.0

    def __call__(self, messages: DataFrame, batch: int) -> None:
        """Write one micro-batch, trying again while servers are away; every write may be repeated."""
        events = sources.parse_messages(messages).persist(StorageLevel.MEMORY_AND_DISK)
        try:
            with self.lock:
                self.busy_since = time.monotonic()
                self._persistently(lambda: self._write(events, batch))
                self.batch = batch
                self._ended_at = time.monotonic()
        except StoppedError as error:
            self.stopped = error
            raise
        finally:
            self.busy_since = None
            events.unpersist()

    def _persistently(self, step: Callable[[], None]) -> None:
        for attempt in range(1, BATCH_TRIES + 1):
            try:
                with reaching_mongo():
                    step()
            except TransientError as error:
                if attempt == BATCH_TRIES:
                    raise
                log.warning("Batch tried again in %s s: %s", BATCH_PAUSE_SECONDS, error)
                time.sleep(BATCH_PAUSE_SECONDS)
            else:
                return

    def _write(self, events: DataFrame, batch: int) -> None:
        clock = Stopwatch()
        arrived = rows_of(events.select(*named("topic", "partition", "offset", "kind", "reason")))
        if not arrived:
            sinks.refuse_emptied(self._hot, batch)
            return
        offsets = offsets_of(arrived)
        sinks.record_batch(self._hot, batch, offsets, self._settings)
        self._refuse_unreadable(arrived, batch)
        clock.lap("read")
        readable = sources.after_cut(events.filter(_is_readable()), self._cut)
        kinds = {row["kind"] for row in arrived if not row["reason"]}
        is_small = len(arrived) <= SMALL_BATCH
        prefer(events.sparkSession, INTERPRETED if is_small else COMPILED)
        readable = readable.coalesce(1) if is_small else readable
        deltas = rows_of(facts.fact_deltas(readable)) if "sales" in kinds else []
        versions = rows_of(facts.latest_versions(readable)) if kinds - {"sales"} else []
        clock.lap("deltas")
        sinks.add_facts(self._hot, batch, deltas)
        sinks.fold_versions(self._hot, versions)
        clock.lap("facts")
        pending.note(self._hot, batch, touched_by(self._hot, deltas, versions), offsets)
        if count_offsets(offsets) < FULL_BATCH or self._is_due():
            self._show()
        clock.lap("figures")
        self.settle()
        clock.lap("progress")
        log.info("Batch %s: %s messages, %s", batch, len(arrived), clock)

    def _refuse_unreadable(self, arrived: list[Row], batch: int) -> None:
        """Send what is no event to the dead letters; stop where that is too much, once they have arrived."""
        self._results.refuse(_letter(row) for row in arrived if row["reason"])
        try:
            self._limit.take(batch, arrived)
        except StoppedError:
            self._results.flush()
            raise

    def _is_due(self) -> bool:
        """Tell whether figures have waited long enough, counted from the first batch that left them waiting."""
        now = time.monotonic()
        self._behind_since = self._behind_since or now
        return now - self._behind_since > max(SHOW_SECONDS, 2 * self._showing_seconds)

    def _show(self) -> None:
        """Compute and tell all that batches touched since the last time; only then have they been passed."""
        waiting = pending.load(self._hot)
        if waiting is None:
            return
        began = time.monotonic()
        self._figures.recompute(waiting.touched, today(self._settings))
        pending.finish(self._hot, waiting)
        self._behind_since, self._showing_seconds = None, time.monotonic() - began

    def catch_up(self) -> None:
        """Show what is pending where no batch follows, also what an earlier life of the stream left; then settle."""
        if time.monotonic() - self._ended_at > IDLE_SECONDS:
            self._show()
        self.settle()

    def settle(self) -> None:
        """Turn files that the stream has passed into applied ones, and tell so."""
        for entry in settle(self._hot):
            state = {"file_id": entry["_id"], "state": str(entry["state"])}
            self._results.tell("files", entry["_id"], _milliseconds(), state)
        self._results.flush()


class Stopwatch:
    """Notes how long the steps of a batch take."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._laps: list[str] = []

    def lap(self, name: str) -> None:
        """Name the step that ends now."""
        now = time.monotonic()
        self._laps.append(f"{name} {now - self._last:.3f} s")
        self._last = now

    def __str__(self) -> str:
        """Return all steps, for the log."""
        return ", ".join(self._laps)


def offsets_of(arrived: list[Row]) -> sinks.Offsets:
    """Return the first and last offset of each topic and partition in a batch."""
    seen: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for row in arrived:
        first, last = seen[row["topic"]].get(str(row["partition"]), (row["offset"], row["offset"]))
        seen[row["topic"]][str(row["partition"])] = [min(first, row["offset"]), max(last, row["offset"])]
    return dict(seen)


def count_offsets(offsets: sinks.Offsets) -> int:
    """Return how many offsets a batch spans."""
    return sum(last - first + 1 for partitions in offsets.values() for first, last in partitions.values())


@cache
def _is_readable() -> Column:
    return F.col("reason").isNull()


def _letter(row: Row) -> Row:
    return {name: row[name] for name in ("topic", "partition", "offset", "reason")}


def today(settings: Settings) -> date:
    """Return the business day of this moment, in the trader's zone."""
    return datetime.now(settings.zone).date()


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


def warm_up(spark: SparkSession) -> None:
    """Run the plans of a batch once on a message of each shape, so that the first file finds them compiled."""
    rows = [(topic, 0, 0, bytearray(b"{}")) for topic in names.TOPIC_OF_KIND.values()]
    messages = spark.createDataFrame(rows, "topic string, partition int, offset bigint, value binary")
    events = sources.parse_messages(messages).persist(StorageLevel.MEMORY_AND_DISK)
    rows_of(facts.fact_deltas(events.coalesce(1)))
    rows_of(facts.latest_versions(events.coalesce(1)))
    events.unpersist()
