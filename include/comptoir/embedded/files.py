"""Small files of the platform, written whole or not at all, and the ends of its logs."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from string import Template
from typing import Final

TEMPLATES: Final = Path(__file__).parent / "templates"


def write_file(path: Path, text: str, *, mode: int = 0o600) -> bool:
    """Write a file by an atomic rename; return False, and touch nothing, where it says that already."""
    if path.exists() and path.read_text() == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    fresh.chmod(mode)
    fresh.replace(path)
    return True


def tail(path: Path, size: int) -> str:
    """Return the last bytes of a text file, from the start of a line; nothing where there is no file."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        length = file.seek(0, 2)
        file.seek(max(0, length - size))
        text = file.read().decode(errors="replace")
    return text if length <= size else text.partition("\n")[2]


def fill_template(template: str, /, **values: object) -> str:
    """Return a configuration template with its `${places}` filled in; a place left over raises KeyError."""
    return Template((TEMPLATES / template).read_text()).substitute(values)
