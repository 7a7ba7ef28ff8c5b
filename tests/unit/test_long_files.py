"""A file too long for memory is judged and published as one that is held whole: portion by portion."""

from __future__ import annotations

import pickle
import random
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from comptoir import check, lazy
from comptoir.changes.change_set import Stamp, changed_records, make_change_set
from comptoir.changes.records import Clock, build_records
from comptoir.check import check_file
from comptoir.examining import Examined, examine
from comptoir.lazy import Lazy, Spool
from comptoir.problems import Problem
from comptoir.quality import portions, respelling
from comptoir.quality.deciding import Outcome
from comptoir.quality.pieces import verdicts_on_pieces
from comptoir.quality.reject_file import write_reject_file
from comptoir.quality.respelling import misunderstood
from comptoir.quality.suites import Suites, configuration
from comptoir.quality.verdicts import Verdict
from comptoir.reading import apart, child, delimited, exchange
from comptoir.reading.apart import read_apart
from comptoir.reading.columns import Columns
from comptoir.reading.reader import recognise
from comptoir.reading.tables import ReadFile
from comptoir.records import entity_id, lot_id
from comptoir.settings import ImportPolicy, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptoir.quality.suites import SuiteResult
    from comptoir.reading.tables import Table

PARIS = Settings(timezone="Europe/Paris")
CLOCK = Clock("Europe/Paris", date(2026, 3, 31))
STAMP = Stamp("sales", 1, "F", 1, 1, datetime(2026, 3, 31, tzinfo=UTC))
HEADERS = {
    "sales": "no_facture;id_facture;code_client;code_produit;quantite;prix_unitaire;montant_total;date_heure",
    "products": "code_produit;nom;categorie;prix_achat;prix_vente;seuil_marge_min;valable_du",
    "stock": "id_stock;code_produit;quantite;no_lot;date_peremption;dernier_mouvement",
    "clients": "code_client;nom;ca_total;niveau_fidelite;au",
}


def lines_of(kind: str, bad: float) -> list[str]:
    """Lines of which every record is spread over the file, some of them wrong, repeated or contradictory."""
    draw = random.Random(kind)  # noqa: S311 - test data needs no cryptography

    def price() -> str:
        return "x" if draw.random() < bad else f"{draw.randrange(1, 4)},{draw.randrange(3)}5"

    def line(number: int) -> str:
        one = draw.randrange(40)
        invoice = ("", entity_id("invoice", f"F{one}")) if number % 5 == 0 else (f"F{one}", "")
        lot = lot_id(entity_id("product", f"P{number // 2}"), "L0") if number % 7 == 0 else ""
        day = f"{number % 28 + 1:02}/02/2026"
        cells = {
            "sales": (*invoice, f"C{one % 9}", f"P{one % 5}", draw.randrange(1, 4), price(), "", "13/02/2026 10:00"),
            "products": (f"P{number // 3}", "Lampe", "", price(), "3,50", "0,2", f"{number % 2 + 20}/02/2026"),
            "stock": (lot, f"P{number // 2}", draw.randrange(2), f"L{number % 2}", "", day),
            "clients": (f"C{number // 2}", "Anne", price(), "Or", ""),
        }
        return ";".join(map(str, cells[kind]))

    return [line(number) for number in range(400)]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "PIECE_CHARACTERS", 3_000)
    monkeypatch.setattr(delimited, "WHOLE_PIECES", 1)
    monkeypatch.setattr(lazy, "KEPT_IN_MEMORY", 1)


def read(path: Path, folder: Path) -> ReadFile:
    folder.mkdir(exist_ok=True)
    exchange.write_recognised(recognise(path, PARIS), folder)
    return exchange.read_outcome(folder)


def examined(file: ReadFile, policy: ImportPolicy = "good_rows") -> tuple[Examined, Suites]:
    suites = Suites()
    return examine(file, None, PARIS, policy, CLOCK, look=suites.run), suites


def records_of(kind: str, result: Examined) -> pl.DataFrame:
    built = [build_records(kind, by_kind[kind], CLOCK) for by_kind in result.accepted()]
    return pl.concat(built).sort("record_id")


def told(result: Examined) -> Counter[tuple[object, ...]]:
    return Counter((p.code, p.severity, p.row, p.column, p.value, p.params.get("count")) for p in result.problems)


def counted(result: SuiteResult) -> dict[str, tuple[object, ...]]:
    fields = ("unexpected_count", "element_count", "missing_count", "unexpected_percent", "unexpected_percent_total")
    return {
        str(configuration(each).meta["code"]) + str(configuration(each).kwargs.get("column")): (
            each.success,
            *(round(each.result[field], 9) for field in fields if field in each.result and not each.success),
        )
        for each in result.validation.results
    }


