"""Figures and uploads as people and scripts read them, from the documents of MongoDB.

Money becomes a decimal string: with 2 places where it is exact at 2, else with all 4. Quantities are
integers, days ISO dates, times UTC ISO with `Z`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from comptoir import names
from comptoir.problems import Problem
from comptoir.questions import Question
from comptoir.rules import window_of
from comptoir.stores.hot import reaching_mongo
from comptoir.stores.ledger import rows_released
from comptoir.stores.pages import LISTS, read_whole
from comptoir.stores.polling import poll

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from comptoir.rules import WindowKind
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

Row = dict[str, Any]

SHOWN_ROWS = 10  # rows of a winners' table unless all are asked for
DAY = timedelta(days=1)
ANSWER_SECONDS = 20.0  # the stream looks for requests between two batches, of a few seconds at most

WINNER_FIELDS = ("rank", "product_id", "code", "name", "category", "quantity", "revenue", "profit")
COST_MISSING_FIELDS = ("code", "quantity", "revenue")
LOSS_FIELDS = (
    "stock_id",
    "code",
    "batch_no",
    "quantity",
    "expiry_date",
    "last_movement",
    "reasons",
    "value_at_risk",
)
LOW_MARGIN_FIELDS = ("code", "revenue", "margin", "threshold")
REDUCTION_FIELDS = ("client_id", "code", "name", "opening", "sales", "new_total", "eligible_promo", "tier")

HISTORY_FIELDS = ("by", "source", "bytes", "sha256", "run_id")
COUNT_FIELDS = ("rows_read", "rows_applied", "rows_unchanged", "rows_rejected")
DECISION_FIELDS = ("act", "by", "note", "rows", "invoices", "files")

IS_SHOWN = {"client_id": {"$exists": True}}  # of a client that is gone only the version stays

MONEY_FIELDS = {"revenue", "profit", "value_at_risk", "opening", "sales", "new_total"}
RATIO_FIELDS = {"margin", "threshold"}


def money_text(amount: Any) -> str:
    """Write an exact amount: 2 places where that loses nothing, else 4.

    Examples:
        >>> money_text(Decimal("748957.0200")), money_text(Decimal("0.1250"))
        ('748957.02', '0.1250')
    """
    exact = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    cents = exact.quantize(Decimal("0.01"))
    return f"{cents if cents == exact else exact.quantize(Decimal('0.0001')):f}"


@reaching_mongo()
def read_winners(hot: Hot, window: WindowKind, day: date, *, whole: bool = False, rows: int = SHOWN_ROWS) -> Row:
    """Return the winners of the window that holds `day`: the first `rows`, or the `whole` ranking."""
    asked = window_of(window, day)
    lists = LISTS[names.KPI_WINNERS] if whole else ["cost_missing"]
    head = read_whole(hot, names.KPI_WINNERS, asked.id, lists)
    shown = head.get("ranking", []) if whole else head.get("top", [])[:rows]
    return {
        "window": window,
        "start": asked.start.isoformat(),
        "as_of": _moment(head.get("as_of", _stream_moment(hot))),
        "rows": _rows(shown, WINNER_FIELDS),
        "cost_missing": _rows(head.get("cost_missing", []), COST_MISSING_FIELDS),
    }


@reaching_mongo()
def read_losses(hot: Hot, on: date, *, fresh: bool = False, wait_seconds: float = ANSWER_SECONDS) -> Row:
    """Return the loss risks as of a day.

    The stream keeps today's document current. For another day pass `fresh`: the stream is then asked for it,
    even where an older answer lies there.

    Raises:
        TransientError: the stream did not answer in time.
    """
    identity = on.isoformat()
    document = {} if fresh else _whole_losses(hot, identity)
    if not document:
        document = _ask_for_losses(hot, identity, wait_seconds)
    return {
        "on": identity,
        "rows": _rows(document["rows"], LOSS_FIELDS),
        "low_margin": _rows(document["low_margin"], LOW_MARGIN_FIELDS),
    }


@reaching_mongo()
def day_of_losses(hot: Hot, now: datetime) -> date:
    """Return today, or yesterday while the stream, which may be at work, has not followed the day's turn yet.

    A head that was computed before its day tells nothing of that: somebody had asked for it.

    Args:
        hot: the hot store.
        now: the moment, in the trader's zone.
    """
    today = now.date()
    for day in (today, today - DAY):
        head = _find(hot, names.KPI_LOSSES, day.isoformat())
        if head and head["as_of"].astimezone(now.tzinfo).date() >= day:
            return day
    return today


@reaching_mongo()
def read_reductions(hot: Hot) -> Row:
    """Return every client's total, tier and eligibility, the highest total first."""
    documents = list(hot.facts[names.KPI_REDUCTIONS].find(IS_SHOWN))
    moments = [document["as_of"] for document in documents]
    rows = sorted(_rows(documents, REDUCTION_FIELDS), key=lambda row: (-Decimal(row["new_total"]), str(row["code"])))
    return {"as_of": _moment(max(moments) if moments else _stream_moment(hot)), "rows": rows}


