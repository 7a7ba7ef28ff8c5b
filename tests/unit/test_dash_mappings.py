"""The page of remembered columns: who sees, changes and forgets which, and what the audit log says of it."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from typer.testing import CliRunner

from comptoir import accounts
from comptoir.accounts import Role
from comptoir.commands import mappings as commands
from comptoir.errors import AmbiguousFileError, MisconfiguredError
from comptoir.questions import NO_ANSWERS
from comptoir.reading.guide import signature_of
from comptoir.reading.reader import read_file
from comptoir.settings import Settings
from comptoir.stores import mappings
from dash_app.app import create_app
from dash_app.context import Dashboard
from dash_app.pages.mappings import layout
from dash_app.sessions import Session, enter_session
from tests.unit.accounts_in_memory import MemoryHot
from tests.unit.test_dash_history import everything

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from comptoir.reading.tables import Table

ORIGIN = {"origin": "http://testserver"}
HEADERS = ["Facture", "Article", "Qté commandée", "Qté livrée", "Date"]
SIGNATURE = signature_of(HEADERS)
MINE, PAULS = mappings.identity_of(SIGNATURE, "accountant"), mappings.identity_of(SIGNATURE, "paul")
AT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


def kept(by: str, **mapping: str | None) -> dict[str, Any]:
    return {
        "signature": SIGNATURE,
        "account": by,
        "kind": "sales",
        "headers": HEADERS,
        "mapping": mapping,
        "by": by,
        "at": AT,
    }


@pytest.fixture
def hot(monkeypatch: pytest.MonkeyPatch) -> MemoryHot:
    monkeypatch.setattr(accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    store = MemoryHot()
    store.control["mappings"].documents = {
        MINE: {"_id": MINE} | kept("accountant", quantity="Qté commandée", unit_price=None),
        PAULS: {"_id": PAULS} | kept("paul", quantity="Qté livrée"),
    }
    return store


@pytest.fixture
def clients(hot: MemoryHot, tmp_path: Path) -> Iterator[dict[str, TestClient]]:
    passwords = {account.name: account.password for account in accounts.create_first_accounts(hot)}
    app = create_app(Settings(home=tmp_path, timezone="Europe/Paris", language="en"), hot, live=False)
    with TestClient(app):
        signed_in = {name: TestClient(app, follow_redirects=False) for name in passwords}
        for name, client in signed_in.items():
            client.post("/login", data={"name": name, "password": passwords[name]}, headers=ORIGIN)
        yield signed_in


def page_of(hot: MemoryHot, tmp_path: Path, name: str, role: Role) -> list[str]:
    enter_session(Session("s", name, 1, 0.0, 0.0, role, "fr"))
    page = layout(Dashboard(Settings(home=tmp_path, timezone="Europe/Paris"), hot))
    return [str(value) for value in everything(page)]


def test_an_accountant_sees_what_they_answered_an_administrator_all(hot: MemoryHot, tmp_path: Path):
    seen = page_of(hot, tmp_path, "accountant", Role.ACCOUNTANT)
    assert "pour les fichiers de accountant ; par accountant, 5 mars 2026, 10:30" in seen
    assert "En-têtes : « Facture », « Article », « Qté commandée », « Qté livrée », « Date »" in seen
    assert {f"/mappings/edit/{MINE}", f"/mappings/forget/{MINE}"} <= set(seen)
    assert f"/mappings/edit/{PAULS}" not in seen
    assert {f"/mappings/edit/{MINE}", f"/mappings/edit/{PAULS}"} <= set(
        page_of(hot, tmp_path, "boss", Role.ADMINISTRATOR)
    )
    assert "Rien n'est mémorisé" in page_of(hot, tmp_path, "new", Role.ACCOUNTANT)


def test_the_header_that_is_the_column_now_is_the_first_choice(hot: MemoryHot, tmp_path: Path):
    seen = page_of(hot, tmp_path, "accountant", Role.ACCOUNTANT)
    assert seen[seen.index("quantite") + 1 :].index("Qté commandée") < seen[seen.index("quantite") + 1 :].index(
        "Facture"
    )
    assert seen[seen.index("prix_unitaire") + 1 :].index("Aucune des colonnes") < (
        seen[seen.index("prix_unitaire") + 1 :].index("Facture")
    )


def test_a_change_is_kept_and_audited(hot: MemoryHot, clients: dict[str, TestClient]):
    form = {"quantity": "Qté livrée", "unit_price": "none"}
    answer = clients["accountant"].post(f"/mappings/edit/{MINE}", data=form, headers=ORIGIN)
    assert [answer.status_code, answer.headers["location"]] == [303, "/mappings"]
    assert mappings.remembered(hot, "accountant")[SIGNATURE] == {"quantity": "Qté livrée", "unit_price": None}
    (act,) = [each for each in hot.control["audit_log"].documents.values() if each["act"].startswith("mapping")]
    assert [act["act"], act["who"], act["subject"]] == ["mapping remembered", "accountant", MINE]
    assert [act["details"][side]["quantity"] for side in ("from", "to")] == ["Qté commandée", "Qté livrée"]


def test_it_is_forgotten_and_audited(hot: MemoryHot, clients: dict[str, TestClient]):
    assert clients["administrator"].post(f"/mappings/forget/{MINE}", headers=ORIGIN).status_code == 303
    assert [mappings.remembered(hot, name) for name in ("accountant", "paul")] == [
        {},
        {SIGNATURE: {"quantity": "Qté livrée"}},
    ]
    assert hot.acts[-1] == "mapping forgotten"
    gone = clients["administrator"].post(f"/mappings/forget/{MINE}", headers=ORIGIN)
    assert [gone.status_code, f"There is no mapping {MINE}" in gone.text] == [409, True]


def test_another_s_is_not_an_accountant_s_to_change(hot: MemoryHot, clients: dict[str, TestClient]):
    before = mappings.list_mappings(hot)
    for act in ("edit", "forget"):
        answer = clients["accountant"].post(f"/mappings/{act}/{PAULS}", data={"quantity": "Date"}, headers=ORIGIN)
        assert answer.status_code == 403
    assert clients["accountant"].post(f"/mappings/forget/{MINE}").status_code == 403  # not from a page of ours
    assert mappings.list_mappings(hot) == before


@pytest.mark.parametrize(
    "columns",
    [
        {"quantity": "Prix"},
        {"quantite": "Date"},
        {"quantity": "Date", "timestamp": "Date"},
        {"unit_price": "Qté commandée"},
        {"quantity": "Date"},
        {"unit_price": "Facture"},
    ],
)
def test_what_can_t_be_is_not_kept(hot: MemoryHot, columns: dict[str, str]):
    before = mappings.list_mappings(hot)
    with pytest.raises(MisconfiguredError, match="nothing was changed"):
        mappings.edit(hot, MINE, columns)
    assert [mappings.list_mappings(hot), hot.acts] == [before, []]


def test_a_form_that_is_none_is_refused(clients: dict[str, TestClient]):
    answer = clients["accountant"].post(f"/mappings/edit/{MINE}", content=b"a" * 1_000_001, headers=ORIGIN)
    assert answer.status_code == 400


def test_the_command_changes_it_too(hot: MemoryHot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "opened_hot", lambda _settings: nullcontext(hot))
    result = CliRunner().invoke(commands.app, ["edit", MINE, "quantity=Qté livrée", "unit_price=none"])
    assert result.exit_code == 0, result.output
    assert mappings.find_mapping(hot, MINE)["mapping"] == {"quantity": "Qté livrée", "unit_price": None}
    assert mappings.find_mapping(hot, MINE)["by"] == "operator"


def test_an_answer_about_a_column_that_nothing_names_is_kept_and_read_by_until_it_is_changed(
    hot: MemoryHot, tmp_path: Path
):
    path = tmp_path / "v.csv"
    path.write_text("Facture;Article;Commandé;Livré;Date\nF1;P;3;2;2026-01-02\n", encoding="utf-8")
    settings = Settings(timezone="UTC")
    answers = {"column_unnamed::quantity": "Livré"}
    mappings.remember(hot, read_file(path, settings, answers=answers).tables, answers, "accountant")

    def quantity() -> list[int]:
        (table,) = read_file(path, settings, mappings=mappings.remembered(hot, "accountant")).tables
        return table.frame["quantity"].to_list()

    assert quantity() == [2]
    identity = mappings.identity_of(signature_of(["Facture", "Article", "Commandé", "Livré", "Date"]), "accountant")
    assert mappings.remembered(hot, None) == {}  # another's file asks
    mappings.edit(hot, identity, {"quantity": "Commandé"}, by="boss")
    assert quantity() == [3]
    mappings.edit(hot, identity, {"quantity": None})
    with pytest.raises(AmbiguousFileError):
        quantity()


WITH_SORTS = ["invoice_no", "product_code", "quantity", "unit_price", "client_code", "timestamp", "Type doc."]
OF_SORTS = mappings.identity_of(signature_of(WITH_SORTS), "accountant")


def drop(hot: MemoryHot, folder: Path, words: Sequence[str], answers: Mapping[str, str] = NO_ANSWERS) -> Table:
    """Read a file of the accountant with the words given, and keep what the answers said."""
    rows = [f"F{place};P;2;3.50;C;2026-01-0{place % 9 + 1};{word}" for place, word in enumerate(words)]
    path = folder / "v.csv"
    path.write_text("\n".join([";".join(WITH_SORTS), *rows]), encoding="utf-8")
    remembered = mappings.remembered(hot, "accountant")
    file = read_file(path, Settings(timezone="UTC"), answers=answers, mappings=remembered)
    mappings.remember(hot, file.sheets, answers, "accountant")
    return file.tables[0]


def asked(hot: MemoryHot, folder: Path, words: Sequence[str]) -> list[str]:
    with pytest.raises(AmbiguousFileError) as doubt:
        drop(hot, folder, words)
    return [question.id for question in doubt.value.questions]


BL = "value_unclear::Type doc.|BL"


@pytest.mark.parametrize(("answer", "rejected"), [("left_out", [3]), ("as_written", [])])
def test_what_a_word_means_is_answered_once_for_the_same_headers(
    hot: MemoryHot, tmp_path: Path, answer: str, rejected: list[int]
):
    assert asked(hot, tmp_path, ["Facture", "BL"]) == [BL]
    drop(hot, tmp_path, ["Facture", "BL"], {BL: answer})
    again = drop(hot, tmp_path, ["Facture", "BL", "Facture"])
    assert [problem.row for problem in again.problems if problem.code == "not_a_sale"] == rejected
    assert asked(hot, tmp_path, ["Facture", "BL", "TS"]) == ["value_unclear::Type doc.|TS"]
    mappings.forget(hot, OF_SORTS)
    assert asked(hot, tmp_path, ["Facture", "BL"]) == [BL]


def test_what_all_unknown_words_of_a_column_mean_is_remembered_of_these_words_alone(hot: MemoryHot, tmp_path: Path):
    words = ["Facture", *(f"X{letter}" for letter in "abcdefghijklm")]
    assert asked(hot, tmp_path, words) == ["value_unclear::Type doc."]
    drop(hot, tmp_path, words, {"value_unclear::Type doc.": "left_out"})
    assert sorted(mappings.find_mapping(hot, OF_SORTS)["mapping"]) == [f"Type doc.|{word}" for word in words[1:]]
    assert len(drop(hot, tmp_path, words).problems) == 13
    assert asked(hot, tmp_path, [*words, "Xn"]) == ["value_unclear::Type doc.|Xn"]


def test_a_new_answer_about_a_word_goes_before_what_was_remembered(hot: MemoryHot, tmp_path: Path):
    for answer in ("left_out", "as_written"):
        drop(hot, tmp_path, ["BL", "Facture"], {BL: answer})
    assert mappings.find_mapping(hot, OF_SORTS)["mapping"] == {"Type doc.|BL": "as_written"}
    assert drop(hot, tmp_path, ["BL", "Facture"]).problems == []


def test_a_word_that_can_t_mean_what_is_remembered_is_asked_about(hot: MemoryHot, tmp_path: Path):
    drop(hot, tmp_path, ["BL", "Facture"], {BL: "left_out"})
    hot.control["mappings"].documents[OF_SORTS]["mapping"] = {"Type doc.|BL": "something"}
    assert asked(hot, tmp_path, ["Facture", "BL"]) == [BL]


def test_the_page_shows_and_changes_what_a_word_means(hot: MemoryHot, clients: dict[str, TestClient], tmp_path: Path):
    drop(hot, tmp_path, ["Facture", "BL"], {BL: "left_out"})
    seen = page_of(hot, tmp_path, "accountant", Role.ACCOUNTANT)
    assert "Lignes qui indiquent « BL » dans « Type doc. »" in seen
    choices = [seen.index(answer) for answer in ("left_out", "as_written", "return")]
    assert choices == sorted(choices)
    form = {"Type doc.|BL": "as_written"}
    answer = clients["accountant"].post(f"/mappings/edit/{OF_SORTS}", data=form, headers=ORIGIN)
    assert answer.status_code == 303
    assert drop(hot, tmp_path, ["Facture", "BL"]).problems == []


@pytest.mark.parametrize("changes", [{"Type doc.|BL": "perhaps"}, {"Type doc.|TS": "left_out"}, {"Sort|BL": "return"}])
def test_what_a_word_can_t_mean_is_not_kept(hot: MemoryHot, tmp_path: Path, changes: dict[str, str]):
    drop(hot, tmp_path, ["Facture", "BL"], {BL: "left_out"})
    with pytest.raises(MisconfiguredError, match="nothing was changed"):
        mappings.edit(hot, OF_SORTS, changes)
    assert mappings.find_mapping(hot, OF_SORTS)["mapping"] == {"Type doc.|BL": "left_out"}


def test_the_command_changes_words_in_which_there_is_any_sign(hot: MemoryHot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "opened_hot", lambda _settings: nullcontext(hot))
    headers = [*HEADERS, "Type=doc"]
    identity = mappings.identity_of(signature_of(headers), "accountant")
    word = kept("accountant", **{"Type=doc|A=B": "left_out"}) | {"headers": headers}
    hot.control["mappings"].documents = {identity: {"_id": identity} | word}
    result = CliRunner().invoke(commands.app, ["edit", identity, "Type=doc|A=B=return", "quantity=Type=doc"])
    assert result.exit_code == 0, result.output
    assert mappings.find_mapping(hot, identity)["mapping"] == {"Type=doc|A=B": "return", "quantity": "Type=doc"}


def test_what_a_word_means_is_remembered_where_an_invoice_has_its_lines_in_one_cell(hot: MemoryHot, tmp_path: Path):
    path = tmp_path / "v.jsonl"
    items = '[{"sku": "P", "qty": 1}, {"sku": "Q", "qty": 2}]'
    invoice = f'"items": {items}, "date": "2026-02-13", "client_code": "C"'
    path.write_text(f'{{"invoice_no": "1", {invoice}, "doc type": "BL"}}\n', encoding="utf-8")
    settings, answers = Settings(timezone="UTC"), {"value_unclear::doc type|BL": "as_written"}
    mappings.remember(hot, read_file(path, settings, answers=answers).tables, answers, "accountant")
    (table,) = read_file(path, settings, mappings=mappings.remembered(hot, "accountant")).tables
    assert [table.frame["quantity"].to_list(), table.problems] == [[1, 2], []]
