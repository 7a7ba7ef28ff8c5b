"""What the batch does where the hot store differs from the lake: it judges again while nothing moves, and repairs."""

from __future__ import annotations

import logging
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from comptoir import names
from comptoir.accounts import record_act
from comptoir.errors import StoppedError
from comptoir.rules import window_named, windows_of
from comptoir.stores.hot import ReplaceOne, ignoring_duplicates, reaching_mongo
from comptoir.stores.standing_still import standing_still
from comptoir_spark import lake
from comptoir_spark.comparing import Comparison, compare
from comptoir_spark.cut import FIRST_FENCE
from comptoir_spark.facts import CLIENT_GRAIN, PRODUCT_GRAIN
from comptoir_spark.figures import Figures, Touched, all_clients, both, touched_by
from comptoir_spark.frames import day_of
from comptoir_spark.results import Results
from comptoir_spark.writer import today

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir_spark.differing import Difference

Document = dict[str, Any]
log = logging.getLogger(__name__)

ACT: Final = "facts repaired"
UNFINISHED: Final = "repair"
CLIENTS_NOTED: Final = 50_000  # 2 MB of the note, which may have 16; of more, all are computed anew
SHOWN: Final = 20  # differences in the log and in the audit log
# What shows that a document of facts is still the one that was read: its fence, of the catalogue those of all prices.
FENCES: Final = {
    names.FACTS_PRODUCT: "b",
    names.FACTS_CLIENT: "b",
    names.STOCK_LOTS: "s",
    names.CLIENT_BOOK: "s",
    names.CATALOGUE: "prices",
}


def agree(told: lake.Lake, hot: Hot, settings: Settings, day: date) -> None:
    """See that the hot store says of a day what the lake tells; repair it where it does not.

    What was only on its way can't differ while every lease is held and the stream is through.

    Raises:
        StoppedError: what was repaired differs still.
        TransientError: a server was away, or the stream did not come through in time; the same call may be made again.
    """
    if not _is_begun(hot) and _is_equal(compare(told, hot, day, settings)):
        return
    spark = told.deltas.sparkSession
    with standing_still(hot, settings) as leases:
        told = lake.read(spark, settings, {lease.kind: lease.last_sequence for lease in leases})
        found, left = compare(told, hot, day, settings), unfinished(hot)
        if left is None and _is_equal(found):
            return
        for lease in leases:
            lease.check()
        figures = Figures(spark, hot, Results(settings, hot.epoch), settings)
        repair(figures, hot, found.differences, day, today(settings), left=left or Touched())
        if _is_equal(compare(told, hot, day, settings)):
            return
    raise StoppedError(f"The hot store differs from the lake on {day} also after a repair; see docs/operations.md.")


def _is_equal(comparison: Comparison) -> bool:
    """Tell whether nothing differs; the log tells what was compared, and the first differences."""
    counts = ", ".join(f"{number} of {name}" for name, number in sorted(comparison.compared.items()))
    log.info("Compared with the lake: %s. Different: %s.", counts, len(comparison.differences))
    for difference in comparison.differences[:SHOWN]:
        log.warning("%s", difference)
    return not comparison.differences


@reaching_mongo()
def _is_begun(hot: Hot) -> bool:
    """Tell whether a repair has been begun and not finished; it may be another's that is still at work."""
    return hot.facts[names.PROGRESS].find_one({"_id": UNFINISHED}, {"_id": 1}) is not None


@reaching_mongo()
def unfinished(hot: Hot) -> Touched | None:
    """Return what a repair that died had begun to compute anew; None where there is none.

    Its facts may be right already, and then tell nobody any more which figures are not.
    """
    note = hot.facts[names.PROGRESS].find_one({"_id": UNFINISHED})
    if note is None:
        return None
    clients = all_clients(hot) if note["clients"] is None else set(note["clients"])
    return Touched({window_named(name) for name in note["windows"]}, clients)


def _begin(hot: Hot, touched: Touched) -> Document:
    """Note what is computed anew; return what removes this note, and no successor's."""
    clients = sorted(touched.clients) if len(touched.clients) <= CLIENTS_NOTED else None
    own = {"_id": UNFINISHED, "token": uuid4().hex}
    note = own | {"windows": sorted(window.id for window in touched.windows), "clients": clients}
    hot.facts[names.PROGRESS].replace_one({"_id": UNFINISHED}, note, upsert=True)
    return own


