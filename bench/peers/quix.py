"""The comparison's job as the documentation of Quix Streams writes it, its guarantee "exactly-once" between topics.

MongoDB is outside of the transaction: documents are replaced by their whole sums, so that a replay writes the same.
"""

import os

from pymongo.uri_parser import parse_uri
from quixstreams import Application, State
from quixstreams.sinks.community.mongodb import MongoDBSink

uri = parse_uri(os.environ["BENCH_MONGO"])
(host, port), *_ = uri["nodelist"]
app = Application(
    broker_address=os.environ["BENCH_KAFKA"],
    consumer_group=os.environ["BENCH_NAME"],
    auto_offset_reset="earliest",
    processing_guarantee="exactly-once",
    state_dir=os.environ["BENCH_STATE"],
    consumer_extra_config={"isolation.level": "read_committed"},
)
sink = MongoDBSink(
    host=host,
    port=port,
    username=uri["username"],
    password=uri["password"],
    db="bench",
    collection=os.environ["BENCH_NAME"],
    **uri["options"],
)


def lines(event: dict) -> list[dict]:
    """Return the lines of an invoice."""
    invoice = event["after"]
    return [
        {
            "key": f"{item['product_id']}|{invoice['business_day']}",
            "q": item["quantity"],
            "r": item["quantity"] * int(item["unit_price"].replace(".", "")),
        }
        for item in invoice["items"]
    ]


def add(line: dict, state: State) -> dict:
    """Add a line to the sums of its product and day."""
    sums = state.get("sums", {"q": 0, "r": 0, "lines": 0})
    sums = {"q": sums["q"] + line["q"], "r": sums["r"] + line["r"], "lines": sums["lines"] + 1}
    state.set("sums", sums)
    return sums


sales = app.dataframe(app.topic(os.environ["BENCH_TOPIC"], value_deserializer="json"))
sums = sales.apply(lines, expand=True).group_by("key").apply(add, stateful=True)
sums.sink(sink)
app.run()
