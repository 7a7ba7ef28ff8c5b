"""Which files of the drop zone are whole and new.

A file is whole when nobody on this machine has it open for writing and its size and time have stayed the
same for `settle_seconds`; one that was delivered (its origin lies beside it) appeared whole.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from comptoir.landing.drop import origin_path, zones_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings

UNFINISHED: Final = (".part", ".tmp", ".partial", ".crdownload", ".filepart", ".swp")
PRIVATE_PREFIXES: Final = (".", "~$")  # hidden files, and the lock files of office programs
RIGHTS: Final = os.R_OK | os.W_OK | os.X_OK  # to list, to take away, to read
PROCESSES: Final = Path("/proc")


class Signature(NamedTuple):
    """What tells one state of a file from another without reading it."""

    path: str
    inode: int
    size: int
    mtime_ns: int


@dataclass
class Memory:
    """What a watcher has seen: since when each state of a file is there, and which are handled.

    Lost at a restart, after which every file is looked at again; the ledger knows those it has.
    """

    since: dict[Signature, float] = field(default_factory=dict)
    handled: set[Signature] = field(default_factory=set)

    def note_handled(self, signature: Signature) -> None:
        """Don't show this state of the file again."""
        self.handled.add(signature)

    def keep_only(self, present: set[Signature], now: float) -> None:
        """Forget states that are gone; note since when the others are there."""
        self.since = {signature: self.since.get(signature, now) for signature in present}
        self.handled &= present


def settled_files(settings: Settings, memory: Memory, now: float | None = None) -> list[Signature]:
    """Look at the drop zone once; return the whole files that are not handled yet, oldest first.

    Args:
        settings: for the drop zone and how long a file must have stayed the same.
        memory: what earlier looks saw; this one adds to it. Call `memory.note_handled` for each file taken over.
        now: seconds on the monotonic clock; default the present.
    """
    now = time.monotonic() if now is None else now
    present = {signature for folder in watched_folders(settings) for signature in scan(folder)}
    memory.keep_only(present, now)
    new = present - memory.handled
    delivered = {signature for signature in new if _is_delivered(signature)}
    settled = {one for one in new - delivered if now - memory.since[one] >= settings.settle_seconds}
    written = open_for_writing({signature.path for signature in settled}) if settled else set()
    whole = delivered | {signature for signature in settled if signature.path not in written}
    return sorted(whole, key=lambda one: (one.mtime_ns, one.path))


def _is_delivered(signature: Signature) -> bool:
    return origin_path(Path(signature.path)).exists()


def watched_folders(settings: Settings) -> Iterator[Path]:
    """Yield the drop zone and the zones in it, one per account; a link to a folder is none."""
    yield settings.drop_folder
    zones = zones_folder(settings)
    if zones.is_symlink() or not zones.is_dir():
        return
    for entry in os.scandir(zones):
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(PRIVATE_PREFIXES):
            yield Path(entry.path)


def unusable_folders(settings: Settings) -> list[Path]:
    """Return the watched folders that are there and out of which the platform may not take files."""
    return [folder for folder in watched_folders(settings) if folder.exists() and not os.access(folder, RIGHTS)]


def scan(folder: Path) -> Iterator[Signature]:
    """Yield every plain file of the folder that could be meant for us; none where there is no folder, or no right."""
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    except PermissionError:
        return  # `unusable_folders` names it, and the other folders' files go on
    for entry in entries:
        name = entry.name
        if name.startswith(PRIVATE_PREFIXES) or name.lower().endswith(UNFINISHED):
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # moved since
        if stat.S_ISREG(status.st_mode):
            yield Signature(os.path.abspath(entry.path), status.st_ino, status.st_size, status.st_mtime_ns)  # noqa: PTH100 - a text, and symbolic links stay


def open_for_writing(paths: set[str]) -> set[str]:
    """Return those of the files that a process of this machine has open for writing, where it lets us look."""
    real = {os.path.realpath(path): path for path in paths}
    return {real[path] for path, flags in _open_files(set(real)) if flags & os.O_ACCMODE != os.O_RDONLY}


def _open_files(paths: set[str]) -> Iterator[tuple[str, int]]:
    for process in PROCESSES.glob("[0-9]*"):
        try:
            descriptors = os.listdir(process / "fd")  # noqa: PTH208 - ten times the speed of iterdir
        except OSError:
            continue  # gone, or not ours to look at
        for descriptor in descriptors:
            found = _open_file(process, descriptor, paths)
            if found:
                yield found


def _open_file(process: Path, descriptor: str, paths: set[str]) -> tuple[str, int] | None:
    try:
        path = os.readlink(f"{process}/fd/{descriptor}")  # noqa: PTH115 - ten times the speed of Path.readlink
        if path not in paths:
            return None
        return path, _flags((process / "fdinfo" / descriptor).read_text())
    except OSError:
        return None


def _flags(fdinfo: str) -> int:
    line = next(line for line in fdinfo.splitlines() if line.startswith("flags:"))
    return int(line.split()[1], base=8)
