"""`comptoir container`: what `docker-compose.airflow.yml` runs; each server is a process of its own container."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from comptoir.commands.border import FAILED, fail
from comptoir.errors import ComptoirError
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from comptoir.embedded.server import Server
    from comptoir.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The parts of the platform as containers run them.")

SECRET_BYTES = 32
# The files are bind-mounted as they are and read by users of several images; their folder is closed instead.
FILE_MODE, FOLDER_MODE = 0o444, 0o700

Name = Annotated[str, typer.Argument(help="A server's name, as `comptoir status` shows it.")]


@app.command("secrets")
def make_secrets(
    folder: Annotated[Path, typer.Argument(help="Where the compose file looks for them.")] = Path(".secrets"),
) -> None:
    """Make the secrets that containers get as files; those that are there stay."""
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    postgres, mongo = _kept(folder / "postgres_password"), _kept(folder / "mongo_password")
    _kept(folder / "mongo_key", secrets.token_hex(SECRET_BYTES))
    _kept(folder / "comptoir_airflow_db", f"postgresql+psycopg2://airflow:{postgres}@postgres:5432/airflow")
    _kept(folder / "comptoir_mongo_uri", f"mongodb://comptoir:{mongo}@mongo:27017/?authSource=admin&replicaSet=rs0")
    typer.echo(f"Secrets: {folder}")


def _kept(path: Path, text: str | None = None) -> str:
    if not path.exists():
        path.write_text(text or secrets.token_urlsafe(SECRET_BYTES))
        path.chmod(FILE_MODE)
    return path.read_text()


@app.command()
def prepare() -> None:
    """Bring Airflow's database and the stores into shape, and print the accounts made at the first start."""
    from comptoir.commands.platform import tell_start  # noqa: PLC0415 - `--help` needs none of it
    from comptoir.embedded.airflow import airflow_home, prepare_airflow  # noqa: PLC0415 - as above
    from comptoir.embedded.platform import Started, prepare_stores  # noqa: PLC0415 - as above

    settings = load_settings()
    is_first = not airflow_home(settings).exists()
    try:
        prepare_airflow(settings)
        started = Started(tuple(prepare_stores(settings)), is_first)
    except ComptoirError as error:
        fail(str(error))
    tell_start(settings, started)


@app.command()
def serve(name: Name) -> NoReturn:
    """Become one of the platform's servers."""
    from comptoir.embedded.environment import machine_environment, server_environment  # noqa: PLC0415 - as above

    settings = load_settings()
    server = _server(settings, name)
    environment = {**machine_environment(), **server_environment(settings), **server.environment}
    os.execvpe(server.command[0], server.command, environment)  # noqa: S606 - no shell is wanted


@app.command()
def healthy(name: Name) -> None:
    """Tell by the exit code whether a server answers."""
    raise typer.Exit(0 if _server(load_settings(), name).is_ready() else FAILED)


def _server(settings: Settings, name: str) -> Server:
    from comptoir.embedded.servers import embedded_servers  # noqa: PLC0415 - as above

    servers = {server.name: server for server in embedded_servers(settings)}
    if name not in servers:
        fail(f"There is no server {name} here; there are {', '.join(servers)}.")
    return servers[name]
