"""Text files: encodings, delimiters, quoting, structure."""

from __future__ import annotations

import csv
import io
import tracemalloc
from contextlib import suppress
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.reading import delimited
from comptoir.reading.delimited import DELIMITERS, read_row_by_row
from comptoir.reading.headers import HeaderRow, match_kind
from comptoir.reading.reader import read_file, recognise
from comptoir.reading.regular import read_regular
from comptoir.reading.tables import joined
from comptoir.records import SALES
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.reading.tables import Table

SETTINGS = Settings(timezone="Europe/Paris")
FRENCH = (
    "N° facture;Code client;Code produit;Quantité;Prix unitaire (€);Date heure\r\n"
    "F1;C1;P-É;2;1 234,50;31/01/2026 14:30\r\n"
    'F1;C1;"P;2";-1;0,125 €;31/01/2026 14h30\r\n'
)
ENGLISH = "invoice_no,client_code,product_code,quantity,unit_price,timestamp\n"


def read(folder: Path, content: str | bytes, name: str = "any.csv") -> Table:
    path = folder / "stored"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (table,) = read_file(path, SETTINGS, name=name).tables
    return table


def refusal(folder: Path, content: str | bytes) -> RejectedFileError:
    with pytest.raises(RejectedFileError) as caught:
        read(folder, content)
    for problem in caught.value.problems:
        assert "{" not in problem.message("fr") + problem.remedy("en")
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_french_file_in_any_encoding(tmp_path: Path, encoding: str):
    table = read(tmp_path, FRENCH.encode(encoding))
    assert table.kind.name == "sales"
    assert table.headers["unit_price"] == "Prix unitaire (€)"
    assert table.frame["product_code"].to_list() == ["P-É", "P;2"]
    assert [str(price) for price in table.frame["unit_price"]] == ["1234.5000", "0.1250"]
    assert [str(moment) for moment in table.frame["timestamp"]] == ["2026-01-31 13:30:00+00:00"] * 2
    assert table.frame["quantity"].to_list() == [2, -1]
    assert table.frame["row"].to_list() == [2, 3]
    assert table.originals["Prix unitaire (€)"].to_list() == ["1 234,50", "0,125 €"]
    assert table.problems == []


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_any_delimiter(tmp_path: Path, delimiter: str):
    text = ENGLISH + "1,C,P,2,3.50,2026-01-31\n"
    assert read(tmp_path, text.replace(",", delimiter)).frame["quantity"].to_list() == [2]


def test_frame_has_all_columns_of_the_contract_typed(tmp_path: Path):
    frame = read(tmp_path, ENGLISH + "1,C,P,2,3.50,2026-01-31\n").frame
    assert {name: str(dtype) for name, dtype in frame.schema.items()} == {
        "invoice_id": "String",
        "invoice_no": "String",
        "client_id": "String",
        "client_code": "String",
        "product_id": "String",
        "product_code": "String",
        "quantity": "Int64",
        "unit_price": "Decimal(precision=38, scale=4)",
        "total_amount": "Decimal(precision=38, scale=4)",
        "timestamp": "Datetime(time_unit='us', time_zone='UTC')",
        "row": "Int64",
    }
    assert frame["total_amount"].to_list() == [None]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("\n\n" + ENGLISH + "1,C,P,2,3.5,2026-01-31\n\n,,,,,\n2,C,P,2,3.5,2026-01-31\n\n\n", [4, 7]),
        (ENGLISH + '1,C,"P\nQ",2,3.5,2026-01-31\n2,C,P,2,3.5,2026-01-31', [2, 3]),
        ("sep=,\n" + ENGLISH + "1,C,P,2,3.5,2026-01-31", [3]),
        (ENGLISH.replace("\n", "\r") + "1,C,P,2,3.5,2026-01-31\r\r2,C,P,2,3.5,2026-01-31\r", [2, 4]),
        (ENGLISH + '1,C,P,2,3.5,2026-01-31,,,\n2,C,12" RULER,2,3.5,2026-01-31\n', [2, 3]),
    ],
    ids=["blank rows", "newline in a cell", "sep line", "old Mac line ends", "trailing delimiters and a lone quote"],
)
def test_row_numbers_are_those_of_a_spreadsheet(tmp_path: Path, text: str, rows: list[int]):
    table = read(tmp_path, text)
    assert table.frame["row"].to_list() == table.originals["row"].to_list() == rows


