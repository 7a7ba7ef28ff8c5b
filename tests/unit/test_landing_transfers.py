"""Uploads in pieces: nothing that arrived is lost, nothing is delivered before it is whole and its owner says so."""

from __future__ import annotations

import io
import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from comptoir.landing import transfers
from comptoir.landing.drop import Origin, read_origin
from comptoir.landing.transfers import (
    BusyTransferError,
    OverlongError,
    TooManyWaitingError,
    Transfer,
    WrongOffsetError,
)
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


def whole(settings: Settings, name: str = "v.csv", content: bytes = b"abc", by: str = "claire") -> Transfer:
    """A file that has come whole and waits for its owner."""
    transfer = transfers.begin(settings, name, len(content), by)
    transfers.append(settings, transfer, 0, io.BytesIO(content))
    return transfer


def made_old(settings: Settings, transfer: Transfer, seconds: float) -> None:
    for path in (settings.drop_folder / transfers.FOLDER).glob(f"{transfer.token}*"):
        then = time.time() - seconds - 1
        os.utime(path, (then, then))


def test_pieces_make_a_file_that_waits_for_its_owner_and_then_appears(settings: Settings):
    transfer = transfers.begin(settings, "ventes été.csv", 8, "claire")
    assert transfers.append(settings, transfer, 0, io.BytesIO(b"a;b\n")) == 4
    assert visible(settings) == []
    assert settled_files(settings, Memory()) == []
    assert not transfers.is_waiting(settings, transfer)
    assert transfers.append(settings, transfer, 4, io.BytesIO(b"1;2\n")) == 8
    assert visible(settings) == []
    assert transfers.waiting(settings, "claire") == [transfer]
    transfers.deliver(settings, transfer)
    arrived = settings.drop_folder / "ventes été.csv"
    assert arrived.read_bytes() == b"a;b\n1;2\n"
    origin = read_origin(arrived)
    assert origin == Origin("page", "claire")
    assert transfers.waiting(settings, "claire") == []
    told = transfers.find(settings, transfer.token, "claire")
    assert transfers.offset_bytes(settings, told) == 8


def test_what_arrived_before_the_connection_broke_is_kept(settings: Settings):
    transfer = transfers.begin(settings, "v.csv", 6, "claire")
    with pytest.raises(ConnectionResetError):
        transfers.append(settings, transfer, 0, Broken(b"abc"))
    again = transfers.find(settings, transfer.token, "claire")
    assert transfers.offset_bytes(settings, again) == 3
    transfers.append(settings, again, 3, io.BytesIO(b"def"))
    transfers.deliver(settings, again)
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
    made_old(settings, old, transfers.KEPT_SECONDS)
    transfers.begin(settings, "new.csv", 6, "claire")
    with pytest.raises(KeyError):
        transfers.find(settings, old.token, "claire")
    assert transfers.find(settings, young.token, "claire") == young


def test_a_name_is_kept_as_data(settings: Settings):
    transfer = transfers.begin(settings, '../"x".csv', 1, "claire")
    note = settings.drop_folder / transfers.FOLDER / f"{transfer.token}.json"
    assert json.loads(note.read_text())["name"] == '../"x".csv'
    transfers.append(settings, transfer, 0, io.BytesIO(b"a"))
    transfers.deliver(settings, transfer)
    assert visible(settings) == ["x.csv"]


def test_answers_and_the_wish_to_land_anew_travel_with_the_file(settings: Settings):
    transfer = whole(settings)
    transfers.answer(settings, transfer, {"a::x": "1", "b::y": "2"})
    answered = transfers.answer(settings, transfer, {"b::y": "3"})
    assert transfers.find(settings, transfer.token, "claire") == answered
    transfers.deliver(settings, transfer, again=True)  # what is noted counts, not what the caller read before
    assert read_origin(settings.drop_folder / "v.csv") == Origin("page", "claire", {"b::y": "3"}, again=True)


def test_delivered_twice_it_lands_once(settings: Settings):
    transfer = whole(settings)
    transfers.deliver(settings, transfer)
    transfers.deliver(settings, transfer)
    assert visible(settings) == ["v.csv"]
    with pytest.raises(KeyError):
        transfers.answer(settings, transfer, {"a::x": "1"})


def test_what_is_not_whole_is_not_delivered(settings: Settings):
    transfer = transfers.begin(settings, "v.csv", 6, "claire")
    transfers.append(settings, transfer, 0, io.BytesIO(b"abc"))
    for act in (transfers.deliver, transfers.leave):
        with pytest.raises(KeyError):
            act(settings, transfer)
    assert transfers.waiting(settings, "claire") == []
    assert transfers.offset_bytes(settings, transfer) == 3


def test_left_it_leaves_nothing(settings: Settings):
    transfer = whole(settings)
    transfers.keep_look(settings, transfer, {"report": {}})
    transfers.leave(settings, transfer)
    assert [path for path in settings.drop_folder.rglob("*") if path.is_file()] == []
    with pytest.raises(KeyError):
        transfers.deliver(settings, transfer)


def test_two_decisions_are_never_taken_at_once(settings: Settings):
    transfer = whole(settings)
    with transfers._alone_waiting(settings, transfer), pytest.raises(BusyTransferError):
        transfers.deliver(settings, transfer)
    assert transfers.waiting(settings, "claire") == [transfer]


def test_a_look_is_kept_beside_the_file_until_it_is_delivered(settings: Settings):
    transfer = whole(settings)
    assert transfers.kept_look(settings, transfer) is None
    transfers.keep_look(settings, transfer, {"report": {"kind": "sales"}})
    assert transfers.kept_look(settings, transfer) == {"report": {"kind": "sales"}}
    transfers.deliver(settings, transfer)
    assert transfers.kept_look(settings, transfer) is None
    transfers.keep_look(settings, transfer, {"report": {}})  # it was still being made
    assert transfers.kept_look(settings, transfer) is None


def test_waiting_files_are_told_to_their_account_alone_the_latest_first(settings: Settings):
    first, second = whole(settings, "1.csv"), whole(settings, "2.csv")
    made_old(settings, first, 60)
    whole(settings, "3.csv", by="denis")
    assert transfers.waiting(settings, "claire") == [second, first]


def test_a_waiting_file_is_kept_for_days(settings: Settings):
    old, young = whole(settings, "old.csv"), whole(settings, "young.csv")
    made_old(settings, old, transfers.WAITING_DAYS * transfers.DAY_SECONDS)
    made_old(settings, young, (transfers.WAITING_DAYS - 1) * transfers.DAY_SECONDS)
    transfers.begin(settings, "new.csv", 6, "claire")
    assert transfers.waiting(settings, "claire") == [young]
    with pytest.raises(KeyError):
        transfers.find(settings, old.token, "claire")


def test_no_more_than_so_many_files_wait_for_an_account(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transfers, "WAITING_LIMIT", 2)
    first = whole(settings, "1.csv")
    whole(settings, "2.csv")
    with pytest.raises(TooManyWaitingError):
        transfers.begin(settings, "3.csv", 3, "claire")
    transfers.begin(settings, "3.csv", 3, "denis")
    transfers.leave(settings, first)
    transfers.begin(settings, "3.csv", 3, "claire")
