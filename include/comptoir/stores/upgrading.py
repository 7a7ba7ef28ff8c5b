"""Brings documents of earlier releases into the shape of this one, while nothing else runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptoir import names
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.pages import LISTS, split

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot


@reaching_mongo()
def upgrade_ledger(hot: Hot) -> None:
    """Give entries the fields that this release reads; done again it changes nothing.

    A kind had one change set: its `sequence` becomes the one of `sequences`. What was staged is judged anew.
    """
    for entry in hot.ledger.find({"staged": {"$exists": False}}):
        acts = [act | {"published": _in_portions(act["published"])} for act in entry.get("acts", [])]
        fields = {"staged": None, "published": _in_portions(entry["published"]), "acts": acts}
        hot.ledger.update_one({"_id": entry["_id"]}, {"$set": fields})


def _in_portions(published: dict[str, Any]) -> dict[str, Any]:
    return {kind: {"sequences": [told.pop("sequence")]} | told for kind, told in published.items()}


@reaching_mongo()
def upgrade_figures(hot: Hot) -> None:
    """Put the rows of figures that were one document each on pages; done again it changes nothing."""
    for collection, lists in LISTS.items():
        for figure in hot.facts[collection].find({"pages": {"$exists": False}}):
            head, pages = split(figure, lists)
            for page in pages:
                hot.facts[names.KPI_PAGES].replace_one({"_id": page["_id"]}, page, upsert=True)
            hot.facts[collection].replace_one({"_id": head["_id"]}, head)
