"""What is asked of a file after its landing, as the ledger keeps it: to withdraw it, or to take that back.

The wish is written first, in one step with the file's state; a watcher then starts the run that carries it out,
again if it must.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comptoir.accounts import record_act
from comptoir.changes.act import Act
from comptoir.problems import Problem
from comptoir.stores.hot import change_one, reaching_mongo
from comptoir.stores.ledger import (
    CHANGING_BACK,
    REACHED_FROM,
    State,
    advance,
    find,
    imported_state,
    in_state,
    published_of,
    stage,
)

if TYPE_CHECKING:
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry

STATE_OF: Final = {Act.WITHDRAW: State.WITHDRAWING, Act.RESTORE: State.RESTORING}
ACT_OF: Final = {state: act for act, state in STATE_OF.items()}
DONE_IN: Final = {
    Act.WITHDRAW: frozenset({State.WITHDRAWN}),
    Act.RESTORE: frozenset({State.APPLIED, State.PARTIAL}),
}


@reaching_mongo()
def ask(hot: Hot, file_id: str, act: Act, by: str) -> Entry:
    """Ask for an act; return the file's entry as it is then, unchanged where its state doesn't allow the act.

    Asked for again while it is under way, or once it is done, it is not asked for twice. The audit log tells who
    asked.

    Raises:
        UnknownFileError: there is no such file.
    """
    state = STATE_OF[act]
    match = {"_id": file_id, "state": {"$in": [before.value for before in REACHED_FROM[state]]}}
    earlier = {"$ifNull": ["$acts", []]}
    turn = {"$toString": {"$add": [{"$size": earlier}, 1]}}
    wish = {
        "act": {"$literal": act.value},
        "by": {"$literal": by},
        "asked_at": "$$NOW",
        "run_id": {"$concat": [act.value, "__", "$_id", "__", turn]},
        "published": {"$literal": {}},
    }
    stages = {"$concatArrays": [{"$ifNull": ["$stages", []]}, [stage(state, "$$NOW")]]}
    fields = {"state": state.value, f"state_at.{state.value}": "$$NOW", "stages": stages}
    fields |= {"acts": {"$concatArrays": [earlier, [wish]]}}
    asked = change_one(hot.ledger, match, [{"$set": fields}])
    if asked is None:
        return find(hot, file_id)
    record_act(hot, who=by, act=f"file {state.value}", subject=file_id, details={"name": asked["name"]})
    return asked


def refuse(hot: Hot, entry: Entry, act: Act, refusal: Problem) -> None:
    """Take back an act that closed books forbid, before anything of it was published; who asked is told why."""
    place, asked_by = len(entry["acts"]) - 1, entry["acts"][-1]["by"]
    state = State.WITHDRAWN if act is Act.RESTORE else imported_state(entry)
    if advance(hot, entry["_id"], state, **{f"acts.{place}.refusal": refusal.to_document()}):
        details = {"name": entry["name"], "asked_by": asked_by, "why": refusal.message()}
        record_act(hot, who="platform", act=f"{act.value} refused", subject=entry["_id"], details=details)


def refusal_of(entry: Entry) -> Problem | None:
    """Return why the latest act of a file was refused; None where it was not."""
    refusal = entry["acts"][-1].get("refusal") if entry["acts"] else None
    return Problem.from_document(refusal) if refusal else None


def may_ask(entry: Entry, account: str, *, is_administrator: bool) -> bool:
    """Tell whether an account may have a file withdrawn or restored: an accountant those that came by it."""
    return is_administrator or entry["by"] == account


def is_possible(entry: Entry, act: Act) -> bool:
    """Tell whether a file is in a state in which the act may be asked for."""
    return entry["state"] in REACHED_FROM[STATE_OF[act]]


def is_granted(entry: Entry, act: Act) -> bool:
    """Tell whether a file's act is under way or done."""
    return entry["state"] in {STATE_OF[act], *DONE_IN[act]}


def under_way(hot: Hot) -> list[Entry]:
    """Return the entries whose act is asked for and not yet in the figures."""
    return in_state(hot, CHANGING_BACK)


def is_published(entry: Entry) -> bool:
    """Tell whether the latest act of a file is published for every kind that the file published."""
    act = entry["acts"][-1]
    return all(
        len(published_of(act, kind).sequences) == len(published_of(entry, kind).sequences)
        for kind in entry["published"]
    )
