"""A shop whose files tell of all kinds: rows as they come from judging, through claims and change sets, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from hypothesis import strategies as st

from comptoir.changes.records import Clock, build_records
from comptoir.names import KINDS
from comptoir.reading.cells import DTYPES
from comptoir.records import kind_of
from tests.unit.claims_in_memory import TODAY, Platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hypothesis.strategies import SearchStrategy

Row = dict[str, Any]
Line = tuple[str, int, Decimal | None]
ZONE = "Europe/Paris"


class Record(NamedTuple):
    """What one record is told by: rows of one kind, of which a file has all or none."""

    kind: str
    rows: list[Row]


@dataclass(frozen=True)
class Shop:
    """A platform of all kinds, from the rows of files to events; `files` has what each file claims, by landing."""

    kinds: dict[str, Platform] = field(default_factory=lambda: {kind: Platform(kind) for kind in KINDS})
    files: dict[int, dict[str, pl.DataFrame]] = field(default_factory=dict)

    @staticmethod
    def of(files: Iterable[list[Record]]) -> Shop:
        shop = Shop()
        for landing, told in enumerate(files, start=1):
            shop.land(landing, told)
        return shop

    def land(self, landing: int, told: list[Record], *, released_from: int | None = None) -> None:
        """Land a file; one of rows that were held comes without what later files than their own told."""
        self.files[landing] = {}
        for kind, platform in self.kinds.items():
            rows = [row for record in told if record.kind == kind for row in record.rows]
            records = build_records(kind, [frame_of(kind, rows)], Clock(ZONE, TODAY))
            if released_from is not None:
                kept = platform.not_superseded(dict.fromkeys(records["record_id"], ""), released_from)
                records = records.filter(pl.col("record_id").is_in(list(kept)))
            self.files[landing][kind] = records
            platform.land(str(landing), landing, records)

    def withdraw(self, landing: int) -> None:
        for platform in self.kinds.values():
            platform.withdraw(str(landing), landing)

    def restore(self, landing: int) -> None:
        for platform in self.kinds.values():
            platform.restore(str(landing), landing)

    def events(self) -> Iterator[Row]:
        return (event for platform in self.kinds.values() for event in platform.events())


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
