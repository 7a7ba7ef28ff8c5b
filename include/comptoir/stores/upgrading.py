"""Brings documents of earlier releases into the shape of this one, before what writes them runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.pages import LISTS, split

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot

RANKING: Final = "kpi_ranking"  # pages of rankings, whose names told no version


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


def upgrade_facts(hot: Hot) -> None:
    """Bring what the stream alone writes into this shape; done again it changes nothing."""
    upgrade_figures(hot)
    upgrade_pending(hot)


@reaching_mongo()
def upgrade_figures(hot: Hot) -> None:
    """Put the rows that were in heads on pages, beside those of rankings; done again it changes nothing."""
    for figure in hot.facts[names.KPI_LOSSES].find({"pages": {"$exists": False}}):
        _put_on_pages(hot, names.KPI_LOSSES, figure, {})
    for head in hot.facts[names.KPI_WINNERS].find({"cost_missing": {"$exists": True}}):
        # Where the stream died while it wrote pages, some are missing here as well, until it writes all of them again.
        figure = head | {"ranking": _ranking(hot, head)}
        _put_on_pages(hot, names.KPI_WINNERS, figure, {"ranking": head["pages"]})
    hot.facts[RANKING].drop()


def _ranking(hot: Hot, head: dict[str, Any]) -> list[dict[str, Any]]:
    of_version = {"_id": {"$regex": f"^{head['_id']}#"}, "version": head["version"]}
    rows = [row for page in hot.facts[RANKING].find(of_version) for row in page["rows"]]
    return sorted(rows, key=lambda row: int(row["rank"]))


def _put_on_pages(hot: Hot, collection: str, figure: dict[str, Any], counts: dict[str, int]) -> None:
    head, pages = split(figure, LISTS[collection])
    for page in pages:
        hot.facts[names.KPI_PAGES].replace_one({"_id": page["_id"]}, page, upsert=True)
    hot.facts[collection].replace_one({"_id": head["_id"]}, head | {"pages": head["pages"] | counts})


@reaching_mongo()
def upgrade_pending(hot: Hot) -> None:
    """Put the clients of pending figures, which were in one document with all else, on a page; as often as wanted."""
    progress, described = hot.facts[names.PROGRESS], {"_id": "pending", "clients": {"$exists": True}}
    for waiting in progress.find(described):
        # Under the name that a batch gives its page, that of a replay would take its place.
        page = {"_id": f"{waiting['batch']}#upgraded", "batch": waiting["batch"], "clients": waiting["clients"]}
        hot.facts[names.PENDING_CLIENTS].replace_one({"_id": page["_id"]}, page, upsert=True)
        progress.update_one(described, {"$unset": {"clients": ""}})