@reaching_mongo()
def repair(figures: Figures, hot: Hot, differences: list[Difference], day: date, on: date, *, left: Touched) -> None:
    """Replace the facts that differ, and compute and tell the figures that they touch, and a dead repair's.

    Args:
        figures: what computes figures.
        hot: the hot store, at its current epoch.
        differences: what differs, while nothing moves.
        day: the business day that was compared.
        on: today, whose loss risks are computed anew.
        left: what a dead repair had begun to compute anew.
    """
    details = {"documents": len(differences), "first": [str(each) for each in differences[:SHOWN]]}
    record_act(hot, who="platform", act=ACT, subject=day.isoformat(), details=details)
    touched = both(_touched(hot, differences, day), left)
    own = _begin(hot, touched)
    progress = hot.facts[names.PROGRESS].find_one({"_id": "stream"}) or {}
    for collection, of in groupby(differences, key=lambda each: each.collection):
        if collection in FENCES:
            writes = [_replacing(each, progress.get("batch", FIRST_FENCE)) for each in of]
            with ignoring_duplicates():
                hot.facts[collection].bulk_write(writes, ordered=False)
    figures.recompute(touched, on)
    hot.facts[names.PROGRESS].delete_one(own)


def _replacing(difference: Difference, batch: int) -> ReplaceOne[Document]:
    """Return the write that replaces a document unless its fence is another than when it was read."""
    fence = FENCES[difference.collection]
    as_read = difference.hot.get(fence, {"$exists": False})
    return ReplaceOne({"_id": difference.key, fence: as_read}, replacement(difference, batch), upsert=True)


def replacement(difference: Difference, batch: int) -> Document:
    """Return a document of facts as the lake tells it, behind a fence that is never lower than it was.

    Args:
        difference: what differs.
        batch: the last batch whose facts are all written. The lake has its events, so that a document which it did
            not write must refuse it from now on.
    """
    told, shown = difference.lake, difference.hot
    if difference.collection == names.CATALOGUE:
        return {"prices": _prices(told.get("prices", {}), shown.get("prices", {}))}
    if FENCES[difference.collection] == "b":
        return shown | {"days": {}} | told | {"b": max(shown.get("b", batch), batch)}
    return _fenced(told, shown)


def _prices(told: Document, shown: Document) -> Document:
    return {day: _fenced(told.get(day, {}), shown.get(day, {})) for day in sorted(told.keys() | shown.keys())}


def _fenced(told: Document, shown: Document) -> Document:
    return told | {"s": max(told.get("s", 0), shown.get("s", 0))}


def _touched(hot: Hot, differences: list[Difference], day: date) -> Touched:
    sold = [row for each in differences for row in _rows_of(each)]
    told = [version for each in differences for version in _versions_of(each)]
    touched = touched_by(hot, sold, told)
    clients = {each.key for each in differences if each.collection == names.KPI_REDUCTIONS}
    return Touched(touched.windows | set(windows_of(day)), touched.clients | clients)


def _rows_of(difference: Difference) -> Iterable[Document]:
    """Return the products' and clients' days of a document of facts, as rows of `facts.fact_deltas` name them."""
    record_id, _, month = difference.key.rpartition(":")
    if difference.collection == names.FACTS_CLIENT:
        return [{"grain": CLIENT_GRAIN, "record_id": record_id}]
    if difference.collection == names.FACTS_PRODUCT:
        numbers = difference.lake.get("days", {}).keys() | difference.hot.get("days", {}).keys()
        return [{"grain": PRODUCT_GRAIN, "day": day_of(month, number)} for number in numbers]
    return []


def _versions_of(difference: Difference) -> Iterable[Document]:
    """Return the product or client whose document differs, as `facts.latest_versions` names it."""
    if difference.collection == names.CATALOGUE:
        return [{"kind": "products", "version": {"product_id": difference.key}}]
    if difference.collection == names.CLIENT_BOOK:
        return [{"kind": "clients", "version": {"client_id": difference.key}}]
    return []
