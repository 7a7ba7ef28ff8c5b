"""Recomputes the KPIs that some input touched: from the facts, by the KPI functions, into documents and results."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from comptoir import names
from comptoir.rules import Rules, Window, margin_period, months_between, windows_of
from comptoir.stores.hot import distinct_values, in_chunks, next_value
from comptoir_spark import documents, frames, kpis
from comptoir_spark.facts import CLIENT_GRAIN, PRODUCT_GRAIN
from comptoir_spark.results import ROWS_PER_MESSAGE
from comptoir_spark.session import COMPILED, INTERPRETED, prefer
from comptoir_spark.sinks import remove_older, replace_newer, replace_paged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from pyspark.sql import DataFrame, SparkSession

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir_spark.results import Teller

Row = dict[str, Any]
# Months of products read at a time: some 150,000 rows, for which the JVM needs 250 MB of its 1 GB. With three times
# as many it spent four fifths of its time collecting garbage.
MONTHS_AT_ONCE: Final = 8_000
CLIENTS_AT_ONCE: Final = 5_000
# A year of 4,000 products has 280,000; of a few thousand, compiling takes longer than interpreting.
ROWS_WORTH_COMPILING: Final = 50_000
# Whose first rows results carry; of a ranking the head has the top.
TOLD_LISTS: Final = {names.KPI_WINNERS: ["cost_missing"], names.KPI_LOSSES: ["rows", "low_margin"]}
KPIS_AT_ONCE: Final = 2  # most of a small KPI is planning, which two cores share well


@dataclass(frozen=True)
class Touched:
    """What an input makes necessary to compute again."""

    windows: set[Window] = field(default_factory=set)
    clients: set[str] = field(default_factory=set)


def both(one: Touched, other: Touched) -> Touched:
    """Return what either made necessary."""
    return Touched(one.windows | other.windows, one.clients | other.clients)


def current(on: date) -> Touched:
    """Return what is shown of a day even where nothing was sold."""
    return Touched(windows=set(windows_of(on)))


def touched_by(hot: Hot, deltas: Iterable[Row], versions: Iterable[Row]) -> Touched:
    """Return what a batch's input touches; the same for each replay of the batch.

    A product's version touches every window and client that it was sold in or to.
    """
    rows = list(deltas)
    told = list(versions)
    days = {row["day"] for row in rows if row["grain"] == PRODUCT_GRAIN}
    clients = {row["record_id"] for row in rows if row["grain"] == CLIENT_GRAIN}
    clients |= {row["version"]["client_id"] for row in told if row["kind"] == "clients"}
    products = sorted({row["version"]["product_id"] for row in told if row["kind"] == "products"})
    for some in in_chunks(products):
        days |= _days_sold(hot, some)
        clients |= distinct_values(hot.facts[names.FACTS_CLIENT], "client_id", {"unpriced": {"$in": some}})
    return Touched({window for day in days for window in windows_of(day)}, clients)


def _days_sold(hot: Hot, products: Sequence[str]) -> set[date]:
    found = hot.facts[names.FACTS_PRODUCT].find({"product_id": {"$in": products}}, {"month": 1, "days": 1})
    return {frames.day_of(document["month"], number) for document in found for number in document.get("days", {})}


def all_clients(hot: Hot) -> set[str]:
    """Return every client that a file or a sale has told of."""
    told, sold = (distinct_values(hot.facts[name], "client_id") for name in (names.CLIENT_BOOK, names.FACTS_CLIENT))
    return told | sold


def months_of(windows: Iterable[Window]) -> set[str]:
    """Return the months (`yyyy-mm`) that windows reach into."""
    return {month for window in windows for month in months_between(window.start, window.end)}


def bounded_parts(windows: Iterable[Window], sizes: Mapping[str, int], at_most: int) -> list[list[Window]]:
    """Share windows out, in their order, to parts whose months have at most so many facts together, or one window.

    Args:
        windows: the windows, neighbours in time beside each other.
        sizes: how many documents of facts each month (`yyyy-mm`) has.
        at_most: the documents of a part.
    """
    parts: list[list[Window]] = []
    months: set[str] = set()
    for window in windows:
        more = months | months_of([window])
        if parts and sum(sizes.get(month, 0) for month in more) <= at_most:
            parts[-1].append(window)
        else:
            parts.append([window])
            more = months_of([window])
        months = more
    return parts


class Figures:
    """Computes KPIs and writes them; one at a time, which its owner sees to."""

    def __init__(self, spark: SparkSession, hot: Hot, results: Teller, settings: Settings) -> None:
        """Take what it works with; nothing is computed yet."""
        self._spark = spark
        self._hot = hot
        self._results = results
        self._rules = Rules.of(settings)

    def recompute(self, touched: Touched, on: date) -> None:
        """Compute again what was touched, and the loss risks of `on`; write and tell all of it."""
        first, *others = self._parts(touched.windows) or [[]]
        clients = sorted(touched.clients)
        self._recompute_part(first, clients[:CLIENTS_AT_ONCE], on, with_losses=True)
        for windows in others:
            self._recompute_part(windows, [], on, with_losses=False)
        for start in range(CLIENTS_AT_ONCE, len(clients), CLIENTS_AT_ONCE):
            self._recompute_part([], clients[start : start + CLIENTS_AT_ONCE], on, with_losses=False)
        self._results.flush()

    def _parts(self, windows: Collection[Window]) -> list[list[Window]]:
        """Share windows out, the latest first, to parts whose facts fit in memory."""
        latest_first = sorted(windows, key=lambda window: window.start, reverse=True)
        months = months_of(windows)
        return bounded_parts(latest_first, frames.products_by_month(self._hot, months), MONTHS_AT_ONCE)

    def warm_up(self) -> None:
        """Run the clients' plan once on nothing; the other plans run at every start."""
        self._reductions([], self._frame([], frames.PRODUCTS), (0, datetime.now(UTC)))

    def answer_losses(self, on: date) -> None:
        """Compute and write the loss risks of any day."""
        self._recompute_part([], [], on, with_losses=True)
        self._results.flush()

    def _recompute_part(self, windows: list[Window], clients: list[str], on: date, *, with_losses: bool) -> None:
        version = next_value(self._hot, "kpi_version")  # before reading: a higher version has seen more
        stamp = (version, datetime.now(UTC))
        products = self._frame(frames.products(self._hot), frames.PRODUCTS)
        with ThreadPoolExecutor(KPIS_AT_ONCE) as pool:
            tasks = []
            if windows or with_losses:
                sales = self._sales(windows, on)
                if windows:
                    tasks.append(pool.submit(self._winners, sales, products, windows, stamp))
                if with_losses:
                    tasks.append(pool.submit(self._losses, sales, products, on, stamp))
            if clients:
                tasks.append(pool.submit(self._reductions, clients, products, stamp))
            for task in tasks:
                task.result()

    def _sales(self, windows: list[Window], on: date) -> DataFrame:
        lately = margin_period(on, self._rules)
        sales = frames.product_sales(self._hot, months_of(windows) | set(months_between(*lately)), lately)
        prefer(self._spark, COMPILED if sales.num_rows > ROWS_WORTH_COMPILING else INTERPRETED)
        return frames.to_frame(self._spark, sales)

    def _winners(
        self, sales: DataFrame, products: DataFrame, windows: list[Window], stamp: tuple[int, datetime]
    ) -> None:
        rows = frames.rows_of(kpis.calculate_product_winner(sales, products))
        self._conclude("winners", names.KPI_WINNERS, documents.winners(rows, windows, *stamp))

    def _losses(self, sales: DataFrame, products: DataFrame, on: date, stamp: tuple[int, datetime]) -> None:
        stock = self._frame(frames.lots(self._hot), frames.STOCK)
        lots = frames.rows_of(kpis.detect_loss_products(stock, sales, products, on=on, rules=self._rules))
        margins = frames.rows_of(kpis.detect_low_margins(sales, products, on=on, rules=self._rules))
        self._conclude("losses", names.KPI_LOSSES, [documents.losses(on, lots, margins, *stamp)])

    def _conclude(self, kind: str, collection: str, figures: list[Row]) -> None:
        """Write figures, tell their heads with the first rows of their lists, and remove what they replace."""
        for head, figure in zip(replace_paged(self._hot, collection, figures), figures, strict=True):
            first = {name: figure[name][:ROWS_PER_MESSAGE] for name in TOLD_LISTS[collection]}
            self._results.tell(kind, head["_id"], head["version"], head | first)
        remove_older(self._hot, collection, [figure["_id"] for figure in figures])

    def _reductions(self, clients: list[str], products: DataFrame, stamp: tuple[int, datetime]) -> None:
        known = self._frame(frames.clients(self._hot, clients), frames.CLIENTS)
        sales = frames.to_frame(self._spark, frames.client_sales(self._hot, clients))
        amounts = kpis.value_client_sales(sales, products)
        rows = frames.rows_of(kpis.apply_client_reduction(known, amounts, rules=self._rules))
        gone = sorted(set(clients) - {row["client_id"] for row in rows})
        replace_newer(self._hot, names.KPI_REDUCTIONS, documents.reductions(rows, gone, *stamp))
        for start in range(0, len(rows), ROWS_PER_MESSAGE):
            changed = rows[start : start + ROWS_PER_MESSAGE]
            self._results.tell("reductions", "clients", stamp[0], {"changed": changed, "gone": []})
        if gone:
            self._results.tell("reductions", "clients", stamp[0], {"changed": [], "gone": gone})

    def _frame(self, rows: list[Row], schema: Any) -> DataFrame:
        return frames.to_frame(self._spark, pa.Table.from_pylist(rows, schema=schema))
