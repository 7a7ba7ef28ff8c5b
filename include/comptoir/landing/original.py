"""The bytes of a file as they were received: copied once, checked against their hash, kept in the lake."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from comptoir import names
from comptoir.errors import RejectedFileError
from comptoir.landing.drop import COPY_BYTES, opened_unlinked, safe_name
from comptoir.problems import Problem
from comptoir.stores import cold, ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry


class ChangedFileError(RejectedFileError):
    """The bytes that the entry stands for are nowhere any more; what lies in the drop zone is another file."""


@contextmanager
def working_copy(hot: Hot, lake: Cold, settings: Settings, entry: Entry) -> Iterator[Path]:
    """Give a private copy of the received bytes for the length of a `with` block; they are in the lake then.

    Raises:
        ChangedFileError: the file was written to, or taken away, before its bytes were safe.
    """
    folder = settings.home / "work"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=f"{entry['_id']}-") as private:
        copy = Path(private) / safe_name(entry["name"])
        if entry["raw"]:
            cold.get_file(lake, entry["raw"], copy)
        else:
            _copy_received(Path(entry["path"]), copy, entry)
            raw = f"{names.LAKE_RAW}/{entry['_id']}/{copy.name}"
            cold.put_file(lake, raw, copy)
            ledger.note(hot, entry["_id"], raw=raw)
        yield copy


def _copy_received(source: Path, copy: Path, entry: Entry) -> None:
    try:
        with opened_unlinked(source) as received, copy.open("xb") as private:
            shutil.copyfileobj(received, private, COPY_BYTES)
    except FileNotFoundError as error:
        raise ChangedFileError([Problem("file_vanished")]) from error
    with copy.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != entry["sha256"]:
            raise ChangedFileError([Problem("file_changed")])
