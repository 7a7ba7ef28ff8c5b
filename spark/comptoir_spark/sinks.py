"""What the stream writes to MongoDB: facts once and only once, folds by sequence, KPIs by version.

Every write carries a fence in the document that it changes. Losing to a fence means that the same or a later
write is there already; it is read again to be sure of that, and anything else raises.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial, reduce
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.errors import StoppedError, TransientError
from comptoir.stores.amounts import to_stored
from comptoir.stores.hot import BulkWriteError, DeleteMany, DuplicateKeyError, ReplaceOne, UpdateOne, write_in_bulk
from comptoir.stores.pages import LISTS, older_than, split
from comptoir_spark.facts import CLIENT_GRAIN, PRODUCT_GRAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pymongo.collection import Collection

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

Document = dict[str, Any]
Offsets = dict[str, dict[str, list[int]]]

REBUILD: Final = "Run `comptoir rebuild`: the figures are computed anew from the lake."  # after each named stop

# The arithmetic of facts. A batch that was begun under one version is not finished under another.
FACTS_VERSION: Final = "1"
DUPLICATE_KEY: Final = 11000
TRIES: Final = 5
WRITES_AT_ONCE: Final = 1_000
WRITERS: Final = 3  # the number that drained fastest on two cores
FACTS: Final = {PRODUCT_GRAIN: names.FACTS_PRODUCT, CLIENT_GRAIN: names.FACTS_CLIENT}
FOLDED: Final = {"stock": names.STOCK_LOTS, "clients": names.CLIENT_BOOK}
FOLD_KEYS: Final = {"stock": "stock_id", "clients": "client_id"}
FOLD_FIELDS: Final = {
    "stock": (
        "stock_id",
        "product_id",
        "product_code",
        "quantity",
        "batch_no",
        "expiry_date",
        "last_movement",
        "movement_day",
    ),
    "clients": ("client_id", "code", "name", "opening", "declared_tier", "as_of"),
}
SHOWN_FIELDS: Final = ("code", "name", "category", "min_margin_threshold")


@dataclass(frozen=True)
class Fenced:
    """A write to one document that must happen once: it applies while `field` is below `fence`."""

    key: str
    field: str
    fence: int
    change: Document
    replaces: bool = False

    def operation(self) -> UpdateOne | ReplaceOne[Document]:
        """Return the write as the driver takes it."""
        unseen = {"_id": self.key, self.field: {"$not": {"$gte": self.fence}}}
        if self.replaces:
            return ReplaceOne(unseen, self.change, upsert=True)
        return UpdateOne(unseen, self.change, upsert=True)

    def is_passed(self, document: Document) -> bool:
        """Tell whether a document shows that this or a later write was applied."""
        value: Any = document
        for step in self.field.split("."):
            value = value.get(step, {})
        return isinstance(value, int) and value >= self.fence


def write_fenced(collection: Collection[Document], writes: Sequence[Fenced]) -> None:
    """Apply writes in any order, each once, however often they are tried.

    Raises:
        TransientError: some could not be applied and may be tried again.
    """
    chunks = [writes[start : start + WRITES_AT_ONCE] for start in range(0, len(writes), WRITES_AT_ONCE)]
    if len(chunks) <= 1:
        for chunk in chunks:
            _write_chunk(collection, chunk)
        return
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(partial(_write_chunk, collection), chunks))


def _write_chunk(collection: Collection[Document], writes: Sequence[Fenced]) -> None:
    left = list(writes)
    for _ in range(TRIES):
        lost = _lost_writes(collection, left)
        if not lost:
            return
        found = {doc["_id"]: doc for doc in collection.find({"_id": {"$in": [write.key for write in lost]}})}
        left = [write for write in lost if not write.is_passed(found.get(write.key, {}))]
        if not left:
            return
    raise TransientError(f"{len(left)} writes to {collection.name} keep colliding; the batch is tried again.")


def _lost_writes(collection: Collection[Document], writes: Sequence[Fenced]) -> list[Fenced]:
    """Return the writes whose upsert met an existing document: applied before, or in a race."""
    try:
        collection.bulk_write([write.operation() for write in writes], ordered=False)
    except BulkWriteError as error:
        failures = error.details.get("writeErrors", [])
        if error.details.get("writeConcernErrors") or any(each["code"] != DUPLICATE_KEY for each in failures):
            raise TransientError(f"MongoDB refused a part of a batch, which is tried again: {error}") from error
        return [writes[failure["index"]] for failure in failures]
    return []


def record_batch(hot: Hot, batch: int, offsets: Offsets, settings: Settings) -> None:
    """Note what a batch is made of before its first write; the first note counts.

    Raises:
        StoppedError: the batch was begun with other input or other arithmetic, or later ones were begun already.
    """
    note = {
        "number": batch,
        "offsets": offsets,
        "code_version": FACTS_VERSION,
        "settings_digest": sha256(settings.timezone.encode()).hexdigest(),  # all that facts depend on
    }
    key = f"{hot.epoch}:{batch}"
    batches = hot.facts[names.BATCHES]
    # Numbers that begin anew would meet the fences of earlier batches, which pass over what looks applied already.
    later = batches.find_one({"number": {"$gt": batch}}, {"_id": 1})
    with suppress(DuplicateKeyError):
        if not later:
            batches.insert_one({"_id": key, **note, "at": datetime.now(UTC)})
    known = batches.find_one({"_id": key}) or {}
    if {name: known.get(name) for name in note} != note:
        raise _no_longer_together(key)


def refuse_emptied(hot: Hot, batch: int) -> None:
    """See that a batch without any message was not begun with some, which the next one would read again.

    Raises:
        StoppedError: it was.
    """
    if was_begun(hot, batch):
        raise _no_longer_together(f"{hot.epoch}:{batch}")


def _no_longer_together(key: str) -> StoppedError:
    return StoppedError(
        f"Batch {key} was begun with other offsets or another version, or later ones were: the checkpoint and the "
        f"facts no longer belong together. {REBUILD}"
    )


def was_begun(hot: Hot, batch: int) -> bool:
    """Tell whether a batch of this epoch has noted what it is made of."""
    return hot.facts[names.BATCHES].find_one({"_id": f"{hot.epoch}:{batch}"}, {"_id": 1}) is not None


def add_facts(hot: Hot, batch: int, deltas: Iterable[Document]) -> None:
    """Add a batch's deltas to the facts, once.

    Args:
        hot: the hot store.
        batch: the batch's number, which fences the increments.
        deltas: rows of `facts.fact_deltas`.
    """
    for collection, changes in _increments(deltas).items():
        write_fenced(hot.facts[collection], [change.write(key, batch) for key, change in changes.items()])


def fact_documents(deltas: Iterable[Document]) -> dict[str, dict[str, Document]]:
    """Return the documents that deltas alone make, without fence, by collection and key.

    Args:
        deltas: rows of `facts.fact_deltas`, all of a month.
    """
    return {
        collection: {key: change.document() for key, change in changes.items()}
        for collection, changes in _increments(deltas).items()
    }


def _increments(deltas: Iterable[Document]) -> dict[str, dict[str, _Increments]]:
    """Gather deltas by collection and document, without what changes nothing."""
    changes: dict[str, dict[str, _Increments]] = {collection: {} for collection in FACTS.values()}
    for delta in deltas:
        month, _, day = delta["day"].isoformat().rpartition("-")
        key, of_grain = f"{delta['record_id']}:{month}", changes[FACTS[delta["grain"]]]
        change = of_grain.get(key) or _Increments(delta["grain"], delta["record_id"], month)
        change.add(day, delta)
        of_grain[key] = change
    return {
        collection: {key: change for key, change in of.items() if change.steps} for collection, of in changes.items()
    }


class _Increments:
    """What a batch adds to one document of facts: a record's month."""

    def __init__(self, grain: str, record_id: str, month: str) -> None:
        self.fields: Document = {f"{grain}_id": record_id, "month": month}
        self.steps: Document = {}
        self.unpriced: set[str] = set()

    def add(self, number: str, delta: Document) -> None:
        """Take in one delta of a day of the month; what is zero changes nothing."""
        day = f"days.{number}"
        if delta["code"] is not None:
            self.fields["code"] = delta["code"]
        if delta["product_id"] is not None:
            self._step(f"{day}.u.{delta['product_id']}", delta["u"])
            self.unpriced.add(delta["product_id"])
            return
        for measure in ("q", "u", "n") if "product_id" in self.fields else ("n",):
            self._step(f"{day}.{measure}", delta[measure])
        self._step(f"{day}.r", delta["r"])

    def _step(self, path: str, amount: int | Decimal) -> None:
        if amount:
            self.steps[path] = to_document(amount)

    def write(self, key: str, batch: int) -> Fenced:
        """Return all of it as one write."""
        change: Document = {"$inc": self.steps, "$set": self.fields | {"b": batch}}
        if self.unpriced:
            change["$addToSet"] = {"unpriced": {"$each": sorted(self.unpriced)}}
        return Fenced(key, "b", batch, change)

    def document(self) -> Document:
        """Return what all of it makes where nothing was."""
        document = dict(self.fields)
        for path, amount in self.steps.items():
            *steps, last = path.split(".")
            reduce(lambda part, step: part.setdefault(step, {}), steps, document)[last] = amount
        return document | ({"unpriced": sorted(self.unpriced)} if self.unpriced else {})


