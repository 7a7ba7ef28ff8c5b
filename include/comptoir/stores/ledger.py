"""The ledger: one entry per file and attempt, which says where the file is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from comptoir.errors import UnknownFileError
from comptoir.problems import Problem, Severity
from comptoir.stores.hot import DuplicateKeyError, reaching_mongo
from comptoir.stores.offsets import within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from comptoir.stores.hot import Hot
    from comptoir.stores.offsets import Offsets

Entry = dict[str, Any]

FILE_ID_DIGITS: Final = 24  # of the SHA-256, which leaves 2^96 contents
PROBLEMS_KEPT: Final = 1000  # in the entry; the reject file has them all


class State(StrEnum):
    """Where a file is on its way; `docs/data-model.md` draws the transitions."""

    RECEIVED = "received"
    VALIDATING = "validating"
    ASKING = "asking"
    ANSWERED = "answered"
    REJECTED = "rejected"
    PUBLISHING = "publishing"
    APPLIED = "applied"
    PARTIAL = "partial"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    RESTORING = "restoring"


ON_ITS_WAY: Final = frozenset({State.RECEIVED, State.VALIDATING, State.PUBLISHING})
CHANGING_BACK: Final = frozenset({State.WITHDRAWING, State.RESTORING})
UNSETTLED: Final = ON_ITS_WAY | CHANGING_BACK  # the figures don't show yet what becomes of such a file
IMPORTED: Final = frozenset({State.APPLIED, State.PARTIAL, State.RESTORING})
# Bytes of which the latest attempt ended so are taken anew.
REFUSED: Final = frozenset({State.REJECTED, State.ANSWERED, State.WITHDRAWING, State.WITHDRAWN})

# From which states each state may be reached; a step that is done again finds its own state and changes nothing.
REACHED_FROM: Final = {
    State.VALIDATING: frozenset({State.RECEIVED}),
    State.ASKING: frozenset({State.VALIDATING}),
    State.ANSWERED: frozenset({State.ASKING}),
    State.REJECTED: frozenset({State.VALIDATING}),
    State.PUBLISHING: frozenset({State.VALIDATING}),
    # An act that closed books refuse goes back to where it came from.
    State.APPLIED: frozenset({State.PUBLISHING, State.RESTORING, State.WITHDRAWING}),
    State.PARTIAL: frozenset({State.PUBLISHING, State.RESTORING, State.WITHDRAWING}),
    State.WITHDRAWING: frozenset({State.APPLIED, State.PARTIAL}),
    State.WITHDRAWN: frozenset({State.WITHDRAWING, State.RESTORING}),
    State.RESTORING: frozenset({State.WITHDRAWN}),
}


def file_id_of(sha256: str, attempt: int) -> str:
    """Return the identity of a file's attempt, from the hash of its bytes."""
    return f"{sha256[:FILE_ID_DIGITS]}-{attempt}"


def new_entry(
    *,
    sha256: str,
    attempt: int,
    name: str,
    path: str,
    size: int,
    landing: int,
    source: str,
    by: str | None,
    answers: dict[str, str],
    released: str | None = None,
    completes: str | None = None,
) -> Entry:
    """Return the entry of a file that has just been received; `size` is in bytes."""
    now = datetime.now(UTC)
    file_id = file_id_of(sha256, attempt)
    identity = {"_id": file_id, "sha256": sha256, "attempt": attempt, "name": name, "path": path, "bytes": size}
    origin = {"landing": landing, "source": source, "by": by, "answers": answers}
    origin |= {"released": released, "completes": completes}
    origin["run_id"] = run_id_of(file_id)
    state = {"state": State.RECEIVED.value, "state_at": {State.RECEIVED.value: now}, "received_at": now}
    state["stages"] = [stage(State.RECEIVED, now)]
    counts = {"rows_read": 0, "rows_applied": 0, "rows_unchanged": 0, "rows_rejected": 0, "rows_released": 0}
    findings: Entry = {
        "kind": None,
        "problems": [],
        "problems_total": 0,
        "questions": [],
        "mapping": [],
        "rejects": None,
        "data_docs": None,
    }
    return {**identity, **origin, **state, **counts, **findings, "applied_at": None, "raw": None, **_nothing_yet()}


