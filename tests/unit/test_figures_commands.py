"""What the commands print and how they end, apart from servers."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from comptoir.commands.files import answer_sentence
from comptoir.commands.tables import cell, losses_tables, winners_tables
from comptoir.commands.waiting import Answer, expected_drop, worst
from comptoir.commands.words import WORDS, word
from comptoir.settings import Settings
from comptoir.stores.figures import money_text, upload
from comptoir.stores.ledger import new_entry

if TYPE_CHECKING:
    from comptoir.sentences import Language

RECEIVED_AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
MISSING = {"code": "value_missing", "severity": "error", "sheet": None, "row": 3, "column": "nom", "value": None}
ENTRY = new_entry(
    sha256="ab" * 32,
    attempt=1,
    name="produits.csv",
    path="",
    size=12,
    landing=1,
    source="page",
    by="claire",
    answers={},
) | {
    "_id": "abc-1",
    "run_id": "ingest__abc-1",
    "raw": "raw/abc-1/produits.csv",
    "kind": "products",
    "state": "partial",
    "state_at": {"received": RECEIVED_AT},
    "received_at": RECEIVED_AT,
    "rows_read": 3,
    "rows_applied": 2,
    "rows_rejected": 1,
    "problems": [MISSING | {"params": {}}],
}


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal("748957.0200"), "748957.02"),
        (Decimal(5), "5.00"),
        (Decimal("-0.5000"), "-0.50"),
        (Decimal("0.1250"), "0.1250"),
        (Decimal("2.5499"), "2.5499"),
        (Decimal("12345678901234567890.0001"), "12345678901234567890.0001"),
        ("1E+3", "1000.00"),
    ],
)
def test_money_is_a_decimal_string_that_loses_nothing(amount: object, text: str):
    assert money_text(amount) == text


@pytest.mark.parametrize(
    ("field", "value", "english", "french"),
    [
        ("revenue", "1234567.005", "1,234,567.01", "1\u202f234\u202f567,01"),
        ("profit", "-0.125", "-0.13", "-0,13"),
        ("quantity", 42481, "42,481", "42\u202f481"),
        ("margin", 0.0833, "8.3 %", "8,3 %"),
        ("eligible_promo", True, "yes", "oui"),
        ("reasons", ["EXPIRED", "DEAD_STOCK"], "expired, idle", "périmé, dormant"),
        ("state", "partial", "applied in part", "appliqué en partie"),
        ("kind", "sales", "sales", "ventes"),
        ("kind", None, "", ""),
        ("tier", "Gold", "Gold", "Or"),
        ("expiry_date", None, "", ""),
        ("last_movement", "2026-03-01", "1 Mar 2026", "1 mars 2026"),
    ],
)
def test_cells_are_written_in_the_readers_language(field: str, value: object, english: str, french: str):
    assert (cell(field, value, "en"), cell(field, value, "fr")) == (english, french)


def test_an_empty_table_says_so():
    figures = {"window": "week", "start": "2026-11-23", "as_of": None, "rows": [], "cost_missing": []}
    (table,) = winners_tables(figures, "en")
    assert (table.title, table.caption) == ("Winners of the week from 23 Nov 2026", "Nothing to show yet.")


def test_products_under_their_margin_have_a_table_of_their_own():
    low = [{"code": "A", "revenue": "10.00", "margin": 0.05, "threshold": 0.2}]
    tables = losses_tables({"on": "2026-11-23", "rows": [], "low_margin": low}, "fr")
    assert [table.title for table in tables] == ["Risques de perte au 23 nov. 2026", "Marge sous le seuil"]


@pytest.mark.parametrize("key", WORDS)
def test_every_sentence_is_in_both_languages(key: str):
    assert set(WORDS[key]) == {"en", "fr"}


def test_a_sentence_has_its_words_filled_in():
    told = word("cannot_restore", "fr", name="ventes.csv", state="applied")
    assert told == "ventes.csv est dans l'état « applied » : seul un fichier retiré se rétablit."


@pytest.mark.parametrize(
    ("language", "by", "sentence"),
    [
        (
            "en",
            None,
            (
                "b.csv: already imported on 23 Nov 2026, 08:31:00, by way of the folder; nothing changes. "
                "`--again` lands it as the latest."
            ),
        ),
        (
            "fr",
            "claire",
            (
                "b.csv : déjà importé le 23 nov. 2026, 08:31:00, par claire ; rien ne change. "
                "`--again` le dépose comme le plus récent."
            ),
        ),
    ],
)
def test_bytes_that_come_again_are_told_when_they_came_and_by_whom(language: Language, by: str | None, sentence: str):
    at = datetime(2026, 11, 23, 7, 31, tzinfo=UTC)
    entry = ENTRY | {"state": "applied", "rows_rejected": 0, "by": by, "applied_at": at}
    settings = Settings(language=language, timezone="Europe/Paris")
    # Also where both came in one drop, so that neither was known before.
    for before in (entry, entry | {"state": "publishing"}, None):
        answer = Answer(expected_drop("b.csv", "b.csv", "ab" * 32, before), entry, 0)
        assert answer_sentence(answer, settings, None) == sentence


def test_of_files_that_bring_the_same_bytes_at_once_one_is_applied():
    entry = ENTRY | {"state": "applied", "applied_at": RECEIVED_AT}
    drops = [expected_drop("produits.csv", name, "ab" * 32, None) for name in ("produits.csv", "produits-1.csv")]
    assert [Answer(drop, entry, 0).already_imported for drop in drops] == [False, True]
    assert [Answer(drop, entry | {"state": "rejected"}, 1).already_imported for drop in drops] == [False, False]


def test_what_was_rejected_of_bytes_that_come_again_is_told_as_of_then():
    drop = expected_drop("produits.csv", "produits.csv", "ab" * 32, ENTRY)
    told = answer_sentence(Answer(drop, ENTRY | {"applied_at": RECEIVED_AT}, 1), Settings(timezone="UTC"), None)
    assert told == (
        "produits.csv: already imported in part on 23 Nov 2026, 07:30:00, by claire; nothing changes. 1 row was "
        "rejected then: send what has not come corrected since in a new file."
    )
    released = ENTRY | {"applied_at": RECEIVED_AT, "rows_rejected": 0, "rows_released": 1}
    assert "rejected" not in answer_sentence(Answer(drop, released, 1), Settings(), None)


@pytest.mark.parametrize(
    ("state", "attempt", "repeat"),
    [
        ("applied", 2, True),
        ("partial", 2, True),
        ("rejected", 3, False),
        ("withdrawn", 3, False),
        ("withdrawing", 3, False),
        ("restoring", 2, True),
        ("asking", 3, False),
        ("publishing", 2, True),
    ],
)
def test_a_refusal_or_a_question_opens_a_new_attempt_and_nothing_else_does(state: str, attempt: int, repeat: bool):
    drop = expected_drop("a.csv", "a.csv", "ab" * 32, {"state": state, "attempt": 2, "by": None})
    assert (drop.attempt, drop.is_repeat) == (attempt, repeat)


@pytest.mark.parametrize(("state", "attempt"), [("applied", 3), ("partial", 3), ("publishing", 2), ("withdrawn", 3)])
def test_imported_bytes_land_anew_on_request(state: str, attempt: int):
    drop = expected_drop("a.csv", "a.csv", "ab" * 32, {"state": state, "attempt": 2}, again=True)
    assert (drop.attempt, drop.is_repeat) == (attempt, attempt == 2)


def test_bytes_that_never_came_have_their_first_attempt():
    asked = {"state": "asking", "attempt": 2, "by": "claire"}
    expected = partial(expected_drop, "a.csv", "a.csv", "ab" * 32)
    assert expected(asked, is_answered=True).attempt == 3
    assert expected(asked, owner="claire").attempt == 3
    assert expected(asked, owner="paul").attempt == 2
    assert expected(None).file_id == "abababababababababababab-1"


@pytest.mark.parametrize(("codes", "code"), [([], 0), ([0, 0], 0), ([0, 3], 3), ([3, 2, 0], 2), ([3, 1, 2], 1)])
def test_several_files_end_with_the_code_of_the_worst(codes: list[int], code: int):
    assert worst(codes) == code


def test_an_upload_is_told_with_its_problems_in_the_readers_language():
    told = upload(ENTRY, Settings(language="fr"))
    assert list(told)[:13] == [
        "file_id",
        "name",
        "kind",
        "state",
        "rows_read",
        "rows_applied",
        "rows_unchanged",
        "rows_rejected",
        "rows_released",
        "received_at",
        "applied_at",
        "problems",
        "questions",
    ]
    assert told["received_at"] == "2026-11-23T07:30:00.000Z"
    assert told["problems"][0]["message"] == "La colonne « nom » n'a pas de valeur."
    assert told["problems"][0]["row"] == 3


def test_an_upload_has_its_history():
    wish = {"act": "withdraw", "by": "claire", "asked_at": RECEIVED_AT, "run_id": "withdraw__abc-1__1"}
    done = {"stock": {"sequences": [3], "offsets": {}, "records_remove": 2, "records_unchanged": 1}}
    told = upload(ENTRY | {"acts": [wish | {"published": done}]}, Settings(port_base=22000))
    assert list(told)[13:] == ["by", "source", "bytes", "sha256", "run_id", "stages", "acts", "decisions", "links"]
    assert [told["by"], told["source"], told["bytes"], told["run_id"]] == ["claire", "page", 12, "ingest__abc-1"]
    assert told["stages"] == {"received": "2026-11-23T07:30:00.000Z"}
    assert told["acts"] == [
        {
            "act": "withdraw",
            "by": "claire",
            "asked_at": "2026-11-23T07:30:00.000Z",
            "run_id": "withdraw__abc-1__1",
            "kinds": {"stock": {"records_remove": 2, "records_unchanged": 1}},
            "refusal": None,
        }
    ]
    assert told["links"] == {
        "run": "http://127.0.0.1:22001/dags/ingest_file/runs/ingest__abc-1",
        "data_docs": None,
        "rejects": None,
        "original": "http://127.0.0.1:22000/original/abc-1",
    }
