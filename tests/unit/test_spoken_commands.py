"""The commands speak the language that is set; what `--json` prints stays the same in each."""

from __future__ import annotations

import json
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import typer
from argon2 import PasswordHasher
from typer.testing import CliRunner

from comptoir import accounts
from comptoir.cli import app
from comptoir.commands import accounts as account_commands
from comptoir.commands import closing, expect
from comptoir.commands.border import fail, opened_hot
from comptoir.commands.platform import status_table
from comptoir.commands.tables import uploads_table
from comptoir.commands.words import WORDS
from comptoir.embedded.status import HEALTHY, STATE_OF, Service
from comptoir.errors import MisconfiguredError
from comptoir.settings import Settings, load_settings
from tests.unit.accounts_in_memory import MemoryHot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FRENCH = Settings(language="fr", timezone="Europe/Paris")
UPLOAD = {
    "file_id": "abc-1",
    "name": "ventes.csv",
    "kind": "sales",
    "state": "partial",
    "rows_read": 1200,
    "rows_applied": 1199,
    "rows_unchanged": 0,
    "rows_rejected": 1,
    "received_at": "2026-11-23T07:30:00.000Z",
}


@pytest.fixture(autouse=True)
def settings_read_anew() -> Iterator[None]:
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.fixture
def hot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MemoryHot:
    opened = MemoryHot()

    @contextmanager
    def open_it(_settings: Settings) -> Iterator[MemoryHot]:
        try:
            yield opened
        except MisconfiguredError as error:
            fail(error.told(_settings.language))

    monkeypatch.setattr(account_commands, "opened_hot", open_it)
    monkeypatch.setattr(accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setenv("COMPTOIR_HOME", str(tmp_path))
    monkeypatch.setenv("COMPTOIR_LANGUAGE", "fr")
    return opened


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["accounts", *words])
    return result.exit_code, result.stdout, result.stderr


def test_an_account_is_added_with_its_folder_and_the_password_alone_on_stdout(hot: MemoryHot, tmp_path: Path) -> None:
    code, password, told = run("add", "claire", "--role", "accountant", "--language", "fr")
    assert (code, "Le compte claire est créé." in told) == (0, True)
    account = accounts.verify(hot, "claire", password.strip())
    assert account is not None
    assert account.language == "fr"
    assert (tmp_path / "drop" / "accounts" / "claire" / "done").is_dir()
    code, _, told = run("add", "claire", "--role", "administrator")
    assert (code, told) == (1, "Le compte « claire » existe déjà.\n")


@pytest.mark.parametrize("name", ["../claire", ".claire", "operator"])
def test_an_account_that_can_have_no_folder_or_misleads_is_not_made(hot: MemoryHot, tmp_path: Path, name: str) -> None:
    code, _, told = run("add", name, "--role", "accountant")
    assert (code, "ne peut pas être un compte" in told) == (1, True)
    assert accounts.list_accounts(hot) == []
    assert not (tmp_path / "drop").exists()


def test_accounts_are_listed_disabled_and_enabled_in_words_and_as_json(hot: MemoryHot) -> None:
    accounts.create(hot, "claire", accounts.Role.ACCOUNTANT, "fr")
    assert "Plus personne ne peut se connecter avec claire" in run("disable", "claire")[1]
    assert [word in run("list")[1] for word in ("comptable", "elle-même", "non")] == [True] * 3
    (row,) = json.loads(run("list", "--json")[1])
    assert (row["role"], row["language"], row["import_policy"], row["is_disabled"]) == (
        "accountant",
        "fr",
        "good_rows",
        True,
    )
    assert run("enable", "claire")[1] == "claire peut se connecter à nouveau.\n"
    code, _, told = run("disable", "paul")
    assert (code, told) == (1, "Le compte « paul » n'existe pas ; les comptes sont : claire.\n")


def test_files_are_listed_in_words_with_the_traders_time() -> None:
    table = uploads_table([UPLOAD], FRENCH)
    cells = [str(next(iter(column.cells))) for column in table.columns]
    assert cells[0] == UPLOAD["file_id"]  # what `withdraw` and others take
    assert cells[1:] == ["ventes.csv", "ventes", "appliqué en partie", "1\u202f200", "1\u202f199", "0", "1", cells[-1]]
    assert cells[-1] == "23 nov. 2026, 08:30:00"


@pytest.mark.parametrize("state", [*STATE_OF.values(), *HEALTHY, "stopped", "unresponsive", "stale", "unreachable"])
def test_the_state_of_a_service_is_told_in_words(state: str) -> None:
    service = Service("mongo", state, 12, 27017, datetime(2026, 11, 23, 7, 30, tzinfo=UTC), 80)
    table = status_table([service], FRENCH)
    assert [column.header for column in table.columns] == ["Service", "État", "PID", "Port", "Depuis", "Mio"]
    cells = [str(next(iter(column.cells))) for column in table.columns]
    assert cells[1].endswith(f"]{WORDS[f'service_{state}']['fr']}")
    assert cells[4] == "23 nov. 2026, 08:30:00"


