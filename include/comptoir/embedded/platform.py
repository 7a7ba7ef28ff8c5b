"""Starts and stops the platform: servers as early as their needs allow, then the stores, then the stream."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from comptoir.accounts import create_first_accounts, list_accounts
from comptoir.alerts import write_alert
from comptoir.embedded import kafka, spark
from comptoir.embedded.attend import running
from comptoir.embedded.checks import is_free
from comptoir.embedded.environment import machine_environment, server_environment
from comptoir.embedded.jars import fetch_jars
from comptoir.embedded.port_base import keep_port_base
from comptoir.embedded.processes import end_processes, holder_of, is_alive, platform_processes
from comptoir.embedded.servers import embedded_servers, external_servers
from comptoir.embedded.stages import Stage, run_stages
from comptoir.embedded.stream import allow_stream, stop_stream, wait_for_stream
from comptoir.embedded.supervisor import Supervisor, configuration
from comptoir.errors import MisconfiguredError, TransientError
from comptoir.landing.drop import prepare_zone
from comptoir.names import APP_STREAM
from comptoir.stores.hot import open_hot, prepare_hot
from comptoir.stores.upgrading import upgrade_facts, upgrade_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from comptoir.accounts import NewAccount
    from comptoir.embedded.server import External, Server
    from comptoir.settings import Settings

STORES: Final = frozenset({"kafka", "mongo", "namenode", "datanode", "hdfs"})
READY_SECONDS: Final = 400.0  # a start takes 60 s in all on two idle cores, many times that on busy ones
LOOK_SECONDS: Final = 0.2
LONGEST_PAUSE_SECONDS: Final = 1.5
SHUTDOWN_SECONDS: Final = 10.0
LOG_LINES: Final = 15


@dataclass(frozen=True)
class Started:
    """What a start made that nobody can look up later: accounts with their only copy of a password."""

    accounts: tuple[NewAccount, ...]
    is_first: bool


def start_platform(settings: Settings, say: Callable[[str], None]) -> Started:
    """Start everything and wait until the stream runs; does nothing for what runs.

    Args:
        settings: the settings in force.
        say: is told each step, as a sentence for people.
    """
    for given in external_servers(settings):
        check_external(given)
    is_first = not (settings.home / "supervisor").exists()
    supervisor, servers = prepare_supervisor(settings, say)
    accounts: list[NewAccount] = []
    needs = STORES | {"airflow-scheduler", "airflow-triggerer", "airflow-dag-processor"}
    stages = [
        *server_stages(settings, supervisor, servers),
        Stage("stores", lambda: accounts.extend(prepare_stores(settings)), STORES),
        Stage(APP_STREAM, partial(wait_for_stream, settings), needs | {"stores"}),
    ]
    run_stages(stages, say)
    return Started(tuple(accounts), is_first)


def prepare_stores(settings: Settings) -> list[NewAccount]:
    """Make topics, folders, indexes, the first accounts and all accounts' zones where missing; return new accounts."""
    from comptoir.publishing.topics import create_topics  # noqa: PLC0415 - servers can be started without them
    from comptoir.stores.cold import open_cold, prepare_cold  # noqa: PLC0415

    create_topics(settings)
    prepare_cold(open_cold(settings))
    hot = open_hot(settings)
    try:
        prepare_hot(hot)
        upgrade_ledger(hot)
        upgrade_facts(hot)
        allow_stream(settings)
        created = create_first_accounts(hot)
        for account in list_accounts(hot):
            prepare_zone(settings, account.name)
        return created
    finally:
        hot.client.close()


def start_servers(settings: Settings, say: Callable[[str], None], only: Collection[str] | None = None) -> None:
    """Start servers, by name or all, and wait until each answers; stores are not prepared, the stream not awaited."""
    supervisor, chosen = prepare_supervisor(settings, say, only)
    run_stages(server_stages(settings, supervisor, chosen), say)


def fetch_everything(settings: Settings, say: Callable[[str], None]) -> None:
    """Fetch and prepare what every platform of this machine shares, where it is missing."""
    fetch_jars(settings, say)
    kafka.make_class_archive(settings, say)
    spark.make_class_archive(settings, say)


