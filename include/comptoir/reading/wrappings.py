"""Takes the one file out of a gzip or zip, within bounds; names inside an archive lead nowhere."""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Final

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.archives import RATIO_FLOOR_BYTES, RATIO_LIMIT
from comptoir.reading.formats import WRAPPINGS, Format, detect_format, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

UNWRAPPED_LIMIT_BYTES: Final = 2 << 30  # as large as a file may be without a wrapping
PIECE_BYTES: Final = 4 << 20
# What systems put into archives by themselves.
LITTER: Final = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})
OF_A_FILE: Final = "._"  # how the name begins of what macOS puts beside a file
ENCRYPTED: Final = 0x1  # the bit of a member's flags


@contextmanager
def unwrapped(path: Path, name: str) -> Iterator[tuple[Path, Format]]:
    """Give the path and the format of a file, or of the one file that its gzip or zip holds.

    Raises:
        RejectedFileError: the archive is damaged, protected, unsafe or too large, or does not hold exactly one file
            that is none itself.
    """
    form = detect_format(path, name)
    if form not in WRAPPINGS:
        yield path, form
        return
    with TemporaryDirectory(prefix="comptoir-") as folder:
        inner = Path(folder) / "inner"
        try:
            (_unzip if form == Format.ZIP else _gunzip)(path, inner, name)
        except NotImplementedError as error:  # a way of packing that few programs know
            raise refused("format_unsupported", name, "ZIP (Deflate64 …)") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise refused("file_damaged", name) from error
        inner_form = detect_format(inner, name)
        if inner_form in WRAPPINGS:
            raise refused("archive_nested", name)
        yield inner, inner_form


def _gunzip(path: Path, inner: Path, name: str) -> None:
    with gzip.open(path) as source:
        _copy(source, inner, path.stat().st_size, name)


def _unzip(path: Path, inner: Path, name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        member = _only_member(archive.infolist(), name)
        if member.flag_bits & ENCRYPTED:
            raise refused("file_encrypted", name)
        with archive.open(member) as source:
            _copy(source, inner, member.compress_size, name)


def _only_member(members: list[zipfile.ZipInfo], name: str) -> zipfile.ZipInfo:
    if any(_leads_astray(member) for member in members):
        raise refused("archive_unsafe", name)
    files = [member for member in members if not member.is_dir() and not _is_litter(member)]
    if not files:
        raise refused("file_empty", name)
    if len(files) > 1:
        inside = ", ".join(m.filename[:60] for m in files[:5])
        params = {"name": name, "count": str(len(files)), "inside": inside}
        raise RejectedFileError([Problem("archive_several", params=params)])
    return files[0]


def _is_litter(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return any(part.lower() in LITTER or part.startswith(OF_A_FILE) for part in parts)


def _leads_astray(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename.replace("\\", "/"))
    return parts.is_absolute() or ".." in parts.parts or stat.S_ISLNK(member.external_attr >> 16)


def _copy(source: IO[bytes] | gzip.GzipFile, inner: Path, packed_bytes: int, name: str) -> None:
    """Write what unfolds, and stop at the bounds whatever the archive declares."""
    written = 0
    with inner.open("wb") as target:
        while piece := source.read(PIECE_BYTES):
            written += target.write(piece)
            if written > RATIO_FLOOR_BYTES and written > packed_bytes * RATIO_LIMIT:
                raise refused("archive_unsafe", name)
            if written > UNWRAPPED_LIMIT_BYTES:
                params = {"name": name, "limit": str(UNWRAPPED_LIMIT_BYTES >> 20)}
                raise RejectedFileError([Problem("archive_too_large", params=params)])
