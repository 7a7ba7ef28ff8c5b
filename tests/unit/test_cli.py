"""The command line's own border: what is wrong before a command begins, and what a terminal can't show."""

from __future__ import annotations

import json
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

import pytest
import typer

from comptoir import cli
from comptoir.commands.french_help import FRENCH
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def settings_read_anew() -> Iterator[None]:
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("COMPTOIR_LANGUAGE", "de", "'en' or 'fr'"),
        ("COMPTOIR_READING_CPU_SECONDS", "x", "integer"),
        ("COMPTOIR_READING_CPU_SECONDS", "0", "greater than 0"),
        ("COMPTOIR_TIMEZONE", "Europe/Lutece", "time zone"),
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["comptoir", "check", "x.csv", "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert (ended.value.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert [part for part in (name, f"“{value}”", allowed) if part not in told.err] == []


WRONG_CALLS = {
    "check": ("file is missing", "Il manque file"),
    "check --nope x.csv": ("no option --nope", "L'option --nope n'existe pas"),
    "check --jsn x.csv": ("no option --jsn", "L'option --jsn n'existe pas"),
    "check --answer": ("--answer needs a value", "--answer demande une valeur"),
    "check --json=yes x.csv": ("--json takes no value", "--json ne prend pas de valeur"),
    "check a.csv b.csv": ("b.csv is more than", "b.csv est de trop"),
    "check no-such-file.csv": ("no-such-file.csv is no file", "no-such-file.csv n'est pas un fichier"),
    "check .": (". is no file", ". n'est pas un fichier"),
    "inspect x.csv": ("no command inspect", "La commande inspect n'existe pas"),
    "kpis winners --window year": ("'year' is not possible", "'year' n'est pas possible"),
    "drop --timeout soon x.csv": ("--timeout has a value that is no number", "qui n'est pas un nombre"),
    "uploads --json=1": ("--json takes no value", "--json ne prend pas de valeur"),
    "airflow-nothing": ("no command airflow-nothing", "La commande airflow-nothing n'existe pas"),
    "mappings edit": ("ID is missing", "Il manque ID"),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("call", WRONG_CALLS)
def test_a_command_that_is_called_wrongly_says_so_in_the_language_that_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], call: str, language: str
) -> None:
    monkeypatch.setenv("COMPTOIR_LANGUAGE", language)
    monkeypatch.setattr("sys.argv", ["comptoir", *call.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (1, "")
    assert WRONG_CALLS[call][language == "fr"] in told.err
    assert "{" not in told.err
    assert ("--help`" in told.err) == ("is no file" not in WRONG_CALLS[call][0])
    assert "Traceback" not in told.err


def test_help_is_no_failure_and_no_command_at_all_shows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, code in (["check", "--help"], 0), ([], 1):
        monkeypatch.setattr("sys.argv", ["comptoir", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert (ended.value.code or 0) == code
        told = capsys.readouterr()
        assert "Usage: comptoir" in told.out + told.err


def texts(command: Any) -> Iterator[str]:
    """Give every paragraph of the help of a command and of those below it."""
    own = [command.help or "", *(each.help or "" for each in command.params), "Show this message and exit."]
    yield from (" ".join(part.split()) for text in own for part in text.split("\n\n") if part.strip())
    for below in getattr(command, "commands", {}).values():
        yield from texts(below)


def test_all_of_the_help_is_in_french_too() -> None:
    assert set(texts(typer.main.get_command(cli.app))) == set(FRENCH)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            "check --help",
            ("ce que son import changerait", "Un fichier ; il ne lui arrive rien.", "Montrer cette aide."),
        ),
        ("mappings forget --help", ("Oublier une correspondance",)),
        ("--help", ("Commandes", "Retirer un fichier")),
        ("", ("Commandes", "Retirer un fichier")),
        ("accounts", ("Commandes", "les mots de passe")),
    ],
)
def test_the_help_is_in_the_language_that_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], call: str, told: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COMPTOIR_LANGUAGE", "fr")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.argv", ["comptoir", *call.split()])
    with pytest.raises(SystemExit):
        cli.main()
    said = "".join(capsys.readouterr())
    assert [part for part in told if part not in said] == []
    assert "Show this message" not in said


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_terminal_without_a_character_ends_no_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: list[str]
) -> None:
    file = tmp_path / "achats-€-é.csv"
    file.write_bytes(b"")
    stdout = TextIOWrapper(BytesIO(), "latin-1")
    monkeypatch.setattr("sys.stdout", stdout)
    monkeypatch.setattr("sys.argv", ["comptoir", "check", str(file), *options])
    monkeypatch.setenv("COMPTOIR_HOME", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    stdout.flush()
    told = stdout.buffer.getvalue()
    assert ended.value.code == 1
    if options:
        assert told.isascii()
        assert "achats-€-é.csv" in json.dumps(json.loads(told), ensure_ascii=False)
    else:
        assert "achats-?-é.csv" in told.decode("latin-1")
