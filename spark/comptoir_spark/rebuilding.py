"""A new epoch of the hot store, computed from the lake beside the current one, and the switch to it.

Rounds of change sets: the first takes all that the lake has, each later one what was published meanwhile. The last is
taken while all leases are held, so that nothing is published between its end and the switch.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

from comptoir import names
from comptoir.stores import ledger
from comptoir.stores.hot import at_current_epoch, begin_epoch, reaching_mongo, switch_epoch
from comptoir.stores.leases import every_lease
from comptoir_spark import facts, sinks, sources
from comptoir_spark.cut import FIRST_FENCE, Cut, note_cut
from comptoir_spark.figures import Figures, both, current, touched_by
from comptoir_spark.frames import rows_of
from comptoir_spark.lake import months_in
from comptoir_spark.writer import today

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

Row = dict[str, Any]

ROUNDS: Final = 3  # without the leases; each is shorter than the one before
log = logging.getLogger(__name__)


class Silence:
    """Tells nobody of figures that nobody may read yet."""

    def tell(self, kind: str, key: str, version: int, body: Row) -> None:
        """Say nothing."""

    def flush(self) -> None:
        """Have nothing to wait for."""


@dataclass
class Rebuild:
    """A new epoch in the making: up to which sequence of each kind it has come, and the fence of its next round."""

    spark: SparkSession
    fresh: Hot
    settings: Settings
    figures: Figures
    reached: Cut
    fence: int = FIRST_FENCE

    def take(self, cut: Cut) -> None:
        """Add the change sets between what was reached and a cut, and compute the figures that they touch."""
        if cut == self.reached:
            return
        events = self._between(cut).persist()
        deltas = facts.fact_deltas(events).persist()
        touched = current(today(self.settings))
        for month in sorted(months_in(deltas)):
            rows = rows_of(deltas.filter(F.date_format("day", "yyyy-MM") == month))
            # A month's documents are written by one call: the next month's have the same fence.
            sinks.add_facts(self.fresh, self.fence, rows)
            touched = both(touched, touched_by(self.fresh, rows, []))
        versions = rows_of(facts.latest_versions(events))
        sinks.fold_versions(self.fresh, versions)
        touched = both(touched, touched_by(self.fresh, [], versions))
        self.figures.recompute(touched, today(self.settings))
        log.info("Up to %s: %s windows and %s clients", cut, len(touched.windows), len(touched.clients))
        self.reached, self.fence = cut, self.fence + 1
        for frame in (events, deltas):
            frame.unpersist()

    def _between(self, cut: Cut) -> DataFrame:
        return sources.up_to_cut(sources.after_cut(sources.read_lake(self.spark, self.settings), self.reached), cut)


def rebuild(spark: SparkSession, hot: Hot, settings: Settings) -> Hot:
    """Compute a new epoch from the lake and make it the current one; return the hot store at it.

    The stream of the old epoch notices and ends; the next one begins where the leases stood at the switch.

    Raises:
        TransientError: a server was away, or a change set stayed half published; the same call begins anew.
        EpochLostError: another call that ran beside this one switched first; this one changed nothing.
    """
    with reaching_mongo():
        old = at_current_epoch(hot)
        fresh = begin_epoch(old)
        prepare_facts(fresh)
        figures = Figures(spark, fresh, Silence(), settings)
        making = Rebuild(spark, fresh, settings, figures, dict.fromkeys(names.KINDS, 0))
        for _ in range(ROUNDS):
            making.take(_published(hot))
        with every_lease(hot, settings) as leases:
            making.take({lease.kind: lease.last_sequence for lease in leases})
            ends = sources.ends_of_topics(settings)
            note_cut(fresh, making.reached, ends)
            for lease in leases:
                lease.check()
            switch_epoch(old, fresh)
            # Of topics that were made anew the offsets began anew. The leases first: who has lost one meanwhile
            # must not shorten what its successor publishes.
            for lease in leases:
                lease.keep_within(ends)
            ledger.keep_within(hot, ends)
    return fresh


def prepare_facts(hot: Hot) -> None:
    """Make the indexes by which facts are read."""
    for field in ("month", "product_id"):
        hot.facts[names.FACTS_PRODUCT].create_index(field)
    for field in ("month", "client_id", "unpriced"):
        hot.facts[names.FACTS_CLIENT].create_index(field)
    hot.facts[names.STOCK_LOTS].create_index("product_id")
    hot.facts[names.BATCHES].create_index("number")


def _published(hot: Hot) -> Cut:
    return {lease["_id"]: int(lease["last_sequence"]) for lease in hot.leases.find()}
