"""Clients files that change openings once sales are imported: asked about, and read as the answer says."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from comptoir.changes.records import Clock
from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.examining import examine
from comptoir.openings import ask_about_openings
from comptoir.reading.reader import read_file
from comptoir.reconciling import raw_files
from comptoir.reconciling.workspace import open_workspace
from comptoir.records import entity_id
from comptoir.settings import Settings
from comptoir.stores import register

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings(timezone="Europe/Paris")
TODAY = date(2026, 5, 4)
HEADER = "client_code,name,total_revenue_generated,loyalty_tier"
UNDATED, DATED = (
    f"{HEADER}\nC1,Bar,900.00,Silver\nC2,Zoo,5,Standard\n",
    f"{HEADER},as_of\nC1,Bar,900,Silver,2026-04-30\n",
)
QUESTION = "opening_changed::as_of"


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what the register knows of C1, which a test may change, and whether it has sales."""
    known: dict[str, Any] = {"opening": "800.0000", "as_of": None, "sales": True}

    def versions(_: object, kind: str, ids: list[str]) -> dict[str, str]:
        assert kind == "clients"
        return {client: json.dumps(known) for client in ids if client == entity_id("client", "C1")}

    monkeypatch.setattr(register, "fetch_versions", versions)
    monkeypatch.setattr(register, "has_any", lambda *_: known["sales"])
    return known


def ask(folder: Path, text: str, answer: str | None = None) -> None:
    path = folder / "clients.csv"
    path.write_text(text)
    given = {QUESTION: answer} if answer else {}
    file = read_file(path, SETTINGS, answers=given)
    examined = examine(file, None, SETTINGS, "good_rows", Clock("Europe/Paris", TODAY))
    ask_about_openings(examined, None, given, TODAY)  # type: ignore[arg-type] # the register is in memory


@pytest.mark.usefixtures("registered")
def test_a_changed_opening_is_asked_about(tmp_path: Path):
    with pytest.raises(AmbiguousFileError) as caught:
        ask(tmp_path, UNDATED)
    (question,) = caught.value.questions
    assert (question.id, caught.value.kind) == (QUESTION, "clients")
    assert question.problem.message() == (
        "“total_revenue_generated” changes the opening balance of 1 client, C1 first, and sales are imported already. "
        "Does it hold these sales? Then they would count twice."
    )
    assert [choice.answer for choice in question.choices] == [
        "opening",
        "2026-05-04",
        "2026-05-03",
        "2026-04-30",
        "2025-12-31",
    ]
    assert question.choices[3].message("fr") == (
        "Solde au soir du 30 avr. 2026 : seules les ventes des jours suivants s'y ajoutent."
    )
    (outline,) = caught.value.outlines
    assert (outline.rows_read, outline.first_rows[1]["name"]) == (2, "Zoo")


def test_a_day_that_would_go_is_asked_about_too(tmp_path: Path, registered: dict[str, Any]):
    registered |= {"opening": "900.0000", "as_of": "2026-03-31"}
    with pytest.raises(AmbiguousFileError):
        ask(tmp_path, UNDATED)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (UNDATED, {"opening": "900.0000"}),
        (UNDATED, {"sales": False}),
        (DATED, {}),
        (UNDATED.replace("C1", "C3"), {}),
        (UNDATED.replace("900.00", "a lot"), {}),
    ],
    ids=["the same opening", "no sales", "a closing balance", "a new client", "a rejected row"],
)
def test_what_changes_no_opening_is_not_asked_about(
    tmp_path: Path, registered: dict[str, Any], text: str, known: dict[str, Any]
):
    registered |= known
    ask(tmp_path, text)


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("answer", ["opening", "2026-04-30"])
def test_an_answer_is_not_asked_for_again(tmp_path: Path, answer: str):
    ask(tmp_path, UNDATED, answer=answer)


def test_a_day_is_that_of_every_total_without_one(tmp_path: Path):
    path = tmp_path / "clients.csv"
    path.write_text(f"{HEADER},as_of\nC1,Bar,900.00,Silver,\nC2,Zoo,5,Standard,2026-03-31\n")
    (table,) = read_file(path, SETTINGS, answers={QUESTION: "2026-04-30"}).tables
    assert table.frame["as_of"].to_list() == [date(2026, 4, 30), date(2026, 3, 31)]
    (table,) = read_file(path, SETTINGS, answers={QUESTION: "opening"}).tables
    assert table.frame["as_of"].to_list() == [None, date(2026, 3, 31)]


def test_an_answer_that_is_no_day_refuses(tmp_path: Path):
    with pytest.raises(RejectedFileError) as caught:
        ask(tmp_path, UNDATED, answer="last month")
    assert [problem.code for problem in caught.value.problems] == ["answer_invalid"]


def test_the_audit_takes_the_answered_day_too(tmp_path: Path):
    path = tmp_path / "raw"
    path.write_text(UNDATED)
    mapping = [
        {"sheet": None, "kind": "clients", "column": column, "header": column, "read_as": "point"}
        for column in HEADER.split(",")
    ]
    workspace = open_workspace("Europe/Paris")
    raw_files.prepare(workspace)
    for file_id, answer in (("f-1", "2026-04-30"), ("f-2", "opening")):
        entry = {"_id": file_id, "name": "file", "mapping": mapping, "problems": [], "answers": {QUESTION: answer}}
        raw_files.load(workspace, entry, path)
    days = workspace.database.execute("SELECT DISTINCT file_id, day FROM raw_others ORDER BY file_id").fetchall()
    assert days == [("f-1", date(2026, 4, 30)), ("f-2", None)]
