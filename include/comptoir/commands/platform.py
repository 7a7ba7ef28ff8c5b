"""`comptoir up`, `down`, `status`, `fetch`, `reset` and `airflow`: the platform of this machine."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comptoir.commands.border import FAILED, fail, print_json, print_tables
from comptoir.commands.words import word
from comptoir.embedded.port_base import check_port_base, note_of
from comptoir.errors import ComptoirError, MisconfiguredError
from comptoir.settings import Settings, load_settings

if TYPE_CHECKING:
    from rich.table import Table

    from comptoir.embedded.platform import Started
    from comptoir.embedded.status import Service

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")]
Unasked = Annotated[bool, typer.Option("--yes", help="Don't ask.")]

COLUMNS = ("name", "state", "pid", "port", "since", "memory")
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

    settings = load_settings()
    try:
        fetch_everything(settings, typer.echo)
    except ComptoirError as error:
        fail(error.told(settings.language))


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
        fail(error.told(settings.language))


def tell_start(settings: Settings, started: Started) -> None:
    """Print the platform's addresses and, where they are new, its accounts."""
    from comptoir.embedded.airflow import ENGINEER, engineer_password, password_file  # noqa: PLC0415 - as above

    language = settings.language
    addresses = {
        "dashboard": settings.dash_url,
        "airflow": settings.airflow_url,
        "drop_zone": settings.drop_folder,
        "logs": settings.home / "logs",
        "to_stop": word("how_to_stop", language),
    }
    typer.echo()
    for name, address in addresses.items():
        typer.echo(f"{word(f'up_{name}', language):<15} {address}")
    if started.accounts:
        typer.echo(f"\n{word('up_accounts', language)}")
        for account in started.accounts:
            typer.echo(f"  {account.name:<14} {account.password}")
    if started.is_first:
        typer.echo(f"\n{word('up_airflow_account', language, path=password_file(settings))}")
        typer.echo(f"  {ENGINEER:<14} {engineer_password(settings)}")


def down() -> None:
    """Stop the platform in order; nothing of it is left running."""
    from comptoir.embedded.platform import stop_servers  # noqa: PLC0415 - `--help` needs none of it

    settings = load_settings()
    try:
        stop_servers(settings, typer.echo)
    except ComptoirError as error:
        fail(error.told(settings.language))
    typer.echo(word("platform_stopped", settings.language))


def status(as_json: AsJson = False) -> None:
    """Tell what runs; exit code 1 unless all is healthy."""
    from comptoir.embedded.status import is_healthy, platform_status  # noqa: PLC0415 - `--help` needs none of it

    settings = load_settings()
    services = platform_status(settings)
    healthy = is_healthy(services)
    if as_json:
        print_json({"healthy": healthy, "services": [one.to_json() for one in services]})
    else:
        print_tables([status_table(services, settings)])
    raise typer.Exit(0 if healthy else FAILED)


def status_table(services: list[Service], settings: Settings) -> Table:
    """Return one line per service, in the platform's language and the trader's zone."""
    from rich.table import Table  # noqa: PLC0415 - the command starts without it when it prints JSON

    from comptoir.formats import Formats  # noqa: PLC0415 - as above

    language, formats = settings.language, Formats.of(settings)
    table = Table(*(word(f"service_{column}", language) for column in COLUMNS))
    for column in table.columns:
        column.no_wrap = True
    for one in services:
        state = f"[{STYLE_OF.get(one.state, 'red')}]{word(f'service_{one.state}', language)}"
        since = formats.clock(one.since) if one.since else None
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
        fail(word("no_home", settings.language, home=settings.home))
    if not unasked:
        typer.confirm(word("delete_home", settings.language, home=settings.home), abort=True)
    down()
    shutil.rmtree(settings.home)
    typer.echo(word("home_deleted", settings.language, home=settings.home))


def airflow(context: typer.Context) -> None:
    """Run Airflow's own command against this platform, e.g. `comptoir airflow dags list`."""
    from comptoir.embedded.airflow import become_airflow  # noqa: PLC0415 - `--help` needs none of it

    become_airflow(load_settings(), context.args)
