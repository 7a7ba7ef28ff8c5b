"""The ground on which faults strike: a whole platform with seams, its load, and how it is judged afterwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psutil

from comptoir import names
from comptoir.alerts import alerts_file
from comptoir.embedded.processes import is_alive
from comptoir.embedded.status import is_healthy, platform_status
from comptoir.embedded.stream import look_at_stream
from comptoir.embedded.supervisor import Supervisor
from comptoir.errors import ComptoirError
from comptoir.reconciling.reconcile import reconcile
from comptoir.settings import PROJECT_ROOT
from comptoir.stores.cold import open_cold
from comptoir.stores.hot import at_current_epoch, open_hot, reaching_mongo
from tests.conftest import own_settings, processes_of, variables_of
from tests.faults.judging import Verdict, judge
from tests.faults.load import Load, Made, Maker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from comptoir.reconciling.audit import Report
    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot

START: Final = Path(__file__).with_name("start_platform.py")
UP_SECONDS: Final = 900.0
RECOVERY_SECONDS: Final = 420.0
STRUCK_SECONDS: Final = 180.0
AUDIT_TRIES: Final = 5
AUDIT_PAUSE_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 0.5
STOPPED_LOOK_SECONDS: Final = 0.1
ON_THEIR_WAY: Final = 6
ON_THEIR_WAY_UNSEEN: Final = 40
# Raised by what asks, or strikes, a server that is away or has just died.
AWAY: Final = (ComptoirError, OSError, AssertionError, psutil.Error)

Answer = TypeVar("Answer")


@dataclass
class Ground:
    """A platform of its own in whose processes faults can strike.

    Attributes:
        settings: its settings.
        env: the environment in which its commands run.
        dropped: every file that was dropped, with the states in which it may end.
        alerts_told: how many lines of the file of alerts earlier verdicts have counted.
    """

    settings: Settings
    env: dict[str, str]
    dropped: dict[str, tuple[Made, frozenset[str]]] = field(default_factory=dict)
    alerts_told: int = 0

    @property
    def strikes(self) -> Path:
        """The folder in which orders are left."""
        return self.settings.home / "strikes"

    def command(self, *words: str, timeout: float = UP_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run `comptoir` as a user does."""
        line = [sys.executable, str(START), str(self.strikes), *words]
        return subprocess.run(
            line, env=self.env, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=timeout
        )

    def leave_out(self, guard: str | None) -> None:
        """Have everything that starts from now on leave out a guard: see `inside/mutants.py`."""
        left_out = self.strikes / "mutants"
        left_out.mkdir(parents=True)
        if guard:
            (left_out / guard).touch()

    def up(self) -> None:
        """Start what doesn't run."""
        done = self.command("up")
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"

    def down(self) -> None:
        """Stop all of it, and take the small disks away that faults have put under it."""
        done = self.command("down")
        mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for mount in (each for each in mounts if each.startswith(str(self.settings.home))):
            subprocess.run(["umount", mount], check=True)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"

    def rebuild(self) -> None:
        """Do what named stops ask for."""
        done = self.command("rebuild")
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"

    @contextmanager
    def hot(self) -> Iterator[Hot]:
        """Open the hot store at its current epoch."""
        opened = open_hot(self.settings)
        try:
            with reaching_mongo():
                yield at_current_epoch(opened)
        finally:
            opened.client.close()

    @property
    def cold(self) -> Cold:
        """The lake."""
        return open_cold(self.settings)

    @property
    def today(self) -> date:
        """Today in the trader's zone."""
        return datetime.now(self.settings.zone).date()

    # Files

    def drop(self, made: Made, ends: tuple[str, ...] = ("applied",)) -> Path:
        """Let a file appear in the drop zone as a copy that was renamed; it must come to one of these ends."""
        self.dropped[made.name] = (made, frozenset(ends))
        folder = self.settings.drop_folder
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{made.name}.part"
        part.write_text(made.text)
        return part.replace(folder / made.name)

    def load(self, seed: str) -> Load:
        """Return the load of a seed, to be used as a `with` block."""
        return Load(Maker(seed, self.today), self.drop, self._is_full)

    def _is_full(self) -> bool:
        """Tell whether enough files are on their way; where MongoDB doesn't say, none of the dropped ones has ended."""
        try:
            return len(self.missing()) >= ON_THEIR_WAY
        except ComptoirError:
            return len(self.dropped) >= ON_THEIR_WAY_UNSEEN

    def entry(self, name: str) -> dict[str, Any]:
        """Return a file's entry in the ledger, the latest one; empty where there is none yet."""
        with self.hot() as hot:
            return hot.ledger.find_one({"name": name}, sort=[("landing", -1)]) or {}

    def missing(self) -> dict[str, int]:
        """Return the rows of files that have not come to their end, by the files' names."""
        with self.hot() as hot:
            states = {
                entry["name"]: entry["state"]
                for entry in hot.ledger.find({}, {"name": 1, "state": 1}).sort("landing", 1)
            }
        return {name: made.rows for name, (made, ends) in self.dropped.items() if states.get(name) not in ends}

    # Processes

    @property
    def supervisor(self) -> Supervisor:
        """The supervisor's remote control."""
        return Supervisor(self.settings)

    def pid(self, server: str) -> int:
        """Return the process id of a server, or of the stream."""
        if server == names.APP_STREAM:
            pid = look_at_stream(self.settings, datetime.now(UTC)).pid
        else:
            pid = self.supervisor.process(server).pid
        assert pid, f"{server} doesn't run"
        return pid

    def running(self, server: str) -> int:
        """Return the process id of a server, once it runs: another fault may have taken it away."""
        return self.wait_for(lambda: self.pid(server), STRUCK_SECONDS, f"{server} to run")

    def kill(self, server: str) -> str:
        """Kill a server's first process at once; return the proof."""

        def strike() -> int:
            process = psutil.Process(self.pid(server))
            process.kill()
            return process.pid

        pid = self.wait_for(strike, STRUCK_SECONDS, f"{server} to be killed")
        self.wait_for(lambda: not is_alive(pid), STRUCK_SECONDS, f"{server} to die")
        return f"{server} {pid} killed"

    def hold_down(self, server: str, seconds: float) -> str:
        """Kill a server, keep it away for a while, and start it again."""
        self.running(server)
        started_at = self.supervisor.process(server).started_at
        struck = self.kill(server)
        # Stopped before its supervisor has noticed, its death would be one that was asked for. The process id doesn't
        # tell: where a later supervisor adopted the server, it changes with the death itself.
        self.wait_for(
            lambda: self.supervisor.process(server).started_at != started_at, STRUCK_SECONDS, "the death to be seen"
        )
        self.supervisor.stop(server)
        time.sleep(seconds)
        self.supervisor.start(server)
        return f"{struck}, away {seconds:.0f} s"

    def stopped(self, server: str) -> psutil.Process:
        """Stop a server's first process without ending it; raise one of `AWAY` where there is none just now."""
        process = psutil.Process(self.pid(server))
        process.suspend()
        return process

    def pause(self, server: str, seconds: float) -> str:
        """Stop a server's process for a while without ending it; the proof says for how long it was."""
        process = self.wait_for(lambda: self.stopped(server), STRUCK_SECONDS, f"{server} to be stopped")
        began, let_go = time.monotonic(), 0
        try:
            with suppress(psutil.NoSuchProcess):  # killed by another fault
                while time.monotonic() - began < seconds:
                    time.sleep(STOPPED_LOOK_SECONDS)
                    let_go += stop_again(process)
        finally:
            lasted = time.monotonic() - began
            resume(process)
        assert lasted > STOPPED_LOOK_SECONDS, f"{server} {process.pid} was not stopped"
        told = f"{server} {process.pid} stopped for {lasted:.0f} s"
        told += f", let go {let_go} times by another fault" if let_go else ""
        return told + (", then killed by another fault" if lasted < seconds else "")

    # Orders

    def order(self, seam: str, moment: str = "after") -> None:
        """Have the next process that comes to a seam kill itself there."""
        (self.strikes / f"{seam}.{moment}").touch()

    def struck(self, seam: str, moment: str = "after") -> str:
        """Wait until a process died at a seam; return the proof, and forget it."""
        pattern = f"struck-{seam}.{moment}-*"
        self.wait_for(lambda: any(self.strikes.glob(pattern)), STRUCK_SECONDS, f"a death at {seam}")
        found = next(self.strikes.glob(pattern))
        pid = int(found.name.rpartition("-")[2])
        self.wait_for(lambda: not is_alive(pid), STRUCK_SECONDS, f"{pid} to die")
        found.unlink()
        return f"{pid} died {moment} {seam.partition(':')[2]}"

    # Recovery

    def wait_for(self, asked: Callable[[], Answer], seconds: float, what: str) -> Answer:
        """Wait until something holds, and return what it is; servers may be away meanwhile."""
        deadline = time.monotonic() + seconds
        while not (found := _told(asked)):
            assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
            time.sleep(LOOK_SECONDS)
        return found

    def is_recovered(self) -> bool:
        """Tell whether everything runs and every dropped file has come to its end."""
        return not self.missing() and is_healthy(platform_status(self.settings))

    def recover(self, seconds: float = RECOVERY_SECONDS) -> float | None:
        """Wait for the recovery; return how long it took, None where it did not come."""
        began = time.monotonic()
        while not _told(self.is_recovered):
            if time.monotonic() - began > seconds:
                return None
            time.sleep(LOOK_SECONDS)
        return round(time.monotonic() - began, 1)

    def judged(self, fault: str, struck: str, recovered_seconds: float | None) -> Verdict:
        """Return the audit's verdict on all that was dropped, and what alerts came, since the last one."""
        rows_missing, report, alerts = sum(self.missing().values()), self.reconciled(), self._alerts_written()
        self.dropped.clear()
        alerts_before, self.alerts_told = self.alerts_told, alerts
        return judge(
            report,
            fault=fault,
            struck=struck,
            recovered_seconds=recovered_seconds,
            rows_missing=rows_missing,
            alerts=alerts - alerts_before,
        )

    def _alerts_written(self) -> int:
        file = alerts_file(self.settings.home)
        return len(file.read_text().splitlines()) if file.exists() else 0

    def reconciled(self) -> Report:
        """Return the audit's report; a server that has just come back may need another try."""
        for left in reversed(range(AUDIT_TRIES)):
            try:
                with self.hot() as hot:
                    return reconcile(hot, self.cold, self.settings)
            except ComptoirError:
                if not left:
                    raise
                time.sleep(AUDIT_PAUSE_SECONDS)
        raise AssertionError

    def stop_reason(self) -> str:
        """Return why the stream stopped for good; nothing where it did not."""
        with self.hot() as hot:
            beat = hot.control[names.HEARTBEATS].find_one({"_id": names.APP_STREAM}) or {}
        return str(beat.get("stop_reason") or "")


def _told(asked: Callable[[], Answer]) -> Answer | None:
    try:
        return asked()
    except AWAY:
        return None


def stop_again(process: psutil.Process) -> bool:
    """Stop a process that another fault has let go; tell whether it had. Raises NoSuchProcess where it has ended."""
    status = process.status()
    if status == psutil.STATUS_ZOMBIE:
        raise psutil.NoSuchProcess(process.pid)
    process.suspend()
    return bool(status != psutil.STATUS_STOPPED)


def resume(process: psutil.Process) -> None:
    """Let a stopped process go on; another fault may have killed it meanwhile."""
    with suppress(psutil.NoSuchProcess):
        process.resume()


@contextmanager
def fresh_ground(without: str | None = None) -> Iterator[Ground]:
    """Give a platform of its own for the length of a `with` block; nothing may be left of it afterwards.

    Args:
        without: a guard that it leaves out, by its name in `inside/mutants.py`.
    """
    settings = own_settings(Path(tempfile.mkdtemp(prefix="comptoir-faults-")))
    ground = Ground(settings, variables_of(settings))
    ground.leave_out(without)
    try:
        ground.up()
        yield ground
    finally:
        ground.down()
    assert processes_of(settings.home) == []
    shutil.rmtree(settings.home)
