"""A check: what it tells about a file of each outcome, without a platform, and whatever the bytes are."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from comptoir import check, ingest
from comptoir.changes.records import Clock
from comptoir.check import check_file
from comptoir.commands.check import _show
from comptoir.examining import examine
from comptoir.reading.reader import read_file
from comptoir.settings import PROJECT_ROOT, Settings

COMPTOIR = str(Path(sys.executable).parent / "comptoir")
HEADER = "no_facture;code_client;code_produit;quantite;prix_unitaire;date_heure;vendeur\n"
SOUND = HEADER + "1;C;P;2;1.234,5;2026-01-31 10:00;Ann\n1;C;Q;1;3,125;2026-01-31 10:05;Ann\n2;C;P;1;2;2026-02-01;Bob\n"
HALF = HEADER + "1;C;P;2;2,5;2026-01-31;A\n2;C;P;0;2,5;2026-01-31;A\n3;C;P;1;2,5;2026-02-30;A\n4;C;P;1;2;2026-01-31;A\n"
ASKING = HEADER + "1;C;P;2;2,5;01/02/2026;A\n"
SETTINGS = Settings(timezone="Europe/Paris", language="en")


def checked(folder: Path, text: str, **arguments: Any) -> dict[str, Any]:
    path = folder / "v.csv"
    path.write_text(text, encoding="utf-8")
    return check_file(path, SETTINGS, **arguments)


def test_a_sound_file_is_told_as_it_is_understood(tmp_path: Path):
    report = checked(tmp_path, SOUND)
    (sheet,) = report.pop("sheets")
    assert report == {
        "outcome": "accept",
        "kind": "sales",
        "rows_read": 3,
        "rows_accepted": 3,
        "rows_rejected": 0,
        "problems": [],
        "problems_total": 0,
        "skipped": [],
        "questions": [],
        "changes": None,
    }
    assert [sheet[key] for key in ("sheet", "kind", "rows_read", "rows_accepted", "rows_rejected")] == [
        None,
        "sales",
        3,
        3,
        0,
    ]
    assert sheet["locale"] == {
        "encoding": "utf-8",
        "delimiter": ";",
        "decimal_mark": "comma",
        "date_order": None,
    }
    assert sheet["mapping"][4] == {
        "column": "unit_price",
        "header": "prix_unitaire",
        "source": "template",
        "confidence": 1.0,
        "read_as": "comma",
    }
    assert sheet["ignored_headers"] == ["vendeur"]
    assert sheet["first_rows"][1] == {
        "row": 3,
        "invoice_no": "1",
        "client_code": "C",
        "product_code": "Q",
        "quantity": 1,
        "unit_price": "3.1250",
        "timestamp": "2026-01-31T09:05:00Z",
    }


def test_bad_rows_make_a_partial_outcome(tmp_path: Path):
    report = checked(tmp_path, HALF)
    assert [report[key] for key in ("outcome", "rows_read", "rows_accepted", "rows_rejected")] == ["partial", 4, 2, 2]
    told = [(p["code"], p["row"], p["column"], p["value"], p["severity"]) for p in report["problems"]]
    assert told == [
        ("not_a_date", 4, "date_heure", "2026-02-30", "error"),
        ("quantity_zero", 3, "quantite", "0", "error"),
    ]
    assert set(report["problems"][0]) == {
        "code",
        "severity",
        "sheet",
        "row",
        "column",
        "value",
        "message",
        "remedy",
    }


def test_the_same_policy_holds_as_for_an_import(tmp_path: Path):
    path = tmp_path / "v.csv"
    path.write_text(HALF)
    strict = SETTINGS.model_copy(update={"import_policy": "all_or_nothing"})
    report = check_file(path, strict)
    assert [report["outcome"], report["rows_rejected"], report["problems"][0]["code"]] == [
        "reject",
        4,
        "all_or_nothing",
    ]


def test_a_question_makes_the_outcome_ask_and_its_answer_settles_it(tmp_path: Path):
    report = checked(tmp_path, ASKING)
    assert [report["outcome"], report["kind"]] == ["ask", "sales"]
    assert [question["id"] for question in report["questions"]] == ["date_order_unclear::timestamp"]
    answered = checked(tmp_path, ASKING, answers={"date_order_unclear::timestamp": "day_first"})
    assert [answered["outcome"], answered["sheets"][0]["locale"]["date_order"]] == ["accept", "day_first"]


def test_a_file_that_asks_is_shown_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(check, "read_apart", read_file)
    text = "Ventes de mai\n\nFacture;Article;Commandé;Livré;Date\n" + "F1;P1;3;2;01/02/2026\nF2;P2;;1;03/02/2026\n" * 3
    report = checked(tmp_path, text)
    (sheet,) = report["sheets"]
    assert [report["outcome"], report["kind"], report["rows_read"], report["changes"]] == ["ask", "sales", 6, None]
    assert [question["id"] for question in report["questions"]] == [
        "column_unnamed::quantity",
        "date_order_unclear::timestamp",
    ]
    assert [sheet.pop("mapping"), sheet.pop("first_rows")[:2]] == [
        [
            {"column": "invoice_no", "header": "Facture", "source": "alias", "confidence": 1.0, "read_as": None},
            {"column": "product_code", "header": "Article", "source": "alias", "confidence": 0.9, "read_as": None},
            {"column": "timestamp", "header": "Date", "source": "alias", "confidence": 0.9, "read_as": None},
        ],
        [
            {"row": 4, "Facture": "F1", "Article": "P1", "Commandé": "3", "Livré": "2", "Date": "01/02/2026"},
            {"row": 5, "Facture": "F2", "Article": "P2", "Commandé": None, "Livré": "1", "Date": "03/02/2026"},
        ],
    ]
    assert sheet == {
        "sheet": None,
        "kind": "sales",
        "header_row": 3,
        "headers": ["Facture", "Article", "Commandé", "Livré", "Date"],
        "rows_read": 6,
    }


def test_of_a_workbook_that_asks_the_sheets_that_need_no_answer_are_shown_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(check, "read_apart", read_file)
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, quantity in (("Mai", "quantite"), ("Juin", "quantitte")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["no_facture", "code_produit", quantity, "date_heure"])
            sheet.write_row(1, 0, [name, "P", 2, "2026-01-02"])
    report = check_file(path, SETTINGS)
    assert [report["outcome"], report["kind"], report["rows_read"]] == ["ask", "sales", 2]
    assert [(sheet["sheet"], [each["column"] for each in sheet["mapping"]]) for sheet in report["sheets"]] == [
        ("Mai", ["invoice_no", "product_code", "quantity", "timestamp"]),
        ("Juin", ["invoice_no", "product_code", "timestamp"]),
    ]
    assert report["sheets"][1]["first_rows"] == [
        {"row": 2, "no_facture": "Juin", "code_produit": "P", "quantitte": "2", "date_heure": "2026-01-02"}
    ]


def test_what_is_shown_of_a_file_that_asks_comes_before_how_to_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(check, "read_apart", read_file)
    _show(tmp_path / "v.csv", checked(tmp_path, ASKING), SETTINGS)
    shown = capsys.readouterr().out
    places = [
        shown.index(text) for text in ("headers in row 1 · 1 row", "as they are written", "--answer", "day_first")
    ]
    assert places == sorted(places)
    assert "What it would change" not in shown


def test_columns_that_are_not_used_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(check, "read_apart", read_file)
    _show(tmp_path / "v.csv", checked(tmp_path, SOUND), SETTINGS)
    assert "Columns not used: vendeur" in capsys.readouterr().out


def test_a_workbook_is_told_by_sheet(tmp_path: Path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["Hello", "there"])
        clients = book.add_worksheet("Clients")
        clients.write_row(0, 0, ["code_client", "nom", "ca_total", "niveau_fidelite"])
        clients.write_row(1, 0, ["C", "Ann", 12.5, "Or"])
    report = check_file(path, SETTINGS)
    (sheet,) = report["sheets"]
    assert [sheet["sheet"], sheet["locale"]["encoding"], sheet["first_rows"]] == [
        "Clients",
        None,
        [
            {
                "row": 2,
                "client_code": "C",
                "name": "Ann",
                "total_revenue_generated": "12.50",
                "loyalty_tier": "Gold",
            }
        ],
    ]
    assert [(problem["code"], problem["sheet"]) for problem in report["problems"]] == [("sheet_skipped", "Notes")]


def test_a_sentence_calls_the_file_by_the_name_given(tmp_path: Path):
    report = checked(tmp_path, "", name="ventes de mai.csv")
    assert [report["outcome"], report["kind"]] == ["reject", None]
    assert report["problems"][0]["message"] == "The file “ventes de mai.csv” is empty."


def test_a_sheet_that_is_left_aside_is_told_with_its_reason(tmp_path: Path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Clients", "Old"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["code_client", "nom", "ca_total", "niveau_fidelite"])
            sheet.write_row(1, 0, ["C", "Ann", 12.5, "Or"])
        book.get_worksheet_by_name("Old").hide()
    report = check_file(path, SETTINGS)
    (skipped,) = report["skipped"]
    assert [skipped["sheet"], skipped["code"]] == ["Old", "sheet_hidden"]
    assert skipped in report["problems"]


def test_a_parser_s_panic_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def panic(*_: object, **__: object) -> None:
        raise pl.exceptions.PanicException("called `Option::unwrap()` on a `None` value")

    monkeypatch.setattr(check, "read_apart", panic)
    report = checked(tmp_path, SOUND)
    assert [report["outcome"], report["problems"][0]["code"]] == ["reject", "file_unreadable"]


@pytest.mark.parametrize("seed", range(40))
def test_damaged_bytes_get_a_report(tmp_path: Path, seed: int):
    chance = random.Random(seed)  # noqa: S311 - reproducible damage
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        sheet.write_row(0, 0, ["code_client", "nom", "ca_total", "niveau_fidelite"])
        sheet.write_row(1, 0, ["C", "Ann", 12.5, "Or"])
    data = bytearray(path.read_bytes() if seed % 2 else SOUND.encode("utf-16"))
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(data[: chance.randint(1, len(data))])
    report = check_file(path, SETTINGS)
    assert report["outcome"] in {"accept", "partial", "reject", "ask"}
    json.dumps(report)


def run(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMPTOIR_")}
    env = kept | {"COMPTOIR_HOME": str(home), "COMPTOIR_PORT_BASE": "23900", "COMPTOIR_LANGUAGE": "fr"}
    words = [COMPTOIR, "check", *(str(argument) for argument in arguments)]
    return subprocess.run(words, env=env, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize(("text", "code"), [(SOUND, 0), (HALF, 1), ("", 1), (ASKING, 3)])
def test_the_command_needs_no_platform_and_leaves_no_trace(tmp_path: Path, text: str, code: int):
    home, path = tmp_path / "home", tmp_path / "v.csv"
    path.write_text(text)
    before = path.stat()
    done = run(home, path, "--json")
    assert [done.returncode, done.stderr] == [code, ""]
    assert json.loads(done.stdout)["outcome"] == check_file(path, SETTINGS)["outcome"]
    assert not home.exists()
    assert [path.stat().st_mtime_ns, path.read_text(), [p.name for p in tmp_path.iterdir()]] == [
        before.st_mtime_ns,
        text,
        ["v.csv"],
    ]


def test_the_command_shows_tables_and_how_to_answer(tmp_path: Path):
    path = tmp_path / "v.csv"
    path.write_text(ASKING.replace("P;2", "[/b];2"))
    asked = run(tmp_path, path)
    assert asked.returncode == 3
    assert (
        "date_order_unclear::timestamp=day_first  Le jour d'abord : « 01/02/2026 » est le 1 févr. 2026." in asked.stdout
    )
    answered = run(tmp_path, path, "--answer", "date_order_unclear::timestamp=day_first")
    assert answered.returncode == 0
    assert all(shown in answered.stdout for shown in ("jour avant le mois", "[/b]"))


@pytest.mark.parametrize("answer", ["day_first", "=day_first", "date_order_unclear::timestamp="])
def test_what_is_no_answer_is_told(tmp_path: Path, answer: str):
    path = tmp_path / "v.csv"
    path.write_text(SOUND)
    done = run(tmp_path, path, "--answer", answer, "--json")
    assert [done.returncode, done.stdout] == [1, ""]
    assert "n'est pas une réponse" in done.stderr


def test_an_import_keeps_how_each_column_was_found_and_read(tmp_path: Path):
    path = tmp_path / "v.csv"
    path.write_text("N° pièce;code_produit;quantite;prix_unitaire;date_heure\n1;P;1;2,50;25/12/2025\n")
    clock = Clock("Europe/Paris", date(2026, 3, 1))
    kept = ingest._findings(examine(read_file(path, SETTINGS), None, SETTINGS, "good_rows", clock))["mapping"]
    of_sheet = {"sheet": None, "kind": "sales"}
    assert [each for each in kept if each["column"] in {"invoice_no", "timestamp"}] == [
        of_sheet
        | {"column": "invoice_no", "header": "N° pièce", "source": "alias", "read_as": None, "confidence": 0.9},
        of_sheet
        | {"column": "timestamp", "header": "date_heure", "source": "template", "read_as": "day_first"}
        | {"confidence": 1.0},
    ]
