"""The comparison's job as the documentation of Pathway writes it: persistence in a folder, "at least once" outside.

The free edition gives at-least-once (exactly-once is its enterprise edition's). Its own connector writes to MongoDB 8
and later only, so that changes are subscribed to; documents are replaced by their whole sums.
"""

import os

import pathway as pw
from pymongo import MongoClient, UpdateOne


class Event(pw.Schema):
    """What is read of an event."""

    after: pw.Json


@pw.udf
def lines(after: pw.Json) -> list[tuple[str, int, int]]:
    """Return the lines of an invoice: product and day, quantity, revenue in ten-thousandths."""
    invoice = after.as_dict()
    return [
        (
            f"{item['product_id']}|{invoice['business_day']}",
            item["quantity"],
            item["quantity"] * int(item["unit_price"].replace(".", "")),
        )
        for item in invoice["items"]
    ]


kafka = {
    "bootstrap.servers": os.environ["BENCH_KAFKA"],
    "group.id": os.environ["BENCH_NAME"],
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
}
sales = pw.io.kafka.read(kafka, topic=os.environ["BENCH_TOPIC"], schema=Event, format="json", name="sales")
sold = sales.select(line=lines(pw.this.after)).flatten(pw.this.line)
sold = sold.select(key=pw.this.line[0], q=pw.this.line[1], r=pw.this.line[2])
sums = sold.groupby(pw.this.key).reduce(
    pw.this.key, q=pw.reducers.sum(pw.this.q), r=pw.reducers.sum(pw.this.r), lines=pw.reducers.count()
)
changes: dict[str, dict[str, int]] = {}
collection = MongoClient(os.environ["BENCH_MONGO"])["bench"][os.environ["BENCH_NAME"]]


def on_change(key: pw.Pointer, row: dict, time: int, is_addition: bool) -> None:  # noqa: ARG001 - Pathway's own
    """Keep the last sums of each product and day in a minibatch."""
    if is_addition:
        changes[row["key"]] = {name: row[name] for name in ("q", "r", "lines")}


def on_time_end(time: int) -> None:  # noqa: ARG001 - as above
    """Write the minibatch's sums to MongoDB."""
    if changes:
        collection.bulk_write(
            [UpdateOne({"_id": key}, {"$set": each}, upsert=True) for key, each in changes.items()], ordered=False
        )
        changes.clear()


pw.io.subscribe(sums, on_change=on_change, on_time_end=on_time_end)
backend = pw.persistence.Backend.filesystem(os.environ["BENCH_STATE"])
pw.run(
    persistence_config=pw.persistence.Config(backend, snapshot_interval_ms=1000),
    monitoring_level=pw.MonitoringLevel.NONE,
)