def fold_versions(hot: Hot, rows: Sequence[Document]) -> None:
    """Keep the latest version of product prices, lots and clients; only a higher sequence replaces.

    Of what is gone the key and the sequence stay, so that an earlier version which comes late doesn't bring it back.

    Args:
        hot: the hot store.
        rows: `kind, sequence, landing, is_gone, version`, as `facts.latest_versions` gives.
    """
    for kind, collection in FOLDED.items():
        write_fenced(hot.facts[collection], [_fold(row) for row in rows if row["kind"] == kind])
    prices = [_price(row) for row in rows if row["kind"] == "products"]
    write_fenced(hot.facts[names.CATALOGUE], prices)


def folded_documents(rows: Iterable[Document]) -> dict[str, dict[str, Document]]:
    """Return the documents that versions alone make, by collection and key; rows as `fold_versions` takes them."""
    found: dict[str, dict[str, Document]] = {name: {} for name in (names.CATALOGUE, *FOLDED.values())}
    for row in rows:
        if row["kind"] == "products":
            write, day = _price(row), row["version"]["in_force_from"].isoformat()
            prices = found[names.CATALOGUE].setdefault(write.key, {"prices": {}})["prices"]
            prices[day] = write.change["$set"][f"prices.{day}"]
        else:
            write = _fold(row)
            found[FOLDED[row["kind"]]][write.key] = write.change["$set"]
    return found


