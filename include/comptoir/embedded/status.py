"""What runs and what doesn't: the supervisor, each server, and the stream."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import psutil

from comptoir.embedded.processes import group_rss_mb, rss_mb
from comptoir.embedded.servers import embedded_servers, external_servers
from comptoir.embedded.stream import look_at_stream
from comptoir.embedded.supervisor import Process, Supervisor
from comptoir.names import APP_STREAM

if TYPE_CHECKING:
    from comptoir.embedded.server import External, Server
    from comptoir.settings import Settings

# A server that has run this long and still doesn't answer is not starting any more.
STARTING: Final = timedelta(seconds=90)
HEALTHY: Final = ("running", "external")
STATE_OF: Final = {"STARTING": "starting", "BACKOFF": "failing", "FATAL": "failed", "STOPPING": "stopping"}


@dataclass(frozen=True)
class Service:
    """A server or application at one moment; `since` is UTC, `rss_mb` its memory in MiB.

    The memory is that of the main process; of the stream that of its whole group, the JVM of its driver included.

    States: running, starting, stopped, stopping; failing (tried again and again), failed (given up), unresponsive
    (its process runs and doesn't answer), stale (a stream without a recent heartbeat); external and unreachable
    for a server that somebody else runs.
    """

    name: str
    state: str
    pid: int | None = None
    port: int | None = None
    since: datetime | None = None
    rss_mb: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the service as scripts read it."""
        since = self.since.strftime("%Y-%m-%dT%H:%M:%SZ") if self.since else None
        return {**vars(self), "since": since}


def platform_status(settings: Settings) -> list[Service]:
    """Return the state of everything; each server is asked, all at once."""
    now = datetime.now(UTC)
    supervisor = Supervisor(settings)
    known = supervisor.processes()
    servers, given = embedded_servers(settings), external_servers(settings)
    with ThreadPoolExecutor(max_workers=len(servers) + len(given) + 1) as pool:
        stream = pool.submit(_stream_service, settings, now)
        asked = [pool.submit(_service, one, known.get(one.name), now) for one in servers]
        reached = [pool.submit(_external_service, one) for one in given]
        services = [future.result() for future in (*reached, *asked, stream)]
    return [_supervisor_service(settings, supervisor.pid()), *services]


def is_healthy(services: list[Service]) -> bool:
    """Tell whether all is well."""
    return all(one.state in HEALTHY for one in services)


def _supervisor_service(settings: Settings, pid: int | None) -> Service:
    port = settings.port("supervisor")
    if pid is None:
        return Service("supervisor", "stopped", port=port)
    since = datetime.fromtimestamp(psutil.Process(pid).create_time(), UTC)
    return Service("supervisor", "running", pid, port, since, rss_mb(pid))


def _service(server: Server, process: Process | None, now: datetime) -> Service:
    if process is None or not process.pid:
        return Service(server.name, state_of(process, ready=False, now=now), port=server.port)
    state = state_of(process, ready=server.is_ready(), now=now)
    return Service(server.name, state, process.pid, server.port, process.started_at, rss_mb(process.pid))


def state_of(process: Process | None, *, ready: bool, now: datetime) -> str:
    """Tell the state of a server from what the supervisor says of it and from whether it answers."""
    if process is None or process.state in ("STOPPED", "EXITED", "UNKNOWN"):
        return "stopped"
    if process.state != "RUNNING":
        return STATE_OF[process.state]
    if ready:
        return "running"
    return "starting" if now - process.started_at < STARTING else "unresponsive"


def _external_service(server: External) -> Service:
    return Service(server.name, "external" if server.is_ready() else "unreachable")


def _stream_service(settings: Settings, now: datetime) -> Service:
    stream = look_at_stream(settings, now)
    memory = group_rss_mb(stream.pid) if stream.pid else None  # its driver is a JVM beside its Python
    return Service(APP_STREAM, stream.state, stream.pid, None, stream.since, memory)
