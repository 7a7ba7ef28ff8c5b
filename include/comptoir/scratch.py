"""Folders that go with the process that made them: where it was killed, whoever makes the next one removes them."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import Final

PREFIX: Final = "comptoir-reading-"
LOCK: Final = "owner.lock"  # held as long as its process lives, whatever ends it
YOUNG_SECONDS: Final = 60  # a folder may be younger than its lock


class OwnFolder:
    """A folder of this process alone; those of dead processes beside it are removed first."""

    def __init__(self, home: Path) -> None:
        """Make it in the platform's home, or, where there is none, where the system keeps what is temporary.

        Args:
            home: of the platform; a mere check of a file makes none.
        """
        parent = _parent(home)
        _remove_abandoned(parent)
        self.path = Path(mkdtemp(prefix=PREFIX, dir=parent))
        self._lock = os.open(self.path / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        with suppress(OSError):  # where nothing can be locked, nobody finds it abandoned either
            flock(self._lock, LOCK_EX)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _parent(home: Path) -> Path:
    return home if os.access(home, os.W_OK | os.X_OK) else Path(gettempdir())


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another's, or just removed
            if _is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    found = folder.lstat()
    if found.st_uid != os.getuid() or time.time() - found.st_ctime < YOUNG_SECONDS:
        return False
    with suppress(FileNotFoundError):  # its process died before it had a lock
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(lock)
    return True