def prepare_supervisor(
    settings: Settings, say: Callable[[str], None], only: Collection[str] | None = None
) -> tuple[Supervisor, list[Server]]:
    """Fetch what is missing, start the supervisor where it doesn't run, and return it with the servers to start.

    Servers that outlived an earlier supervisor go on under the new one, unless their description has changed.
    """
    fetch_everything(settings, say)
    keep_port_base(settings)
    servers = embedded_servers(settings)
    for part in ("run", "logs", "supervisor"):
        (settings.home / part).mkdir(parents=True, exist_ok=True, mode=0o700)
    supervisor = Supervisor(settings)
    environment = server_environment(settings)
    text = configuration(settings, servers, environment)
    if supervisor.pid() is None:
        if supervisor.configure(text):
            end_processes(platform_processes(settings))  # what outlived an earlier supervisor runs as it was told then
        going_on = [one.name for one in servers if running(settings.home, one.name) is not None]
        _check_ports(settings, [one for one in servers if one.name not in going_on])
        if going_on:
            _report_adoption(settings, going_on)
        supervisor.launch(machine_environment() | environment)
    elif supervisor.configure(text):
        supervisor.reload()
    return supervisor, [server for server in servers if only is None or server.name in only]


def _report_adoption(settings: Settings, going_on: Sequence[str]) -> None:
    sentence = f"The supervisor ended without having been asked to; a new one attends {', '.join(going_on)}."
    write_alert(settings.home, datetime.now(UTC), sentence, f"{settings.home}/logs/supervisord.log")


def _check_ports(settings: Settings, servers: Sequence[Server]) -> None:
    wanted = [("supervisor", settings.port("supervisor")), *((one.name, port) for one in servers for port in one.ports)]
    for name, port in wanted:
        if not is_free(port):
            raise MisconfiguredError(
                f"Port {port}, which {name} needs, is taken by {holder_of(port)}. "
                "End that process, or set COMPTOIR_PORT_BASE to another first port."
            )


def server_stages(settings: Settings, supervisor: Supervisor, servers: Sequence[Server]) -> list[Stage]:
    """Return the stages that start the servers."""
    return [Stage(one.name, partial(start_server, settings, supervisor, one), frozenset(one.needs)) for one in servers]


def check_external(server: External) -> None:
    """Raise unless a server that somebody else runs answers."""
    if not server.is_ready():
        raise MisconfiguredError(
            f"{server.name} does not answer at {server.address}. Start it, or correct its address in the settings."
        )


def start_server(settings: Settings, supervisor: Supervisor, server: Server) -> None:
    """Start one server and wait until it answers."""
    server.prepare()
    supervisor.start(server.name)
    deadline = time.monotonic() + READY_SECONDS
    pause = LOOK_SECONDS
    while not server.is_ready():
        _raise_if_hopeless(settings, supervisor, server, deadline)
        time.sleep(pause)
        pause = min(pause * 1.3, LONGEST_PAUSE_SECONDS)  # questions cost the time that the start needs
    server.finish()


def _raise_if_hopeless(settings: Settings, supervisor: Supervisor, server: Server, deadline: float) -> None:
    log = settings.home / "logs" / f"{server.name}.log"
    if supervisor.process(server.name).state == "FATAL":
        raise MisconfiguredError(f"{server.name} does not start. The end of {log}:\n{last_lines(log)}")
    if time.monotonic() > deadline:
        raise TransientError(
            f"{server.name} did not answer in {READY_SECONDS:.0f} s. The end of {log}:\n{last_lines(log)}"
        )


def last_lines(path: Path, lines: int = LOG_LINES) -> str:
    """Return the end of a log file."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"


def stop_servers(settings: Settings, say: Callable[[str], None]) -> None:
    """Stop the servers that work on the stores, the stream, the stores, the supervisor, and whatever is left."""
    supervisor = Supervisor(settings)
    known = supervisor.processes()
    servers = [one for one in embedded_servers(settings) if one.name in known and known[one.name].pid]
    for wave in stop_waves([one for one in servers if one.needs]):
        _stop_wave(supervisor, wave, say)
    stop_stream(settings, say)
    _stop_wave(supervisor, [one for one in servers if not one.needs], say)
    if known:
        _shut_down(supervisor)
    end_processes(platform_processes(settings))


def stop_waves(servers: Sequence[Server]) -> list[list[Server]]:
    """Return the servers in the waves in which they stop: each only after those that need it."""
    waves: list[list[Server]] = []
    left = list(servers)
    while left:
        needed = {name for one in left for name in one.needs}
        waves.append([one for one in left if one.name not in needed])
        left = [one for one in left if one.name in needed]
    return waves


def _stop_wave(supervisor: Supervisor, wave: Sequence[Server], say: Callable[[str], None]) -> None:
    run_stages([Stage(one.name, partial(supervisor.stop, one.name)) for one in wave], _unheard)
    if wave:
        say(f"stopped {', '.join(one.name for one in wave)}")


def _unheard(_sentence: str) -> None:
    """Take a sentence that nobody needs to read."""


def _shut_down(supervisor: Supervisor) -> None:
    pid = supervisor.pid()
    supervisor.shutdown()
    deadline = time.monotonic() + SHUTDOWN_SECONDS
    while pid is not None and is_alive(pid) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
