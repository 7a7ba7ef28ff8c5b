"""What a file is, told by its bytes; its name only helps to say what was refused."""

from __future__ import annotations

import codecs
import re
import zipfile
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK_BYTES: Final = 1 << 20
WORKBOOK_MEMBER: Final = "xl/workbook.xml"

# First bytes of what people drop by mistake, with the name that they know it by.
KNOWN_STARTS: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"PAR1", "PARQUET"),
    (b"{\\rtf", "RTF"),
)
MARKUP = re.compile(rb"\s*<(?:!doctype|html|table|\?xml|style|head)", re.IGNORECASE)
# A two-byte UTF-8 letter (é, à, ç…); in cp1252 it would be “Ã” and a sign, which no French or English text holds.
UTF8_LETTER = re.compile(rb"[\xc3][\x80-\xbf]")


class Format(StrEnum):
    """The two families of files that are read."""

    WORKBOOK = "workbook"
    TEXT = "text"


def detect_format(path: Path, name: str) -> Format:
    """Tell a workbook from a text; refuse everything else by the name that people know it by."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\xef\xbb\xbf\xff\xfe\x00\r\n\t ;,"):
        raise _refused("file_empty", name)
    if start.startswith(b"PK"):
        return _workbook_or_refused(path, name)
    for signature, known in KNOWN_STARTS:
        if start.startswith(signature):
            raise _refused("format_old_excel" if known == "XLS" else "format_unsupported", name, known)
    if MARKUP.match(start.removeprefix(codecs.BOM_UTF8)):
        raise _refused("format_unsupported", name, "HTML/XML")
    return Format.TEXT


def _workbook_or_refused(path: Path, name: str) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _refused("file_damaged", name) from error
    if WORKBOOK_MEMBER in members:
        return Format.WORKBOOK
    known = "XLSB" if "xl/workbook.bin" in members else "ODS" if "content.xml" in members else "ZIP"
    raise _refused("format_unsupported", name, known)


def detect_encoding(path: Path, name: str) -> str:
    """Return the encoding of a text: by its byte-order mark, else UTF-8 where all of it fits, else cp1252.

    A file without a mark whose letters are partly UTF-8 and partly not is refused: either reading would spoil names.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not start.startswith(codecs.BOM_UTF32_LE):
        return _checked(path, name, "utf-16")
    if any(b"\0" in chunk for chunk in _chunks(path)):
        raise _refused("format_unsupported", name, _extension(name))
    if _decodes(path, "utf-8-sig"):
        return "utf-8-sig"
    if start.startswith(codecs.BOM_UTF8) or any(UTF8_LETTER.search(chunk) for chunk in _chunks(path)):
        raise _refused("encoding_mixed", name)
    return _checked(path, name, "cp1252")


def _checked(path: Path, name: str, encoding: str) -> str:
    if not _decodes(path, encoding):
        raise _refused("encoding_unknown", name)
    return encoding


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _extension(name: str) -> str:
    _, dot, extension = name.rpartition(".")
    return extension.upper()[:8] if dot and extension else "?"


def _refused(code: str, name: str, known: str = "") -> RejectedFileError:
    return RejectedFileError([Problem(code, params={"name": name, "format": known})])
