"""`comptoir up`, `down`, `status`, `fetch`, `reset` and `airflow`: the platform of this machine."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comptoir.commands.border import FAILED, fail, print_json, print_tables
from comptoir.embedded.port_base import check_port_base, note_of
from comptoir.errors import ComptoirError, MisconfiguredError
from comptoir.settings import Settings, load_settings

if TYPE_CHECKING:
    from rich.table import Table

    from comptoir.embedded.platform import Started
    from comptoir.embedded.status import Service

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")]
Unasked = Annotated[bool, typer.Option("--yes", help="Don't ask.")]

STYLE_OF = {"running": "green", "external": "green", "starting": "yellow", "stopping": "yellow"}


def hold_to_port_base() -> None:
    """End with 1 where the home belongs to other ports, before a command takes its servers for stopped ones."""
    try:
        check_port_base(load_settings())
    except MisconfiguredError as error:
        fail(str(error))


def fetch() -> None:
    """Fetch what the servers need, once per machine; `up` does it too."""
    from comptoir.embedded.platform import fetch_everything  # noqa: PLC0415 - `--help` needs none of it

    try:
        fetch_everything(load_settings(), typer.echo)
    except ComptoirError as error:
        fail(str(error))


def up() -> None:
    """Start the platform and wait until all of it is healthy; does nothing for what runs."""
    settings = load_settings()
    tell_start(settings, bring_up(settings))


def bring_up(settings: Settings) -> Started:
    """Start the platform, telling each step, and return what only this start knows; end with 1 where it fails."""
    from comptoir.embedded.platform import start_platform  # noqa: PLC0415 - `--help` needs none of it

    try:
        return start_platform(settings, typer.echo)
    except ComptoirError as error:
        fail(str(error))


def tell_start(settings: Settings, started: Started) -> None:
    """Print the platform's addresses and, where they are new, its accounts."""
    from comptoir.embedded.airflow import ENGINEER, engineer_password, password_file  # noqa: PLC0415 - as above

    typer.echo(f"\nDashboard    {settings.dash_url}")
    typer.echo(f"Airflow      {settings.airflow_url}")
    typer.echo(f"Drop zone    {settings.drop_folder}")
    typer.echo(f"Logs         {settings.home / 'logs'}")
    typer.echo("To stop      make down, or comptoir down")
    if started.accounts:
        typer.echo("\nAccounts of the dashboard (shown this once):")
        for account in started.accounts:
            typer.echo(f"  {account.name:<14} {account.password}")
    if started.is_first:
        typer.echo(f"\nAccount of Airflow (kept in {password_file(settings)}):")
        typer.echo(f"  {ENGINEER:<14} {engineer_password(settings)}")


def down() -> None:
    """Stop the platform in order; nothing of it is left running."""
    from comptoir.embedded.platform import stop_servers  # noqa: PLC0415 - `--help` needs none of it

    try:
        stop_servers(load_settings(), typer.echo)
    except ComptoirError as error:
        fail(str(error))
    typer.echo("The platform is stopped.")


def status(as_json: AsJson = False) -> None:
    """Tell what runs; exit code 1 unless all is healthy."""
    from comptoir.embedded.status import is_healthy, platform_status  # noqa: PLC0415 - `--help` needs none of it

    services = platform_status(load_settings())
    healthy = is_healthy(services)
    if as_json:
        print_json({"healthy": healthy, "services": [one.to_json() for one in services]})
    else:
        print_tables([_table(services)])
    raise typer.Exit(0 if healthy else FAILED)


def _table(services: list[Service]) -> Table:
    from rich.table import Table  # noqa: PLC0415 - the command starts without it when it prints JSON

    table = Table("Service", "State", "PID", "Port", "Since (UTC)", "MiB")
    for column in table.columns:
        column.no_wrap = True
    for one in services:
        state = f"[{STYLE_OF.get(one.state, 'red')}]{one.state}"
        since = f"{one.since:%m-%d %H:%M:%S}" if one.since else None
        table.add_row(one.name, state, *map(_cell, (one.pid, one.port, since, one.rss_mb)))
    return table


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def reset(unasked: Unasked = False) -> None:
    """Stop the platform and delete its home: files, figures, accounts and secrets."""
    settings = load_settings()
    if not settings.home.exists():
        return
    if not note_of(settings.home).exists():
        fail(f"{settings.home} is no home of a platform; nothing is deleted.")
    if not unasked:
        typer.confirm(f"Delete everything below {settings.home}?", abort=True)
    down()
    shutil.rmtree(settings.home)
    typer.echo(f"{settings.home} is deleted.")


def airflow(context: typer.Context) -> None:
    """Run Airflow's own command against this platform, e.g. `comptoir airflow dags list`."""
    from comptoir.embedded.airflow import become_airflow  # noqa: PLC0415 - `--help` needs none of it

    become_airflow(load_settings(), context.args)
