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


@reaching_mongo()
def upgrade_pending(hot: Hot) -> None:
    """Put the clients of pending figures, which were in one document with all else, on a page; as often as wanted."""
    progress, described = hot.facts[names.PROGRESS], {"_id": "pending", "clients": {"$exists": True}}
    for waiting in progress.find(described):
        # Under the name that a batch gives its page, that of a replay would take its place.
        page = {"_id": f"{waiting['batch']}#upgraded", "batch": waiting["batch"], "clients": waiting["clients"]}
        hot.facts[names.PENDING_CLIENTS].replace_one({"_id": page["_id"]}, page, upsert=True)
        progress.update_one(described, {"$unset": {"clients": ""}})