@pytest.mark.parametrize("bad", [0.02, 0.9])
@pytest.mark.parametrize("kind", HEADERS)
def test_a_long_file_is_examined_as_if_it_were_held_whole(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str, bad: float
):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([HEADERS[kind], *lines_of(kind, bad), ""]))
    whole, whole_suites = examined(read(path, tmp_path / "whole"))
    request.getfixturevalue("small_pieces")
    long, long_suites = examined(read(path, tmp_path / "long"))
    assert long.file.in_pieces
    assert not whole.file.in_pieces
    assert (len(long.file.tables) > 2, len(long.portions) > 4) == (True, True)
    assert (long.counts, long.decision.outcome) == (whole.counts, whole.decision.outcome)
    assert told(long) == told(whole)
    for which in ("rejected_rows", "held_rows", "incomplete_rows", "waiting_rows"):
        (one,) = whole.decision.verdicts
        assert [row for each in long.decision.verdicts for row in getattr(each, which)] == getattr(one, which)
    if whole.decision.outcome is not Outcome.REJECT:
        assert records_of(kind, long).equals(records_of(kind, whole))
    for one, other in zip(whole_suites.results, long_suites.results, strict=True):
        assert [(code, f, counted(one)[code]) for code, f in counted(other).items() if f != counted(one)[code]] == []
        assert (counted(other).keys(), other.success) == (counted(one).keys(), one.success)


def test_a_problem_belongs_to_the_piece_that_has_its_row(make_table: Callable[..., Table]):
    whole = make_table("clients", [{}, {}, {}, {}])
    parts = (whole.frame.clear(), whole.frame[:2], whole.frame.clear(), whole.frame[2:], whole.frame.clear())
    pieces = [replace(whole, typed=Columns.of(part)) for part in parts]
    problems = [Problem("value_missing", row=row) for row in (2, 3, 4, 5)]
    verdict = Verdict(whole, whole.frame, [], problems)
    found = [[problem.row for problem in each.problems] for each in verdicts_on_pieces(pieces, [verdict])]
    assert found == [[], [2, 3], [], [4, 5], []]


def test_the_rows_of_a_decided_file_are_counted_once(tmp_path: Path, request: pytest.FixtureRequest):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([HEADERS["clients"], *lines_of("clients", 0.02), ""]))
    request.getfixturevalue("small_pieces")
    long, _ = examined(read(path, tmp_path / "long"))
    for part in (tmp_path / "long").glob("*.arrow"):
        part.unlink()
    assert long.counts.rows_read == 400


def test_a_rule_that_only_a_later_portion_breaks(tmp_path: Path, request: pytest.FixtureRequest):
    path = tmp_path / "x.csv"
    lines = lines_of("clients", 0.0)
    lines[-1] = "C-late;Anne;x;Or;"
    path.write_text("\n".join([HEADERS["clients"], *lines, ""]))
    whole, _ = examined(read(path, tmp_path / "whole"))
    request.getfixturevalue("small_pieces")
    long, suites = examined(read(path, tmp_path / "long"))
    assert (long.counts, told(long)) == (whole.counts, told(whole))
    broken = {code: row for code, row in counted(suites.results[0]).items() if not row[0]}
    assert broken["cell_unreadableunreadable_cells"][:3] == (False, 1, 400)


@pytest.mark.parametrize("policy", ["good_rows", "all_or_nothing"])
def test_the_reject_file_of_a_long_file_is_that_of_the_whole(
    tmp_path: Path, request: pytest.FixtureRequest, policy: ImportPolicy
):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([HEADERS["sales"], *lines_of("sales", 0.02), ""]))

    def written(folder: Path) -> str:
        result, _ = examined(read(path, folder), policy)
        made = write_reject_file(result.rejected, path, folder, PARIS, refusal=result.decision.refusal)
        assert made is not None
        return made.read_text()

    whole = written(tmp_path / "whole")
    request.getfixturevalue("small_pieces")
    assert written(tmp_path / "long") == whole


def test_a_reject_file_that_is_long_itself_is_read_back_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([HEADERS["sales"], *lines_of("sales", 0.3), ""]))
    request.getfixturevalue("small_pieces")
    result, _ = examined(read(path, tmp_path / "long"))

    def run(sent: bytes, folder: Path, _settings: Settings) -> None:
        source, settings, arguments = pickle.loads(sent)  # noqa: S301 - sent by this process
        child._read(source, settings, arguments, folder)

    monkeypatch.setattr(apart, "_run", run)
    made = write_reject_file(result.rejected, path, tmp_path / "rejects", PARIS, refusal=result.decision.refusal)
    assert made is not None
    back = read_apart(made, PARIS)
    assert (back.in_pieces, sum(table.frame.height for table in back.tables)) == (True, result.counts.rows_rejected)


def test_a_value_of_a_later_piece_that_is_read_back_as_another_is_found(
    make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch
):
    whole = make_table("sales", [{"quantity": each} for each in (1, 2, 3, 4)])
    verdict = Verdict(whole, whole.frame.clear(), [2, 3, 4, 5], [])
    pieces = [make_table("sales", [{"quantity": each} for each in part]) for part in ((1, 2), (3, 40))]
    monkeypatch.setattr(respelling, "read_apart", lambda *_, **__: ReadFile(pieces, [], in_pieces=True))
    assert misunderstood(Path("x.csv"), [verdict], PARIS) == [{"quantity"}]


