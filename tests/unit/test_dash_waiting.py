"""What the page shows of a waiting file, in French, and which decisions it offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comptoir.formats import Formats
from comptoir.landing.transfers import Transfer
from comptoir.previewing import Look
from comptoir.problems import Problem
from comptoir.settings import Settings
from dash_app.components.waiting import WaitingFile, waiting_files
from dash_app.context import Reader
from dash_app.pages.uploads import _problems

READER = Reader(Formats("fr", "EUR", ZoneInfo("Europe/Paris")), Settings())
AT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
TRANSFER = Transfer("t" * 32, "ventes.csv", "claire", 1234)
SHEET = {
    "sheet": "Mars",
    "kind": "sales",
    "rows_read": 1200,
    "rows_accepted": 1200,
    "rows_rejected": 0,
    "locale": {"encoding": None, "delimiter": "\t", "decimal_mark": "comma", "date_order": "day_first"},
    "mapping": [
        {"column": "unit_price", "header": "PU HT", "source": "similarity", "confidence": 0.915, "read_as": "comma"}
    ],
    "ignored_headers": ["vendeur"],
    "first_rows": [{"row": 2, "unit_price": "1234.5650", "timestamp": "2026-02-01T09:00:00Z", "quantity": None}],
}
HIDDEN = {"code": "sheet_hidden", "severity": "notice", "message": "La feuille « Avril » est masquée.", "remedy": ""}
QUESTION = {
    "id": "date_order_unclear::timestamp",
    "sheet": None,
    "message": "Jour ou mois ?",
    "choices": [{"answer": "day_first", "message": "Le jour d'abord."}],
}


def report(outcome: str, **fields: Any) -> dict[str, Any]:
    counts = {"rows_read": 1200, "rows_accepted": 1200, "rows_rejected": 0}
    found = {"problems": [], "problems_total": 0, "skipped": [], "questions": []}
    return {"outcome": outcome, "kind": "sales", "sheets": [], "changes": None, **counts, **found, **fields}


def shown(file: WaitingFile) -> list[Any]:
    """All components of the section."""
    return parts(waiting_files([file], READER))


def parts(component: Any) -> list[Any]:
    if isinstance(component, list | tuple):
        return [value for each in component for value in parts(each)]
    if not hasattr(component, "to_plotly_json"):
        return [component]
    inner = [value for part in component.to_plotly_json()["props"].values() for value in parts(part)]
    return [component, *inner]


def waiting(outcome: str | None, before: dict[str, Any] | None = None, **fields: Any) -> WaitingFile:
    look = Look("ab", AT.isoformat(), "fr", {}, report(outcome, **fields)) if outcome else None
    return WaitingFile(TRANSFER, look, before)


def test_what_was_understood_is_told_in_the_readers_words():
    changes = {"sales": {"new": 1000, "changed": 150, "unchanged": 50}}
    values = [str(value) for value in shown(waiting("accept", sheets=[SHEET], changes=changes, skipped=[HIDDEN]))]
    for told in (
        "Feuille « Mars » · Ventes · 1\u202f200 lignes lues, 1\u202f200 acceptées, 0 rejetée",
        "Trouvé : virgule décimale, jour avant le mois, séparateur tabulation.",
        "Non utilisées : « vendeur ».",
        "PU HT",
        "prix_unitaire",
        "nom proche",
        "91,5\xa0%",
        "1\u202f234,565",
        "1 févr. 2026, 10:00",
        "La feuille « Avril » est masquée.",
        "1\u202f000",
        "150",
    ):
        assert told in values


@pytest.mark.parametrize(
    ("file", "label", "is_off"),
    [
        (waiting(None), "Importer", True),
        (waiting("ask", questions=[QUESTION]), "Importer", True),
        (waiting("accept"), "Importer", False),
        (waiting("partial"), "Importer les lignes acceptées", False),
        (waiting("reject"), "Envoyer quand même", False),
        (waiting("accept", {"state": "applied", "received_at": AT, "applied_at": AT, "by": None}), "Réimporter", False),
        (waiting("accept", {"state": "validating", "received_at": AT, "applied_at": None, "by": "paul"}), "Imp", True),
        (waiting("accept", {"state": "asking", "received_at": AT, "applied_at": None, "by": "paul"}), "Imp", True),
        (waiting("accept", {"state": "rejected", "received_at": AT, "applied_at": None, "by": "paul"}), "Imp", False),
    ],
)
def test_the_import_is_offered_in_the_words_of_what_it_does(file: WaitingFile, label: str, *, is_off: bool):
    (form,) = [part for part in shown(file) if getattr(part, "action", "") == f"/transfers/{'t' * 32}/import"]
    (button,) = [part for part in parts(form) if getattr(part, "type", "") == "submit"]
    assert button.children.startswith(label)
    assert button.disabled is is_off


@pytest.mark.parametrize(("rejected", "promised"), [(1200, True), (0, False)])
def test_rejected_rows_are_promised_only_where_there_are_some(rejected: int, promised: bool):
    problem = {"code": "c", "severity": "error", "message": "", "remedy": "", "sheet": None, "column": None, "row": 2}
    group = problem | {"count": 1, "rows": [2]}
    file = waiting("reject", rows_rejected=rejected, problems=[group], problems_total=9)
    texts = [str(value) for value in shown(file)]
    assert any(text.endswith("avec ses lignes rejetées à télécharger.") for text in texts) is promised
    assert any("aucune de ses lignes n'a pu être lue" in text for text in texts) is not promised
    assert ("et 8 de plus ; le fichier des rejets les a tous après l'import" in texts) is promised
    assert ("et 8 de plus" in texts) is not promised


@pytest.mark.parametrize(
    ("rejects", "told"), [("/x/a-rejets.csv", "et 8 de plus, dans le fichier des rejets"), (None, "et 8 de plus")]
)
def test_the_reject_file_is_named_only_where_there_is_one(rejects: str | None, told: str):
    problem = Problem("kind_unknown", params=dict.fromkeys(("name", "found", "kind_fr", "missing_fr"), "")).to_json(
        "fr"
    )
    file = {"state": "rejected", "problems": [problem], "problems_total": 9, "rejects": rejects}
    assert told in [str(value) for value in parts(_problems(file, READER))]


def test_answers_to_what_the_same_bytes_ask_below_can_be_imported():
    before = {"state": "asking", "received_at": AT, "applied_at": None, "by": "paul"}
    transfer = replace(TRANSFER, answers={"date_order_unclear::timestamp": "day_first"})
    assert WaitingFile(TRANSFER, None, before).is_elsewhere
    assert not WaitingFile(transfer, None, before).is_elsewhere


def test_bytes_that_are_imported_say_when_and_by_whom():
    before = {"state": "partial", "received_at": AT, "applied_at": AT, "by": "paul"}
    texts = [str(value) for value in shown(waiting("accept", before))]
    assert any(text.startswith("Déjà importé le 5 mars 2026, 10:30, par paul.") for text in texts)


def test_a_file_that_asks_shows_its_first_rows_as_they_are_written():
    sheet = {
        "sheet": "Mars",
        "kind": "sales",
        "header_row": 3,
        "headers": ["Facture", "Livré"],
        "rows_read": 1200,
        "mapping": [
            {"column": "invoice_no", "header": "Facture", "source": "alias", "confidence": 1.0, "read_as": None}
        ],
        "first_rows": [{"row": 4, "Facture": "F1", "Livré": None}],
    }
    values = [str(value) for value in shown(waiting("ask", sheets=[sheet], questions=[QUESTION]))]
    for told in (
        "Feuille « Mars » · Ventes · 1\u202f200 lignes",
        "Les en-têtes sont en ligne 3.",
        "Premières lignes telles qu'elles sont écrites :",
        "no_facture",
        "Livré",
        "F1",
    ):
        assert told in values
    assert not any("la base des chiffres n'a pas répondu" in value for value in values)


def test_answers_that_were_given_go_with_the_next_ones():
    transfer = Transfer("t" * 32, "ventes.csv", "claire", 1234, answers={"mapping_unclear::quantity": "Qté"})
    look = Look("ab", AT.isoformat(), "fr", transfer.answers, report("ask", questions=[QUESTION]))
    values = shown(WaitingFile(transfer, look, None))
    named = {value.name for value in values if getattr(value, "name", None)}
    assert named == {"mapping_unclear::quantity", "date_order_unclear::timestamp"}
