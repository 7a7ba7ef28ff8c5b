"""A home keeps the ports that it was made with: its servers have written them into their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir.embedded.files import write_file
from comptoir.errors import MisconfiguredError

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.settings import Settings


def note_of(home: Path) -> Path:
    """Return the file in which a home keeps its port base; a folder without it is no home of a platform."""
    return home / "port_base"


def check_port_base(settings: Settings) -> None:
    """Raise MisconfiguredError where the home was made with another port base: no server would be found."""
    note = note_of(settings.home)
    if note.exists() and note.read_text() != str(settings.port_base):
        raise MisconfiguredError(
            f"{settings.home} was made with COMPTOIR_PORT_BASE={note.read_text()}, not {settings.port_base}. "
            "Set it to that, or use another COMPTOIR_HOME."
        )


def keep_port_base(settings: Settings) -> None:
    """Note the port base in a home that has none yet."""
    check_port_base(settings)
    write_file(note_of(settings.home), str(settings.port_base))
