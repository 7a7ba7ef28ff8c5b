"""Uploads in pieces: nothing that arrived is lost, nothing is delivered before it is whole."""

from __future__ import annotations

import io
import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from comptoir.landing import transfers
from comptoir.landing.drop import read_origin
from comptoir.landing.transfers import BusyTransferError, OverlongError, WrongOffsetError
from comptoir.landing.watching import Memory, settled_files
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


class Broken(io.RawIOBase):
    """Gives some bytes, then fails as a lost connection does."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content

    def read(self, _size: int = -1) -> bytes:
        if not self._content:
            raise ConnectionResetError
        content, self._content = self._content, b""
        return content


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def visible(settings: Settings) -> list[str]:
    return [path.name for path in settings.drop_folder.iterdir() if path.is_file() and not path.name.startswith(".")]


def test_pieces_make_a_file_that_appears_once_it_is_whole(settings: Settings):
    transfer = transfers.begin(settings, "ventes été.csv", 8, "claire")
    assert transfers.append(settings, transfer, 0, io.BytesIO(b"a;b\n")) == 4
    assert visible(settings) == []
    assert settled_files(settings, Memory()) == []
    assert transfers.append(settings, transfer, 4, io.BytesIO(b"1;2\n")) == 8
    arrived = settings.drop_folder / "ventes été.csv"
    assert arrived.read_bytes() == b"a;b\n1;2\n"
    origin = read_origin(arrived)
    assert (origin.source, origin.by) == ("page", "claire")
    told = transfers.find(settings, transfer.token, "claire")
    assert transfers.offset_bytes(settings, told) == 8


def test_what_arrived_before_the_connection_broke_is_kept(settings: Settings):
    transfer = transfers.begin(settings, "v.csv", 6, "claire")
    with pytest.raises(ConnectionResetError):
        transfers.append(settings, transfer, 0, Broken(b"abc"))
    again = transfers.find(settings, transfer.token, "claire")
    assert transfers.offset_bytes(settings, again) == 3
    transfers.append(settings, again, 3, io.BytesIO(b"def"))
    assert (settings.drop_folder / "v.csv").read_bytes() == b"abcdef"


def test_a_piece_from_elsewhere_changes_nothing(settings: Settings):
    transfer = transfers.begin(settings, "v.csv", 6, "claire")
    transfers.append(settings, transfer, 0, io.BytesIO(b"abc"))
    for offset in (0, 2, 4):
        with pytest.raises(WrongOffsetError):
            transfers.append(settings, transfer, offset, io.BytesIO(b"xyz"))
    assert transfers.offset_bytes(settings, transfer) == 3


def test_more_than_was_announced_ends_the_transfer_and_leaves_nothing(settings: Settings):
    transfer = transfers.begin(settings, "v.csv", 3, "claire")
    with pytest.raises(OverlongError):
        transfers.append(settings, transfer, 0, io.BytesIO(b"abcd"))
    assert [path for path in settings.drop_folder.rglob("*") if path.is_file()] == []


def test_two_requests_never_write_at_once(settings: Settings):
    transfer = transfers.begin(settings, "v.csv", 6, "claire")

    class Intruder(io.RawIOBase):
        tried = False

        def read(self, _size: int = -1) -> bytes:
            if self.tried:
                return b""
            self.tried = True
            with pytest.raises(BusyTransferError):
                transfers.append(settings, transfer, 0, io.BytesIO(b"xyz"))
            return b"abc"

    assert transfers.append(settings, transfer, 0, Intruder()) == 3


@pytest.mark.parametrize("token", ["../../secret", "", "x" * 32, "a/b"])
def test_a_token_that_was_never_given_is_unknown(settings: Settings, token: str):
    transfers.begin(settings, "v.csv", 6, "claire")
    with pytest.raises(KeyError):
        transfers.find(settings, token, "claire")


def test_a_transfer_belongs_to_its_account(settings: Settings):
    transfer = transfers.begin(settings, "v.csv", 6, "claire")
    with pytest.raises(KeyError):
        transfers.find(settings, transfer.token, "denis")


def test_cancelled_it_leaves_nothing(settings: Settings):
    transfer = transfers.begin(settings, "v.csv", 6, "claire")
    transfers.append(settings, transfer, 0, io.BytesIO(b"abc"))
    transfers.cancel(settings, transfer)
    assert [path for path in settings.drop_folder.rglob("*") if path.is_file()] == []


def test_a_transfer_that_nobody_goes_on_with_is_forgotten_after_a_day(settings: Settings):
    old = transfers.begin(settings, "old.csv", 6, "claire")
    young = transfers.begin(settings, "young.csv", 6, "claire")
    for path in (settings.drop_folder / transfers.FOLDER).glob(f"{old.token}*"):
        day_ago = time.time() - transfers.KEPT_SECONDS - 1
        os.utime(path, (day_ago, day_ago))
    transfers.begin(settings, "new.csv", 6, "claire")
    with pytest.raises(KeyError):
        transfers.find(settings, old.token, "claire")
    assert transfers.find(settings, young.token, "claire") == young


def test_a_name_is_kept_as_data(settings: Settings):
    transfer = transfers.begin(settings, '../"x".csv', 1, "claire")
    note = settings.drop_folder / transfers.FOLDER / f"{transfer.token}.json"
    assert json.loads(note.read_text())["name"] == '../"x".csv'
    transfers.append(settings, transfer, 0, io.BytesIO(b"a"))
    assert visible(settings) == ["x.csv"]
