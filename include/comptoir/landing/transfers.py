"""Uploads in pieces: what has arrived of a file is kept, so that a lost connection costs nothing that came.

A transfer is two hidden files in the drop zone, which no watcher takes up: what is known of it, and its bytes so
far. The size of the second is the one truth about how far it is. Once whole, it waits for its owner, who has it
delivered under its name in the drop zone, or leaves it; a third hidden file is what a look into it told.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from comptoir.landing.drop import adopt, prepare_drop_zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from comptoir.settings import Settings

FOLDER: Final = ".transfers"
TOKEN_BYTES: Final = 24
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")
COPY_BYTES: Final = 1024 * 1024
DAY_SECONDS: Final = 24 * 3600.0
KEPT_SECONDS: Final = DAY_SECONDS  # a transfer that nobody went on with is forgotten after this
WAITING_DAYS: Final = 7  # of a whole file whose owner says nothing
WAITING_LIMIT: Final = 100  # whole files per account; each may be as large as an upload may be


class WrongOffsetError(ValueError):
    """The piece does not begin where the last one ended; ask for the offset, then send from there."""


class BusyTransferError(Exception):
    """Another request is writing to the transfer; try again once it has ended."""


class OverlongError(ValueError):
    """More bytes came than were announced; the transfer is given up."""


class TooManyWaitingError(Exception):
    """As many files as there may be wait for the account already."""


@dataclass(frozen=True)
class Transfer:
    """A file on its way from a browser: its name there, the account that sends it, and its announced size.

    `answers` are what its owner answered so far to what it asks, by the ids of the questions.
    """

    token: str
    name: str
    by: str
    size_bytes: int
    delivered: bool = False
    answers: dict[str, str] = field(default_factory=dict)


def begin(settings: Settings, name: str, size_bytes: int, by: str) -> Transfer:
    """Open a transfer, and forget those that nobody goes on with.

    Raises:
        TooManyWaitingError: the account has to decide on files that wait first.
    """
    folder = _folder(settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    _forget_old(settings)
    if len(waiting(settings, by)) >= WAITING_LIMIT:
        raise TooManyWaitingError
    transfer = Transfer(token_urlsafe(TOKEN_BYTES), name, by, size_bytes)
    bytes_of(settings, transfer.token).touch(mode=0o600, exist_ok=False)
    _note(settings, transfer)
    return transfer


def find(settings: Settings, token: str, by: str) -> Transfer:
    """Return an account's own transfer; raise KeyError where it has none of that token."""
    if TOKEN.fullmatch(token) is None:
        raise KeyError(token)
    transfer = _read(settings, token)
    if transfer is None or transfer.by != by:
        raise KeyError(token)
    return transfer


def waiting(settings: Settings, by: str) -> list[Transfer]:
    """Return the whole files that wait for an account's decision, the one that came last first."""
    return sorted(
        (transfer for transfer in _all(settings) if transfer.by == by and is_waiting(settings, transfer)),
        key=lambda transfer: whole_since_seconds(settings, transfer),
        reverse=True,
    )


def is_waiting(settings: Settings, transfer: Transfer) -> bool:
    """Tell whether a file is whole and its owner hasn't decided on it yet."""
    return not transfer.delivered and offset_bytes(settings, transfer) == transfer.size_bytes


def whole_since_seconds(settings: Settings, transfer: Transfer) -> float:
    """Return when the last byte of a waiting file came, in seconds since the epoch; 0 where it is gone meanwhile."""
    try:
        return bytes_of(settings, transfer.token).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def answer(settings: Settings, transfer: Transfer, answers: Mapping[str, str]) -> Transfer:
    """Keep a waiting file's answers, in the place of those that it had.

    Raises:
        KeyError: it waits no more.
        BusyTransferError: another request decides on it.
    """
    with _alone_waiting(settings, transfer) as current:
        answered = replace(current, answers=dict(answers))
        _note(settings, answered)
    return answered


def offset_bytes(settings: Settings, transfer: Transfer) -> int:
    """Return how many bytes have arrived."""
    if transfer.delivered:
        return transfer.size_bytes
    try:
        return bytes_of(settings, transfer.token).stat().st_size
    except FileNotFoundError:
        return 0


def append(settings: Settings, transfer: Transfer, offset: int, piece: BinaryIO) -> int:
    """Add a piece that begins at `offset`, and return the new offset; once whole, the file waits for its owner.

    What arrived before an error of `piece` stays.

    Raises:
        WrongOffsetError: the piece begins elsewhere.
        BusyTransferError: another request writes to this transfer.
        OverlongError: more came than was announced; the transfer is gone.
    """
    with _alone(bytes_of(settings, transfer.token)) as file:
        if offset != file.tell():
            raise WrongOffsetError(offset)
        try:
            _copy(piece, file, transfer.size_bytes - offset)
        except OverlongError:
            cancel(settings, transfer)
            raise
        finally:
            file.flush()
            os.fsync(file.fileno())
        return file.tell()


