"""The hot store computed anew from the lake: the same figures, and a stream that goes on, whatever was lost before."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from comptoir import names
from comptoir.reconciling.reconcile import reconcile
from comptoir.stores import cold, ledger
from comptoir.stores.hot import Decimal128, Hot, at_current_epoch, open_hot
from comptoir_spark import sources
from comptoir_spark.sinks import was_begun
from tests.conftest import variables_of
from tests.stack.publishing_tools import Importer, open_importer
from tests.stack.streaming_tools import Stream, die_in_a_job, read_topic, run_rebuild, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from comptoir.settings import Settings

pytestmark = [pytest.mark.stack, pytest.mark.timeout(3600)]

PRODUCTS = "product_code,name,category,buy_price,sell_price,min_margin_threshold,valid_from\n"
CLIENTS = "client_code,name,total_revenue_generated,loyalty_tier,as_of\n"
STOCK = "product_code,quantity,batch_no,expiry_date,last_movement\n"
SALES = "invoice_no,client_code,product_code,quantity,unit_price,timestamp\n"


class Trader:
    """A platform's servers with its stream, and files that come to it."""

    def __init__(self, stream: Stream, importer: Importer) -> None:
        self.stream = stream
        self.importer = importer
        self.settings = importer.settings
        self.today = datetime.now(self.settings.zone).date()

    def sell(self, number: int, *, quantity: int = 2, waits: bool = True) -> None:
        """Bring in one invoice of today and one of another month."""
        moments = (f"{self.today} 00:00:01", f"{self.today - timedelta(days=40)} 10:00:00")
        lines = [f"R{number}-{place},C1,A,{quantity},3.50,{moment}" for place, moment in enumerate(moments)]
        lines.append(f"R{number}-0,C1,B,1,,{moments[0]}")
        self.bring(SALES + "\n".join(lines) + "\n", waits=waits)

    def bring(self, content: str, *, waits: bool = True) -> None:
        file_id = self.importer.bring_in(content, "file.csv")["_id"]
        if waits:
            self.stream.wait_for(lambda: ledger.find(self.importer.hot, file_id)["state"] == "applied")

    def begin(self) -> None:
        """Start the stream under the epoch that is current now."""
        self.stream.hot = at_current_epoch(self.stream.hot)
        self.stream.start()

    def assert_named_stop(self, *words: str) -> None:
        """The stream ends by itself and says what was lost and which command helps."""
        self.stream.launch()
        assert self.stream.wait_for_end() != 0
        reason = self.stream.beat()["stop_reason"]
        assert all(word in reason for word in words), reason

    def assert_right(self) -> None:
        hot = open_hot(self.settings)
        assert reconcile(hot, self.importer.cold, self.settings).differences == []
        hot.client.close()


@pytest.fixture(scope="module")
def trader(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trader]:
    importer = open_importer(servers, tmp_path_factory.mktemp("home"))
    log = tmp_path_factory.mktemp("stream") / "stream.log"
    stream = Stream(servers, variables_of(servers), importer.hot, log)
    stream.start()
    one = Trader(stream, importer)
    one.bring(f"{PRODUCTS}A,Apple,Fruit,1.00,2.00,0.20,2020-01-01\nB,Bread,Bakery,2.00,5.00,0.80,\n")
    one.bring(f"{CLIENTS}C1,Bar,9990.00,Silver,\n")
    one.bring(f"{STOCK}A,10,L1,{one.today},{one.today} 00:00:01\nB,4,L2,,2020-01-01 10:00:00\n")
    one.sell(1)
    one.sell(1, quantity=3)
    yield one
    if stream.process and stream.process.poll() is None:
        stream.kill()


def spoil(hot: Hot) -> None:
    """Add a cent to a fact and lose a figure."""
    facts = hot.facts[names.FACTS_PRODUCT]
    document = facts.find_one({"days": {"$ne": {}}}) or {}
    day = next(iter(document["days"]))
    facts.update_one({"_id": document["_id"]}, {"$inc": {f"days.{day}.r": Decimal128(Decimal("0.01"))}})
    hot.facts[names.KPI_REDUCTIONS].delete_many({})


