"""MongoDB, the hot store: what the dashboard and the importer need now. The only importer of its client.

Every write is acknowledged by a majority and journaled, so that what a caller saw done survives a crash.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bson.codec_options import CodecOptions
from bson.decimal128 import Decimal128
from pymongo import ASCENDING, DESCENDING, DeleteMany, MongoClient, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from comptoir import names
from comptoir.errors import EpochLostError, MisconfiguredError, TransientError
from comptoir.secrets import mongo_uri

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pymongo.collection import Collection
    from pymongo.database import Database

    from comptoir.settings import Settings

__all__ = [
    "BulkWriteError",
    "Decimal128",
    "DeleteMany",
    "DuplicateKeyError",
    "Hot",
    "ReplaceOne",
    "UpdateOne",
    "open_hot",
    "prepare_hot",
    "reaching_mongo",
]

T = TypeVar("T")
Document = dict[str, Any]
Write = UpdateOne | ReplaceOne[Document] | DeleteMany
FIRST_EPOCH: Final = 1
SERVER_WAIT_MILLISECONDS: Final = 10_000  # a replica set elects a new primary within this time
IDS_PER_QUERY: Final = 5_000  # 60 bytes an id: far below a command's 16 MB
DUPLICATE_KEY: Final = 11000
UNAUTHORIZED: Final = 13
AUTHENTICATION_FAILED: Final = 18


@dataclass(frozen=True)
class Hot:
    """The hot store, opened.

    Attributes:
        client: the driver's client.
        control: the database that outlives every epoch.
        epoch: the current epoch when it was opened.
        facts: that epoch's database.
    """

    client: MongoClient[Document]
    control: Database[Document]
    epoch: int
    facts: Database[Document]

    @property
    def ledger(self) -> Collection[Document]:
        """One document per file and attempt."""
        return self.control[names.LEDGER]

    @property
    def register(self) -> Collection[Document]:
        """The effective version of every record."""
        return self.control[names.REGISTER]

    @property
    def leases(self) -> Collection[Document]:
        """One document per kind."""
        return self.control[names.LEASES]


@contextmanager
def reaching_mongo() -> Iterator[None]:
    """Turn the driver's errors into the platform's, by who acts.

    Raises:
        TransientError: the server was away, electing or slow, or its password is just being changed; the same call may
            pass later.
        MisconfiguredError: the account may not do this, or the address makes no sense.
    """
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise TransientError(f"MongoDB can't be reached and is tried again: {error}") from error
    except ConfigurationError as error:
        raise MisconfiguredError(f"MongoDB's address is wrong, check COMPTOIR_MONGO_URI: {error}") from error
    except OperationFailure as error:
        if error.code == AUTHENTICATION_FAILED:
            raise TransientError(
                "MongoDB refuses the password and is tried again; "
                f"unless it is just being changed, check COMPTOIR_MONGO_URI: {error}"
            ) from error
        if error.code == UNAUTHORIZED:
            raise MisconfiguredError(f"MongoDB refuses the account, check COMPTOIR_MONGO_URI: {error}") from error
        raise


@reaching_mongo()
def open_hot(settings: Settings, client: MongoClient[Document] | None = None) -> Hot:
    """Open the hot store at its current epoch.

    Args:
        settings: where MongoDB is.
        client: a client to use instead of one of our own, such as that of an Airflow connection.

    Raises:
        TransientError: MongoDB can't be reached.
    """
    chosen: MongoClient[Document] = client or MongoClient(
        mongo_uri(settings), serverSelectionTimeoutMS=SERVER_WAIT_MILLISECONDS, retryWrites=True, appname="comptoir"
    )
    control = _database(chosen, names.CONTROL_DATABASE)
    return _at_epoch(chosen, control, _current_epoch(control))


def _at_epoch(client: MongoClient[Document], control: Database[Document], epoch: int) -> Hot:
    return Hot(client, control, epoch, _database(client, names.epoch_database(epoch)))


def _current_epoch(control: Database[Document]) -> int:
    pointer = control[names.POINTERS].find_one({"_id": "current"})
    return int(pointer["epoch"]) if pointer else FIRST_EPOCH


@reaching_mongo()
def at_current_epoch(hot: Hot) -> Hot:
    """Return the hot store at the epoch that is current now; the same where it still is."""
    epoch = _current_epoch(hot.control)
    return hot if epoch == hot.epoch else _at_epoch(hot.client, hot.control, epoch)


@reaching_mongo()
def begin_epoch(hot: Hot) -> Hot:
    """Return the hot store at a new epoch, empty, whose number nobody else ever gets.

    Raises:
        MisconfiguredError: the hot store has never been prepared.
    """
    begun = {"$add": [{"$max": ["$begun", "$epoch"]}, 1]}
    pointer = change_one(hot.control[names.POINTERS], {"_id": "current"}, [{"$set": {"begun": begun}}])
    if pointer is None:
        raise MisconfiguredError("MongoDB does not know which epoch is current; `comptoir up` prepares it.")
    return _at_epoch(hot.client, hot.control, int(pointer["begun"]))


@reaching_mongo()
def switch_epoch(old: Hot, fresh: Hot) -> None:
    """Make an epoch the current one, in one step, where the old one still is; that stays for those who still read it.

    What died on its way to an epoch before them left is dropped.

    Raises:
        EpochLostError: another epoch became the current one meanwhile; it stays so, and the fresh one is dropped.
    """
    match = {"_id": "current", "epoch": old.epoch}
    if fresh.control[names.POINTERS].update_one(match, {"$set": {"epoch": fresh.epoch}}).matched_count == 0:
        fresh.client.drop_database(fresh.facts.name)
        raise EpochLostError(
            f"Another rebuilding has switched from epoch {old.epoch} before this one, whose epoch {fresh.epoch} is "
            "dropped; the figures are those of the other."
        )
    for epoch in epochs_kept(fresh) - {old.epoch}:
        if epoch < fresh.epoch:  # a higher one is in the making, and will find that it came too late
            fresh.client.drop_database(names.epoch_database(epoch))


@reaching_mongo()
def epochs_kept(hot: Hot) -> set[int]:
    """Return the epochs that have a database, current or not."""
    prefix = names.EPOCH_DATABASE_PREFIX
    listed = hot.client.list_database_names()
    return {int(name.removeprefix(prefix)) for name in listed if name.startswith(prefix)}


def _database(client: MongoClient[Document], name: str) -> Database[Document]:
    return client.get_database(
        name,
        codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("majority"),
    )


@reaching_mongo()
def prepare_hot(hot: Hot) -> None:
    """Make the indexes, the pointer, the counters and the leases; what is there already stays as it is."""
    hot.ledger.create_index([("sha256", ASCENDING), ("attempt", DESCENDING)], unique=True)
    hot.ledger.create_index([("landing", DESCENDING)])
    hot.ledger.create_index([("state", ASCENDING)])
    hot.ledger.create_index([("received_at", DESCENDING)])
    hot.ledger.create_index([("drops.at", DESCENDING)])
    hot.control[names.EXPECTED_DAYS].create_index([("expectation", ASCENDING), ("deadline", ASCENDING)])
    hot.register.create_index([("kind", ASCENDING), ("entity_id", ASCENDING)])
    hot.control[names.AUDIT_LOG].create_index([("at", DESCENDING)])
    keep_or_insert(hot.control[names.POINTERS], "current", {"epoch": FIRST_EPOCH})
    for counter in ("landing", "kpi_version"):
        keep_or_insert(hot.control[names.COUNTERS], counter, {"value": 0})
    for kind in names.KINDS:
        keep_or_insert(hot.leases, kind, _free_lease())


def _free_lease() -> Document:
    return {"holder": None, "token": 0, "expires_at": None, "last_sequence": 0, "last_offsets": {}, "pending": None}


def keep_or_insert(collection: Collection[Document], key: str, fields: Document) -> None:
    """Insert a document unless one with that key is there, also when two processes do so at once."""
    with ignoring_duplicates():
        collection.update_one({"_id": key}, {"$setOnInsert": fields}, upsert=True)


@reaching_mongo()
def next_value(hot: Hot, counter: str) -> int:
    """Return the next value of a counter, from 1; no two callers ever get the same."""
    counters = hot.control[names.COUNTERS]
    document = change_one(counters, {"_id": counter}, {"$inc": {"value": 1}})
    if document is None:
        raise MisconfiguredError(f"MongoDB has no counter {counter}; `comptoir up` prepares it.")
    return int(document["value"])


def change_one(collection: Collection[Document], match: Mapping[str, Any], change: Any) -> Document | None:
    """Change the one document that matches and return it as it is afterwards; None where none matches."""
    return collection.find_one_and_update(match, change, return_document=ReturnDocument.AFTER)


@contextmanager
def ignoring_duplicates() -> Iterator[None]:
    """Pass over writes that lost to a document which is there already; anything else still raises."""
    try:
        yield
    except DuplicateKeyError:
        pass
    except BulkWriteError as error:
        _raise_unless_duplicates(error)


def _raise_unless_duplicates(error: BulkWriteError) -> None:
    details = error.details or {}
    codes = {failure["code"] for failure in details.get("writeErrors", [])}
    if codes - {DUPLICATE_KEY} or details.get("writeConcernErrors"):
        raise TransientError(f"MongoDB refused a part of a write, which is tried again: {error}") from error


def write_in_bulk(collection: Collection[Document], writes: Sequence[Write]) -> None:
    """Send many writes in any order; an upsert that lost to an existing document is passed over."""
    if writes:
        with ignoring_duplicates():
            collection.bulk_write(writes, ordered=False)


def distinct_values(collection: Collection[Document], field: str, match: Mapping[str, Any] | None = None) -> set[str]:
    """Return the different texts in a field of the documents that match, however many these are.

    The server's own `distinct` answers with one document, in which some 300,000 identities have room.
    """
    wanted = match or {field: {"$gt": ""}}  # without a condition of its own by the field's index, if it has one
    groups = collection.aggregate([{"$match": wanted}, {"$group": {"_id": f"${field}"}}])
    return {group["_id"] for group in groups if group["_id"] is not None}


def in_chunks(items: Sequence[T], size: int = IDS_PER_QUERY) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most `size`, of which each has room in a command."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def insert_missing(collection: Collection[Document], documents: Sequence[Document]) -> list[int]:
    """Insert many documents in any order; return the places of those that are there already, which stay."""
    if not documents:
        return []
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        _raise_unless_duplicates(error)
        return [failure["index"] for failure in (error.details or {}).get("writeErrors", [])]
    return []


@reaching_mongo()
def ping(hot: Hot) -> None:
    """Ask the server for a sign of life; raise TransientError where none comes."""
    hot.client.admin.command("ping")
