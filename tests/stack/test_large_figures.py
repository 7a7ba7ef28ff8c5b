"""What is more than a document of MongoDB may hold, and readers beside their writers. Real MongoDB alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest

from comptoir import names
from comptoir.maintaining import retention
from comptoir.reconciling import documents
from comptoir.rules import Rules, month_of, windows_of
from comptoir.stores.figures import read_losses, read_winners
from comptoir.stores.hot import open_hot, prepare_hot
from comptoir.stores.pages import PAGE_ROWS, read_whole
from comptoir_spark import frames, pending, sinks, writer
from comptoir_spark.comparing import Comparison, compare
from comptoir_spark.figures import Figures, Touched, all_clients, touched_by
from comptoir_spark.rebuilding import Silence
from comptoir_spark.session import build_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import SparkSession

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir_spark.lake import Lake

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

ON = date(2026, 3, 10)
LOTS = 60_000  # about 20 MB as one document, where 16 MiB are the most
LISTS = ("rows", "low_margin")
ROWS = 3 * PAGE_ROWS + 1  # of a figure made up
CLIENTS = 400_000  # of whom some 320,000 had room
PRODUCTS = 400_000
UNKNOWN = 20_000  # products whose codes have a thousand characters each
OFFSETS = {names.TOPIC_SALES: {"0": [0, 9]}}


@pytest.fixture
def hot(mongo: Settings) -> Iterator[Hot]:
    opened = open_hot(mongo)
    prepare_hot(opened)
    yield opened
    opened.client.drop_database(opened.facts.name)
    opened.client.close()


@pytest.fixture(scope="module")
def spark(mongo: Settings) -> Iterator[SparkSession]:
    session = build_session(mongo, "tests")
    yield session
    session.stop()


def identity(number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://tests.example/{number}"))


def fold(kind: str, **version: Any) -> dict[str, Any]:
    return {"kind": kind, "sequence": 1, "landing": 1, "is_gone": False, "version": version}


def price(number: int, buy: str) -> dict[str, Any]:
    shown = {"code": f"P{number}", "name": f"Product {number}", "category": "food", "min_margin_threshold": 0.2}
    prices = {"buy_price": Decimal(buy), "sell_price": Decimal("9.0000"), "in_force_from": date(2020, 1, 1)}
    return fold("products", product_id=identity(number), **shown, **prices)


def lot(number: int) -> dict[str, Any]:
    """A lot past its day, of product 1."""
    moved = datetime(2026, 3, 9, tzinfo=UTC)
    named = {"stock_id": identity(number), "product_id": identity(1), "product_code": "P1", "batch_no": f"B{number}"}
    days = {"expiry_date": ON - timedelta(days=2), "last_movement": moved, "movement_day": moved.date()}
    return fold("stock", quantity=2, **named, **days)


def test_a_day_of_more_losses_than_a_document_holds_is_shown_whole(
    hot: Hot, mongo: Settings, spark: SparkSession
) -> None:
    sinks.fold_versions(hot, [price(1, "1.5000"), *map(lot, range(LOTS))])
    Figures(spark, hot, Silence(), mongo).answer_losses(ON)
    shown = read_losses(hot, ON)["rows"]
    assert {row["batch_no"] for row in shown} == {f"B{number}" for number in range(LOTS)}
    assert {(row["value_at_risk"], *row["reasons"]) for row in shown} == {("3.00", "EXPIRED")}
    assert len(shown) == LOTS
    assert hot.facts[names.KPI_PAGES].count_documents({}) == LOTS / PAGE_ROWS


def test_a_window_of_more_products_without_a_cost_than_a_document_holds_is_shown_whole(
    hot: Hot, mongo: Settings, spark: SparkSession
) -> None:
    codes = {f"{number:01000}" for number in range(UNKNOWN)}
    sold = {"grain": "product", "day": ON, "product_id": None, "q": 2, "r": Decimal("5.0000"), "u": 0, "n": 1}
    known = sold | {"record_id": identity(1), "code": "P1"}
    sinks.fold_versions(hot, [price(1, "1.5000")])
    sinks.add_facts(hot, 1, [known, *(sold | {"record_id": code, "code": code} for code in codes)])
    Figures(spark, hot, Silence(), mongo).recompute(Touched({month_of(ON)}), ON)
    for whole in (False, True):
        shown = read_winners(hot, "month", ON, whole=whole)
        assert [(row["code"], row["profit"]) for row in shown["rows"]] == [("P1", "2.00")]
        assert {row["code"] for row in shown["cost_missing"]} == codes
        assert {(row["quantity"], row["revenue"]) for row in shown["cost_missing"]} == {(2, "5.00")}
        assert len(shown["cost_missing"]) == UNKNOWN


def figure(version: int) -> dict[str, Any]:
    """A figure whose every row tells its version, and whose rows are fewer in every other one."""
    rows = [{"stock_id": str(number), "of": version} for number in range(ROWS - version % 2 * PAGE_ROWS)]
    return {"_id": "d", "version": version, "totals": {"of": version}, "rows": rows, "low_margin": rows[:1]}


def write(hot: Hot, version: int) -> None:
    sinks.replace_paged(hot, names.KPI_LOSSES, [figure(version)])
    sinks.remove_older(hot, names.KPI_LOSSES, ["d"])


def read(hot: Hot) -> dict[str, Any]:
    found = read_whole(hot, names.KPI_LOSSES, "d", LISTS)
    return {name: value for name, value in found.items() if name != "pages"}


def versions_on_pages(hot: Hot) -> list[int]:
    return hot.facts[names.KPI_PAGES].distinct("version")


def test_nothing_is_read_where_nothing_was_written(hot: Hot) -> None:
    assert read_whole(hot, names.KPI_LOSSES, "d", LISTS) == {}


def test_a_reader_beside_a_writer_sees_the_rows_of_one_version(hot: Hot) -> None:
    write(hot, 1)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: [write(hot, version) for version in range(2, 40)])
        seen = []
        while not writing.done():
            found = read(hot)
            assert found == figure(found["version"])
            seen.append(found["version"])
        writing.result()
    assert len(set(seen)) > 1
    assert seen == sorted(seen)
    assert versions_on_pages(hot) == [39]


def test_a_writer_that_dies_before_the_head_leaves_the_earlier_figure_and_the_next_one_ends_its_work(
    hot: Hot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(hot, 1)
    replace_newer = sinks.replace_newer

    def die_at_head(hot: Hot, collection: str, documents: Any) -> None:
        if collection != names.KPI_PAGES:
            raise KeyboardInterrupt
        replace_newer(hot, collection, documents)

    monkeypatch.setattr(sinks, "replace_newer", die_at_head)
    with pytest.raises(KeyboardInterrupt):
        write(hot, 2)
    monkeypatch.undo()
    assert versions_on_pages(hot) == [1, 2]
    assert read(hot) == figure(1)
    write(hot, 3)
    assert read(hot) == figure(3)
    assert versions_on_pages(hot) == [3]


def test_a_writer_that_dies_before_it_removes_pages_is_followed_by_one_that_does(hot: Hot) -> None:
    for version in (1, 2):
        sinks.replace_paged(hot, names.KPI_LOSSES, [figure(version)])
    assert read(hot) == figure(2)
    write(hot, 3)
    assert versions_on_pages(hot) == [3]


def test_a_writer_that_comes_too_late_changes_nothing_and_leaves_nothing(hot: Hot) -> None:
    write(hot, 8)
    write(hot, 7)
    write(hot, 8)
    assert read(hot) == figure(8)
    assert versions_on_pages(hot) == [8]


def test_a_lost_page_is_found_by_the_batch_and_by_the_audit(hot: Hot, mongo: Settings) -> None:
    row = dict.fromkeys(documents.LOT_FIELDS) | {"reasons": ["EXPIRED"], "value_at_risk": Decimal("3.0000")}
    rows = [row | {"stock_id": str(number)} for number in range(PAGE_ROWS + 1)]
    risks = {"_id": ON.isoformat(), "version": 1, "totals": {"lots": len(rows)}, "rows": rows, "low_margin": []}
    sinks.replace_paged(hot, names.KPI_LOSSES, [risks])

    def differing() -> list[str]:
        comparison = Comparison(cast("Lake", None), hot, Rules.of(mongo))
        comparison._add_paged(names.KPI_LOSSES, [risks])
        return [difference.key for difference in comparison.differences]

    assert differing() == []
    assert [lot for lot, *_ in documents._losses(hot, ON)] == [lot["stock_id"] for lot in rows]
    hot.facts[names.KPI_PAGES].delete_one({"_id": f"{ON}#1#rows#0"})
    assert differing() == [ON.isoformat()]
    assert [lot for lot, *_ in documents._losses(hot, ON)] == [rows[-1]["stock_id"]]


def test_pages_of_other_figures_stay(hot: Hot) -> None:
    other = figure(1) | {"_id": "d2"}
    sinks.replace_paged(hot, names.KPI_LOSSES, [other])
    write(hot, 2)
    assert read_whole(hot, names.KPI_LOSSES, "d2", LISTS)["rows"] == other["rows"]


def answer(hot: Hot, day: str, version: int, at: datetime) -> None:
    """Write a day's losses as the stream does when somebody asks for them."""
    sinks.replace_paged(hot, names.KPI_LOSSES, [figure(version) | {"_id": day, "as_of": at}])
    sinks.remove_older(hot, names.KPI_LOSSES, [day])