def stage(state: State, at: Any) -> Entry:
    """Return what an entry keeps of a state that it reached, each time anew."""
    return {"state": state.value, "at": at}


def stages_of(entry: Entry) -> list[tuple[str, datetime]]:
    """Return the states that a file went through, each as often as it did, in the order of their times.

    An entry of an earlier release knows only when it was last in each of those before.
    """
    kept = [(each["state"], each["at"]) for each in entry.get("stages", [])]
    return sorted({*kept, *entry["state_at"].items()}, key=lambda reached: reached[1])


def _nothing_yet() -> Entry:
    return {"drops": [], "staged": None, "published": {}, "acts": []}


def run_id_of(file_id: str) -> str:
    """Return the id of the Airflow run that ingests a file's attempt."""
    return f"ingest__{file_id}"


@reaching_mongo()
def insert(hot: Hot, entry: Entry) -> bool:
    """Open an entry; False where another worker opened the same attempt first."""
    try:
        hot.ledger.insert_one(entry)
    except DuplicateKeyError:
        return False
    return True


@reaching_mongo()
def find(hot: Hot, file_id: str) -> Entry:
    """Return the entry of a file.

    Raises:
        UnknownFileError: there is no such file.
    """
    entry = hot.ledger.find_one({"_id": file_id})
    if entry is None:
        raise UnknownFileError(f"The ledger has no file “{file_id}”; `comptoir uploads --json` shows the ids.")
    return entry


@reaching_mongo()
def latest_attempt(hot: Hot, sha256: str) -> Entry | None:
    """Return the entry of the latest attempt with these bytes; None where they never came."""
    return hot.ledger.find_one({"sha256": sha256}, sort=[("attempt", -1)])


@reaching_mongo()
def in_state(hot: Hot, states: Collection[State]) -> list[Entry]:
    """Return all entries in one of the states, in the order of their landing."""
    return list(hot.ledger.find({"state": {"$in": [state.value for state in states]}}).sort("landing", 1))


@reaching_mongo()
def advance(hot: Hot, file_id: str, state: State, **fields: Any) -> bool:
    """Move an entry to its next state together with other fields; False where it isn't in a state before it."""
    expected = [before.value for before in REACHED_FROM[state]]
    now = datetime.now(UTC)
    change = {"state": state.value, f"state_at.{state.value}": now} | fields
    match = {"_id": file_id, "state": {"$in": expected}}
    return hot.ledger.update_one(match, {"$set": change, "$push": {"stages": stage(state, now)}}).matched_count == 1


@reaching_mongo()
def keep_within(hot: Hot, ends: Offsets) -> None:
    """Let no file wait for messages beyond the ends of the topics; of these, `ends` has the next message's offsets."""
    for entry in in_state(hot, UNSETTLED):
        told = {"": entry} | {f"acts.{turn}.": act for turn, act in enumerate(entry["acts"])}
        changes = {
            f"{path}published.{kind}.offsets": within(published["offsets"], ends)
            for path, of in told.items()
            for kind, published in of["published"].items()
        }
        if changes:
            note(hot, entry["_id"], **changes)


@reaching_mongo()
def note(hot: Hot, file_id: str, **fields: Any) -> None:
    """Set fields that don't depend on the entry's state."""
    hot.ledger.update_one({"_id": file_id}, {"$set": fields})


@dataclass(frozen=True)
class Published:
    """What is published of a file and kind, by its landing or a later act: all of it, or what a portion adds.

    Attributes:
        sequences: those of its change sets, one for each portion of the file, in their order.
        offsets: the last messages of the topics when the last of them was published.
        counts: how many rows, or records, they changed and left.
    """

    sequences: list[int]
    offsets: Offsets
    counts: dict[str, int]


def published_of(told: Entry, kind: str) -> Published:
    """Return what is published of a kind, from a file's entry or from one of its acts."""
    counts = dict(told["published"].get(kind, {"sequences": [], "offsets": {}}))
    return Published(counts.pop("sequences"), counts.pop("offsets"), counts)


