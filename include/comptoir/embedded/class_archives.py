"""Archives of the classes that a Java program loads (class data sharing): made once, they halve each later start."""

from __future__ import annotations

import os
import tempfile
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
    """Return the options of a Java that starts from an archive; one that is missing or of others is passed over."""
    return (f"-XX:SharedArchiveFile={archive}", "-Xlog:disable")  # no word of that on the console


def make_archive(archive: Path, settings: Settings, train: Callable[[Path, str], None]) -> None:
    """Let a program run once and keep the classes that it loaded; nothing happens where there is an archive.

    Args:
        archive: where it shall be.
        settings: which Java. One that came without the archive of its own classes can't make one on top of it.
        train: runs the program to its end, given a folder of its own and the option that makes the archive.
    """
    java_has_one = (java_home(settings) / "lib" / "server" / "classes.jsa").exists()
    if archive.exists() or not java_has_one or not os.access(archive.parent, os.W_OK):
        return
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=f".{archive.stem}-") as name:
        fresh = Path(name) / archive.name
        train(Path(name), f"-XX:ArchiveClassesAtExit={fresh}")
        if fresh.exists():
            fresh.replace(archive)
