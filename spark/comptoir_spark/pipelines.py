"""The applications, composed: the stream that keeps figures current, the batch of a day, and the rebuilding."""

from __future__ import annotations

import logging
import os
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

from comptoir import names
from comptoir.alerts import write_alert
from comptoir.errors import StoppedError, TransientError
from comptoir.rules import Rules, windows_of
from comptoir.stores.hot import at_current_epoch, open_hot, reaching_mongo
from comptoir.stores.upgrading import upgrade_facts
from comptoir_spark import facts, history, kpis, lake, rebuilding, repairing, snapshots, sources
from comptoir_spark.continuity import refuse_gap
from comptoir_spark.cut import cut_of, note_beginning
from comptoir_spark.figures import Figures, Touched, all_clients, current
from comptoir_spark.frames import rows_of
from comptoir_spark.heartbeat import Heartbeat, note_stop
from comptoir_spark.results import Results
from comptoir_spark.session import INTERPRETED, build_session, prefer
from comptoir_spark.sinks import REBUILD
from comptoir_spark.writer import StreamWriter, today, warm_up

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.streaming.query import StreamingQuery

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

log = logging.getLogger(__name__)

QUERY_VERSION: Final = 1  # of the query's shape: another shape needs another checkpoint
TURN_SECONDS: Final = 1.0
QUERY_TRIES: Final = 10
QUERY_PAUSE_SECONDS: Final = 3.0
IDLE_WAIT_SECONDS: Final = 10.0
AWAY: Final = "DFSInputStream"  # where a checkpoint could not be fetched at all, which passes
ROTTEN: Final = "ChecksumException"  # unless a part of it was, which is not what had been written
# How Spark tells of it; see the tests, which take each of them away.
LOST: Final = {
    "Kafka has dropped events that the stream had not read": ("KAFKA_DATA_LOSS", "Some data may have been lost"),
    "The stream's checkpoint can't be read": (
        "MALFORMED_LOG_FILE",
        "Failed to read log file",
        "StreamMetadata",
        "Log.deserialize(",
        ROTTEN,
    ),
}


