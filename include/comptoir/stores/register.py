"""The register: the effective version of every record, to which the next file is compared.

An update carries its change set's sequence and replaces only a lower one, so that replaying a change set
after a crash, or by a worker that woke up late, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from comptoir.stores.hot import UpdateOne, insert_missing, reaching_mongo, write_in_bulk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comptoir.stores.hot import Hot

T = TypeVar("T")

IDS_PER_QUERY: Final = 5_000  # 60 bytes an id: far below a command's 16 MB


@dataclass(frozen=True)
class Origin:
    """Which change set a version comes from: its sequence, its file and that file's landing number."""

    sequence: int
    file_id: str
    landing: int


@dataclass(frozen=True)
class Version:
    """A record's new effective version: its JSON text and that text's digest."""

    record_id: str
    digest: str
    text: str


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
def fetch_known(hot: Hot, kind: str, entity_ids: Sequence[str]) -> set[str]:
    """Return those of the entities (products, clients…) that have a registered record."""
    found: set[str] = set()
    for chunk in in_chunks(entity_ids, IDS_PER_QUERY):
        match = {"kind": kind, "entity_id": {"$in": list(chunk)}}
        found.update(document["entity_id"] for document in hot.register.find(match, {"_id": 0, "entity_id": 1}))
    return found


@reaching_mongo()
def fetch_landed_since(hot: Hot, kind: str, entity_ids: Sequence[str], landing: int) -> set[str]:
    """Return those of the entities of which a file that landed after that one has registered a record."""
    found: set[str] = set()
    for chunk in in_chunks(entity_ids, IDS_PER_QUERY):
        match = {"kind": kind, "entity_id": {"$in": list(chunk)}, "landing": {"$gt": landing}}
        found.update(document["entity_id"] for document in hot.register.find(match, {"_id": 0, "entity_id": 1}))
    return found


def _find(hot: Hot, kind: str, record_ids: Sequence[str], fields: dict[str, int]) -> Iterator[dict[str, Any]]:
    for chunk in in_chunks(record_ids, IDS_PER_QUERY):
        keys = [key_of(kind, record_id) for record_id in chunk]
        yield from hot.register.find({"_id": {"$in": keys}}, fields)


def entity_of(record_id: str) -> str:
    """Return the entity that a record tells of: a product version's without its `valid_from`."""
    return record_id.partition("@")[0]


def key_of(kind: str, record_id: str) -> str:
    """Return the key under which a record is registered."""
    return f"{kind}:{record_id}"


@reaching_mongo()
def apply(hot: Hot, kind: str, origin: Origin, changed: Sequence[Version], confirmed: Sequence[str]) -> None:
    """Register the changed versions, and let the confirmed records rest on this file's claim from now on.

    A confirmed record was sent again as it is registered: its claim is now that of a later landed file, so
    that a file which landed in between can't replace it.
    """
    documents = [_document(kind, version, origin) for version in changed]
    insert_missing(hot.register, documents)
    write_in_bulk(hot.register, [_replacement(document) for document in documents])
    for chunk in in_chunks(confirmed, IDS_PER_QUERY):
        keys = [key_of(kind, record_id) for record_id in chunk]
        match = {"_id": {"$in": keys}, "sequence": {"$lt": origin.sequence}, "landing": {"$lt": origin.landing}}
        hot.register.update_many(match, {"$set": _origin_fields(origin)})


def _document(kind: str, version: Version, origin: Origin) -> dict[str, Any]:
    identity = {"_id": key_of(kind, version.record_id), "kind": kind, "record_id": version.record_id}
    identity["entity_id"] = entity_of(version.record_id)
    return identity | {"digest": version.digest, "version": version.text} | _origin_fields(origin)


def _origin_fields(origin: Origin) -> dict[str, Any]:
    return {"sequence": origin.sequence, "file_id": origin.file_id, "landing": origin.landing}


def _replacement(document: dict[str, Any]) -> UpdateOne:
    match = {"_id": document["_id"], "sequence": {"$lt": document["sequence"]}}
    return UpdateOne(match, {"$set": {key: value for key, value in document.items() if key != "_id"}})


def in_chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
