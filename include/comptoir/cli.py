"""The `comptoir` command: its subcommands, one module per subject in `comptoir.commands`."""

from __future__ import annotations

import typer

from comptoir.commands import accounts, answer, check, closing, containers, demo, figures, files, mappings, platform

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

app.command()(platform.up)
app.command()(demo.demo)
app.command()(platform.down)
app.command()(platform.status)
app.command()(platform.fetch)
app.command()(platform.reset)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(platform.airflow)
app.command()(files.drop)
app.command()(files.uploads)
app.command()(check.check)
app.command()(answer.answer)
app.command()(closing.closing)
app.add_typer(figures.app, name="kpis")
app.add_typer(containers.app, name="container")
app.add_typer(accounts.app, name="accounts")
app.add_typer(mappings.app, name="mappings")


def main() -> None:
    """Run the command line."""
    app()
