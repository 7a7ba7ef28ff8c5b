"""The `comptoir` command: its subcommands, one module per subject in `comptoir.commands`."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Any

import typer
from typer.exceptions import TyperException

from comptoir.commands import (
    accounts,
    answer,
    changing_back,
    check,
    closing,
    containers,
    demo,
    expect,
    figures,
    files,
    holding,
    inventory,
    maintain,
    mappings,
    platform,
    rebuild,
    reconcile,
)
from comptoir.commands.border import FAILED
from comptoir.commands.usage import refuse_usage
from comptoir.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

app.callback(help=__doc__)(platform.hold_to_port_base)
app.command()(platform.up)
app.command()(demo.demo)
app.command()(platform.down)
app.command()(platform.status)
app.command()(platform.fetch)
app.command()(platform.reset)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(platform.airflow)
app.command()(files.drop)
app.command()(files.uploads)
app.command()(files.templates)
app.command()(check.check)
app.command()(answer.answer)
app.command()(closing.closing)
app.command()(holding.held)
app.command()(holding.release)
app.command()(holding.dismiss)
app.command()(inventory.inventory)
app.command()(changing_back.withdraw)
app.command()(changing_back.restore)
app.command()(reconcile.reconcile)
app.command()(rebuild.rebuild)
app.command()(maintain.maintain)
app.add_typer(figures.app, name="kpis")
app.add_typer(containers.app, name="container")
app.add_typer(accounts.app, name="accounts")
app.add_typer(mappings.app, name="mappings")
app.add_typer(expect.app, name="expect")


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that the terminal can't show must not end a command
    command = typer.main.get_command(app)
    is_alone = len(sys.argv[1:]) < 2  # noqa: PLR2004 - `comptoir` and `comptoir accounts` alone show their help, too
    if is_alone or "--help" in sys.argv[1:]:
        _speak(command)
    try:
        code = command(standalone_mode=False, prog_name="comptoir")
    except TyperException as error:
        refuse_usage(error)
    except typer.Abort:
        code = FAILED
    sys.exit(code)


def _speak(command: Any) -> None:
    """Let the help be in the language that is set."""
    if load_settings().language == "fr":
        from comptoir.commands.french_help import speak_french  # noqa: PLC0415 - only the help has use for it

        speak_french(command)
