"""The comparison's job as the documentation of Bytewax writes it: recovery by snapshots, "at least once" outside.

Documents are replaced by their whole sums, so that a replay writes the same.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main
from pymongo import MongoClient, UpdateOne

Sums = tuple[int, int, int]


class SumsWriter(StatelessSinkPartition):
    """Writes sums to MongoDB."""

    def __init__(self) -> None:
        self.collection = MongoClient(os.environ["BENCH_MONGO"])["bench"][os.environ["BENCH_NAME"]]

    def write_batch(self, items: list[tuple[str, Sums]]) -> None:
        """Replace each key's document by the last of its sums in the batch."""
        writes = [
            UpdateOne({"_id": key}, {"$set": {"q": q, "r": r, "lines": lines}}, upsert=True)
            for key, (q, r, lines) in dict(items).items()
        ]
        if writes:
            self.collection.bulk_write(writes, ordered=False)


class MongoSink(DynamicSink):
    """One writer a worker."""

    def build(self, _step_id: str, _worker_index: int, _worker_count: int) -> SumsWriter:
        """Open it."""
        return SumsWriter()


def lines(message: KafkaSourceMessage) -> list[tuple[str, tuple[int, int]]]:
    """Return the lines of an invoice by product and day."""
    invoice = json.loads(message.value)["after"]
    day = invoice["business_day"]
    return [
        (f"{item['product_id']}|{day}", (item["quantity"], item["quantity"] * int(item["unit_price"].replace(".", ""))))
        for item in invoice["items"]
    ]


def add(sums: Sums | None, line: tuple[int, int]) -> tuple[Sums, Sums]:
    """Add a line to the sums of its product and day."""
    q, r, count = sums or (0, 0, 0)
    added = (q + line[0], r + line[1], count + 1)
    return added, added


flow = Dataflow("sums")
committed = {"isolation.level": "read_committed"}
source = KafkaSource([os.environ["BENCH_KAFKA"]], [os.environ["BENCH_TOPIC"]], add_config=committed, batch_size=1000)
keyed = op.flat_map("lines", op.input("sales", flow, source), lines)
op.output("sums", op.stateful_map("add", keyed, add), MongoSink())

state = Path(os.environ["BENCH_STATE"])
if not state.exists():
    state.mkdir(parents=True)
    init_db_dir(state, 1)
cli_main(flow, epoch_interval=timedelta(seconds=1), recovery_config=RecoveryConfig(str(state)))
