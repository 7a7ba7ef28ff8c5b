"""The bytes of a file as they were received: copied once, checked against their hash, kept in the lake."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
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
    from collections.abc import Callable, Iterator

    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry


class ChangedFileError(RejectedFileError):
    """The bytes that the entry stands for are nowhere any more; what lies in the drop zone is another file."""


@dataclass(frozen=True)
class WorkingCopy:
    """A private copy of the received bytes.

    Attributes:
        path: where it is.
        keep: waits until the bytes are in the lake; raises TransientError where they could not be put there.
    """

    path: Path
    keep: Callable[[], None]


@contextmanager
def working_copy(hot: Hot, lake: Cold, settings: Settings, entry: Entry) -> Iterator[WorkingCopy]:
    """Give a private copy of the received bytes for the length of a `with` block, on their way to the lake meanwhile.

    Raises:
        ChangedFileError: the file was written to, or taken away, before its bytes were safe.
    """
    folder = settings.home / "work"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=f"{entry['_id']}-") as private:
        path = Path(private) / safe_name(entry["name"])
        if entry["raw"]:
            cold.get_file(lake, entry["raw"], path)
            yield WorkingCopy(path, keep=lambda: None)
        else:
            _copy_received(Path(entry["path"]), path, entry)
            with ThreadPoolExecutor(1) as beside:
                yield WorkingCopy(path, keep=beside.submit(_put_into_lake, hot, lake, entry, path).result)


def _put_into_lake(hot: Hot, lake: Cold, entry: Entry, path: Path) -> None:
    raw = f"{names.LAKE_RAW}/{entry['_id']}/{path.name}"
    cold.put_file(lake, raw, path)
    ledger.note(hot, entry["_id"], raw=raw)


def _copy_received(source: Path, copy: Path, entry: Entry) -> None:
    try:
        with opened_unlinked(source) as received, copy.open("xb") as private:
            shutil.copyfileobj(received, private, COPY_BYTES)
    except FileNotFoundError as error:
        raise ChangedFileError([Problem("file_vanished")]) from error
    with copy.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != entry["sha256"]:
            raise ChangedFileError([Problem("file_changed")])