def test_a_spoilt_hot_store_is_made_anew_while_the_stream_runs(trader: Trader) -> None:
    old = trader.importer.hot
    trader.assert_right()
    spoil(old)
    assert not reconcile(old, trader.importer.cold, trader.settings).equal

    run_rebuild(trader.stream)

    assert trader.stream.wait_for_end() == 0
    assert at_current_epoch(old).epoch == old.epoch + 1
    trader.assert_right()
    trader.begin()
    trader.sell(2)
    trader.assert_right()
    assert names.epoch_database(old.epoch) in old.client.list_database_names()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_rebuilding_that_dies_at_its_switch_leaves_one_epoch_that_is_right(trader: Trader, moment: str) -> None:
    epoch = at_current_epoch(trader.stream.hot).epoch
    die_in_a_job(trader.stream, "comptoir_spark.rebuilding:switch_epoch", moment)
    is_switched = moment == "after"
    assert (at_current_epoch(trader.stream.hot).epoch > epoch) == is_switched
    if is_switched:
        assert trader.stream.wait_for_end() == 0
        trader.begin()
    trader.sell(10 + is_switched)
    trader.assert_right()


def test_a_lost_checkpoint_is_a_named_stop_and_one_command_helps(trader: Trader) -> None:
    assert trader.stream.stop() == 0
    cold.remove(trader.importer.cold, names.LAKE_CHECKPOINTS)
    trader.sell(3, waits=False)

    trader.assert_named_stop("checkpoint", "comptoir rebuild")
    run_rebuild(trader.stream)

    trader.assert_right()
    trader.begin()
    trader.sell(4)
    trader.assert_right()


def test_a_corrupt_checkpoint_is_a_named_stop_and_one_command_helps(trader: Trader) -> None:
    assert trader.stream.stop() == 0
    offsets = f"{checkpoint_of(trader)}/offsets"
    for name in cold.list_names(trader.importer.cold, offsets):
        cold.put(trader.importer.cold, f"{offsets}/{name}", b"\0not what Spark wrote")

    trader.assert_named_stop("checkpoint", "comptoir rebuild")
    run_rebuild(trader.stream)

    trader.begin()
    trader.sell(5)
    trader.assert_right()


def checkpoint_of(trader: Trader) -> str:
    return f"{names.LAKE_CHECKPOINTS}/stream_analytics-v1/epoch-{at_current_epoch(trader.stream.hot).epoch}"


def latest_offsets_of(trader: Trader) -> str:
    folder = f"{checkpoint_of(trader)}/offsets"
    return f"{folder}/{max(cold.list_names(trader.importer.cold, folder), key=int)}"


def change_offsets(trader: Trader, change: Callable[[str, int], int]) -> None:
    """Have the checkpoint's latest offset of each partition of sales be another one, as a damaged digit would."""
    path = latest_offsets_of(trader)
    *heads, last = cold.get(trader.importer.cold, path).decode().splitlines()
    offsets = json.loads(last)
    offsets[names.TOPIC_SALES] = {place: change(place, offset) for place, offset in offsets[names.TOPIC_SALES].items()}
    cold.put(trader.importer.cold, path, "\n".join([*heads, json.dumps(offsets)]).encode())


def flip_a_bit_on_disk(trader: Trader) -> None:
    """Change what the DataNode's disk has of the checkpoint's latest offsets, beneath its checksums."""
    content = cold.get(trader.importer.cold, latest_offsets_of(trader))
    blocks = (path for path in (trader.stream.settings.home / "hdfs").rglob("blk_*") if path.read_bytes() == content)
    next(blocks).write_bytes(content[:-4] + bytes([content[-4] ^ 1]) + content[-3:])


def empty_the_last_batch(trader: Trader) -> None:
    """Have the latest batch that wrote anything be done again, and end where it began."""
    lake, folder = trader.importer.cold, checkpoint_of(trader)
    hot = at_current_epoch(trader.stream.hot)
    numbers = sorted((int(name) for name in cold.list_names(lake, f"{folder}/offsets")), reverse=True)
    last = next(number for number in numbers if was_begun(hot, number))
    for number in (number for number in numbers if number > last):
        cold.remove(lake, f"{folder}/offsets/{number}")
        cold.remove(lake, f"{folder}/commits/{number}")
    cold.remove(lake, f"{folder}/commits/{last}")
    cold.put(lake, f"{folder}/offsets/{last}", cold.get(lake, f"{folder}/offsets/{last - 1}"))


