"""Documents and code agree, both ways: what there is is told, and what is told is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import typer

from comptoir import names
from comptoir.cli import app
from comptoir.settings import PORT_OFFSETS, PROJECT_ROOT, Settings
from tests.faults.inside.mutants import MUTANTS
from tests.faults.scenarios import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import click

DOCS = PROJECT_ROOT / "docs"
TEXTS = sorted([PROJECT_ROOT / "README.md", *DOCS.rglob("*.md"), *(PROJECT_ROOT / "bench").glob("*.md")])
CONSTANTS = {name: value for name, value in vars(names).items() if isinstance(value, str) and name.isupper()}
TOPICS = {value for name, value in CONSTANTS.items() if name.startswith("TOPIC_")}
DAGS = {value for name, value in CONSTANTS.items() if name.startswith("DAG_")}
ELSEWHERE = ("TOPIC_", "DAG_", "LAKE_", "CONNECTION_", "APP_", "EPOCH_", "CONTROL_")
COLLECTIONS = {value for name, value in CONSTANTS.items() if not name.startswith(ELSEWHERE)}


def read(name: str) -> str:
    return (DOCS / name).read_text()


def commands(command: click.Command, words: str = "comptoir") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by the words that call it."""
    subcommands = getattr(command, "commands", {})
    if not subcommands or command.invoke_without_command:
        yield words, command
    for name, subcommand in subcommands.items():
        yield from commands(subcommand, f"{words} {name}")


COMMANDS = dict(commands(typer.main.get_command(app)))


def told_commands() -> dict[str, str]:
    """Return the first cell of each row of the tables of commands, by the words before its arguments."""
    cells = re.findall(r"^\| `(comptoir [^`]*)` \|", read("commands.md"), re.MULTILINE)
    return {re.match(r"[a-z]+( [a-z]+)*", cell)[0]: cell for cell in cells}


def test_every_command_is_told_and_every_told_command_is_there():
    assert set(told_commands()) == set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_is_told_and_every_told_option_is_there(words: str):
    options = {option for parameter in COMMANDS[words].params for option in parameter.opts if option.startswith("--")}
    assert set(re.findall(r"--[a-z]+", told_commands()[words])) == options - {"--help"}


def test_every_setting_is_told_with_its_meaning_and_every_told_setting_is_there():
    told = dict(re.findall(r"^\| `([A-Z_]+)` \|[^|]*\| (.*) \|$", read("settings.md"), re.MULTILINE))
    there = {
        str(field.validation_alias or f"COMPTOIR_{name.upper()}"): field.description
        for name, field in Settings.model_fields.items()
    }
    assert told == there


def test_every_default_that_is_told_is_the_one_in_force():
    told = dict(re.findall(r"^\| `COMPTOIR_([A-Z_]+)` \| `([^`]*)` \|", read("settings.md"), re.MULTILINE))
    there = {name.upper(): str(field.default) for name, field in Settings.model_fields.items()}
    assert told == {name: there[name].replace(f"{PROJECT_ROOT}/", "") for name in told}
    assert len(told) > 20


def test_every_port_is_told():
    told = re.findall(r"^\| (\d+) \| ([a-z-]+) \|$", read("settings.md"), re.MULTILINE)
    assert {name: int(offset) for offset, name in told} == PORT_OFFSETS


def test_every_topic_is_told_and_every_told_topic_is_there():
    assert set(re.findall(r"`(topic-[a-z-]+)`", read("data-model.md"))) == TOPICS


def test_every_collection_is_told_and_every_told_collection_is_there():
    told = set(re.findall(r"\*\*`([a-z_]+)`\*\*:", read("data-model.md")))
    assert told == COLLECTIONS


def test_every_dag_is_told_and_every_told_dag_is_there():
    told = set(re.findall(r"^`([a-z_]+)` · `dags/", read("dags.md"), re.MULTILINE))
    assert told == DAGS == {path.stem for path in (PROJECT_ROOT / "dags").glob("*.py")}


def test_every_folder_of_the_lake_is_told():
    folders = {value for name, value in CONSTANTS.items() if name.startswith("LAKE_")}
    assert set(re.findall(r"^\| `([a-z]+)/", read("data-model.md"), re.MULTILINE)) == folders


def test_every_make_target_that_is_told_is_there():
    told = {target for text in TEXTS for target in re.findall(r"(?:^|`)make ([a-z]+)", text.read_text(), re.MULTILINE)}
    there = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test", "up", "down", "status", "bench"} <= told
    assert told <= there


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: str(path.relative_to(PROJECT_ROOT)))
def test_every_link_leads_somewhere(text: Path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text.read_text())
    assert [link for link in links if not (text.parent / link).exists()] == []


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: str(path.relative_to(PROJECT_ROOT)))
def test_every_variable_that_is_told_is_a_setting(text: Path):
    told = set(re.findall(r"COMPTOIR_[A-Z_]+", text.read_text()))
    assert told <= {f"COMPTOIR_{name.upper()}" for name in Settings.model_fields}


def test_every_fault_is_told_with_its_guard_and_every_guard_is_one():
    rows = re.findall(r"^\| (\d\S*) \| .* \| ([^|]+) \|$", read("faults.md"), re.MULTILINE)
    assert sorted(rows) == sorted((each.number, each.mutant) for each in FAULTS)
    assert {guard for _, guard in rows} == set(MUTANTS)
