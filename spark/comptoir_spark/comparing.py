"""The hot store beside what the lake tells of a day, document by document."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

from comptoir import names
from comptoir.rules import Rules, windows_of
from comptoir.stores.figures import DAY, day_of_losses
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.pages import LISTS, as_found
from comptoir_spark import documents, facts, kpis, sinks
from comptoir_spark.differing import Difference, differences_of, without_codes_of_sales
from comptoir_spark.figures import months_of
from comptoir_spark.frames import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from comptoir.rules import Window
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir_spark.lake import Lake

Document = dict[str, Any]


class Comparison:
    """What was compared, and what differs.

    Attributes:
        compared: how many documents of each collection.
        differences: the documents that differ.
    """

    def __init__(self, lake: Lake, hot: Hot, rules: Rules) -> None:
        """Take both sides; nothing is compared yet."""
        self.compared: Counter[str] = Counter()
        self.differences: list[Difference] = []
        self._lake = lake
        self._hot = hot
        self._rules = rules

    def facts(self, month: str) -> None:
        """Compare the facts of all products and clients in a month (`yyyy-mm`)."""
        told = sinks.fact_documents(rows_of(self._lake.deltas.filter(F.date_format("day", "yyyy-MM") == month)))
        for collection, expected in told.items():
            self._add(collection, expected, self._hot.facts[collection].find({"month": month}))

    def folds(self) -> None:
        """Compare the catalogue, the lots and the clients."""
        for collection, expected in sinks.folded_documents(rows_of(self._lake.versions)).items():
            self._add(collection, expected, self._hot.facts[collection].find())

    def winners(self, windows: tuple[Window, ...]) -> None:
        """Compare the whole rankings of some windows."""
        first, last = min(window.start for window in windows), max(window.end for window in windows)
        sales = facts.product_sales(self._lake.deltas.filter(F.col("day").between(F.lit(first), F.lit(last))))
        rows = rows_of(kpis.calculate_product_winner(sales, self._lake.products))
        self._add_paged(names.KPI_WINNERS, documents.winners(rows, windows, *_unstamped()))

    def losses(self, on: date) -> None:
        """Compare the loss risks and the low margins of a day."""
        sales, products = facts.product_sales(self._lake.deltas), self._lake.products
        lots = facts.lots(self._lake.versions)
        at_risk = rows_of(kpis.detect_loss_products(lots, sales, products, on=on, rules=self._rules))
        low = rows_of(kpis.detect_low_margins(sales, products, on=on, rules=self._rules))
        self._add_paged(names.KPI_LOSSES, [documents.losses(on, at_risk, low, *_unstamped())])

    def reductions(self) -> None:
        """Compare the totals and tiers of all clients."""
        amounts = kpis.value_client_sales(facts.client_sales(self._lake.deltas), self._lake.products)
        book = facts.clients(self._lake.versions)
        rows = rows_of(kpis.apply_client_reduction(book, amounts, rules=self._rules))
        named = {row["client_id"] for row in rows_of(book.select("client_id"))}
        expected, shown = documents.reductions(rows, [], *_unstamped()), self._hot.facts[names.KPI_REDUCTIONS].find()
        self._add_figures(names.KPI_REDUCTIONS, expected, shown, named)

    def _add_paged(self, collection: str, expected: list[Document]) -> None:
        heads = self._hot.facts[collection].find({"_id": {"$in": [figure["_id"] for figure in expected]}})
        shown = [as_found(self._hot, collection, head, LISTS[collection]) for head in heads]
        self._add_figures(collection, expected, shown)

    def _add_figures(
        self, collection: str, expected: list[Document], shown: Iterable[Document], named: Collection[str] = ()
    ) -> None:
        lake, hot = ([without_codes_of_sales(collection, each, named) for each in side] for side in (expected, shown))
        self._add(collection, _by_key(lake), hot)

    def _add(self, collection: str, lake: Mapping[str, Document], hot: Iterable[Document]) -> None:
        shown = _by_key(hot)
        self.compared[collection] += len(lake.keys() | shown.keys())
        self.differences += differences_of(collection, lake, shown)


@reaching_mongo()
def compare(lake: Lake, hot: Hot, day: date, settings: Settings) -> Comparison:
    """Compare what the hot store has of a day with what the lake tells.

    These are the facts of the months that the day's week and month reach into, the catalogue, lots and clients, and
    the two windows; today's loss risks, where the day is today or has just ended. Clients' totals know no day: they
    and the facts of every month are compared where nothing was sold after the day.
    """
    found = Comparison(lake, hot, Rules.of(settings))
    windows = windows_of(day)
    last = lake.last_day()
    is_latest = last is None or last <= day
    for month in sorted(_every_month(lake, hot) if is_latest else months_of(windows)):
        found.facts(month)
    found.folds()
    found.winners(windows)
    if (now := datetime.now(settings.zone)).date() - day <= DAY:
        found.losses(day_of_losses(hot, now))
    if is_latest:
        found.reductions()
    return found


def _every_month(lake: Lake, hot: Hot) -> set[str]:
    shown = [hot.facts[collection].distinct("month") for collection in sinks.FACTS.values()]
    return lake.months().union(*shown)


def _unstamped() -> tuple[int, datetime]:
    """Return a stamp for documents that are compared and never written."""
    return 0, datetime.now(UTC)


def _by_key(found: Iterable[Document]) -> dict[str, Document]:
    return {document["_id"]: sinks.to_document(document) for document in found}
