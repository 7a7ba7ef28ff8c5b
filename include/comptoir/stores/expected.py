"""Which files are expected by when, and what became of each day's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from comptoir import accounts
from comptoir.errors import MisconfiguredError
from comptoir.expecting import (
    Arrival,
    Expectation,
    arrivals,
    days_text,
    deadline_before,
    fulfilling,
    last_deadline,
    next_deadline,
    parse_days,
)
from comptoir.names import EXPECTATIONS, EXPECTED_DAYS
from comptoir.stores import ledger
from comptoir.stores.hot import ignoring_duplicates, reaching_mongo
from comptoir.stores.ledger import IMPORTED, State

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from comptoir.stores.hot import Hot

ID_BYTES = 4
ACCEPTED = [state.value for state in sorted(IMPORTED | {State.PUBLISHING})]


class Outcome(StrEnum):
    """What became of an expected file."""

    AWAITED = "awaited"
    CAME = "came"
    NEVER = "never"  # the deadline after it has passed
    REMOVED = "removed"  # nobody expects it any more


@dataclass(frozen=True)
class Missed:
    """A file that is not here although its deadline (UTC) has passed."""

    expectation: str
    kind: str
    account: str | None
    deadline: datetime


@reaching_mongo()
def add(
    hot: Hot, kind: str, due: time, days: frozenset[int], account: str | None = None, *, by: str = "operator"
) -> Expectation:
    """Expect a file from now on; one of the same kind, time and account is replaced.

    Args:
        hot: where expectations are kept.
        kind: of its records.
        due: the time of day, in the trader's zone, by which it is expected.
        days: the weekdays, 0 for Monday.
        account: whose file it is; None for anyone's.
        by: who says so.

    Raises:
        MisconfiguredError: there is no account of that name.
    """
    if account is not None:
        accounts.require(hot, account)
    same = {"kind": kind, "by": f"{due:%H:%M}", "account": account}
    for document in list(hot.control[EXPECTATIONS].find(same)):
        remove(hot, document["_id"], by=by)
    fields = same | {"days": days_text(days), "created_at": datetime.now(UTC), "created_by": by}
    identity = token_hex(ID_BYTES)
    hot.control[EXPECTATIONS].insert_one({"_id": identity} | fields)
    accounts.record_act(hot, who=by, act="file expected", subject=kind, details=same | {"days": fields["days"]})
    return Expectation(identity, kind, due, days, account)


@reaching_mongo()
def remove(hot: Hot, identity: str, *, by: str = "operator") -> None:
    """Expect a file no longer; days on which it is missing are forgotten.

    Raises:
        MisconfiguredError: there is no such expectation.
    """
    document = hot.control[EXPECTATIONS].find_one_and_delete({"_id": identity})
    if document is None:
        raise MisconfiguredError(
            f"No file is expected under “{identity}”; `comptoir expect list` shows the ids.",
            f"Aucun fichier n'est attendu sous « {identity} » ; `comptoir expect list` montre les identifiants.",
        )
    hot.control[EXPECTED_DAYS].delete_many({"expectation": identity, "file_id": None})
    details = {field: document[field] for field in ("kind", "by", "days", "account")}
    accounts.record_act(hot, who=by, act="file expected no longer", subject=document["kind"], details=details)


@reaching_mongo()
def list_expectations(hot: Hot) -> list[Expectation]:
    """Return every expectation, by time of day and kind."""
    return [_expectation(document) for document in hot.control[EXPECTATIONS].find().sort([("by", 1), ("kind", 1)])]


def _expectation(document: dict[str, Any]) -> Expectation:
    due = time.fromisoformat(document["by"])
    return Expectation(document["_id"], document["kind"], due, parse_days(document["days"]), document["account"])


@reaching_mongo()
def open_deadlines(hot: Hot, zone: ZoneInfo, now: datetime) -> list[tuple[Expectation, datetime]]:
    """Return the deadlines (UTC) to wait for: each expectation's next, and its last where it was expected before that.

    The last is there for a platform that was stopped over the time at which it would have been the next.
    """
    documents = list(hot.control[EXPECTATIONS].find())
    created = {document["_id"]: document["created_at"] for document in documents}
    expected = [_expectation(document) for document in documents]
    pairs = [(each, moment(each, now, zone)) for each in expected for moment in (last_deadline, next_deadline)]
    return [(each, deadline) for each, deadline in pairs if deadline > created[each.id]]


@reaching_mongo()
def settle_day(hot: Hot, zone: ZoneInfo, identity: str, deadline: datetime, now: datetime) -> Outcome:
    """Look for the file of a deadline (UTC) and note it where it came; doing it again changes nothing."""
    document = hot.control[EXPECTATIONS].find_one({"_id": identity})
    if document is None:
        return Outcome.REMOVED
    expectation = _expectation(document)
    following = next_deadline(expectation, deadline, zone)
    since = deadline_before(expectation, deadline, zone)
    is_one_owed = document["created_at"] < since and not _was_in_time(hot, identity, since)
    came = arrivals(_entries(hot, expectation.kind, since), expectation.account, since)
    found = fulfilling(came, deadline, following, is_one_owed=is_one_owed)
    if found is not None:
        _note_arrival(hot, expectation, deadline, found)
        return Outcome.CAME
    return Outcome.AWAITED if now <= following else Outcome.NEVER


@reaching_mongo()
def note_missed(hot: Hot, zone: ZoneInfo, identity: str, deadline: datetime, now: datetime) -> bool:
    """Note that the file of a deadline is not here; False where it is, or where nobody expects it any more."""
    document = hot.control[EXPECTATIONS].find_one({"_id": identity})
    if document is None or settle_day(hot, zone, identity, deadline, now) is Outcome.CAME:
        return False
    fields = _day_fields(_expectation(document), deadline) | {"missed_at": now, "came_at": None}
    match = {"_id": _day_id(identity, deadline), "file_id": None}
    with ignoring_duplicates():
        hot.control[EXPECTED_DAYS].update_one(match, {"$setOnInsert": fields}, upsert=True)
    return True


@reaching_mongo()
def missed(hot: Hot) -> tuple[Missed, ...]:
    """Return what is not here, by deadline: of each expectation the latest day, where its file is missing."""
    latest: dict[str, dict[str, Any]] = {}
    for day in hot.control[EXPECTED_DAYS].find({"expectation": {"$in": _expected_ids(hot)}}).sort("deadline", 1):
        latest[day["expectation"]] = day
    missing = [day for day in latest.values() if day["file_id"] is None]
    shown = [Missed(day["expectation"], day["kind"], day["account"], day["deadline"]) for day in missing]
    return tuple(sorted(shown, key=lambda each: (each.deadline, each.kind, each.expectation)))


def _expected_ids(hot: Hot) -> list[str]:
    return [document["_id"] for document in hot.control[EXPECTATIONS].find({}, {"_id": 1})]


def _was_in_time(hot: Hot, identity: str, deadline: datetime) -> bool:
    day = hot.control[EXPECTED_DAYS].find_one({"_id": _day_id(identity, deadline)})
    return day is not None and day["file_id"] is not None and day["came_at"] <= deadline


def _entries(hot: Hot, kind: str, since: datetime) -> list[dict[str, Any]]:
    """Return what is needed of the files with accepted rows of a kind that came, or came again, after a moment."""
    after = {"$gt": since}
    match = {
        "state": {"$in": ACCEPTED},
        f"published.{kind}": {"$exists": True},
        "$or": [{"received_at": after}, {"drops.at": after}],
    }
    return list(hot.ledger.find(match, {"received_at": 1, "by": 1, "drops": 1}))


def _note_arrival(hot: Hot, expectation: Expectation, deadline: datetime, arrival: Arrival) -> None:
    identity = _day_id(expectation.id, deadline)
    came = {"file_id": arrival.file_id, "came_at": arrival.at}
    fresh = _day_fields(expectation, deadline) | {"missed_at": None}
    hot.control[EXPECTED_DAYS].update_one({"_id": identity}, {"$set": came, "$setOnInsert": fresh}, upsert=True)
    late_seconds = (arrival.at - deadline).total_seconds()
    if late_seconds > 0:
        ledger.note(hot, arrival.file_id, late={"deadline": deadline, "seconds": round(late_seconds)})


def _day_id(identity: str, deadline: datetime) -> str:
    return f"{identity}@{deadline:%Y%m%dT%H%MZ}"


def _day_fields(expectation: Expectation, deadline: datetime) -> dict[str, Any]:
    return {
        "expectation": expectation.id,
        "kind": expectation.kind,
        "account": expectation.account,
        "deadline": deadline,
    }