def _copy(piece: BinaryIO, file: BinaryIO, left_bytes: int) -> None:
    while chunk := piece.read(COPY_BYTES):
        left_bytes -= len(chunk)
        if left_bytes < 0:
            raise OverlongError
        file.write(chunk)


def cancel(settings: Settings, transfer: Transfer) -> None:
    """Forget a transfer and what came of it."""
    for path in (bytes_of(settings, transfer.token), _note_of(settings, transfer.token)):
        path.unlink(missing_ok=True)
    forget_look(settings, transfer)


def leave(settings: Settings, transfer: Transfer) -> None:
    """Forget a waiting file that its owner doesn't want to import.

    Raises:
        KeyError: it waits no more.
        BusyTransferError: another request decides on it.
    """
    with _alone_waiting(settings, transfer):
        cancel(settings, transfer)


def deliver(settings: Settings, transfer: Transfer, *, again: bool = False) -> None:
    """Give a waiting file its name in the drop zone, with its owner's answers; doing it again does nothing.

    Args:
        settings: where the drop zone is.
        transfer: the file.
        again: whether it lands anew where its bytes are imported already.

    Raises:
        KeyError: it is gone, or not whole.
        BusyTransferError: another request decides on it.
    """
    try:
        with _alone_waiting(settings, transfer) as current:
            whole = bytes_of(settings, transfer.token)
            adopt(settings, whole, current.name, by=current.by, answers=current.answers, again=again)
            # Kept a while: a browser that never heard the last answer asks again, and must hear that all has come.
            _note(settings, replace(current, delivered=True))
            forget_look(settings, current)
    except KeyError:
        if not find(settings, transfer.token, transfer.by).delivered:
            raise


def keep_look(settings: Settings, transfer: Transfer, look: dict[str, Any]) -> None:
    """Keep what a look into a waiting file told, as plain JSON beside it; nothing where it is gone meanwhile."""
    path = _look_of(settings, transfer.token)
    fresh = path.with_suffix(".looking")
    fresh.write_text(json.dumps(look))
    fresh.replace(path)
    if not bytes_of(settings, transfer.token).exists():
        path.unlink(missing_ok=True)


def kept_look(settings: Settings, transfer: Transfer) -> dict[str, Any] | None:
    """Return what the latest look into a waiting file told; None where nobody has looked yet."""
    try:
        look: dict[str, Any] = json.loads(_look_of(settings, transfer.token).read_text())
    except FileNotFoundError:
        return None
    return look


def forget_look(settings: Settings, transfer: Transfer) -> None:
    """Forget what a look told, so that the file is looked into anew."""
    _look_of(settings, transfer.token).unlink(missing_ok=True)


@contextmanager
def _alone_waiting(settings: Settings, transfer: Transfer) -> Iterator[Transfer]:
    """Yield a waiting file as it is noted now, while nobody else decides on it."""
    path = bytes_of(settings, transfer.token)
    if not path.exists():
        raise KeyError(transfer.token)
    with _alone(path):
        current = _read(settings, transfer.token)
        if current is None or not is_waiting(settings, current):
            raise KeyError(transfer.token)
        yield current


@contextmanager
def _alone(path: Path) -> Iterator[BinaryIO]:
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyTransferError from None
        yield file


def _folder(settings: Settings) -> Path:
    return prepare_drop_zone(settings) / FOLDER


def bytes_of(settings: Settings, token: str) -> Path:
    """Return where the bytes of a transfer lie."""
    return _folder(settings) / f"{token}.part"


def _note_of(settings: Settings, token: str) -> Path:
    return _folder(settings) / f"{token}.json"


def _look_of(settings: Settings, token: str) -> Path:
    return _folder(settings) / f"{token}.look"


def _note(settings: Settings, transfer: Transfer) -> None:
    note = _note_of(settings, transfer.token)
    fresh = note.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(transfer)))
    fresh.replace(note)


def _read(settings: Settings, token: str) -> Transfer | None:
    try:
        return Transfer(**json.loads(_note_of(settings, token).read_text()))
    except FileNotFoundError:
        return None


def _all(settings: Settings) -> list[Transfer]:
    tokens = [note.stem for note in _folder(settings).glob("*.json")]
    return [transfer for token in tokens if (transfer := _read(settings, token))]


def _forget_old(settings: Settings) -> None:
    """Remove the files of transfers that nobody touched for long; a whole one has more time."""
    kept = {transfer.token for transfer in _all(settings) if is_waiting(settings, transfer)}
    files = list(_folder(settings).iterdir())
    touched = _last_touched(files)
    now = time.time()
    for path in files:
        kept_seconds = WAITING_DAYS * DAY_SECONDS if path.stem in kept else KEPT_SECONDS
        if touched.get(path.stem, now) < now - kept_seconds:
            path.unlink(missing_ok=True)


def _last_touched(files: list[Path]) -> dict[str, float]:
    """Return when one of the files of each transfer was written last, in seconds since the epoch."""
    touched: dict[str, float] = {}
    for path in files:
        with suppress(FileNotFoundError):
            touched[path.stem] = max(touched.get(path.stem, 0.0), path.stat().st_mtime)
    return touched
