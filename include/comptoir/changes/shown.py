"""Which of a product's prices shows its name and threshold: that of the latest-landed claim, of one file the later day.

A file that only repeats a price makes no event of it, since nothing that counts has changed; yet its claim is the
latest-landed now. Where another price would show the product for want of that news, the prices are told once more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from comptoir.changes.act import Act
from comptoir.changes.change_set import EVENT_SCHEMA, ChangeSet, event_id_of, stamped
from comptoir.changes.points import DATED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Standing(NamedTuple):
    """Whose claim on a price counts, by landing number, and whose its last event said that it was."""

    landing: int
    told: int


def landings_after(
    made: ChangeSet, before: Mapping[str, Standing], heirs: Mapping[str, int | None]
) -> dict[str, int | None]:
    """Return whose claims count after a change set, of the prices that it claims or takes back; None where nobody's.

    Args:
        made: the change set.
        before: the registered prices.
        heirs: in a withdrawal, the landing number of the claim that counts then, of the prices that lose theirs.
    """
    if made.stamp.act is Act.WITHDRAW:
        return dict(heirs)
    landing = made.stamp.landing
    return {one: max(landing, before[one].landing) if one in before else landing for one in made.claims["record_id"]}


def to_tell_anew(made: ChangeSet, before: Mapping[str, Standing], after: Mapping[str, int | None]) -> dict[str, int]:
    """Return the prices that must be told once more, with the landing number that counts.

    Args:
        made: the change set, whose own events tell what they tell.
        before: all registered prices of its products.
        after: from `landings_after`.
    """
    told = dict(made.events.select("record_id", "landing").iter_rows())
    counts = _there({one: standing.landing for one, standing in before.items()} | dict(after))
    heard = _there({one: standing.told for one, standing in before.items()} | told)
    products: dict[str, list[str]] = defaultdict(list)
    for one in counts:
        products[one.partition(DATED)[0]].append(one)
    return {
        one: counts[one]
        for prices in products.values()
        if _shown(prices, counts) != _shown(prices, heard)
        for one in prices
        if counts[one] != heard[one]
    }


def _there(landings: Mapping[str, int | None]) -> dict[str, int]:
    return {one: landing for one, landing in landings.items() if landing is not None}


def _shown(prices: list[str], landings: Mapping[str, int]) -> str:
    return max(prices, key=lambda one: (landings[one], one))  # an id ends with its day


def tell_anew(made: ChangeSet, prices: Mapping[str, int], versions: Mapping[str, str], today: date) -> ChangeSet:
    """Add an event for each of some prices that says what counts already, and whose claim it is.

    Args:
        made: the change set.
        prices: from `to_tell_anew`.
        versions: the versions of these, by record id.
        today: the business day of publication.
    """
    rows = [(one, event_id_of(made.stamp, one), versions[one], versions[one], prices[one]) for one in prices]
    events = pl.DataFrame(rows, schema=["record_id", "event_id", "before", "after", "landing"], orient="row")
    told = events.with_columns(
        *stamped(made.stamp, "file_id", "sequence", "kind", "published_at"),
        pl.lit("replace").alias("op"),
        pl.lit(today).alias("business_day"),
    )
    return replace(made, events=pl.concat([made.events, told.select(*EVENT_SCHEMA).cast(EVENT_SCHEMA)]))