def test_short_row_has_empty_cells(tmp_path: Path):
    assert read(tmp_path, ENGLISH + "1,C,P,2\n").frame["timestamp"].to_list() == [None]


def test_rows_above_the_headers_are_left_aside_with_a_notice(tmp_path: Path):
    table = read(tmp_path, "Shop export,,,,,\nJanuary,,,,,\n" + ENGLISH + "1,C,P,2,3.5,2026-01-31\n")
    assert [(p.code, p.severity, p.params["count"]) for p in table.problems] == [("rows_above_header", "notice", "2")]
    assert table.frame["row"].to_list() == [4]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "file_empty", None),
        (b"\xef\xbb\xbf\r\n \r\n", "file_empty", None),
        (b"%PDF-1.7 ...", "format_unsupported", None),
        (b"\x89PNG\r\n\x1a\n", "format_unsupported", None),
        (b"<html><table><tr><td>1", "format_unsupported", None),
        (b"a;b\0;c\n", "nul_bytes", None),
        (b"PK\x03\x04 not a zip", "file_damaged", None),
        (b"nom;prix\n\x81;1", "encoding_unknown", None),
        ("nom;café\n".encode() + "café;1".encode("cp1252"), "encoding_mixed", None),
        (ENGLISH + "1,C,P,2,3.5,2026-01-31\n2,C,P,Q,2,3.5,2026-01-31\n", "row_too_long", 3),
        (ENGLISH + '1,C,"P,2,3.5,2026-01-31\n2,C,P,2,3.5,2026-01-31\n', "quotes_unbalanced", 2),
        ("'" + ENGLISH.strip().replace(",", "','") + "'\n'1','C','P',2,3.5,2026-01-31\n", "quotes_single", 1),
        (ENGLISH + '1,C,"P"x,2,3.5,2026-01-31\n', "quotes_unbalanced", 2),
        (ENGLISH, "no_rows", None),
        ("a," * 1_000_000, "columns_too_many", 1),
        ("a" * (17 << 20), "cell_too_large", 1),
        (ENGLISH + '1,C,"' + "x" * (20 << 20) + '",2,3.5,2026-01-31\n', "cell_too_large", 2),
        ("alpha;beta;gamma\n1;2;3\n", "kind_unknown", 1),
    ],
)
def test_what_cannot_be_trusted_is_refused_whole(tmp_path: Path, content: str | bytes, code: str, row: int | None):
    (problem,) = refusal(tmp_path, content).problems
    assert (problem.code, problem.row) == (code, row)


@pytest.mark.parametrize("end", ["\x1a", "\x1a\r\n", "\n\x1a"])
def test_the_end_of_a_dos_text_is_no_row(tmp_path: Path, end: str):
    table = read(tmp_path, ENGLISH + "1,C,P,2,3.5,2026-01-31" + end)
    assert table.problems == []
    assert table.frame["timestamp"].null_count() == 0
    assert table.frame["row"].to_list() == [2]


