"""A whole file gets its entry in the ledger, and leaves the drop zone once its way is decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from comptoir import accounts
from comptoir.errors import MisconfiguredError, TransientError
from comptoir.landing.drop import (
    DONE,
    REFUSED,
    Folder,
    Origin,
    finished_folder,
    forget_origin,
    move_unless_taken,
    opened_unlinked,
    read_origin,
    zone_account,
)
from comptoir.problems import Problem
from comptoir.stores import ledger
from comptoir.stores.hot import next_value, reaching_mongo
from comptoir.stores.ledger import IMPORTED, ON_ITS_WAY, State

if TYPE_CHECKING:
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry

Action = Literal["ingest", "already_imported", "refused"]

FINISHED_IN: Final[dict[State, Folder]] = {
    State.APPLIED: DONE,
    State.PARTIAL: DONE,
    State.PUBLISHING: DONE,
    State.REJECTED: REFUSED,
    State.ASKING: REFUSED,
    State.WITHDRAWING: DONE,
    State.WITHDRAWN: DONE,
    State.RESTORING: DONE,
    State.ANSWERED: REFUSED,
}


@dataclass(frozen=True)
class Receipt:
    """What became of a dropped file: its identity, the Airflow run that takes it, and whether one is needed."""

    file_id: str
    run_id: str
    action: Action


def receive(hot: Hot, settings: Settings, path: Path) -> Receipt:
    """Enter a whole file of the drop zone into the ledger, or recognise it there.

    Bytes that never came, were refused or withdrawn, wait for an answer and come from the same hand or bring answers,
    or are sent `again` on purpose, open a new attempt. Bytes that are on their way keep their entry, and their run is
    asked for again in case it was lost. Bytes that are imported change nothing: the drop is noted and the file leaves
    the drop zone.

    A file in a zone belongs to the zone's account, whatever lies beside it. Where the zone names no account, a new
    attempt is refused at once: nobody's policy holds for it.

    Raises:
        TransientError: MongoDB is away, or the file left before it was read.
        MisconfiguredError: the file may not be read.
    """
    sha256, size = _hash(path)
    while True:
        latest = ledger.latest_attempt(hot, sha256)
        origin = origin_of(settings, path)
        if latest is None or _comes_anew(latest, path, origin):
            entry = _new_entry(hot, path, origin, sha256, size, latest)
            if ledger.insert(hot, entry):
                return _begin(hot, settings, entry, path)
            continue  # another watcher was first: look again
        if latest["state"] in ON_ITS_WAY and latest["path"] == str(path):
            return _begin(hot, settings, latest, path)
        if latest["state"] in ON_ITS_WAY:
            return _take_up_again(hot, settings, latest, path)
        return _recognise(hot, settings, latest, path)


def origin_of(settings: Settings, path: Path) -> Origin:
    """Return where a dropped file came from; the zone that it lies in says by whom."""
    origin = read_origin(path)
    account = zone_account(settings, path)
    return replace(origin, source="folder", by=account) if account else origin


def _begin(hot: Hot, settings: Settings, entry: Entry, path: Path) -> Receipt:
    """Hand an attempt to its run; one from a zone without an account is refused here and now."""
    account = zone_account(settings, path)
    if account is None or _is_known(hot, account) or entry["state"] == State.PUBLISHING:
        return _receipt(entry, "ingest")
    problem = Problem("zone_unknown", params={"zone": account})
    ledger.advance(hot, entry["_id"], State.VALIDATING)
    ledger.advance(hot, entry["_id"], State.REJECTED, **ledger.problem_fields([problem]))
    finish(hot, settings, entry["_id"])
    return _receipt(entry, "refused")


@reaching_mongo()
def _is_known(hot: Hot, account: str) -> bool:
    return accounts.find(hot, account) is not None


def _hash(path: Path) -> tuple[str, int]:
    try:
        with opened_unlinked(path) as file:
            digest = file_digest(file, "sha256").hexdigest()
            return digest, file.tell()
    except FileNotFoundError as error:
        raise TransientError(f"{path.name} left the drop zone before it was read.") from error
    except PermissionError as error:
        raise MisconfiguredError(f"{path} may not be read; give the platform's user the right to.") from error


def _comes_anew(entry: Entry, path: Path, origin: Origin) -> bool:
    """Tell whether the file is a new attempt, not the one whose move out of the drop zone was cut short."""
    # What is asked is told again, as the latest file, to whom it was asked; nobody else takes the file from them.
    is_asked_anew = entry["state"] == State.ASKING and (bool(origin.answers) or origin.by == entry["by"])
    is_wanted = entry["state"] in IMPORTED and origin.again
    return (entry["state"] in ledger.REFUSED or is_asked_anew or is_wanted) and entry["path"] != str(path)


def _new_entry(  # noqa: PLR0917 - what a file is, in the order in which it became known
    hot: Hot, path: Path, origin: Origin, sha256: str, size: int, latest: Entry | None
) -> Entry:
    earlier = _take_answers(hot, latest) if latest else {}
    # What an inventory lacks is 0 as of that inventory: a file that landed after it has the last word.
    completed = ledger.find(hot, origin.completes) if origin.completes else None
    landing = completed["landing"] if completed else next_value(hot, "landing")
    return ledger.new_entry(
        sha256=sha256,
        attempt=latest["attempt"] + 1 if latest else 1,
        name=path.name,
        path=str(path),
        size=size,
        landing=landing,
        source=origin.source,
        by=origin.by,
        answers=earlier | origin.answers,
        released=origin.released,
        completes=origin.completes,
    )


def _take_answers(hot: Hot, asked: Entry) -> dict[str, str]:
    """Close an attempt that asked, and return the answers that it had: the next one has them, too."""
    ledger.advance(hot, asked["_id"], State.ANSWERED)
    answers: dict[str, str] = asked["answers"] if asked["state"] in {State.ASKING, State.ANSWERED} else {}
    return answers


def _take_up_again(hot: Hot, settings: Settings, entry: Entry, path: Path) -> Receipt:
    ledger.note_drop(hot, entry["_id"], path.name, origin_of(settings, path).by)
    if Path(entry["path"]).exists():
        _move(settings, path, DONE, entry["_id"])
    else:
        ledger.note(hot, entry["_id"], path=str(path))
    return _receipt(entry, "ingest")


def _recognise(hot: Hot, settings: Settings, entry: Entry, path: Path) -> Receipt:
    if entry["path"] == str(path):
        finish(hot, settings, entry["_id"])  # its move was cut short
    else:
        ledger.note_drop(hot, entry["_id"], path.name, origin_of(settings, path).by)
        _move(settings, path, DONE if entry["state"] in IMPORTED else REFUSED, entry["_id"])
    return _receipt(entry, "already_imported")


def _receipt(entry: Entry, action: Action) -> Receipt:
    return Receipt(entry["_id"], entry["run_id"], action)


def finish(hot: Hot, settings: Settings, file_id: str) -> Path:
    """Move a file out of the drop zone, to `done/` or `refused/` as its state says; return where it is.

    Doing it again moves nothing.

    Raises:
        KeyError: the file's way isn't decided yet.
    """
    entry = ledger.find(hot, file_id)
    folder = FINISHED_IN[State(entry["state"])]
    here = Path(entry["path"])
    if here.parent == finished_folder(settings, here, folder):
        return here
    moved = _move(settings, here, folder, file_id) or _find_moved(settings, entry, folder)
    if moved is None:
        return here  # somebody took the file away; the lake has its bytes
    ledger.note(hot, file_id, path=str(moved))
    return moved


def _targets(settings: Settings, path: Path, folder: Folder, file_id: str) -> tuple[Path, Path]:
    """Return the two names that a file may get: its own, or, where that is taken, one with its identity."""
    place = finished_folder(settings, path, folder)
    return place / path.name, place / f"{path.stem}-{file_id}{path.suffix}"


def _move(settings: Settings, path: Path, folder: Folder, file_id: str) -> Path | None:
    """Move a file out of the drop zone; None where it isn't there."""
    for target in _targets(settings, path, folder, file_id):
        try:
            moved = move_unless_taken(path, target)
        except FileNotFoundError:
            return None
        if moved:
            forget_origin(path)
            return target
    path.unlink(missing_ok=True)  # the same bytes lie there under both names
    forget_origin(path)
    return target


def _find_moved(settings: Settings, entry: Entry, folder: Folder) -> Path | None:
    """Find a file that was moved without anybody noting where to."""
    for target in _targets(settings, Path(entry["path"]), folder, entry["_id"]):
        if target.exists() and _hash(target)[0] == entry["sha256"]:
            return target
    return None