def test_offsets_that_are_damaged_and_still_can_be_read_are_named_stops_and_one_command_helps(trader: Trader) -> None:
    assert trader.stream.stop() == 0
    change_offsets(trader, lambda _, offset: max(0, offset - 2))
    trader.assert_named_stop("checkpoint goes on at", names.TOPIC_SALES, "comptoir rebuild")

    trader.sell(12, waits=False)
    ends = sources.ends_of_topics(trader.settings)[names.TOPIC_SALES]
    change_offsets(trader, lambda place, _: ends[place])
    trader.assert_named_stop("checkpoint goes on at", names.TOPIC_SALES, "comptoir rebuild")

    flip_a_bit_on_disk(trader)
    trader.assert_named_stop("checkpoint can't be read", "comptoir rebuild")

    empty_the_last_batch(trader)
    trader.assert_named_stop("no longer belong together", "comptoir rebuild")
    run_rebuild(trader.stream)

    trader.begin()
    trader.sell(13)
    trader.assert_right()


def test_a_file_that_repeats_a_price_shows_its_product_again(trader: Trader) -> None:
    def shown() -> set[str]:
        heads = at_current_epoch(trader.importer.hot).facts[names.KPI_WINNERS].find()
        return {row["name"] for head in heads for row in head["top"] if row["code"] == "A"}

    for name, threshold, day in (("Apfel", "0.90", "2021-01-01"), ("Apple", "0.20", "2020-01-01")):
        trader.bring(f"{PRODUCTS}A,{name},Fruit,1.00,2.00,{threshold},{day}\n")
        assert shown() == {name}
        trader.assert_right()


def test_a_few_unreadable_messages_are_set_aside_and_many_are_a_named_stop(trader: Trader) -> None:
    send(trader.settings, [(names.TOPIC_SALES, "x", "{half")])
    trader.sell(8)
    trader.assert_right()
    send(trader.settings, [(names.TOPIC_SALES, str(number), "{half") for number in range(60)])

    assert trader.stream.wait_for_end() != 0
    letters = read_topic(trader.settings, names.TOPIC_DEAD_LETTERS)
    assert len({(letter["partition"], letter["offset"]) for letter in letters}) == 61
    trader.assert_named_stop("can't be read", names.TOPIC_SALES, "comptoir rebuild")
    run_rebuild(trader.stream)

    trader.begin()
    trader.sell(9)
    trader.assert_right()


def drop_sales(trader: Trader) -> None:
    """Let Kafka drop every sale that it has."""
    everything = [TopicPartition(names.TOPIC_SALES, number, -1) for number in range(2)]
    admin = AdminClient(trader.importer.kafka)  # kept: one that is gone keeps no promise
    for done in admin.delete_records(everything).values():
        done.result()


def test_a_topic_that_dropped_unread_events_is_a_named_stop_and_one_command_helps(trader: Trader) -> None:
    assert trader.stream.stop() == 0
    trader.sell(6, waits=False)
    drop_sales(trader)

    trader.assert_named_stop("Kafka", "comptoir rebuild")
    run_rebuild(trader.stream)

    trader.assert_right()
    trader.begin()
    trader.sell(7)
    trader.assert_right()


def test_a_first_stream_does_not_pass_over_what_kafka_has_dropped_before_it(trader: Trader) -> None:
    assert trader.stream.stop() == 0
    drop_sales(trader)
    hot = trader.stream.hot = at_current_epoch(trader.stream.hot)
    hot.client.drop_database(names.epoch_database(hot.epoch))
    cold.remove(trader.importer.cold, names.LAKE_CHECKPOINTS)

    trader.assert_named_stop("Kafka", "comptoir rebuild")
    run_rebuild(trader.stream)

    trader.assert_right()
