"""The comparison's job as the documentation of PyFlink writes it: SQL over Kafka, sums written by a process function.

State and offsets are exactly once by checkpoints, one a second; writes outside are "at least once". Flink's connector
for MongoDB has no release for this version, hence the function, which keeps unwritten sums in its state. After a kill
the job is told where its latest checkpoint is, as an operator would.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from pyflink.common import Configuration, Row, RowKind, Types
from pyflink.datastream import KeyedProcessFunction, RuntimeContext, StreamExecutionEnvironment
from pyflink.datastream.state import MapStateDescriptor
from pyflink.table import StreamTableEnvironment
from pymongo import MongoClient, UpdateOne

PAUSE_MILLISECONDS = 500
WRITERS = 2
SALES = """
    CREATE TABLE sales (
        `after` ROW<business_day STRING, items ARRAY<ROW<product_id STRING, quantity BIGINT, unit_price STRING>>>
    ) WITH (
        'connector' = 'kafka',
        'topic' = '{BENCH_TOPIC}',
        'properties.bootstrap.servers' = '{BENCH_KAFKA}',
        'properties.group.id' = '{BENCH_NAME}',
        'properties.isolation.level' = 'read_committed',
        'scan.startup.mode' = 'earliest-offset',
        'format' = 'json'
    )
"""
SUMS = """
    WITH invoices AS (SELECT `after`.business_day AS business_day, `after`.items AS items FROM sales)
    SELECT
        product_id || '|' || business_day AS sold,
        SUM(quantity),
        SUM(quantity * CAST(REPLACE(unit_price, '.', '') AS BIGINT)),
        COUNT(*)
    FROM invoices CROSS JOIN UNNEST(items) AS item (product_id, quantity, unit_price)
    GROUP BY product_id || '|' || business_day
"""


class SumsWriter(KeyedProcessFunction):
    """Replaces documents by their latest sums, several at a time."""

    def open(self, context: RuntimeContext) -> None:
        """Open the output, and what isn't written yet."""
        self.output = MongoClient(os.environ["BENCH_MONGO"])["bench"][os.environ["BENCH_NAME"]]
        unwritten = MapStateDescriptor("unwritten", Types.STRING(), Types.PICKLED_BYTE_ARRAY())
        self.unwritten = context.get_map_state(unwritten)

    def process_element(self, row: Row, context: KeyedProcessFunction.Context) -> None:
        """Keep a sum until the next write."""
        self.unwritten.put(row[0], (row[1], row[2], row[3]))
        now = context.timer_service().current_processing_time()
        context.timer_service().register_processing_time_timer((now // PAUSE_MILLISECONDS + 1) * PAUSE_MILLISECONDS)

    def on_timer(self, _timestamp: int, _context: KeyedProcessFunction.OnTimerContext) -> Iterator[Row]:
        """Write what was kept."""
        sums = list(self.unwritten.items())
        writes = [
            UpdateOne({"_id": key}, {"$set": {"q": q, "r": r, "lines": n}}, upsert=True) for key, (q, r, n) in sums
        ]
        if writes:
            self.output.bulk_write(writes, ordered=False)
        self.unwritten.clear()
        yield from ()


def settings_for(state: Path) -> Configuration:
    """Return the job's settings, with its latest checkpoint where there is one."""
    found = sorted(state.glob("*/chk-*/_metadata"), key=lambda each: each.stat().st_mtime)
    settings = Configuration()
    for name, value in {
        "pipeline.jars": ";".join(f"file://{jar}" for jar in os.environ["BENCH_JARS"].split(":")),
        "parallelism.default": str(WRITERS),
        "execution.checkpointing.interval": "1 s",
        "execution.checkpointing.dir": f"file://{state}",
        "table.exec.mini-batch.enabled": "true",
        "table.exec.mini-batch.allow-latency": "500 ms",
        "table.exec.mini-batch.size": "5000",
        **({"execution.state-recovery.path": f"file://{found[-1].parent}"} if found else {}),
    }.items():
        settings.set_string(name, value)
    return settings


stream = StreamExecutionEnvironment.get_execution_environment(settings_for(Path(os.environ["BENCH_STATE"])))
tables = StreamTableEnvironment.create(stream)
tables.execute_sql(SALES.format_map(os.environ))
changes = tables.to_changelog_stream(tables.sql_query(SUMS))
latest = changes.filter(lambda row: row.get_row_kind() in (RowKind.INSERT, RowKind.UPDATE_AFTER))
latest.key_by(lambda row: crc32(row[0].encode()) % WRITERS, key_type=Types.INT()).process(
    SumsWriter(), Types.ROW([])
).print()
stream.execute("sums")
