"""The register: every claim on every record, and the version that counts, to which the next file is compared.

The effective version is the claim of the latest-landed file that is not withdrawn; the texts of the other
claims are in the lake, under the sequence that a claim names. An update carries its change set's sequence and
passes over records that saw this or a higher one, so that replaying a change set after a crash, or by a worker
that woke up late, changes nothing. A record that nobody claims any more stays, empty, for the same reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from comptoir.changes.points import Point, place_undated, undated_products
from comptoir.changes.shown import Standing
from comptoir.changes.withdrawal import Claim, Registered
from comptoir.stores.hot import UpdateOne, in_chunks, insert_missing, reaching_mongo, write_in_bulk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from comptoir.stores.hot import Hot

Document = dict[str, Any]

IS_CLAIMED: Final = {"landing": {"$ne": None}}


@dataclass(frozen=True)
class Version:
    """What a record's version is from now on: its JSON text and that text's digest; None where it is gone."""

    record_id: str
    digest: str | None
    text: str | None


@dataclass(frozen=True)
class Update:
    """What a change set does to the register.

    Attributes:
        sequence: the change set's number.
        landing: the landing number of the file whose claims are made or taken back.
        takes_back: whether they are taken back.
        changed: the records whose effective version changes.
        unchanged: the file's other records.
    """

    sequence: int
    landing: int
    takes_back: bool
    changed: Sequence[Version]
    unchanged: Sequence[str]


@reaching_mongo()
def fetch_digests(hot: Hot, kind: str, record_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return digest and landing number of those records of a kind that are registered."""
    fields = {"record_id": 1, "digest": 1, "landing": 1}
    return {found["record_id"]: (found["digest"], found["landing"]) for found in _find(hot, kind, record_ids, fields)}


@reaching_mongo()
def fetch_versions(hot: Hot, kind: str, record_ids: Sequence[str]) -> dict[str, str]:
    """Return the JSON text of those records of a kind that are registered."""
    fields = {"record_id": 1, "version": 1}
    return {found["record_id"]: found["version"] for found in _find(hot, kind, record_ids, fields)}


@reaching_mongo()
def fetch_versions_before(hot: Hot, kind: str, landing: int) -> list[str]:
    """Return the JSON text of all records of a kind whose latest claim is of a file that landed before that one."""
    found = hot.register.find({"kind": kind, "landing": {"$lt": landing}}, {"version": 1})
    return [document["version"] for document in found]


@reaching_mongo()
def fetch_days(hot: Hot, invoice_ids: Sequence[str]) -> dict[str, date]:
    """Return the business day of those of the invoices that are registered."""
    found = _find(hot, "sales", invoice_ids, {"record_id": 1, "version": 1})
    return {each["record_id"]: date.fromisoformat(json.loads(each["version"])["business_day"]) for each in found}


@reaching_mongo()
def fetch_claims(hot: Hot, kind: str, record_ids: Sequence[str]) -> dict[str, Registered]:
    """Return digest and claims of those records of a kind that are registered."""
    fields = {"record_id": 1, "digest": 1, "claims": 1}
    return {found["record_id"]: _registered(found) for found in _find(hot, kind, record_ids, fields)}


def _registered(found: Document) -> Registered:
    return Registered(found["digest"], [Claim(claim["landing"], claim["sequence"]) for claim in found["claims"]])


@reaching_mongo()
def fetch_undated(hot: Hot, products: Sequence[str]) -> dict[str, Point]:
    """Return the latest-landed price without `valid_from` of those products that have one."""
    fields = {"_id": 0, "entity_id": 1, "record_id": 1, "digest": 1, "landing": 1, "version": 1}
    latest: dict[str, Point] = {}
    for chunk in in_chunks(products):
        match = {"kind": "products", "entity_id": {"$in": list(chunk)}, **IS_CLAIMED}
        for found in hot.register.find(match, fields):
            known = latest.get(found["entity_id"])
            is_undated = json.loads(found["version"])["valid_from"] is None
            if is_undated and (known is None or known.landing < found["landing"]):
                latest[found["entity_id"]] = Point(found["record_id"], found["digest"], found["landing"])
    return latest


@reaching_mongo()
def fetch_standings(hot: Hot, record_ids: Sequence[str]) -> dict[str, Standing]:
    """Return whose claims count on all registered prices of the products that some prices are of."""
    fields = {"_id": 0, "record_id": 1, "landing": 1, "told": 1}
    products = sorted({entity_of(record_id) for record_id in record_ids})
    found: dict[str, Standing] = {}
    for chunk in in_chunks(products):
        match = {"kind": "products", "entity_id": {"$in": list(chunk)}, **IS_CLAIMED}
        for price in hot.register.find(match, fields):
            told = price.get("told", {}).get("landing", price["landing"])
            found[price["record_id"]] = Standing(price["landing"], told)
    return found


@reaching_mongo()
def note_told(hot: Hot, sequence: int, landings: Mapping[str, int | None]) -> None:
    """Note whose claims the events of a change set said that count, by price; only a higher sequence does again."""
    writes = [
        UpdateOne(
            {"_id": key_of("products", record_id), "told.sequence": {"$not": {"$gte": sequence}}},
            {"$set": {"told": {"landing": landing, "sequence": sequence}}},
        )
        for record_id, landing in landings.items()
    ]
    write_in_bulk(hot.register, writes)