def test_lines_that_are_quoted_as_wholes(tmp_path: Path):
    lines = [ENGLISH.strip(), '1,""C,1"",P,2,3.5,2026-01-31', "", "2,C,P,1,4.5,2026-01-31"]
    quoted = [f'"{line}"' if line else "" for line in lines]
    table = read(tmp_path, "\n".join(quoted))
    assert table.originals["client_code"].to_list() == ["C,1", "C"]
    assert table.frame["row"].to_list() == [2, 4]
    content = "\n".join([*quoted, *["\n"] * 50, "3,C,P,1,4.5,2026-01-31"])
    assert [(p.code, p.row) for p in refusal(tmp_path, content).problems] == [("quotes_unbalanced", 105)]


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (['1,C,"P,2,3.5,2026-01-31', '2,C,P",2,3.5,2026-01-31'], 2),
        (["0,C,P,2,3.5,2026-01-31", '1,C,"P,2,3.5,2026-01-31', "3,C,P,2,3.5,2026-01-31", '2,C,P",2,3.5,2026-01-31'], 3),
        (['"1,C,P,2,3.5,2026-01-31', "3,C,P,2,3.5", '2",C,P,2,3.5,2026-01-31'], 2),
        (['1,C,P,2,3.5,"2026-01-31', '2,C,P,2,3.5,2026-01-31"'], 2),
        (['1,C,"P', "line, two,", 'three",2,3.5,2026-01-31'], None),
        (['1,C,"P, 2, red, small', 'or, so",2,3.5,2026-01-31'], None),
    ],
)
def test_rows_between_two_missing_quotes_are_no_cell(tmp_path: Path, lines: list[str], row: int | None):
    content = ENGLISH + "\n".join([*lines, "9,C,P,2,3.5,2026-01-31"])
    if row is None:
        assert len(read(tmp_path, content).frame) == 2
    else:
        assert [(p.code, p.row) for p in refusal(tmp_path, content).problems] == [("quotes_unbalanced", row)]


@pytest.mark.parametrize("lines", [['1;C; "{}";2;3.5;2026-01-31'], ['"1;{}"']])
def test_a_long_quoted_cell_takes_its_own_size(tmp_path: Path, lines: list[str]):
    path = tmp_path / "x.csv"
    path.write_text("\n".join([ENGLISH.strip().replace(",", ";"), *lines]).format("x" * 1_000_000))
    tracemalloc.start()
    with suppress(RejectedFileError):
        read_file(path, SETTINGS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6


def test_a_row_in_quotes_as_a_whole_is_none(tmp_path: Path):
    content = ENGLISH + '1,C,P,2,3.5,2026-01-31\n"2,C,P,2,3.5,2026-01-31"\n'
    assert [(p.code, p.row) for p in refusal(tmp_path, content).problems] == [("quotes_unbalanced", 3)]


def test_spaces_before_a_quoted_cell_are_none_of_it(tmp_path: Path):
    content = ENGLISH + '1, "C,1", P ,2, "3.5" ,2026-01-31\n2,"a, ""b""",P,2,3.5,2026-01-31\n'
    table = read(tmp_path, content)
    assert table.originals["client_code"].to_list() == ["C,1", 'a, "b"']
    assert [str(price) for price in table.frame["unit_price"]] == ["3.5000", "3.5000"]


def test_a_million_empty_cells_behind_the_headers_are_none(tmp_path: Path):
    table = read(tmp_path, ENGLISH.strip() + "," * 1_000_000 + "\n1,C,P,2,3.5,2026-01-31,\n")
    assert table.originals.columns[-2:] == ["timestamp", "row"]


def test_unknown_kind_names_found_and_missing_headers(tmp_path: Path):
    (problem,) = refusal(tmp_path, "Nom;Catégorie;Prix achat;Couleur\nA;B;1;2\n").problems
    assert problem.params["found"] == "Nom, Catégorie, Prix achat, Couleur"
    assert problem.params["kind"] == "products"
    assert problem.params["missing_fr"] == "code_produit, prix_vente, seuil_marge_min"


def test_all_questions_of_a_file_are_asked_at_once(tmp_path: Path):
    error = refusal(tmp_path, "facture;produit;code;qte;prix;date\n1;x;P;2;1.234;01/02/2026\n")
    assert isinstance(error, AmbiguousFileError)
    assert [(p.code, p.column, p.value) for p in error.problems] == [
        ("decimal_mark_unclear", "prix", "1.234"),
        ("date_order_unclear", "date", "01/02/2026"),
    ]
    assert (error.problems[0].params["point"], error.problems[0].params["comma"]) == ("1.234", "1234")


CELLS = st.text(st.sampled_from('ab1é "\n,;|\t\r\u00a0'), max_size=6)


@settings(max_examples=150)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=7), max_size=6), st.sampled_from(DELIMITERS), st.booleans())
def test_both_ways_of_reading_give_the_same(rows: list[list[str]], delimiter: str, quoted: bool):
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows([["a"] * 6, *rows])
    header = HeaderRow(0, 1, ("a",) * 6, match_kind(SALES, []))
    fast = read_regular(text.getvalue().encode(), delimiter, 6, 0, 1)
    if fast is None:
        return
    slow = pl.concat(read_row_by_row(io.StringIO(text.getvalue(), ""), delimiter, header, "x"))
    columns = ["row", *map(str, range(6))]
    fast_rows, slow_rows = (frame.select(columns).fill_null("").rows() for frame in (fast, slow))
    assert fast_rows == slow_rows


