"""Reading in a child process: the same answers, and files that kill their reader are refused with the reason."""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
import threading
import time
from typing import TYPE_CHECKING

import polars as pl
import psutil
import pytest

from comptoir.errors import AmbiguousFileError, MisconfiguredError, RejectedFileError, TransientError
from comptoir.reading.apart import read_apart
from comptoir.reading.exchange import BrokenExchangeError, read_outcome, write_recognised
from comptoir.reading.reader import read_file, recognise
from comptoir.settings import Settings
from tests.unit.spreadsheets import write_ods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SETTINGS = Settings(timezone="Europe/Paris")
SALES = "invoice_no,client_code,product_code,quantity,unit_price,timestamp\n"
LINES = SALES + "1,C,P,2,3.56789,2026-01-31\n2,C,P,x,y,z\n3,C,P,x,y,z\nTotal,,,,7,\n"


@pytest.fixture(autouse=True)
def nothing_is_left_behind(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []
    assert psutil.Process().children() == []


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A pipe that nobody writes to: whoever reads it waits for ever."""
    os.mkfifo(tmp_path / "x.csv")
    return tmp_path / "x.csv"


def refusal_of(path: Path, settings: Settings) -> str:
    with pytest.raises(RejectedFileError) as caught:
        read_apart(path, settings, name="their name.csv")
    (problem,) = caught.value.problems
    assert "their name.csv" in problem.message("fr")
    return problem.code


def test_problems_of_equal_texts_share_them(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text(LINES)
    (table,) = read_apart(path, SETTINGS).tables
    one, other = [problem for problem in table.problems if problem.column == "quantity"]
    assert (one.row, other.row) == (3, 4)
    assert one.code is other.code
    assert one.column is other.column
    assert one.value is other.value
    assert one.params is other.params


def test_the_answer_is_that_of_reading_here(tmp_path: Path):
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(LINES.encode()))
    here, apart = read_file(path, SETTINGS), read_apart(path, SETTINGS)
    assert apart.skipped == here.skipped
    (one,), (other,) = here.tables, apart.tables
    assert len(one.problems) == 8
    assert (one.kind, one.sheet, one.headers, one.problems) == (other.kind, other.sheet, other.headers, other.problems)
    assert one.frame.equals(other.frame)
    assert one.frame.schema == other.frame.schema
    assert one.originals.equals(other.originals)


def test_refusals_and_questions_come_back_as_they_are(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("facture;produit;code;qte;prix;date\n1;x;P;2;1.234;01/02/2026\n")
    with pytest.raises(AmbiguousFileError) as caught:
        read_apart(path, SETTINGS)
    assert [p.code for p in caught.value.problems] == ["decimal_mark_unclear", "date_order_unclear"]
    path.write_text("a,b\n1,2\n")
    assert refusal_of(path, SETTINGS) == "kind_unknown"


def test_a_file_that_takes_too_much_memory(endless: Path):
    assert refusal_of(endless, SETTINGS.model_copy(update={"reading_memory_mebibytes": 40})) == "reading_memory"


def test_a_bomb_that_no_scan_sees(tmp_path: Path):
    # A thousand million spaces, written as their number.
    cell = (
        '<table:table-cell office:value-type="string"><text:p><text:s text:c="1000000000"/></text:p></table:table-cell>'
    )
    path = write_ods(tmp_path / "x.ods", {"S": [["a"]]}, tail=f"<table:table-row>{cell}</table:table-row>")
    assert refusal_of(path, SETTINGS.model_copy(update={"reading_memory_mebibytes": 500})) == "reading_memory"


def test_a_file_that_takes_too_long(endless: Path):
    assert refusal_of(endless, SETTINGS.model_copy(update={"reading_wall_seconds": 6})) == "reading_time"


def test_a_file_that_takes_too_much_of_the_processor(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text(SALES + '1,C,"P\n",2,3.5,2026-01-31\n' * 300_000)
    assert refusal_of(path, SETTINGS.model_copy(update={"reading_cpu_seconds": 1})) == "reading_time"


def test_a_reader_that_fails(tmp_path: Path):
    assert refusal_of(tmp_path, SETTINGS) == "reading_crashed"


def test_a_machine_that_fails_is_not_the_file_s_fault(tmp_path: Path):
    with pytest.raises(TransientError, match=r"tried again: .*gone\.csv"):
        read_apart(tmp_path / "gone.csv", SETTINGS)


def test_a_reader_that_is_killed(endless: Path):
    def kill() -> None:
        while not (children := psutil.Process().children()) or not list(endless.parent.parent.rglob("started")):
            time.sleep(0.05)
        children[0].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    assert refusal_of(endless, SETTINGS) == "reading_crashed"
    killer.join()


def test_a_process_that_does_not_start_is_the_operators_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(MisconfiguredError):
        read_apart(tmp_path / "x.csv", SETTINGS)


@pytest.mark.parametrize(
    ("written", "change"),
    [
        ("0-0-typed-6.arrow", lambda values: values.cast(pl.String)),
        ("0-0-typed-6.arrow", lambda values: values.clear()),
        ("0-0-typed.arrow", lambda rows: rows.with_columns(quantity=pl.lit(2, dtype=pl.UInt32))),
        ("0-0-typed.arrow", lambda rows: rows.with_columns(quantity=pl.lit(0, dtype=pl.Int64))),
        ("0-0-sent.arrow", lambda rows: rows.with_columns(row=pl.lit(2, dtype=pl.String))),
    ],
)
def test_an_answer_of_other_columns_is_not_believed(
    tmp_path: Path, written: str, change: Callable[[pl.DataFrame], pl.DataFrame]
):
    path = tmp_path / "x.csv"
    path.write_text(LINES)
    write_recognised(recognise(path, SETTINGS), tmp_path)
    assert len(read_outcome(tmp_path).tables) == 1
    path = tmp_path / written
    change(pl.read_ipc(path)).write_ipc(path)
    with pytest.raises(BrokenExchangeError):
        read_outcome(tmp_path)
