"""The batch of a day beside the stream: what differs is judged again while nothing moves, repaired, and said."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from comptoir import names
from comptoir.reconciling import kept, snapshots
from comptoir.reconciling.reconcile import reconcile
from comptoir.reconciling.workspace import open_workspace
from comptoir.rules import month_of
from comptoir.stores import ledger
from comptoir.stores.hot import Decimal128
from tests.conftest import variables_of
from tests.stack.publishing_tools import Importer, open_importer
from tests.stack.streaming_tools import Stream, die_in_a_job, read_topic, run_batch, try_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings

pytestmark = [pytest.mark.stack, pytest.mark.timeout(3600)]

CONTENTS = {
    "products": (
        "product_code,name,category,buy_price,sell_price,min_margin_threshold,valid_from\n"
        "A,Apple,Fruit,1.00,2.00,0.20,2020-01-01\n"
        "B,Bread,Bakery,2.00,5.00,0.80,2020-01-01\n"
    ),
    "clients": "client_code,name,total_revenue_generated,loyalty_tier,as_of\nC1,Bar,9990.00,Silver,\n",
    "stock": "product_code,quantity,batch_no,expiry_date,last_movement\nA,10,L1,{today},{today} 00:00:01\n",
}
SALES = "invoice_no,client_code,product_code,quantity,unit_price,timestamp\n"


class Trader:
    """A platform's servers with its stream, and files that come to it."""

    def __init__(self, stream: Stream, importer: Importer) -> None:
        self.stream = stream
        self.importer = importer
        self.hot = importer.hot
        self.today = datetime.now(importer.settings.zone).date()

    def bring(self, content: str, *, waits: bool = True) -> None:
        file_id = self.importer.bring_in(content, "file.csv")["_id"]
        if waits:
            self.stream.wait_for(lambda: ledger.find(self.hot, file_id)["state"] == "applied")

    def sell(self, number: int, day: date, *, waits: bool = True) -> None:
        """Two apples at 3.50, and a loaf at the price of the day."""
        lines = [f"R{number},C1,A,2,3.50,{day} 00:00:01", f"R{number},C1,B,1,,{day} 00:00:01"]
        self.bring(SALES + "\n".join(lines) + "\n", waits=waits)

    def one(self, collection: str, **match: Any) -> dict[str, Any]:
        return self.hot.facts[collection].find_one(match) or {}

    def apples(self, day: date) -> dict[str, Any]:
        """The facts of apples in the month of a day."""
        apple = next(one["_id"] for one in self.hot.facts[names.CATALOGUE].find() if "Apple" in str(one))
        return self.one(names.FACTS_PRODUCT, product_id=apple, month=f"{day:%Y-%m}")

    def spoil(self, collection: str, document: dict[str, Any], path: str, cents: str) -> None:
        change = {"$inc": {path: Decimal128(Decimal(cents))}}
        assert self.hot.facts[collection].update_one({"_id": document["_id"]}, change).modified_count == 1

    def stands_still(self) -> bool:
        """Tell whether somebody holds every lease."""
        return all(lease["holder"] for lease in self.hot.leases.find())

    def repairs(self) -> list[dict[str, Any]]:
        return list(self.hot.control[names.AUDIT_LOG].find({"act": "facts repaired"}).sort("at", 1))

    def assert_right(self) -> None:
        assert reconcile(self.hot, self.importer.cold, self.importer.settings).differences == []


@pytest.fixture(scope="module")
def trader(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trader]:
    importer = open_importer(servers, tmp_path_factory.mktemp("home"))
    stream = Stream(servers, variables_of(servers), importer.hot, tmp_path_factory.mktemp("stream") / "stream.log")
    one = Trader(stream, importer)
    for content in CONTENTS.values():
        one.bring(content.format(today=one.today), waits=False)
    one.sell(1, one.today - timedelta(days=70), waits=False)
    yield one
    if stream.process and stream.process.poll() is None:
        stream.kill()


