"""PostgreSQL, for Airflow's own records. It refuses to run as root, so under root it runs as another user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comptoir.embedded.checks import HOST, listens
from comptoir.embedded.files import write_file
from comptoir.embedded.server import Server
from comptoir.errors import MisconfiguredError
from comptoir.secrets import secret

if TYPE_CHECKING:
    from comptoir.settings import Settings

USER: Final = "airflow"
DATABASE: Final = "airflow"
UNPRIVILEGED: Final = "nobody"
ANSWER_SECONDS: Final = 3


def postgres_server(settings: Settings) -> Server:
    """Describe PostgreSQL."""
    options = {
        "listen_addresses": HOST,
        "port": settings.port("postgres"),
        "unix_socket_directories": "",
        "shared_buffers": "64MB",
        "max_connections": 100,
        "log_timezone": "UTC",
    }
    return Server(
        name="postgres",
        command=(
            *as_unprivileged(),
            str(binaries() / "postgres"),
            "-D",
            str(data_folder(settings)),
            *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
        ),
        ports=(settings.port("postgres"),),
        is_ready=partial(is_postgres_ready, settings),
        prepare=partial(prepare_postgres, settings),
        finish=partial(create_database, settings),
        stop_signal="INT",  # "fast": disconnect clients, then leave
    )


def binaries() -> Path:
    """Return the folder of the PostgreSQL that came as a wheel; found without importing it."""
    spec = find_spec("pgserver")
    if spec is None or spec.origin is None:
        raise MisconfiguredError("pgserver is not installed; run `make setup`, or set COMPTOIR_AIRFLOW_DB.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def data_folder(settings: Settings) -> Path:
    """Return the folder of the database."""
    return settings.home / "postgres"


def as_unprivileged() -> tuple[str, ...]:
    """Return the command that, under root, starts another one as a user that is not root.

    It keeps the one capability to pass through folders that root has closed to others, because the home and
    the environment may lie below some (`/root`, a test's temporary folder).
    """
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise MisconfiguredError(
            "PostgreSQL does not run as root and `setpriv` is missing: install util-linux, "
            "run as another user, or set COMPTOIR_AIRFLOW_DB."
        )
    user = pwd.getpwnam(UNPRIVILEGED)
    ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    capability = "+dac_override"
    return (setpriv, *ids, f"--inh-caps={capability}", f"--ambient-caps={capability}", "--")


def prepare_postgres(settings: Settings) -> None:
    """Make the database's folder where there is none; made aside, so that a half-made one never counts."""
    data = data_folder(settings)
    if data.exists():
        return
    fresh = data.with_name(f".{data.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(fresh, UNPRIVILEGED, pwd.getpwnam(UNPRIVILEGED).pw_gid)
    _initialise(settings, fresh)
    fresh.rename(data)


def _initialise(settings: Settings, folder: Path) -> None:
    password_file = settings.home / "conf" / "postgres" / "password"
    write_file(password_file, secret(settings, "postgres-password"))
    command = [
        *as_unprivileged(),
        str(binaries() / "initdb"),
        f"--pgdata={folder}",
        f"--username={USER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    password_file.unlink()
    if done.returncode:
        raise MisconfiguredError(f"PostgreSQL could not be made below {settings.home}: {done.stderr}")


def is_postgres_ready(settings: Settings) -> bool:
    """Tell whether PostgreSQL lets us in."""
    return listens(settings.port("postgres")) and is_database_reachable(address(settings, "postgres"))


def is_database_reachable(uri: str) -> bool:
    """Tell whether a PostgreSQL lets us in; for another kind of database there is no driver here, so no."""
    import psycopg2  # noqa: PLC0415 - the command stays quick without it

    try:
        with closing(psycopg2.connect(without_driver(uri), connect_timeout=ANSWER_SECONDS)):
            return True
    except psycopg2.Error:
        return False


def fetch_one(uri: str, query: str) -> str | None:
    """Return the first value that a query finds, None where it finds nothing or can't be asked."""
    import psycopg2  # noqa: PLC0415

    try:
        with closing(psycopg2.connect(without_driver(uri))) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
    except psycopg2.Error:
        return None
    return str(row[0]) if row else None


def create_database(settings: Settings) -> None:
    """Create Airflow's database where it is missing."""
    import psycopg2  # noqa: PLC0415

    with closing(psycopg2.connect(without_driver(address(settings, "postgres")))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")


def address(settings: Settings, database: str = DATABASE) -> str:
    """Return the SQLAlchemy URL of a database on the embedded server, its password included."""
    password = secret(settings, "postgres-password")
    return f"postgresql+psycopg2://{USER}:{password}@{HOST}:{settings.port('postgres')}/{database}"


def without_driver(url: str) -> str:
    """Return a SQLAlchemy URL as PostgreSQL's own client takes it.

    Examples:
        >>> without_driver("postgresql+psycopg2://a:b@c/d")
        'postgresql://a:b@c/d'
    """
    scheme, separator, rest = url.partition("://")
    return f"{scheme.split('+')[0]}{separator}{rest}"