def test_the_closing_date_and_expected_files_are_told_in_words() -> None:
    shown = {"closing": "2026-04-01", "moved_at": "2026-11-23T07:30:00.000Z", "moved_by": "claire"}
    told = closing._sentence(shown, FRENCH)
    assert told.startswith("Les ventes antérieures au 1 avr. 2026 sont refusées (déplacé par claire, 23 nov. 2026")
    cells = [("kind", "sales"), ("account", None), ("days", "mon-fri"), ("missing_since", None)]
    assert [expect._shown(field, value, FRENCH) for field, value in cells] == ["ventes", "tous", "mon-fri", ""]


@pytest.mark.parametrize("text", ["25:00", "9h", "noon"])
def test_a_time_of_day_that_is_none_is_told_in_words(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("COMPTOIR_LANGUAGE", "fr")
    result = CliRunner().invoke(app, ["expect", "add", "sales", "--by", text])
    told = f"« {text} » n'est pas une heure. Écrivez les heures et les minutes, comme 09:00.\n"
    assert (result.exit_code, result.stderr) == (1, told)


def test_an_error_of_the_work_is_told_in_the_language_that_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Client:
        def close(self) -> None: ...

    monkeypatch.setattr("comptoir.commands.border.require_platform", lambda _settings: None)
    monkeypatch.setattr("comptoir.commands.border._open_patiently", lambda *_: type("Hot", (), {"client": Client()}))
    for settings, told in ((FRENCH, "Rien.\n"), (Settings(language="en"), "Nothing.\n")):
        with pytest.raises(typer.Exit), opened_hot(settings):
            raise MisconfiguredError("Nothing.", "Rien.")
        assert capsys.readouterr().err == told


def test_a_checked_file_is_told_with_french_columns_times_and_amounts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COMPTOIR_HOME", str(tmp_path))
    monkeypatch.setenv("COMPTOIR_LANGUAGE", "fr")
    monkeypatch.setenv("COMPTOIR_TIMEZONE", "Europe/Paris")
    monkeypatch.setenv("COLUMNS", "160")
    file = tmp_path / "ventes.csv"
    header, rows = (
        "Invoice no;product_code;Qty;unit_price;timestamp",
        "F1;P1;2;1.234,50;31/01/2026\nF2;P1;x;1;31/01/2026",
    )
    file.write_text(f"{header}\n{rows}\n")
    result = CliRunner().invoke(app, ["check", str(file)])
    told = ("no_facture", "code_produit", "1\u202f234,50", "31 janv. 2026, 00:00:00", "  ligne 3 : « x »")
    assert [part for part in told if part not in result.stdout] == []


def test_a_file_is_checked_as_an_account_s_own_in_the_language_of_the_command(
    hot: MemoryHot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    accounts.create(hot, "claire", accounts.Role.ACCOUNTANT, "en")
    accounts.set_locale(hot, "claire", "month_first", "comma")
    accounts.set_import_policy(hot, "claire", "all_or_nothing")
    file = tmp_path / "ventes.csv"
    file.write_text("x")
    given: list[tuple[Settings, str | None]] = []

    def check_file(_path: Path, settings: Settings, *, account: str | None, **_others: object) -> dict[str, object]:
        given.append((settings, account))
        return {"outcome": "accept"}

    monkeypatch.setattr("comptoir.check.check_file", check_file)
    monkeypatch.setattr("comptoir.commands.check.hot_if_up", lambda _settings: nullcontext(hot))
    assert CliRunner().invoke(app, ["check", str(file), "--json", "--account", "claire"]).exit_code == 0
    ((settings, account),) = given
    assert (settings.date_order, settings.decimal_mark, settings.import_policy) == (
        "month_first",
        "comma",
        "all_or_nothing",
    )
    assert (settings.language, account) == ("fr", "claire")
    result = CliRunner().invoke(app, ["check", str(file), "--account", "nobody"])
    assert (result.exit_code, "Le compte « nobody » n'existe pas" in result.stderr) == (1, True)
    for name in ("nobody", "", " "):
        report = refused_report(file, name)
        assert report["problems"][0]["message"] == f"Le compte « {name} » n'existe pas."
        assert report["problems"][0]["code"] == "account_unknown"
    monkeypatch.setattr("comptoir.commands.check.hot_if_up", lambda _settings: nullcontext(None))
    result = CliRunner().invoke(app, ["check", str(file), "--account", "claire"])
    assert (result.exit_code, "Démarrez-la" in result.stderr) == (1, True)
    assert [refused_report(file, name)["problems"][0]["code"] for name in ("claire", "")] == [
        "account_away",
        "account_unknown",
    ]
    assert len(given) == 1


def refused_report(file: Path, account: str) -> dict[str, Any]:
    """Check a file as one of an account that nobody knows, and return the one JSON document that is printed."""
    result = CliRunner().invoke(app, ["check", str(file), "--json", "--account", account])
    report: dict[str, Any] = json.loads(result.stdout)
    told = [report[key] for key in ("outcome", "rows_read", "problems_total", "sheets", "questions", "changes")]
    assert (result.exit_code, result.stderr, told) == (1, "", ["reject", 0, 1, [], [], None])
    return report
