"""The stream on real servers: figures equal sums made line by line, before and after it is killed at bad moments."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import psutil
import pytest

from comptoir import names
from comptoir.publishing.topics import create_topics
from comptoir.rules import month_of, windows_of
from comptoir.stores.cold import open_cold, prepare_cold, write_parquet
from comptoir.stores.hot import open_hot, prepare_hot
from comptoir.stores.pages import read_whole
from comptoir_spark.pending import PENDING
from comptoir_spark.sources import MAX_EVENTS_PER_BATCH
from tests.conftest import variables_of
from tests.stack.streaming_tools import (
    Stream,
    client,
    days_back,
    event,
    expected_clients,
    expected_facts,
    expected_month,
    facts_of,
    identity,
    invoice,
    lot,
    product,
    publish,
    read_topic,
    run_batch,
    send,
    snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

pytestmark = [pytest.mark.stack, pytest.mark.timeout(3600)]

MOMENTS = ["noted", "half written", "figures due", "figures wait for the next batch"]
OPENINGS = {identity("client", number): Decimal("100.0000") for number in range(20)}


@pytest.fixture(scope="module")
def stream(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stream]:
    create_topics(servers)
    prepare_cold(open_cold(servers))
    hot = open_hot(servers)
    prepare_hot(hot)
    application = Stream(servers, variables_of(servers), hot, tmp_path_factory.mktemp("stream") / "stream.log")
    application.start()
    yield application
    if application.process and application.process.poll() is None:
        application.kill()


@pytest.fixture(scope="module")
def today(servers: Settings) -> date:
    return datetime.now(servers.zone).date()


@pytest.fixture(scope="module")
def sold(stream: Stream) -> list[dict[str, Any]]:
    """Every effective invoice; the tests below add to it in their order."""
    catalogue = [event("products", 1, product(number, "2020-01-01")) for number in range(40)]
    book = [event("clients", 1, client(number, "100.0000")) for number in range(20)]
    stream.wait_until_past(publish(stream.settings, [*catalogue, *book]))
    return []


def assert_figures(hot: Hot, invoices: list[dict[str, Any]], today: date) -> None:
    assert facts_of(hot) == expected_facts(invoices)
    month = month_of(today)
    ranking = read_whole(hot, names.KPI_WINNERS, month.id, ["ranking"])["ranking"]
    shown = {row["product_id"]: (row["quantity"], _exact(row["revenue"]), _exact(row["profit"])) for row in ranking}
    assert shown == expected_month(invoices, f"{today:%Y-%m}")
    profits = [_exact(row["profit"]) for row in ranking]
    assert profits == sorted(profits, reverse=True)
    totals = {row["_id"]: _exact(row["new_total"]) for row in hot.facts[names.KPI_REDUCTIONS].find()}
    assert totals == expected_clients(invoices, OPENINGS)


def lots_at_risk(today: date) -> list[dict[str, Any]]:
    """One that expires within a week, one that does tomorrow's week, and one that never moved."""
    return [
        lot(1, today + timedelta(days=6), today),
        lot(2, today + timedelta(days=7), today),
        lot(60, None, today - timedelta(days=31)),
    ]


