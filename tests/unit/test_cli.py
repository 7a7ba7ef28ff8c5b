"""The command line's own border: what is wrong before a command begins, and what a terminal can't show."""

from __future__ import annotations

import json
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

import pytest

from comptoir import cli
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