def _fold(row: Document) -> Fenced:
    kind, version = row["kind"], row["version"]
    change: Document = {"$set": {"s": row["sequence"]}}
    if row["is_gone"]:
        change["$unset"] = dict.fromkeys(FOLD_FIELDS[kind], "")
    else:
        change["$set"] |= {name: to_document(version[name]) for name in FOLD_FIELDS[kind]}
    return Fenced(version[FOLD_KEYS[kind]], "s", row["sequence"], change)


def _price(row: Document) -> Fenced:
    version = row["version"]
    path = f"prices.{version['in_force_from'].isoformat()}"
    point: Document = {"s": row["sequence"]}
    if not row["is_gone"]:
        point |= {"buy": to_document(version["buy_price"]), "sell": to_document(version["sell_price"])}
        point |= {"l": row["landing"]} | {name: to_document(version[name]) for name in SHOWN_FIELDS}
    return Fenced(version["product_id"], f"{path}.s", row["sequence"], {"$set": {path: point}})


def replace_newer(hot: Hot, collection: str, documents: Iterable[Document]) -> None:
    """Replace KPI documents whole, each by its `_id`, unless one of the same or a higher `version` is there."""
    writes = [
        Fenced(document["_id"], "version", document["version"], to_document(document), replaces=True)
        for document in documents
    ]
    write_fenced(hot.facts[collection], writes)


def replace_paged(hot: Hot, collection: str, figures: Iterable[Document]) -> list[Document]:
    """Replace figures as `replace_newer` does, their lists' rows on pages that are there before the heads.

    Returns the heads. The pages of earlier versions stay for those who have read an earlier head; see `remove_older`.
    """
    parts = [split(figure, LISTS[collection]) for figure in figures]
    replace_newer(hot, names.KPI_PAGES, [page for _, pages in parts for page in pages])
    heads = [head for head, _ in parts]
    replace_newer(hot, collection, heads)
    return heads


def remove_older(hot: Hot, collection: str, keys: Sequence[str]) -> None:
    """Remove the pages of versions that heads have left behind, those too of a writer that came too late."""
    heads = hot.facts[collection].find({"_id": {"$in": keys}}, {"version": 1})
    write_in_bulk(hot.facts[names.KPI_PAGES], [DeleteMany(older_than(head)) for head in heads])


def last_offsets(offsets: Offsets) -> dict[str, int]:
    """Return the last offset of each topic and partition, by its path in a document."""
    return {
        f"offsets.{topic}.{partition}": last
        for topic, partitions in offsets.items()
        for partition, (_, last) in partitions.items()
    }


def note_progress(hot: Hot, batch: int, reached: dict[str, dict[str, int]]) -> None:
    """Note how far the stream has come: the last offset of each partition whose figures are all written.

    What an earlier batch notes late takes nothing back.
    """
    paths = {f"offsets.{topic}.{number}": last for topic, ends in reached.items() for number, last in ends.items()}
    change = {"$max": {"batch": batch} | paths, "$set": {"at": datetime.now(UTC)}}
    hot.facts[names.PROGRESS].update_one({"_id": "stream"}, change, upsert=True)


def to_document(value: Any) -> Any:
    """Return a value as MongoDB keeps it: exact decimals, days as ISO text, times as they are."""
    if isinstance(value, Decimal):
        return to_stored(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: to_document(part) for name, part in value.items()}
    if isinstance(value, list):
        return [to_document(part) for part in value]
    return value