def test_what_is_only_on_its_way_is_no_difference(trader: Trader) -> None:
    """Files are published, and the stream starts only once the batch holds the leases."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(try_batch, trader.stream, trader.today)
        trader.stream.wait_for(trader.stands_still)
        trader.stream.launch()
        done = running.result()
    assert done.returncode == 0, done.stderr
    assert "hot store nothing" in done.stderr  # at first
    assert done.stderr.count("Different: 0.") == 1
    assert trader.repairs() == []
    trader.sell(2, trader.today)
    trader.assert_right()


def test_a_spoilt_fact_and_a_lost_figure_are_repaired_and_told(trader: Trader) -> None:
    apples, day = trader.apples(trader.today), f"{trader.today:%d}"
    trader.spoil(names.FACTS_PRODUCT, apples, f"days.{day}.r", "0.01")
    trader.hot.facts[names.KPI_REDUCTIONS].delete_many({})
    trader.hot.facts[names.CATALOGUE].update_one({"_id": apples["product_id"]}, {"$unset": {"prices": ""}})
    trader.hot.facts[names.STOCK_LOTS].delete_many({})
    told = len(read_topic(trader.importer.settings, names.TOPIC_RESULTS))

    run_batch(trader.stream, trader.today)

    repaired = trader.apples(trader.today)
    assert repaired["days"][day]["r"].to_decimal() == Decimal("7.00")
    assert repaired["b"] >= apples["b"]
    trader.assert_right()
    (act,) = trader.repairs()
    assert (act["who"], act["subject"]) == ("platform", trader.today.isoformat())
    assert any(f"days.{day}.r: the lake says 7.0000, the hot store 7.01" in line for line in act["details"]["first"])
    news = read_topic(trader.importer.settings, names.TOPIC_RESULTS)[told:]
    assert {"winners", "losses", "reductions"} <= {each["type"] for each in news}


def test_the_stream_goes_on_behind_what_was_repaired(trader: Trader) -> None:
    trader.sell(3, trader.today)
    trader.assert_right()


def test_a_past_day_repairs_its_own_months_alone_in_any_order(trader: Trader) -> None:
    past = trader.today - timedelta(days=70)
    trader.spoil(names.FACTS_PRODUCT, trader.apples(past), f"days.{past:%d}.r", "0.01")
    before = len(trader.repairs())
    run_batch(trader.stream, trader.today - timedelta(days=30))
    assert len(trader.repairs()) == before
    run_batch(trader.stream, past)
    assert len(trader.repairs()) == before + 1
    trader.assert_right()


def test_the_batch_of_the_day_that_has_just_ended_compares_todays_losses(trader: Trader) -> None:
    shown = trader.one(names.KPI_LOSSES, _id=trader.today.isoformat())
    trader.spoil(names.KPI_LOSSES, shown, "totals.value_at_risk", "0.01")
    run_batch(trader.stream, trader.today - timedelta(days=1))
    repaired = trader.one(names.KPI_LOSSES, _id=trader.today.isoformat())
    assert repaired["totals"]["value_at_risk"] == shown["totals"]["value_at_risk"]
    assert repaired["version"] > shown["version"]


def test_a_days_figures_are_kept_in_short(trader: Trader) -> None:
    past = trader.today - timedelta(days=70)
    kept = {one["_id"]: one for one in trader.hot.control[names.KPI_HISTORY].find({"on": past.isoformat()})}
    assert sorted(kept) == [f"{kpi}:{past}" for kpi in ("losses", "low_margin", "reductions", "winners")]
    month = next(window for window in kept[f"winners:{past}"]["windows"] if window["window"] == "month")
    assert month["start"] == month_of(past).start.isoformat()
    # Apples: 2 x (3.50 - 1.00); a loaf: 5.00 - 2.00.
    assert [(row["name"], row["profit"].to_decimal()) for row in month["top"]] == [("Apple", 5), ("Bread", 3)]
    totals = kept[f"reductions:{past}"]["totals"]
    assert totals["new_total"].to_decimal() == Decimal("10002.00")
    assert (totals["clients"], totals["eligible"], totals["gold"]) == (1, 1, 1)


def test_what_the_lake_keeps_says_what_it_knew(trader: Trader) -> None:
    workspace = open_workspace(trader.importer.settings.timezone)
    kept.load(workspace, trader.importer.cold)
    (last,) = (lease["last_sequence"] for lease in trader.hot.leases.find({"_id": "sales"}))
    told = workspace.rows("SELECT DISTINCT grain, sequence FROM kept_months ORDER BY grain")
    assert told == [{"grain": grain, "sequence": last} for grain in ("client", "product")]
    snapshots.load(workspace, trader.importer.cold)
    (day,) = workspace.rows("FROM kept_days")
    assert day["day"] == trader.today - timedelta(days=1)
    assert json.loads(day["known"])["sales"] == last


def test_a_repair_that_died_is_finished_by_the_next(trader: Trader) -> None:
    """Its facts are right already, and the figures that were computed from the wrong ones are of another month."""
    apple = next(one for one in trader.hot.facts[names.CATALOGUE].find() if "Apple" in str(one))
    trader.spoil(names.CATALOGUE, apple, f"prices.{next(iter(apple['prices']))}.buy", "0.01")
    trader.sell(4, trader.today - timedelta(days=70))
    die_in_a_job(trader.stream, "comptoir_spark.figures:Figures.recompute", "before", trader.today.isoformat())
    assert reconcile(trader.hot, trader.importer.cold, trader.importer.settings).differences != []

    run_batch(trader.stream, trader.today)

    trader.assert_right()
    assert trader.one(names.PROGRESS, _id="repair") == {}


def test_what_differs_also_after_a_repair_fails_for_good(trader: Trader) -> None:
    """A figure of a fence that nothing can pass."""
    hot = trader.hot.facts[names.KPI_WINNERS]
    month = month_of(trader.today).id
    hot.update_one({"_id": month}, {"$set": {"version": 2**62}, "$inc": {"totals.quantity": 1}})
    done = try_batch(trader.stream, trader.today)
    assert done.returncode != 0
    reason = trader.hot.control[names.HEARTBEATS].find_one({"_id": names.DAG_BATCH}) or {}
    assert "docs/operations.md" in reason["stop_reason"]
