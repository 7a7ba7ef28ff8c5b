"""Uploads in pieces: what has arrived of a file is kept, so that a lost connection costs nothing that came.

A transfer is two hidden files in the drop zone, which no watcher takes up: what is known of it, and its bytes so
far. The size of the second is the one truth about how far it is. Once whole, it gets its name in the drop zone.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from secrets import token_urlsafe
from typing import TYPE_CHECKING, BinaryIO, Final

from comptoir.landing.drop import adopt, prepare_drop_zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comptoir.settings import Settings

FOLDER: Final = ".transfers"
TOKEN_BYTES: Final = 24
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")
COPY_BYTES: Final = 1024 * 1024
KEPT_SECONDS: Final = 24 * 3600.0  # a transfer that nobody went on with is forgotten after this


class WrongOffsetError(ValueError):
    """The piece does not begin where the last one ended; ask for the offset, then send from there."""


class BusyTransferError(Exception):
    """Another request is writing to the transfer; try again once it has ended."""


class OverlongError(ValueError):
    """More bytes came than were announced; the transfer is given up."""


@dataclass(frozen=True)
class Transfer:
    """A file on its way from a browser: its name there, the account that sends it, and its announced size."""

    token: str
    name: str
    by: str
    size_bytes: int
    delivered: bool = False


def begin(settings: Settings, name: str, size_bytes: int, by: str) -> Transfer:
    """Open a transfer, and forget those that nobody goes on with."""
    folder = _folder(settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    _forget_old(folder)
    transfer = Transfer(token_urlsafe(TOKEN_BYTES), name, by, size_bytes)
    _bytes_of(settings, transfer.token).touch(mode=0o600, exist_ok=False)
    _note(settings, transfer)
    return transfer


def find(settings: Settings, token: str, by: str) -> Transfer:
    """Return an account's own transfer; raise KeyError where it has none of that token."""
    if TOKEN.fullmatch(token) is None:
        raise KeyError(token)
    try:
        transfer = Transfer(**json.loads(_note_of(settings, token).read_text()))
    except FileNotFoundError:
        raise KeyError(token) from None
    if transfer.by != by:
        raise KeyError(token)
    return transfer


def offset_bytes(settings: Settings, transfer: Transfer) -> int:
    """Return how many bytes have arrived."""
    if transfer.delivered:
        return transfer.size_bytes
    try:
        return _bytes_of(settings, transfer.token).stat().st_size
    except FileNotFoundError:
        return 0


def append(settings: Settings, transfer: Transfer, offset: int, piece: BinaryIO) -> int:
    """Add a piece that begins at `offset`, deliver the file once it is whole, and return the new offset.

    What arrived before an error of `piece` stays.

    Raises:
        WrongOffsetError: the piece begins elsewhere.
        BusyTransferError: another request writes to this transfer.
        OverlongError: more came than was announced; the transfer is gone.
    """
    with _alone(_bytes_of(settings, transfer.token)) as file:
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
        arrived = file.tell()
        if arrived == transfer.size_bytes:
            _deliver(settings, transfer)
    return arrived


def _copy(piece: BinaryIO, file: BinaryIO, left_bytes: int) -> None:
    while chunk := piece.read(COPY_BYTES):
        left_bytes -= len(chunk)
        if left_bytes < 0:
            raise OverlongError
        file.write(chunk)


def cancel(settings: Settings, transfer: Transfer) -> None:
    """Forget a transfer and what came of it."""
    for path in (_bytes_of(settings, transfer.token), _note_of(settings, transfer.token)):
        path.unlink(missing_ok=True)


def _deliver(settings: Settings, transfer: Transfer) -> None:
    adopt(settings, _bytes_of(settings, transfer.token), transfer.name, by=transfer.by)
    # Kept a while: a browser that never heard the last answer asks again, and must hear that all has come.
    _note(settings, Transfer(**asdict(transfer) | {"delivered": True}))


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


def _bytes_of(settings: Settings, token: str) -> Path:
    return _folder(settings) / f"{token}.part"


def _note_of(settings: Settings, token: str) -> Path:
    return _folder(settings) / f"{token}.json"


def _note(settings: Settings, transfer: Transfer) -> None:
    note = _note_of(settings, transfer.token)
    fresh = note.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(transfer)))
    fresh.replace(note)


def _forget_old(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