@reaching_mongo()
def list_uploads(hot: Hot, settings: Settings) -> list[Row]:
    """Return every file's ledger entry, the latest first."""
    return [upload(entry, settings) for entry in hot.ledger.find().sort("landing", -1)]


def upload(entry: Row, settings: Settings) -> Row:
    """Return a ledger entry as people and scripts read it, its problems told in the platform's language."""
    counts = {field: entry[field] for field in COUNT_FIELDS}
    problems = [Problem.from_document(problem).to_json(settings.language) for problem in entry["problems"]]
    return {
        "file_id": entry["_id"],
        "name": entry["name"],
        "kind": entry["kind"],
        "state": entry["state"],
        **counts,
        "rows_released": rows_released(entry),
        "received_at": _moment(entry["received_at"]),
        "applied_at": _moment(entry["applied_at"]),
        "problems": problems,
        "questions": [Question.from_document(question).to_json(settings.language) for question in entry["questions"]],
        **{field: entry[field] for field in HISTORY_FIELDS},
        "stages": {state: _moment(at) for state, at in entry["state_at"].items()},
        "acts": [_act(act, settings) for act in entry["acts"]],
        "decisions": [_decision(decision) for decision in entry.get("decisions", [])],
        "links": links(entry, settings),
    }


def links(entry: Row, settings: Settings) -> dict[str, str | None]:
    """Return where to read on about a file: its Airflow run, and its reports and bytes on the dashboard."""
    file_id = entry["_id"]
    page = settings.dash_url
    return {
        "run": f"{settings.airflow_url}/dags/{names.DAG_INGEST}/runs/{quote(entry['run_id'])}",
        "data_docs": f"{page}/data-docs/{file_id}/" if entry["data_docs"] else None,
        "rejects": f"{page}/rejects/{file_id}" if entry["rejects"] else None,
        "original": f"{page}/original/{file_id}" if entry["raw"] else None,
    }


def _act(act: Row, settings: Settings) -> Row:
    kinds = {
        kind: {field: count for field, count in published.items() if field.startswith("records_")}
        for kind, published in act["published"].items()
    }
    refusal = Problem.from_document(act["refusal"]).message(settings.language) if act.get("refusal") else None
    told = {"act": act["act"], "by": act["by"], "asked_at": _moment(act["asked_at"]), "run_id": act["run_id"]}
    return told | {"kinds": kinds, "refusal": refusal}


def _decision(decision: Row) -> Row:
    """Return what was decided on held rows; a decision of an earlier release lacks what it did not note."""
    return {field: decision.get(field) for field in DECISION_FIELDS} | {"at": _moment(decision["at"])}


def _find(hot: Hot, collection: str, identity: str) -> Row:
    return hot.facts[collection].find_one({"_id": identity}) or {}


def _whole_losses(hot: Hot, identity: str) -> Row:
    return read_whole(hot, names.KPI_LOSSES, identity, LISTS[names.KPI_LOSSES])


def _ask_for_losses(hot: Hot, identity: str, wait_seconds: float) -> Row:
    requests = hot.facts[names.KPI_REQUESTS]
    request = {"_id": f"losses:{identity}"}
    wish = {"kind": "losses", "on": identity, "asked_at": datetime.now(UTC)}
    requests.update_one(request, {"$set": wish}, upsert=True)

    def answer() -> Row | None:
        return None if requests.find_one(request) else _whole_losses(hot, identity) or None

    sentence = (
        f"The stream did not compute the loss risks of {identity} in time; see `comptoir status`, then ask again."
    )
    return poll(answer, wait_seconds, sentence)


def _stream_moment(hot: Hot) -> datetime | None:
    moment: datetime | None = _find(hot, names.PROGRESS, "stream").get("at")
    return moment


def _rows(documents: Sequence[Row], fields: Sequence[str]) -> list[Row]:
    return [{field: _value(field, document.get(field)) for field in fields} for document in documents]


def _value(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field in MONEY_FIELDS:
        return money_text(value)
    if field in RATIO_FIELDS:
        return float(str(value))
    return _moment(value) if isinstance(value, datetime) else value


def _moment(moment: datetime | None) -> str | None:
    """Write a time of MongoDB (naive UTC or aware) as UTC ISO with `Z`."""
    if moment is None:
        return None
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat(timespec="milliseconds").replace("+00:00", "Z")