def place_products(
    hot: Hot, products: pl.DataFrame, landing: int, today: date
) -> tuple[pl.DataFrame, Mapping[str, Point]]:
    """Give products without `valid_from` the records that they belong to; return also the prices known of them.

    Args:
        hot: the register.
        products: a file's, of `records.RECORD_SCHEMA`.
        landing: the file's landing number.
        today: the business day of publication.
    """
    latest = fetch_undated(hot, undated_products(products))
    return place_undated(products, latest, landing, today), latest


@reaching_mongo()
def fetch_known(hot: Hot, kind: str, entity_ids: Sequence[str]) -> set[str]:
    """Return those of the entities (products, clients…) that have a registered record."""
    found: set[str] = set()
    for chunk in in_chunks(entity_ids):
        match = {"kind": kind, "entity_id": {"$in": list(chunk)}, **IS_CLAIMED}
        found.update(document["entity_id"] for document in hot.register.find(match, {"_id": 0, "entity_id": 1}))
    return found


@reaching_mongo()
def has_any(hot: Hot, kind: str) -> bool:
    """Tell whether a record of a kind is registered."""
    return hot.register.find_one({"kind": kind, **IS_CLAIMED}, {"_id": 1}) is not None


@reaching_mongo()
def fetch_landed_since(hot: Hot, kind: str, entity_ids: Sequence[str], landing: int) -> set[str]:
    """Return those of the entities of which a file that landed after that one has registered a record."""
    found: set[str] = set()
    for chunk in in_chunks(entity_ids):
        match = {"kind": kind, "entity_id": {"$in": list(chunk)}, "landing": {"$gt": landing}}
        found.update(document["entity_id"] for document in hot.register.find(match, {"_id": 0, "entity_id": 1}))
    return found


def _find(hot: Hot, kind: str, record_ids: Sequence[str], fields: dict[str, int]) -> Iterator[Document]:
    for chunk in in_chunks(record_ids):
        keys = [key_of(kind, record_id) for record_id in chunk]
        yield from hot.register.find({"_id": {"$in": keys}, **IS_CLAIMED}, fields)


def entity_of(record_id: str) -> str:
    """Return the entity that a record tells of: a product version's without its day."""
    return record_id.partition("@")[0]


def key_of(kind: str, record_id: str) -> str:
    """Return the key under which a record is registered."""
    return f"{kind}:{record_id}"


@reaching_mongo()
def apply(hot: Hot, kind: str, update: Update) -> None:
    """Register a change set: each record of the file gets, or loses, its claim, and the changed ones their version.

    A record that was sent again as it is registered has a claim of a later landed file then, so that a file
    which landed in between can't replace it, and that the withdrawal of either leaves it.
    """
    if update.takes_back:
        write_in_bulk(hot.register, [_with_version_after(kind, version, update) for version in update.changed])
        change: Any = _claims_without(update)
    else:
        documents = [_document(kind, version, update) for version in update.changed]
        present = insert_missing(hot.register, documents)
        write_in_bulk(hot.register, [_replacement(documents[place], update) for place in present])
        change = _claim_added(update)
    for chunk in in_chunks(update.unchanged):
        keys = [key_of(kind, record_id) for record_id in chunk]
        hot.register.update_many({"_id": {"$in": keys}, **_unseen(update)}, change)


def _unseen(update: Update) -> Document:
    return {"sequence": {"$lt": update.sequence}}


def _claim(update: Update) -> Document:
    return {"landing": update.landing, "sequence": update.sequence}


def _document(kind: str, version: Version, update: Update) -> Document:
    identity = {"_id": key_of(kind, version.record_id), "kind": kind, "record_id": version.record_id}
    content = {"entity_id": entity_of(version.record_id), "digest": version.digest, "version": version.text}
    return identity | content | _claim(update) | {"claims": [_claim(update)]}


def _replacement(document: Document, update: Update) -> UpdateOne:
    change = _claim_added(update)
    change["$set"] |= {"digest": document["digest"], "version": document["version"]}
    return UpdateOne({"_id": document["_id"], **_unseen(update)}, change)


def _claim_added(update: Update) -> Document:
    # null is below every number: an empty record takes the landing as it is.
    return {
        "$push": {"claims": _claim(update)},
        "$max": {"landing": update.landing},
        "$set": {"sequence": update.sequence},
    }


def _claims_without(update: Update) -> list[Document]:
    is_other = {"$ne": ["$$this.landing", update.landing]}
    others = {"$filter": {"input": "$claims", "cond": is_other}}
    return [
        {"$set": {"claims": others, "sequence": update.sequence}},
        {"$set": {"landing": {"$max": "$claims.landing"}}},
    ]


def _with_version_after(kind: str, version: Version, update: Update) -> UpdateOne:
    content = {"$set": {"digest": version.digest, "version": {"$literal": version.text}}}
    match = {"_id": key_of(kind, version.record_id), **_unseen(update)}
    return UpdateOne(match, [content, *_claims_without(update)])