class StreamApplication:
    """The stream as a process: one query, a heartbeat, and what has to happen between batches."""

    def __init__(self, spark: SparkSession, hot: Hot, heartbeat: Heartbeat, settings: Settings) -> None:
        """Take what it works with; nothing runs yet."""
        self._spark = spark
        self._hot = hot
        self._heartbeat = heartbeat
        self._settings = settings
        results = Results(settings, hot.epoch)
        self._figures = Figures(spark, hot, results, settings)
        self._writer = StreamWriter(hot, self._figures, results, settings)
        self._day = today(settings)

    def run(self) -> None:
        """Run until somebody asks to stop, or the hot store was rebuilt under another epoch.

        Raises:
            StoppedError: facts and checkpoint no longer belong together.
            TransientError: a server stayed away longer than the query could wait.
        """
        with reaching_mongo():
            self._show_first_figures()
        warm_up(self._spark)
        self._attend()

    def _show_first_figures(self) -> None:
        """Show today's figures before any event comes; after a change of the rules, re-value all clients."""
        digest = sha256(repr(Rules.of(self._settings)).encode()).hexdigest()
        progress = self._hot.facts[names.PROGRESS]
        rules = progress.find_one({"_id": "rules"}) or {}
        clients = all_clients(self._hot) if rules.get("digest") != digest else set()
        self._figures.warm_up()
        self._heartbeat.beat("starting")
        self._figures.recompute(Touched(current(self._day).windows, clients), self._day)
        progress.replace_one({"_id": "rules"}, {"digest": digest}, upsert=True)
        self._heartbeat.beat("starting")

    def _attend(self) -> None:
        query = self._started()
        failures, batch = 0, self._writer.batch
        while not self._is_to_leave():
            time.sleep(TURN_SECONDS)
            if _is_alive(query):
                self._turn()
                continue
            failures = 1 if batch != self._writer.batch else failures + 1
            batch = self._writer.batch
            self._judge_failure(query, failures)
            query = self._started()
        self._stop(query)

    def _started(self) -> StreamingQuery:
        """Start the query, trying again while a server is away that it or its checkpoint needs."""
        for left in reversed(range(QUERY_TRIES)):
            try:
                with reaching_mongo():
                    return start_query(self._spark, self._writer, self._hot, self._settings)
            except (Py4JJavaError, TransientError) as error:
                refuse_lost(str(error))
                if not left or self._is_to_leave():
                    raise
                log.warning("The query is started in %s s: %s", QUERY_PAUSE_SECONDS, error)
                self._beat()
                time.sleep(QUERY_PAUSE_SECONDS)
        raise AssertionError

    def _is_to_leave(self) -> bool:
        return self._heartbeat.is_stop_requested() or self._is_left_behind()

    def _beat(self) -> None:
        """Say that it lives, as soon as MongoDB hears it."""
        with suppress(TransientError), reaching_mongo():
            self._heartbeat.beat("running", self._writer)

    def _is_left_behind(self) -> bool:
        """Tell whether another epoch is the current one; no, while MongoDB is away."""
        try:
            return at_current_epoch(self._hot).epoch != self._hot.epoch
        except TransientError:
            return False

    def _turn(self) -> None:
        """Do what is due between batches; a server that is away now is asked again at the next turn."""
        try:
            with reaching_mongo():
                self._heartbeat.beat("running", self._writer)
                if self._writer.lock.acquire(timeout=TURN_SECONDS):
                    try:
                        self._between_batches()
                    finally:
                        self._writer.lock.release()
        except TransientError as error:
            log.warning("%s", error)

    def _between_batches(self) -> None:
        self._writer.catch_up()
        self._follow_the_day()
        self._answer_requests()

    def _follow_the_day(self) -> None:
        """Judge losses again once the business day has turned, though no event came."""
        day = today(self._settings)
        if day != self._day:
            self._figures.recompute(current(day), day)
            self._day = day

    def _answer_requests(self) -> None:
        requests = self._hot.facts[names.KPI_REQUESTS]
        for request in list(requests.find({"kind": "losses"})):
            self._answer(request["on"])
            requests.delete_one({"_id": request["_id"], "asked_at": request["asked_at"]})

    def _answer(self, on: str) -> None:
        try:
            self._figures.answer_losses(date.fromisoformat(on))
        except (ValueError, OverflowError) as error:  # a day that no calendar has must not stop the stream
            log.warning("The loss risks of %r can't be computed: %s", on, error)

    def _judge_failure(self, query: StreamingQuery, failures: int) -> None:
        if self._writer.stopped:
            raise self._writer.stopped
        reason = query.exception()
        refuse_lost(told_whole(reason))
        if failures > QUERY_TRIES:
            raise TransientError(f"The query failed {failures} times without a batch between; last: {reason}")
        log.warning("The query is started again in %s s: %s", QUERY_PAUSE_SECONDS, reason)
        report_restart(self._settings, str(reason), failures)
        time.sleep(QUERY_PAUSE_SECONDS)

    def _stop(self, query: StreamingQuery) -> None:
        """Stop between two batches: stopping cancels the one that runs, which then is done again."""
        self._heartbeat.beat("stopping", self._writer)
        deadline = time.monotonic() + IDLE_WAIT_SECONDS
        if self._writer.lock.acquire(timeout=IDLE_WAIT_SECONDS):
            try:
                while query.status["isTriggerActive"] and time.monotonic() < deadline:
                    time.sleep(0.05)
                query.stop()
            finally:
                self._writer.lock.release()
        else:
            query.stop()
        self._heartbeat.beat("stopped", self._writer)


def _is_alive(query: StreamingQuery) -> bool:
    """Tell whether the query runs; leave at once where its JVM is gone, as nothing can be done without it."""
    try:
        return query.isActive
    except (Py4JError, OSError) as error:
        log.critical("Spark's JVM is gone, so this process leaves: %s", error)
        os._exit(1)


def start_query(spark: SparkSession, writer: StreamWriter, hot: Hot, settings: Settings) -> StreamingQuery:
    """Start the query where its checkpoint says, or behind what its epoch was computed from.

    Checkpoint and facts belong together, epoch by epoch.

    Raises:
        StoppedError: the checkpoint doesn't go on where the facts end.
        TransientError: a server that tells it is away.
    """
    folder = f"{names.LAKE_CHECKPOINTS}/{names.APP_STREAM}-v{QUERY_VERSION}/epoch-{hot.epoch}"
    refuse_gap(spark, hot, folder, settings)
    checkpoint = f"{sources.lake_url(settings)}/{folder}"
    _, ends = cut_of(hot)
    return (
        sources.read_kafka(spark, settings, ends)
        .writeStream.queryName(names.APP_STREAM)
        .option("checkpointLocation", checkpoint)
        .trigger(processingTime="0 seconds")
        .foreachBatch(writer)
        .start()
    )


def told_whole(error: BaseException | None) -> str:
    """Return what Spark says of a failure and of what is behind it, with where in the JVM each came up."""
    texts = []
    while error is not None:
        texts.append(f"{error}\n{getattr(error, '_stackTrace', '')}")
        error = getattr(error, "_cause", None)
    return "\n".join(texts)