@pytest.mark.parametrize("seam", ["_old_heads", "up_to"])
def test_an_old_day_that_is_answered_while_it_is_thinned_out_is_shown_whole(
    hot: Hot, monkeypatch: pytest.MonkeyPatch, seam: str
) -> None:
    now = datetime.now(UTC)
    answer(hot, "2020-01-30", 1, now)
    answer(hot, "2020-02-15", 2, now)
    step = getattr(retention, seam)

    def answered_after(*given: Any) -> Any:
        found = step(*given)
        answer(hot, "2020-01-30", 3, now)
        return found

    monkeypatch.setattr(retention, seam, answered_after)
    retention._thin_losses(hot, ON)
    assert read_whole(hot, names.KPI_LOSSES, "2020-01-30", LISTS)["rows"] == figure(3)["rows"]
    monkeypatch.undo()
    assert retention._thin_losses(hot, ON) == 1
    assert versions_on_pages(hot) == [2]


def test_pages_without_a_head_go_once_nobody_can_be_about_to_write_it(
    hot: Hot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(sinks, "replace_newer", pages_alone(sinks.replace_newer))
    answer(hot, "2020-01-29", 1, now)
    answer(hot, "2020-01-30", 4, now)
    monkeypatch.undo()
    retention._thin_losses(hot, ON)
    assert versions_on_pages(hot) == [1, 4]
    answer(hot, "2020-02-14", 2, now - timedelta(days=2))
    answer(hot, "2020-02-15", 3, now)
    retention._thin_losses(hot, date(2020, 2, 1))
    assert versions_on_pages(hot) == [2, 3, 4]


def pages_alone(replace_newer: Callable[..., None]) -> Callable[..., None]:
    """Write pages, and die before the head."""

    def written(hot: Hot, collection: str, documents: Any) -> None:
        if collection == names.KPI_PAGES:
            replace_newer(hot, collection, documents)

    return written


def noted(hot: Hot, batch: int, touched: Touched) -> pending.Pending:
    """Note what a batch touched, and return all that is pending then."""
    pending.note(hot, batch, touched, OFFSETS)
    waiting = pending.load(hot)
    assert waiting
    return waiting


def test_a_batch_of_a_long_backlog_is_noted_without_reading_what_is_pending(hot: Hot) -> None:
    pending.note(hot, 4, Touched(set(), {"a"}), OFFSETS)
    hot.facts.command("profile", 2)
    pending.note(hot, 5, Touched(set(), {"b"}), OFFSETS)
    hot.facts.command("profile", 0)
    done = hot.facts["system.profile"].find({"ns": f"{hot.facts.name}.{names.PENDING_CLIENTS}"})
    assert [each["op"] for each in done] == ["update"]
    assert noted(hot, 5, Touched(set(), {"b"})).touched.clients == {"a", "b"}


def test_a_batch_that_touches_more_clients_than_a_document_holds_is_pending_whole_and_once(hot: Hot) -> None:
    touched = Touched(set(windows_of(ON)), {str(uuid4()) for _ in range(CLIENTS)})
    for _ in range(2):
        assert noted(hot, 4, touched).touched == touched
    more = noted(hot, 5, Touched(set(), {"one more"}))
    assert more.touched.clients == touched.clients | {"one more"}
    pending.finish(hot, more)
    assert pending.load(hot) is None
    assert hot.facts[names.PENDING_CLIENTS].count_documents({}) == 0


def test_clients_of_a_batch_that_died_while_it_was_noted_are_those_of_its_replay(
    hot: Hot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pending, "last_offsets", die)
    with pytest.raises(KeyboardInterrupt):
        pending.note(hot, 4, Touched(set(), {"a", "b"}), OFFSETS)
    monkeypatch.undo()
    assert pending.load(hot) is None
    assert noted(hot, 4, Touched(set(), {"a", "b"})).touched.clients == {"a", "b"}


def test_clients_of_a_batch_that_came_while_figures_were_computed_stay_pending(hot: Hot) -> None:
    early = noted(hot, 4, Touched(set(), {"a", "b"}))
    pending.note(hot, 5, Touched(set(), {"b", "c"}), OFFSETS)
    pending.finish(hot, early)
    later = pending.load(hot)
    assert later
    assert (later.batch, later.touched.clients) == (5, {"b", "c"})


def test_a_price_touches_more_clients_than_one_answer_names(hot: Hot) -> None:
    identities = {f"{number:01000}" for number in range(20_000)}
    bought = [{"client_id": identity, "unpriced": ["p"]} for identity in identities]
    hot.facts[names.FACTS_CLIENT].insert_many([*bought, {"client_id": "other", "unpriced": ["q"]}])
    changed = {"kind": "products", "version": {"product_id": "p"}}
    assert touched_by(hot, [], [changed]).clients == identities
    assert all_clients(hot) == identities | {"other"}


def test_more_products_than_a_command_names_are_looked_up(hot: Hot) -> None:
    """Of 400,000 identities a command has 20 MB, where 16 are the most."""
    known, others = identity(1), [identity(number) for number in range(2, PRODUCTS)]
    sold = {"product_id": known, "month": "2026-01", "days": {"05": {"n": 1}}}
    hot.facts[names.FACTS_PRODUCT].insert_one(sold)
    hot.facts[names.FACTS_CLIENT].insert_one({"client_id": "c", "unpriced": [known]})
    hot.facts[names.STOCK_LOTS].insert_many([{"product_id": one, "quantity": 1} for one in (known, *others)])
    changed = [{"kind": "products", "version": {"product_id": one}} for one in (*others, known)]
    assert touched_by(hot, [], changed) == Touched(set(windows_of(date(2026, 1, 5))), {"c"})
    assert frames.product_sales(hot, ["2026-03"], (ON, ON))["product_id"].to_pylist() == [known]


def test_until_the_stream_has_followed_the_day_the_losses_of_yesterday_are_compared(
    hot: Hot, mongo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[date] = []
    monkeypatch.setattr(Comparison, "losses", lambda _self, on: compared.append(on))
    for name in ("folds", "winners", "reductions"):
        monkeypatch.setattr(Comparison, name, lambda *_: None)
    lake = cast("Lake", SimpleNamespace(last_day=lambda: None, months=set))
    today, now = writer.today(mongo), datetime.now(UTC)
    yesterday = today - timedelta(days=1)
    # Tomorrow's losses were asked for; then the day turns, and then the stream follows.
    for day, at in ((yesterday, now), (today, now - timedelta(days=1)), (today, now)):
        figure = {"_id": day.isoformat(), "as_of": at}
        hot.facts[names.KPI_LOSSES].replace_one({"_id": figure["_id"]}, figure, upsert=True)
        compare(lake, hot, yesterday, mongo)
    assert compared == [yesterday, yesterday, today]
    hot.facts[names.KPI_LOSSES].delete_many({})
    compare(lake, hot, yesterday, mongo)
    assert compared[-1] == today
