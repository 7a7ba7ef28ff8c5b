"""Brings entries of earlier releases into the shape of this one, while nothing else runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comptoir.stores.hot import reaching_mongo

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