def test_regular_quoting_takes_the_fast_way():
    frame = read_regular(b'a;b\n"1 ""x"" ;";2\n\n3;4\n', ";", 2, 0, 1)
    assert frame is not None
    assert frame.rows() == [('1 "x" ;', "2", 2), ("3", "4", 4)]


LONG = [
    "banner\n",
    "no_facture;code_produit;quantite;prix_unitaire;date_heure\n",
    *(f"F{n};P{n % 7};{n % 5 + 1};{n},{n % 10}0;{n % 28 + 1:02}/03/2026\n" for n in range(60)),
    "TOTAL;;180;;\n",
    *(f" F{n};P{n % 7};x;1.234;03/04/2026\r\n" for n in range(60, 90)),
    '"F90";"P\n1";2;3,5;14/04/2026\n',
    *(f"F{n};P{n % 7};1;2,5;03/04/2026\n" for n in range(91, 99)),
]


@pytest.mark.parametrize("characters", [1, 97, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_long_file_is_read_in_pieces_as_if_it_were_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, characters: int, encoding: str
):
    path = tmp_path / "x.csv"
    path.write_bytes("".join(LONG).encode(encoding))
    whole = read_file(path, SETTINGS)
    monkeypatch.setattr(delimited, "PIECE_CHARACTERS", characters)
    monkeypatch.setattr(delimited, "CHUNK_ROWS", 5)
    pieces = [list(each) for each in recognise(path, SETTINGS).tables()]
    assert len(pieces[0]) > 2
    (one,), (other,) = whole.tables, [joined(each) for each in pieces]
    assert one.frame.equals(other.frame)
    assert one.originals.equals(other.originals)
    assert one.problems == sorted(other.problems, key=one.problems.index)
    assert (one.mapping, one.headers, one.encoding) == (other.mapping, other.headers, other.encoding)
    # The order of days is proven far from the cells that need it.
    assert other.frame["timestamp"][-2].month == 4


def test_a_wide_table_is_read_in_shorter_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delimited, "PIECE_CHARACTERS", 2_000)

    def pieces(width: int) -> int:
        more = ";".join(f"x{place}" for place in range(width - 5))
        header = f"no_facture;code_produit;quantite;prix_unitaire;date_heure;{more}"
        path = tmp_path / f"{width}.csv"
        # Lines of 50 characters, whatever the table's width.
        path.write_text("\n".join([header, *["F1;P1;1;2,5;13/03/2026".ljust(49, ";") for _ in range(100)], ""]))
        (sheet,) = recognise(path, SETTINGS).tables()
        return len(list(sheet))

    assert (pieces(33), pieces(60)) == (8, 15)


def test_cells_of_quoted_nothing_are_empty(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text('no_facture;code_client;code_produit;quantite;prix_unitaire;date_heure\nF1;"";P1;1;"";13/03/2026\n')
    (table,) = read_file(path, SETTINGS).tables
    assert table.frame.select("client_code", "unit_price").row(0) == (None, None)
    assert table.originals.row(0)[:3] == ("F1", None, "P1")
    assert table.problems == []
