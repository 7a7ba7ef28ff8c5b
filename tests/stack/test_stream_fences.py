"""Fenced writes on a real MongoDB: whatever was applied before, in part or in whole, counts once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from comptoir import names
from comptoir.errors import StoppedError
from comptoir.rules import windows_of
from comptoir.stores.hot import open_hot, prepare_hot
from comptoir_spark import frames, pending, rebuilding, sinks
from comptoir_spark.figures import Touched, all_clients

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

pytestmark = pytest.mark.stack


@pytest.fixture
def hot(servers: Settings) -> Iterator[Hot]:
    opened = open_hot(servers)
    prepare_hot(opened)
    yield opened
    opened.client.drop_database(opened.facts.name)


def delta(record: str, day: date, **measures: Any) -> dict[str, Any]:
    given = {"grain": "product", "record_id": record, "day": day, "product_id": None, "code": record.upper()}
    return given | {"q": 0, "r": Decimal(0), "u": 0, "n": 0} | measures


FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
DELTAS = [
    delta("a", FIRST, q=2, r=Decimal("3.1000"), n=1),
    delta("a", SECOND, u=4, n=1),
    delta("b", FIRST, q=-1, r=Decimal("-0.1000"), n=1),
]
DAYS_OF_A = {"01": {"q": 2, "r": "3.1000", "n": 1}, "02": {"u": 4, "n": 1}}


def days_of(hot: Hot, key: str) -> dict[str, Any]:
    document = hot.facts[names.FACTS_PRODUCT].find_one({"_id": key})
    assert document
    return {day: facts | ({"r": str(facts["r"])} if "r" in facts else {}) for day, facts in document["days"].items()}


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        (names.FACTS_PRODUCT, {"month": "2026-03"}),
        (names.FACTS_PRODUCT, {"product_id": {"$in": ["a", "b"]}}),
        (names.FACTS_CLIENT, {"month": "2026-03"}),
        (names.FACTS_CLIENT, {"client_id": {"$in": ["a", "b"]}}),
        (names.FACTS_CLIENT, {"unpriced": {"$in": ["a", "b"]}}),
        (names.STOCK_LOTS, {"product_id": "a"}),
        (names.BATCHES, {"number": {"$gt": 7}}),
    ],
)
def test_what_is_read_by_a_field_is_found_by_its_index(hot: Hot, collection: str, query: dict[str, Any]) -> None:
    rebuilding.prepare_facts(hot)
    sinks.add_facts(hot, 7, DELTAS)
    plan = hot.facts[collection].find(query).explain()["queryPlanner"]["winningPlan"]
    (field,) = query
    assert f"{field}_1" in str(plan)
    assert "COLLSCAN" not in str(plan)


def test_a_batch_that_is_applied_again_adds_nothing(hot: Hot) -> None:
    for _ in range(3):
        sinks.add_facts(hot, 7, DELTAS)
    assert days_of(hot, "a:2026-03") == DAYS_OF_A


def test_a_batch_that_was_applied_in_part_is_completed(hot: Hot) -> None:
    sinks.add_facts(hot, 6, DELTAS)
    sinks.add_facts(hot, 7, DELTAS[2:])
    sinks.add_facts(hot, 7, DELTAS)
    assert days_of(hot, "a:2026-03")["01"] == {"q": 4, "r": "6.2000", "n": 2}
    assert days_of(hot, "b:2026-03")["01"] == {"q": -2, "r": "-0.2000", "n": 2}


def test_more_documents_than_one_write_takes_are_all_fenced(hot: Hot) -> None:
    many = [delta(f"p{number}", FIRST, q=1, n=1) for number in range(2 * sinks.WRITES_AT_ONCE + 1)]
    sinks.add_facts(hot, 1, many[: sinks.WRITES_AT_ONCE])
    sinks.add_facts(hot, 1, many)
    found = list(hot.facts[names.FACTS_PRODUCT].find())
    assert [document["days"]["01"]["q"] for document in found] == [1] * len(many)


def test_a_client_keeps_unpriced_quantities_by_product(hot: Hot) -> None:
    client = {"grain": "client", "record_id": "c"}
    sinks.add_facts(
        hot,
        1,
        [
            delta("c", FIRST, r=Decimal("5.0000"), n=1) | client,
            delta("c", FIRST, u=3) | client | {"product_id": "a", "code": None},
        ],
    )
    document = hot.facts[names.FACTS_CLIENT].find_one({"_id": "c:2026-03"})
    assert document
    assert (document["code"], document["unpriced"], document["days"]["01"]["u"]) == ("C", ["a"], {"a": 3})


def test_a_batch_of_other_offsets_is_refused(hot: Hot, servers: Settings) -> None:
    offsets = {names.TOPIC_SALES: {"0": [0, 9]}}
    for _ in range(2):
        sinks.record_batch(hot, 3, offsets, servers)
    with pytest.raises(StoppedError, match="comptoir rebuild"):
        sinks.record_batch(hot, 3, {names.TOPIC_SALES: {"0": [0, 12]}}, servers)


def test_a_batch_that_begins_anew_beneath_later_ones_is_refused(hot: Hot, servers: Settings) -> None:
    sinks.record_batch(hot, 3, {names.TOPIC_SALES: {"0": [0, 9]}}, servers)
    with pytest.raises(StoppedError, match="comptoir rebuild"):
        sinks.record_batch(hot, 2, {names.TOPIC_SALES: {"0": [0, 12]}}, servers)
    assert hot.facts[names.BATCHES].count_documents({"number": 2}) == 0


def version(kind: str, sequence: int, **fields: Any) -> dict[str, Any]:
    empty = dict.fromkeys((*sinks.FOLD_FIELDS["stock"], *sinks.FOLD_FIELDS["clients"], *sinks.SHOWN_FIELDS))
    told = {"kind": kind, "sequence": sequence, "landing": fields.pop("landing", sequence)}
    return told | {"is_gone": fields.pop("is_gone", False), "version": empty | fields}


def test_only_a_higher_sequence_replaces_a_lot(hot: Hot) -> None:
    sinks.fold_versions(hot, [version("stock", 5, stock_id="l", quantity=3)])
    sinks.fold_versions(hot, [version("stock", 4, stock_id="l", quantity=9)])
    lot = hot.facts[names.STOCK_LOTS].find_one({"_id": "l"})
    assert lot
    assert (lot["quantity"], lot["s"]) == (3, 5)


def test_a_product_keeps_each_days_price_of_the_highest_sequence(hot: Hot) -> None:
    def told(sequence: int, begun: date, buy: str, name: str) -> dict[str, Any]:
        prices = {"buy_price": Decimal(buy), "sell_price": Decimal("9.0000"), "in_force_from": begun}
        return version("products", sequence, product_id="p", name=name, **prices)

    sinks.fold_versions(hot, [told(2, FIRST, "1.5000", "second"), told(2, SECOND, "2.0000", "second, later")])
    sinks.fold_versions(hot, [told(1, FIRST, "1.0000", "first")])
    [product] = frames.products(hot)
    assert product["name"] == "second, later"
    assert [(price["in_force_from"], str(price["buy_price"])) for price in product["prices"]] == [
        (FIRST, "1.5000"),
        (SECOND, "2.0000"),
    ]


def test_what_is_gone_is_not_brought_back_by_a_lower_sequence(hot: Hot) -> None:
    price = {"product_id": "p", "in_force_from": FIRST, "buy_price": Decimal(1), "sell_price": Decimal(2)}
    later = price | {"in_force_from": SECOND, "name": "later"}
    sinks.fold_versions(hot, [version("products", 2, landing=9, **later)])
    for sequence, gone in ((5, True), (4, False), (3, True)):
        sinks.fold_versions(
            hot,
            [
                version("stock", sequence, is_gone=gone, stock_id="l", product_id="p", quantity=3),
                version("clients", sequence, is_gone=gone, client_id="c", name="N"),
                version("products", sequence, is_gone=gone, name="first", **price),
            ],
        )
    assert (frames.lots(hot), frames.clients(hot, ["c"]), all_clients(hot)) == ([], [], set())
    [product] = frames.products(hot)
    assert (product["name"], [point["in_force_from"] for point in product["prices"]]) == ("later", [SECOND])
    sinks.fold_versions(hot, [version("products", 6, is_gone=True, **later)])
    assert frames.products(hot) == []
    sinks.fold_versions(hot, [version("clients", 6, client_id="c", code="C", name="N")])
    assert [client["name"] for client in frames.clients(hot, ["c"])] == ["N"]


def test_a_figure_of_a_lower_version_comes_too_late(hot: Hot) -> None:
    sinks.replace_newer(hot, names.KPI_LOSSES, [{"_id": "d", "version": 8, "rows": ["new"]}])
    sinks.replace_newer(hot, names.KPI_LOSSES, [{"_id": "d", "version": 7, "rows": ["old"]}])
    document = hot.facts[names.KPI_LOSSES].find_one({"_id": "d"})
    assert document == {"_id": "d", "version": 8, "rows": ["new"]}


def test_what_batches_touched_waits_until_its_figures_are_written(hot: Hot) -> None:
    weeks = [Touched(set(windows_of(day)), {client}) for day, client in ((FIRST, "a"), (SECOND, "b"))]
    for batch, touched in ((4, weeks[0]), (5, weeks[1]), (5, weeks[1])):
        pending.note(hot, batch, touched, {names.TOPIC_SALES: {"0": [10 * batch, 10 * batch + 9]}})
    waiting = pending.load(hot)
    assert waiting is not None
    assert (waiting.batch, waiting.reached) == (5, {names.TOPIC_SALES: {"0": 59}})
    assert waiting.touched == Touched(weeks[0].windows | weeks[1].windows, {"a", "b"})
    assert hot.facts[names.PROGRESS].find_one({"_id": "stream"}) is None
    pending.finish(hot, waiting)
    assert pending.load(hot) is None
    progress = hot.facts[names.PROGRESS].find_one({"_id": "stream"})
    assert progress
    assert (progress["batch"], progress["offsets"]) == (5, {names.TOPIC_SALES: {"0": 59}})


def test_what_comes_while_figures_are_computed_stays_pending(hot: Hot) -> None:
    pending.note(hot, 4, Touched(set(windows_of(FIRST)), {"a"}), {names.TOPIC_SALES: {"0": [0, 9]}})
    early = pending.load(hot)
    assert early is not None
    pending.note(hot, 5, Touched(set(windows_of(SECOND)), {"b"}), {names.TOPIC_SALES: {"0": [10, 19]}})
    pending.finish(hot, early)
    assert pending.load(hot) is not None


def test_what_an_earlier_batch_notes_late_takes_nothing_back(hot: Hot) -> None:
    sinks.note_progress(hot, 9, {"a": {"0": 90}})
    sinks.note_progress(hot, 8, {"a": {"0": 80}, "b": {"0": 5}})
    noted = hot.facts[names.PROGRESS].find_one({"_id": "stream"}) or {}
    assert (noted["batch"], noted["offsets"]) == (9, {"a": {"0": 90}, "b": {"0": 5}})
