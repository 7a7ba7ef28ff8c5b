"""The supervisor (supervisor 4): its configuration, made from the servers' descriptions, and its remote control."""

from __future__ import annotations

import os
import resource
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final
from xmlrpc.client import Fault, ProtocolError, ServerProxy

from comptoir.embedded import attend, deaths
from comptoir.embedded.checks import HOST
from comptoir.embedded.files import fill_template, write_file
from comptoir.errors import MisconfiguredError, TransientError
from comptoir.secrets import secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from comptoir.embedded.server import Server
    from comptoir.settings import Settings

CONTROL_USER: Final = "comptoir"
LISTENER: Final = "deaths"  # a child of the supervisor that is no server
START_SECONDS: Final = 20.0
MOST_FILES: Final = 65536
ALREADY_STARTED: Final = 60
NOT_RUNNING: Final = 70
UNANSWERED = (OSError, HTTPException, ProtocolError)


@dataclass(frozen=True)
class Process:
    """What the supervisor says of a server; `state` is its word (RUNNING, STARTING, BACKOFF, FATAL, …)."""

    name: str
    state: str
    pid: int
    started_at: datetime


def folder(settings: Settings) -> Path:
    """Return the supervisor's own folder."""
    return settings.home / "supervisor"


def configuration(settings: Settings, servers: Sequence[Server], environment: Mapping[str, str]) -> str:
    """Return the supervisor's configuration: servers start when told to, and stop in reverse order."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    head = fill_template(
        "supervisord.conf",
        folder=_literal(str(folder(settings))),
        logs=_literal(str(settings.home / "logs")),
        address=f"{HOST}:{settings.port('supervisor')}",
        user=CONTROL_USER,
        password=secret(settings, "supervisor-password"),
        most_files=MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES),
        run_as=f"user={os.geteuid()}" if os.geteuid() == 0 else "",
    )
    programs = [_program(settings, server, rank, environment) for rank, server in enumerate(servers, start=1)]
    return "\n".join([head, _listener(settings), *programs])


def _listener(settings: Settings) -> str:
    return fill_template(
        "listener.conf",
        name=LISTENER,
        command=_literal(shlex.join([sys.executable, "-m", deaths.__name__, str(settings.home)])),
        events=",".join(deaths.EVENTS),
        folder=_literal(str(settings.home / "run")),
        logs=_literal(str(settings.home / "logs")),
    )


def _program(settings: Settings, server: Server, rank: int, environment: Mapping[str, str]) -> str:
    return fill_template(
        "program.conf",
        name=server.name,
        command=_literal(shlex.join(attended(settings, server))),
        environment=_environment({**environment, **server.environment}),
        folder=_literal(str(settings.home / "run")),
        logs=_literal(str(settings.home / "logs")),
        rank=rank,
        stop_signal=server.stop_signal,
        stop_seconds=server.stop_seconds,
    )


def attended(settings: Settings, server: Server) -> list[str]:
    """Return the command that starts a server, or attends it where it has outlived its supervisor."""
    return [sys.executable, "-I", "-S", attend.__file__, str(settings.home), server.name, *server.command]


def _environment(variables: Mapping[str, str]) -> str:
    return ",".join(f"{name}={_quoted(name, value)}" for name, value in sorted(variables.items()))


def _quoted(name: str, value: str) -> str:
    """Quote a value as the supervisor reads it: it knows two quotes, and no way to escape them."""
    for quote in "'\"":
        if quote not in value:
            return f"{quote}{_literal(value)}{quote}"
    raise MisconfiguredError(f"{name} has both kinds of quotes in it; use one kind only.")


def _literal(text: str) -> str:
    if "\n" in text or " ;" in text:
        raise MisconfiguredError(f"The supervisor can't take a line break or ' ;' in a value: {text!r}")
    return text.replace("%", "%%")


class Supervisor:
    """The remote control of one platform's supervisor."""

    def __init__(self, settings: Settings) -> None:
        """Prepare the control; nothing is sent yet."""
        self._settings = settings
        self._address = f"{HOST}:{settings.port('supervisor')}"
        self._conf = folder(settings) / "supervisord.conf"

    def _call(self, method: str, *arguments: Any) -> Any:
        """Call a method. A proxy is made per call, since one can't be shared between threads."""
        password = secret(self._settings, "supervisor-password")
        with ServerProxy(f"http://{CONTROL_USER}:{password}@{self._address}/RPC2") as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def pid(self) -> int | None:
        """Return the supervisor's process id, None where it doesn't run (or isn't ours)."""
        if not self._conf.exists():
            return None
        try:
            return int(self._call("getPID"))
        except UNANSWERED:
            return None

    def configure(self, text: str) -> bool:
        """Write the configuration; tell whether it is another than before."""
        return write_file(self._conf, text)

    def launch(self, environment: Mapping[str, str]) -> None:
        """Start the supervisor as a daemon and wait until it answers."""
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._conf)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=environment
        )
        deadline = time.monotonic() + START_SECONDS
        while done.returncode == 0 and time.monotonic() < deadline:
            if self.pid() is not None:
                return
            time.sleep(0.1)
        raise MisconfiguredError(f"The supervisor did not start: {done.stderr or done.stdout or self._conf}")

    def reload(self) -> None:
        """Take over a changed configuration: servers whose description changed stop, to be started anew."""
        added, changed, removed = self._call("reloadConfig")[0]
        for name in (*changed, *removed):
            self._call("stopProcessGroup", name)
            self._call("removeProcessGroup", name)
        for name in (*added, *changed):
            self._call("addProcessGroup", name)

    def processes(self) -> dict[str, Process]:
        """Return what the supervisor says of each server; nothing where it doesn't answer."""
        try:
            answers = self._call("getAllProcessInfo")
        except UNANSWERED:
            return {}
        return {one["name"]: self._process(one) for one in answers if one["name"] != LISTENER}

    def _process(self, told: dict[str, Any]) -> Process:
        """Understand an answer; a server that is attended is another process than the supervisor's child."""
        name, child = told["name"], told["pid"]
        pid = child and (attend.running(self._settings.home, name) or child)
        return Process(name, told["statename"], pid, datetime.fromtimestamp(told["start"], UTC))

    def process(self, name: str) -> Process:
        """Return what the supervisor says of one server."""
        found = self.processes().get(name)
        if found is None:
            raise TransientError(f"The supervisor says nothing of {name}; run `comptoir up` again.")
        return found

    def start(self, name: str) -> None:
        """Start a server unless it runs; does not wait for it."""
        self._tolerating(ALREADY_STARTED, "startProcess", name)

    def stop(self, name: str) -> None:
        """Stop a server unless it is stopped, and wait until its process is gone."""
        self._tolerating(NOT_RUNNING, "stopProcess", name)

    def _tolerating(self, code: int, method: str, name: str) -> None:
        wait = method == "stopProcess"
        try:
            self._call(method, name, wait)
        except Fault as fault:
            if fault.faultCode != code:
                raise TransientError(f"The supervisor's {method} of {name} failed: {fault.faultString}") from fault

    def shutdown(self) -> None:
        """Ask the supervisor to stop what still runs, in reverse order, and to leave."""
        self._call("shutdown")
