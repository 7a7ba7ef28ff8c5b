"""What the pages read from MongoDB: one function per question, plain rows with exact decimals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from comptoir import names
from comptoir.problems import Problem
from comptoir.questions import Question
from comptoir.stores.amounts import from_stored
from comptoir.stores.expected import Missed, missed
from comptoir.stores.figures import IS_SHOWN
from comptoir.stores.hot import Decimal128, reaching_mongo
from comptoir.stores.ledger import IMPORTED, UNSETTLED
from comptoir.stores.pages import LISTS, read_whole

if TYPE_CHECKING:
    from datetime import date

    from comptoir.rules import Window
    from comptoir.sentences import Language
    from comptoir.stores.hot import Hot

Row = dict[str, Any]

UPLOADS_SHOWN: Final = 100
PROBLEMS_SHOWN: Final = 100  # of each file; the reject file has them all
ZERO: Final = Decimal(0)


@dataclass(frozen=True)
class Health:
    """What the banner needs to know: when the stream last reported, whether the servers answer, what is missing."""

    stream_at: datetime | None = None
    stream_silent: bool = True
    results_connected: bool = True
    store_connected: bool = True
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True)
class Arrivals:
    """The last file whose rows are in the figures, and how many files are still on their way."""

    last_name: str | None
    last_at: datetime | None
    on_the_way: int


@reaching_mongo()
def winners(hot: Hot, window: Window, top: int) -> Row:
    """Return a window's first `top` rows, totals, products without a known cost, when and version."""
    head = _plain(read_whole(hot, names.KPI_WINNERS, window.id, ["cost_missing"]))
    return {
        "rows": head.get("top", [])[:top],
        "cost_missing": head.get("cost_missing", []),
        "totals": head.get("totals") or {"quantity": 0, "revenue": ZERO, "profit": ZERO, "products": 0},
        "as_of": head.get("as_of"),
        "version": head.get("version", 0),
    }


@reaching_mongo()
def is_being_revalued(hot: Hot, window: Window) -> bool:
    """Tell whether something touched a window whose figures don't show it yet."""
    return hot.facts[names.PROGRESS].find_one({"windows": window.id}, {"_id": 1}) is not None


@reaching_mongo()
def losses(hot: Hot, on: date) -> Row:
    """Return the loss risks as of a day, or of the latest day before it that was computed."""
    latest = hot.facts[names.KPI_LOSSES].find_one({"_id": {"$lte": on.isoformat()}}, {"_id": 1}, sort=[("_id", -1)])
    found = read_whole(hot, names.KPI_LOSSES, latest["_id"], LISTS[names.KPI_LOSSES]) if latest else {}
    document = _plain(found)
    rows = sorted(document.get("rows", []), key=lambda row: (-(row["value_at_risk"] or ZERO), row["stock_id"]))
    return {
        "on": document.get("on", on.isoformat()),
        "as_of": document.get("as_of"),
        "rows": rows,
        "low_margin": document.get("low_margin", []),
        "value_at_risk": sum((row["value_at_risk"] or ZERO for row in rows), ZERO),
    }


@reaching_mongo()
def reductions(hot: Hot) -> list[Row]:
    """Return every client's total, tier and reduction, the highest total first."""
    rows = [_plain(document) for document in hot.facts[names.KPI_REDUCTIONS].find(IS_SHOWN)]
    return sorted(rows, key=lambda row: (-row["new_total"], row["code"]))


@reaching_mongo()
def uploads(hot: Hot, language: Language) -> list[Row]:
    """Return the latest files, newest first, with their gravest problems told in `language`."""
    cursor = hot.ledger.find({}, {"problems": {"$slice": PROBLEMS_SHOWN}})
    return [_told(_plain(entry), language) for entry in cursor.sort("landing", -1).limit(UPLOADS_SHOWN)]


@reaching_mongo()
def upload_entry(hot: Hot, file_id: str) -> Row | None:
    """Return one file's ledger entry, or None."""
    return hot.ledger.find_one({"_id": file_id}, {"problems": 0})


@reaching_mongo()
def latest_with_bytes(hot: Hot, sha256: str) -> Row | None:
    """Return the ledger entry of the latest attempt with these bytes, or None."""
    fields = {"state": 1, "received_at": 1, "applied_at": 1, "by": 1}
    return hot.ledger.find_one({"sha256": sha256}, fields, sort=[("attempt", -1)])


@reaching_mongo()
def arrivals(hot: Hot) -> Arrivals:
    """Return what the freshness line says about files."""
    imported = {"state": {"$in": [state.value for state in IMPORTED]}}
    last = hot.ledger.find_one(imported, {"name": 1, "applied_at": 1}, sort=[("applied_at", -1)])
    on_the_way = hot.ledger.count_documents({"state": {"$in": [state.value for state in UNSETTLED]}})
    return Arrivals(last["name"] if last else None, last["applied_at"] if last else None, on_the_way)


@reaching_mongo()
def health(hot: Hot, *, silent_after_seconds: float, results_connected: bool) -> Health:
    """Return how the stream is, from its heartbeat, and which expected files are missing."""
    beat = hot.control[names.HEARTBEATS].find_one({"_id": names.APP_STREAM})
    at = beat["at"] if beat else None
    silent = at is None or datetime.now(UTC) - at > timedelta(seconds=silent_after_seconds)
    return Health(at, silent, results_connected, store_connected=True, missed=missed(hot))


def _told(entry: Row, language: Language) -> Row:
    problems = [Problem.from_document(problem).to_json(language) for problem in entry.get("problems", [])]
    questions = [Question.from_document(question).to_json(language) for question in entry.get("questions", [])]
    return entry | {"problems": problems, "questions": questions}


def _plain(value: Any) -> Any:
    """Return a document with the driver's decimals as Python's."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return from_stored(value) if isinstance(value, Decimal128) else value
