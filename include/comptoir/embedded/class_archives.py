"""Archives of the classes that a Java program loads (class data sharing): made once, they halve each later start."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from comptoir.embedded.java import java_home, release_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from comptoir.settings import Settings


def archive_in(folder: Path, program: str, settings: Settings) -> Path:
    """Return where a program's archive is in a folder; one for each version of Java."""
    return folder / f"{program}-{release_of(java_home(settings)).get('JAVA_VERSION', 'any')}.jsa"


def using(archive: Path) -> tuple[str, ...]:
    """Return the options of a Java that starts from an archive; none where it is missing.

    A Java that is told of an archive which isn't there does without the one of its own classes, too.
    """
    if not archive.exists():
        return ()
    return (f"-XX:SharedArchiveFile={archive}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")


def make_archive(
    archive: Path, settings: Settings, say: Callable[[], None], train: Callable[[Path, str], bool]
) -> None:
    """Let a program run once and keep the classes that it loaded, unless there is an archive already.

    Where that fails there is none, and the program starts slowly.

    Args:
        archive: where it shall be.
        settings: which Java. One that came without the archive of its own classes can't make one on top of it.
        say: tells that it takes a while.
        train: runs the program to its end, given a folder of its own and the option that makes the archive; returns
            whether it did all that it should.
    """
    java_has_one = (java_home(settings) / "lib" / "server" / "classes.jsa").exists()
    if archive.exists() or not java_has_one or not os.access(archive.parent, os.W_OK):
        return
    say()
    own_folder = tempfile.TemporaryDirectory(dir=archive.parent, prefix=f".{archive.stem}-", ignore_cleanup_errors=True)
    with suppress(OSError, subprocess.TimeoutExpired), own_folder as name:
        fresh = Path(name) / archive.name
        if train(Path(name), f"-XX:ArchiveClassesAtExit={fresh}"):
            fresh.replace(archive)