def portions_published(entry: Entry) -> tuple[int, int]:
    """Return how many of a file's portions are published, and how many there are."""
    staged = entry["staged"] or {"portions": {}}
    return sum(len(kind["sequences"]) for kind in entry["published"].values()), sum(staged["portions"].values())


@reaching_mongo()
def note_published(hot: Hot, file_id: str, kind: str, published: Published, *, turn: int = 0) -> None:
    """Add a kind's finished change set to what the landing, or a later act, published; the same again adds nothing."""
    place = f"acts.{turn - 1}.published.{kind}" if turn else f"published.{kind}"
    added = {f"{place}.{name}": count for name, count in published.counts.items()}
    change = {
        "$push": {f"{place}.sequences": {"$each": published.sequences}},
        "$set": {f"{place}.offsets": published.offsets},
        "$inc": added,
    }
    hot.ledger.update_one({"_id": file_id, f"{place}.sequences": {"$nin": published.sequences}}, change)


def imported_state(entry: Entry) -> State:
    """Return the state of a file whose accepted rows are in the figures: whole, or in part."""
    return State.PARTIAL if entry["rows_rejected"] or rows_released(entry) else State.APPLIED


def rows_released(entry: Entry) -> int:
    """Return how many of a file's rejected rows came in by files of their own."""
    return int(entry.get("rows_released", 0))


@reaching_mongo()
def note_decision(hot: Hot, entry: Entry, decision: dict[str, Any], *, rows_released: int = 0) -> bool:
    """Note that held rows of a file were released or dismissed; False where another decision came in between.

    Released rows count as rejected no more: the files that they came in by account for them.
    """
    place = f"decisions.{len(entry.get('decisions', []))}"
    change = {"$push": {"decisions": decision}, "$inc": _moved(rows_released)}
    return hot.ledger.update_one({"_id": entry["_id"], place: {"$exists": False}}, change).matched_count == 1


@reaching_mongo()
def note_release_undone(hot: Hot, entry: Entry) -> None:
    """Count released rows as rejected again where they were held, as the file that they came in by is withdrawn.

    Done again it changes nothing, nor does it of a file of other rows.
    """
    source = {"_id": entry.get("released"), "releases_undone": {"$ne": entry["_id"]}}
    change = {"$push": {"releases_undone": entry["_id"]}, "$inc": _moved(-entry["rows_read"])}
    hot.ledger.update_one(source, change)


@reaching_mongo()
def note_release_redone(hot: Hot, entry: Entry) -> None:
    """Count rows as released again, as the withdrawn file that they came in by comes back; done again it is nothing."""
    source = {"_id": entry.get("released"), "releases_undone": entry["_id"]}
    change = {"$pull": {"releases_undone": entry["_id"]}, "$inc": _moved(entry["rows_read"])}
    hot.ledger.update_one(source, change)


def _moved(rows_released: int) -> dict[str, int]:
    return {"rows_rejected": -rows_released, "rows_released": rows_released}


@reaching_mongo()
def with_held_rows(hot: Hot) -> list[Entry]:
    """Return the entries of files with held rows, in the order of their landing."""
    return list(hot.ledger.find({"rows_held": {"$gt": 0}}).sort("landing", 1))


@reaching_mongo()
def note_drop(hot: Hot, file_id: str, name: str, by: str | None) -> None:
    """Note that the same bytes were dropped again."""
    drop = {"name": name, "at": datetime.now(UTC), "by": by}
    hot.ledger.update_one({"_id": file_id}, {"$push": {"drops": drop}})


def problem_fields(problems: Iterable[Problem]) -> Entry:
    """Return the fields that keep a file's problems, the gravest thousand and all notices, and how many there are."""
    gravity = list(Severity)
    ordered = sorted(problems, key=lambda problem: gravity.index(problem.severity))
    # An audit reads a file as its notices say; there are few of them.
    last = [problem for problem in ordered[PROBLEMS_KEPT:] if problem.severity == Severity.NOTICE]
    kept = [problem.to_document() for problem in [*ordered[:PROBLEMS_KEPT], *last]]
    return {"problems": kept, "problems_total": len(ordered)}


def first_problem(entry: Entry) -> Problem:
    """Return the gravest problem of an entry that has any."""
    return Problem.from_document(entry["problems"][0])
