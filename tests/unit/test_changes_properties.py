"""Whatever way files cut, order, correct and take back what they tell: figures follow from the claims that stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.changes.records import Clock, build_records
from comptoir.names import KINDS
from comptoir.reading.cells import DTYPES
from comptoir.records import kind_of
from tests.unit.audited import figures_of
from tests.unit.claims_in_memory import TODAY, Platform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hypothesis.strategies import SearchStrategy

Row = dict[str, Any]
Line = tuple[str, int, Decimal | None]
ZONE = "Europe/Paris"
FIGURES = ("product_facts", "client_facts", "windows", "ranking", "losses", "low_margin", "reductions")
FILES = 3


class Record(NamedTuple):
    """What one record is told by: rows of one kind, of which a file has all or none."""

    kind: str
    rows: list[Row]


@dataclass(frozen=True)
class Shop:
    """A platform of all kinds, from the rows of files to figures."""

    kinds: dict[str, Platform]

    @staticmethod
    def empty() -> Shop:
        return Shop({kind: Platform(kind) for kind in KINDS})

    @staticmethod
    def of(files: Iterable[list[Record]]) -> Shop:
        shop = Shop.empty()
        for landing, told in enumerate(files, start=1):
            shop.land(landing, told)
        return shop

    def land(self, landing: int, told: list[Record]) -> None:
        for kind, platform in self.kinds.items():
            rows = [row for record in told if record.kind == kind for row in record.rows]
            platform.land(str(landing), landing, build_records(kind, [frame_of(kind, rows)], Clock(ZONE, TODAY)))

    def withdraw(self, landing: int) -> None:
        for platform in self.kinds.values():
            platform.withdraw(str(landing), landing)

    def figures(self) -> dict[str, list[Row]]:
        events = [event for platform in self.kinds.values() for event in platform.events()]
        workspace = figures_of(events, TODAY, ZONE)
        return {name: workspace.rows(f"FROM expected_{name} ORDER BY ALL") for name in FIGURES}


def frame_of(kind: str, rows: list[Row]) -> pl.DataFrame:
    """Return rows as they come from judging, numbered from 2."""
    schema = {column.name: DTYPES[column.type] for column in kind_of(kind).columns}
    frame = pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)
    return frame.with_columns(row=pl.int_range(2, frame.height + 2), sheet=pl.lit(None, pl.String))


AMOUNTS = st.integers(0, 60_000).map(lambda cents: Decimal(cents) / 100)
PRODUCTS = st.sampled_from(["P1", "P2"])
CLIENTS = st.sampled_from(["C1", "C2"])
DAYS = st.integers(3, 4).map(lambda number: date(2026, number, 28))
MOMENTS = DAYS.map(lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def product_of(code: str, day: date, buy: Decimal, sell: Decimal, threshold: float = 0.5) -> Record:
    """A price of a product; drawn ones have one threshold, as the order of files decides which of several counts."""
    row = {"product_code": code, "name": code, "category": "c", "buy_price": buy, "sell_price": sell}
    return Record("products", [row | {"min_margin_threshold": threshold, "valid_from": day}])


def client_of(code: str, opening: Decimal, tier: str, as_of: date | None) -> Record:
    row = {"client_code": code, "name": code, "total_revenue_generated": opening, "loyalty_tier": tier}
    return Record("clients", [row | {"as_of": as_of}])


def lot_of(code: str, batch: str, quantity: int, expiry: date | None, moved: datetime) -> Record:
    row = {"product_code": code, "batch_no": batch, "quantity": quantity, "expiry_date": expiry}
    return Record("stock", [row | {"last_movement": moved}])


def invoice_of(number: str, client: str | None, moment: datetime, lines: list[Line]) -> Record:
    head = {"invoice_no": number, "client_code": client, "timestamp": moment}
    return Record(
        "sales",
        [head | {"product_code": code, "quantity": count, "unit_price": price} for code, count, price in lines],
    )


LINES = st.tuples(PRODUCTS, st.integers(-5, 9).filter(bool), st.none() | AMOUNTS)
RECORDS: SearchStrategy[Record] = st.one_of(
    st.builds(product_of, PRODUCTS, DAYS, AMOUNTS, AMOUNTS),
    st.builds(client_of, CLIENTS, AMOUNTS, st.sampled_from(["Standard", "Gold"]), st.none() | DAYS),
    st.builds(lot_of, PRODUCTS, st.sampled_from("AB"), st.integers(0, 9), st.none() | DAYS, MOMENTS),
    st.builds(
        invoice_of,
        st.sampled_from(["F1", "F2"]),
        st.none() | CLIENTS,
        MOMENTS,
        st.lists(LINES, min_size=1, max_size=3),
    ),
)


def name_of(record: Record) -> tuple[Any, ...]:
    """Return what makes two records of one kind the same one."""
    columns = ("product_code", "valid_from", "client_code", "batch_no")
    row = record.rows[0]
    return (record.kind, row.get("invoice_no") or tuple(row.get(column) for column in columns))


CONTENTS = st.lists(RECORDS, min_size=4, max_size=8, unique_by=name_of)


@given(st.lists(RECORDS, min_size=6, max_size=12, unique_by=name_of), st.data())
@settings(max_examples=10, deadline=None)
def test_files_that_share_no_record_give_the_same_figures_in_any_order_and_splitting(
    told: list[Record], data: st.DataObject
):
    shuffled = data.draw(st.permutations(told))
    place = data.draw(st.lists(st.integers(1, FILES), min_size=len(told), max_size=len(told)))
    parts = [[one for one, number in zip(shuffled, place, strict=True) if number == file] for file in range(FILES + 1)]
    assert Shop.of(parts).figures() == Shop.of([told]).figures()


@given(st.lists(CONTENTS, min_size=FILES, max_size=FILES), st.integers(1, FILES))
@settings(max_examples=10, deadline=None)
def test_a_file_and_its_withdrawal_are_nothing_also_when_a_later_file_claims_the_same(
    files: list[list[Record]], withdrawn: int
):
    shop, without = Shop.of(files), Shop.empty()
    shop.withdraw(withdrawn)
    for landing, told in enumerate(files, start=1):
        if landing != withdrawn:
            without.land(landing, told)
    assert shop.figures() == without.figures()


@given(st.lists(CONTENTS, min_size=FILES, max_size=FILES))
@settings(max_examples=10, deadline=None)
def test_of_what_is_corrected_the_last_version_alone_counts(files: list[list[Record]]):
    last = {name_of(record): record for told in files for record in told}
    assert Shop.of(files).figures() == Shop.of([list(last.values())]).figures()


def test_a_withdrawn_correction_leaves_the_threshold_that_counted_before_it():
    """Its file named two, and that of the later price counted; the earlier price came back, not its threshold."""
    five, ten, day = Decimal(5), Decimal(10), date(2026, 4, 28)
    sale = invoice_of("F1", None, datetime(2026, 4, 28, 12, tzinfo=UTC), [("P1", 1, ten)])
    prices = [product_of("P1", date(2026, 1, 28), five, ten, 0.1), product_of("P1", day, five, ten, 0.9)]
    shop = Shop.of([[*prices, sale], [product_of("P1", date(2026, 1, 28), Decimal(6), ten, 0.2)]])
    shop.withdraw(2)
    assert [row["margin"] for row in shop.figures()["low_margin"]] == [0.5]