def test_the_report_on_a_long_file_counts_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([HEADERS["sales"], *lines_of("sales", 0.02), ""]))
    whole = check_file(path, PARIS)
    request.getfixturevalue("small_pieces")
    monkeypatch.setattr(check, "read_apart", lambda path, *_, **__: read(path, tmp_path / "long"))
    long = check_file(path, PARIS)
    for report in (whole, long):
        report["problems"] = sorted((p["code"], p["row"], p["value"]) for p in report["problems"])
    assert long == whole


def test_the_parts_of_a_change_set_are_those_of_the_whole(tmp_path: Path, request: pytest.FixtureRequest):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([HEADERS["sales"], *lines_of("sales", 0.0), ""]))

    def events(folder: Path) -> pl.DataFrame:
        result, _ = examined(read(path, folder))
        records = (build_records("sales", each["sales"], CLOCK) for each in result.accepted())
        parts = Spool(make_change_set(each, changed_records(each, {}, 1), {}, STAMP) for each in records)
        assert sum(part.rows_applied for part in parts) == 400
        return pl.concat([part.events for part in parts]).sort("record_id")

    whole = events(tmp_path / "whole")
    request.getfixturevalue("small_pieces")
    assert events(tmp_path / "long").equals(whole)


@pytest.mark.parametrize("kind", ["sales", "stock"])  # the others are refused whole
def test_accepted_rows_become_records_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([HEADERS[kind], *lines_of(kind, 0.02), ""]))
    result, _ = examined(read(path, tmp_path / "whole"))
    whole = records_of(kind, result)
    monkeypatch.setattr(portions, "ROWS_A_PORTION", 50)
    assert len(list(result.accepted())) > 2
    # A record that were in two portions would come twice.
    assert records_of(kind, result).equals(whole)


def places(make_table: Callable[..., Table], *pieces: list[str | None], count: int) -> list[list[int]]:
    tables = [make_table("sales", [{"invoice_no": number} for number in piece]) for piece in pieces]
    keys = [portions._hashed_key(table) for table in tables]
    records = portions._portions_of_records(keys, count)
    each = count // len(pieces)
    owns = [range(place * each, (place + 1) * each) for place in range(len(pieces))]
    return [portions._portion_of_rows(key, records, own).to_list() for key, own in zip(keys, owns, strict=True)]


def test_a_portion_has_what_is_near_in_the_file_and_all_of_its_records(make_table: Callable[..., Table]):
    pieces = [["A", "A", "B", "C", "B", None, "D", "D"], ["E", "C", None, "F", "D", "E", "F", None]]
    assert places(make_table, *pieces, count=4) == [[0, 0, 0, 1, 0, 1, 1, 1], [2, 1, 2, 3, 1, 2, 3, 3]]


def test_portions_are_of_a_size_where_records_come_again_and_again(make_table: Callable[..., Table]):
    numbers: list[str | None] = [f"F{number}" for number in range(40)]
    found = places(make_table, *[numbers] * 4, count=8)
    assert Counter(place for piece in found for place in piece) == dict.fromkeys(range(8), 20)
    assert found[0] == sorted(found[0])
    nameless = places(make_table, *[[None] * 40] * 4, count=8)
    assert Counter(place for piece in nameless for place in piece) == dict.fromkeys(range(8), 20)


def test_a_single_record_is_one_portion(tmp_path: Path, request: pytest.FixtureRequest):
    path = tmp_path / "x.csv"
    lines = [f"F1;;C1;P{number};1;2,50;;13/02/2026 10:00" for number in range(200)]
    path.write_text("\n".join([HEADERS["sales"], *lines, ""]))
    request.getfixturevalue("small_pieces")
    result, _ = examined(read(path, tmp_path / "long"))
    assert (len(result.file.tables) > 2, len(result.portions), result.counts.rows_read) == (True, 1, 200)


def test_what_is_kept_on_disk_goes_with_its_owner(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lazy, "KEPT_IN_MEMORY", 1)
    spool: Spool[int] = Spool([1])
    assert (list(spool), spool._scratch) == ([1], None)
    spool.append(2)
    assert spool._scratch is not None
    folder = spool._scratch.path
    assert (list(spool), list(spool), len(spool), 2 in spool, 3 in spool) == ([1, 2], [1, 2], 2, True, False)
    assert len(list(folder.iterdir())) == 2
    del spool
    assert not folder.exists()


def test_what_is_read_apart_goes_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = tmp_path / "x.csv"
    path.write_text("\n".join([HEADERS["clients"], *lines_of("clients", 0), ""]))
    file = read_apart(path, PARIS)
    assert file.tables[0].frame.height == 400
    assert list((tmp_path / "temporary").iterdir())
    del file
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_lazy_sequence_keeps_its_last_item_alone():
    made: list[int] = []
    tens = Lazy(3, lambda place: made.append(place) or place * 10)
    assert (tens[1], tens[-1], tens[:2], len(tens), list(tens)) == (10, 20, [0, 10], 3, [0, 10, 20])
    assert made == [1, 2, 0, 1, 0, 1, 2]
    assert (tens[2], tens[2], made[7:]) == (20, 20, [])
    with pytest.raises(IndexError):
        tens[3]