def losses(hot: Hot, day: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_whole(hot, names.KPI_LOSSES, day, ["rows"])["rows"]
    return rows


def _exact(amount: Any) -> Decimal:
    return Decimal(str(amount))


def test_the_first_figures_are_there_before_any_event(stream: Stream, today: date) -> None:
    for window in windows_of(today):
        assert stream.hot.facts[names.KPI_WINNERS].find_one({"_id": window.id})
    assert stream.hot.facts[names.KPI_LOSSES].find_one({"_id": today.isoformat()})


def test_sales_become_figures(stream: Stream, sold: list[dict[str, Any]], today: date) -> None:
    days = days_back(today, 40)
    sold += [invoice(number, days[number % 40], seed=1) for number in range(200)]
    stream.wait_until_past(publish(stream.settings, [event("sales", 1, each) for each in sold]))
    assert_figures(stream.hot, sold, today)
    results = read_topic(stream.settings, names.TOPIC_RESULTS)
    assert {result["type"] for result in results} >= {"winners", "losses", "reductions"}
    head = [result for result in results if result["key"] == month_of(today).id][-1]["body"]
    quantities = expected_month(sold, f"{today:%Y-%m}").values()
    assert head["totals"]["quantity"] == sum(quantity for quantity, _, _ in quantities)
    assert isinstance(head["top"][0]["profit"], str)


def test_a_corrected_invoice_replaces_the_earlier_one(stream: Stream, sold: list[dict[str, Any]], today: date) -> None:
    corrected = [invoice(number, today, seed=2) for number in range(50)]
    events = [event("sales", 2, after, before) for after, before in zip(corrected, sold, strict=False)]
    stream.wait_until_past(publish(stream.settings, events))
    sold[:50] = corrected
    assert_figures(stream.hot, sold, today)


@pytest.mark.usefixtures("sold")
def test_lots_at_risk_are_listed_for_today_and_for_a_day_that_is_asked_for(stream: Stream, today: date) -> None:
    stream.wait_until_past(publish(stream.settings, [event("stock", 1, each) for each in lots_at_risk(today)]))
    rows = losses(stream.hot, today.isoformat())
    assert [(row["code"], row["reasons"]) for row in rows] == [("P1", ["EXPIRING"]), ("P60", ["DEAD_STOCK"])]
    assert _exact(rows[0]["value_at_risk"]) == Decimal("12.0000")
    told = [result["body"] for result in read_topic(stream.settings, names.TOPIC_RESULTS) if result["type"] == "losses"]
    assert [row["code"] for row in told[-1]["rows"]] == ["P1", "P60"]
    tomorrow = (today + timedelta(days=1)).isoformat()
    wish = {
        "_id": f"losses:{tomorrow}",
        "kind": "losses",
        "on": tomorrow,
        "asked_at": datetime.now(stream.settings.zone),
    }
    stream.hot.facts[names.KPI_REQUESTS].insert_one(wish)
    stream.wait_for(lambda: stream.hot.facts[names.KPI_REQUESTS].find_one({"_id": wish["_id"]}) is None)
    assert {row["code"]: row["reasons"] for row in losses(stream.hot, tomorrow)} == {
        "P1": ["EXPIRING"],
        "P2": ["EXPIRING"],
        "P60": ["DEAD_STOCK"],
    }


def test_a_message_that_is_no_event_is_set_aside(stream: Stream, sold: list[dict[str, Any]], today: date) -> None:
    sold.append(invoice(900, today, seed=1))
    good = json.dumps(event("sales", 3, sold[-1]))
    ends = send(stream.settings, [(names.TOPIC_SALES, "x", "{half"), (names.TOPIC_SALES, "y", good)])
    stream.wait_until_past(ends)
    letters = read_topic(stream.settings, names.TOPIC_DEAD_LETTERS)
    assert [(letter["topic"], letter["reason"]) for letter in letters] == [(names.TOPIC_SALES, "not an event's JSON")]
    assert_figures(stream.hot, sold, today)


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_in_the_middle_of_a_batch_it_counts_nothing_twice(
    stream: Stream, sold: list[dict[str, Any]], today: date, moment: str
) -> None:
    first = 1000 + 2000 * MOMENTS.index(moment)
    days = days_back(today, 60)
    count, lines = (MAX_EVENTS_PER_BATCH - 1000, 1) if moment == "figures wait for the next batch" else (1500, 10)
    more = [invoice(number, days[number % 60], seed=1, lines=lines) for number in range(first, first + count)]
    batches, facts = stream.hot.facts[names.BATCHES], stream.hot.facts[names.FACTS_PRODUCT]
    progress = stream.hot.facts[names.PROGRESS]
    begun = batches.count_documents({})
    batch = (stream.beat()["batch"] or 0) + 1
    ends = publish(stream.settings, [event("sales", first, each) for each in more])
    signs = {
        "noted": lambda: batches.count_documents({}) > begun,
        "half written": lambda: facts.count_documents({"b": {"$gte": batch}}) > 0,
        "figures due": lambda: stream.hot.facts[names.FACTS_CLIENT].count_documents({"b": {"$gte": batch}}) >= 20,
        "figures wait for the next batch": lambda: progress.count_documents({"_id": PENDING}) > 0,
    }
    stream.wait_for(signs[moment], pause=0.0)
    stream.kill()
    stream.start()
    stream.wait_until_past(ends)
    sold += more
    assert_figures(stream.hot, sold, today)


def test_the_batch_application_finds_the_same_figures_in_the_lake(
    stream: Stream, sold: list[dict[str, Any]], today: date
) -> None:
    lake = open_cold(stream.settings)
    told = {
        "products": [event("products", 1, product(number, "2020-01-01")) for number in range(40)],
        "clients": [event("clients", 1, client(number, "100.0000")) for number in range(20)],
        "stock": [event("stock", 1, each) for each in lots_at_risk(today)],
        "sales": [event("sales", 1, each) for each in sold],
    }
    for kind, events in told.items():
        write_parquet(lake, f"{names.LAKE_EVENTS}/{kind}/{1:012d}.parquet", _lake_frame(events))
    for _ in range(2):  # a second run replaces the files of the first
        run_batch(stream, today)
    winners = snapshot(stream.settings, "winners", today).filter(window="month")
    shown = {row["product_id"]: (row["quantity"], row["revenue"], row["profit"]) for row in winners.to_dicts()}
    assert shown == expected_month(sold, f"{today:%Y-%m}")
    assert _totals(stream.settings, today) == expected_clients(sold, OPENINGS)
    assert snapshot(stream.settings, "losses", today)["code"].sort().to_list() == ["P1", "P60"]
    yesterday = today - timedelta(days=1)
    run_batch(stream, yesterday)
    until_then = [each for each in sold if each["business_day"] <= yesterday.isoformat()]
    totals = {
        row["client_id"]: row["new_total"] for row in snapshot(stream.settings, "reductions", yesterday).to_dicts()
    }
    assert totals == expected_clients(until_then, OPENINGS)


def _totals(settings: Settings, day: date) -> dict[str, Decimal]:
    return {row["client_id"]: row["new_total"] for row in snapshot(settings, "reductions", day).to_dicts()}


def _lake_frame(events: list[dict[str, Any]]) -> pl.DataFrame:
    texts = [each | {side: each[side] and json.dumps(each[side]) for side in ("before", "after")} for each in events]
    frame = pl.DataFrame(texts, schema_overrides={"before": pl.String})
    return frame.with_columns(
        pl.col("business_day").str.to_date(), pl.col("published_at").str.to_datetime(time_unit="us", time_zone="UTC")
    )


def test_asked_to_stop_it_leaves_well_and_goes_on_later(
    stream: Stream, sold: list[dict[str, Any]], today: date
) -> None:
    assert stream.stop() == 0
    assert stream.beat()["state"] == "stopped"
    sold.append(invoice(901, today, seed=1))
    ends = publish(stream.settings, [event("sales", 9, sold[-1])])
    stream.start()
    stream.wait_until_past(ends)
    assert_figures(stream.hot, sold, today)


def test_without_its_jvm_the_process_leaves(stream: Stream) -> None:
    assert stream.process
    (jvm,) = psutil.Process(stream.process.pid).children()
    jvm.kill()
    assert stream.process.wait(60) != 0