def report_restart(settings: Settings, reason: str, failures: int) -> None:
    """Write an alert of a query that is started again, unless it failed before without a batch between."""
    if failures == 1:
        first, page = reason.strip().partition("\n")[0], f"{settings.home}/logs/{names.APP_STREAM}.log"
        write_alert(settings.home, datetime.now(UTC), f"The stream's query failed and is started again: {first}", page)


def refuse_lost(reason: str) -> None:
    """Tell a failure that no retry heals: what the stream was to read, or what it knew of its way, is gone.

    Raises:
        StoppedError: it is one.
    """
    may_pass = AWAY in reason and ROTTEN not in reason
    for what, signs in LOST.items():
        if not may_pass and any(sign in reason for sign in signs):
            first = reason.strip().partition("\n")[0]
            raise StoppedError(f"{what}. {REBUILD} ({first})")


def _log_to_console() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("py4j").setLevel(logging.WARNING)


def run_stream(settings: Settings) -> None:
    """Keep figures current until asked to stop."""
    _log_to_console()
    hot = open_hot(settings)
    heartbeat = Heartbeat(hot)
    with reaching_mongo():
        heartbeat.begin()
        rebuilding.prepare_facts(hot)
        # Also where the code was replaced beneath a platform that runs: the stream is what writes them.
        upgrade_facts(hot)
        note_beginning(hot, settings)
    spark = build_session(settings, names.APP_STREAM)
    prefer(spark, INTERPRETED)
    heartbeat.beat("starting")
    try:
        StreamApplication(spark, hot, heartbeat, settings).run()
    except StoppedError as error:
        heartbeat.say_why(str(error))
        raise
    spark.stop()


def run_batch(settings: Settings, day: date) -> None:
    """Recompute the KPIs as of a day from the lake, keep them, and see that the hot store says the same of the day.

    A past day uses what is known now, with business dates up to that day. Doing it again replaces what was kept. What
    is kept comes from the lake alone, by which the hot store is repaired: it is right before it is compared, too.

    Args:
        settings: where the servers are, and the thresholds.
        day: the business day.

    Raises:
        StoppedError: the hot store differs from the lake, and could not be repaired.
        TransientError: a server was away, or the stream did not come through in time.
    """
    _log_to_console()
    hot = open_hot(settings)
    note_stop(hot, names.DAG_BATCH, None)
    spark = build_session(settings, names.DAG_BATCH)
    told = lake.read(spark, settings)
    keep_day(told, hot, settings, day)
    try:
        repairing.agree(told, hot, settings, day)
    except StoppedError as error:
        note_stop(hot, names.DAG_BATCH, str(error))
        raise
    spark.stop()


def keep_day(told: lake.Lake, hot: Hot, settings: Settings, day: date) -> None:
    """Compute the KPIs as of a day; keep them whole in the lake, with every month's facts, and in short in MongoDB."""
    found, known, rules = {}, told.known(), Rules.of(settings)
    for name, frame in figures_of(told, rules, day).items():
        kept = frame.persist()
        snapshots.write_snapshot(snapshots.saying(kept, known, rules), settings, name, day)
        found[name] = rows_of(kept)
        kept.unpersist()
    snapshots.write_facts(told.deltas, known.get("sales", 0), settings)
    history.write_history(hot, day, found)


def figures_of(told: lake.Lake, rules: Rules, day: date) -> dict[str, DataFrame]:
    """Return the KPIs as of a day, by name."""
    deltas = told.deltas.filter(F.col("day") <= F.lit(day))
    sales, products = facts.product_sales(deltas), told.products
    amounts = kpis.value_client_sales(facts.client_sales(deltas), products)
    in_windows = F.concat_ws(":", "window", "start").isin([window.id for window in windows_of(day)])
    return {
        "winners": kpis.calculate_product_winner(sales, products).filter(in_windows),
        "losses": kpis.detect_loss_products(facts.lots(told.versions), sales, products, on=day, rules=rules),
        "low_margin": kpis.detect_low_margins(sales, products, on=day, rules=rules),
        "reductions": kpis.apply_client_reduction(facts.clients(told.versions), amounts, rules=rules),
    }


def run_rebuild(settings: Settings) -> None:
    """Compute a new epoch of the hot store from the lake and switch to it."""
    _log_to_console()
    spark = build_session(settings, names.DAG_REBUILD)
    fresh = rebuilding.rebuild(spark, open_hot(settings), settings)
    log.info("The hot store is that of epoch %s.", fresh.epoch)
    spark.stop()
