"""What a file is, told by its bytes; its name only helps to say what was refused."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import olefile

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

START_BYTES: Final = 4096
PIECE_BYTES: Final = 1 << 20
XLSX_MEMBER: Final = "xl/workbook.xml"
XLSB_MEMBER: Final = "xl/workbook.bin"
ODS_MEMBER: Final = "content.xml"
ODS_TYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
XLS_STREAMS: Final = ("Workbook", "Book")

ZIP_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
COMPOUND_START: Final = b"\xd0\xcf\x11\xe0"
GZIP_START: Final = b"\x1f\x8b"
# First bytes of what people drop by mistake, with the name that they know it by.
KNOWN_STARTS: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"BZh", "BZIP2"),
    (b"\xfd7zXZ", "XZ"),
    (b"\x28\xb5\x2f\xfd", "ZSTD"),
    (b"PAR1", "PARQUET"),
    (b"{\\rtf", "RTF"),
)
MARKS: Final = b"\xef\xbb\xbf\xff\xfe\0"  # of encodings
BLANK: Final = MARKS + b"\r\n\t ;,"
# What some programs save as “.xls”: pages, pages with all that belongs to them, and an old exchange of cells.
TAGS: Final = rb"!doctype|\?xml|html|head|meta|title|link|style|body|div|p|span|font|center|table|tr|td"
MARKUP = re.compile(rb"\s*<(?:%b)\b|\s*<!--" % TAGS, re.IGNORECASE)
WEB_ARCHIVE = re.compile(rb"(?:[\w-]+: [^\n]*\n(?:[ \t][^\n]*\n)*)*MIME-Version:", re.IGNORECASE)
SYLK = re.compile(rb"ID;P\w*(?:;[NE])*\r?\n(?:P;P|[BC];[XY]\d|[OF];[A-Z]|N[UNE];)")
JSON_OBJECT = re.compile(rb'\s*\{\s*(?:"|\})')
JSON_ARRAY = re.compile(rb"\s*\[\s*(?:\{|\]|\[)")
KNOWN_TEXTS: Final = ((MARKUP, "HTML/XML"), (WEB_ARCHIVE, "MHTML"), (SYLK, "SYLK"))


class Format(StrEnum):
    """What is read, and the two wrappings around one of these."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    TEXT = "text"
    JSON_LINES = "json lines"
    GZIP = "gzip"
    ZIP = "zip"


WORKBOOKS: Final = frozenset({Format.XLSX, Format.XLSB, Format.XLS, Format.ODS})
WRAPPINGS: Final = frozenset({Format.GZIP, Format.ZIP})


def detect_format(path: Path, name: str) -> Format:
    """Tell what a file is; refuse what is not read by the name that people know it by."""
    with path.open("rb") as file:
        start = file.read(START_BYTES)
    if start.startswith(ZIP_STARTS):
        return _zip_format(path, name)
    if start.startswith(COMPOUND_START):
        return _compound_format(path, name)
    if start.startswith(GZIP_START):
        return Format.GZIP
    # A zip is known by its end: one that unpacks itself has a program in front.
    if b"\0" in start and zipfile.is_zipfile(path):
        return _zip_format(path, name)
    if not start.strip(BLANK) and _is_blank(path):
        raise refused("file_empty" if b"\0" not in start.strip(b"\xff\xfe") else "nul_bytes", name)
    return _text_format(start, name)


def _is_blank(path: Path) -> bool:
    with path.open("rb") as file:
        return not any(piece.strip(BLANK) for piece in iter(lambda: file.read(PIECE_BYTES), b""))


def _text_format(start: bytes, name: str) -> Format:
    for signature, known in KNOWN_STARTS:
        if start.startswith(signature):
            raise refused("format_unsupported", name, known)
    unmarked = start.lstrip(MARKS).replace(b"\0", b"")  # as it would be in UTF-8
    for pattern, known in KNOWN_TEXTS:
        if pattern.match(unmarked):
            raise refused("format_unsupported", name, known)
    is_json = JSON_OBJECT.match(unmarked) or JSON_ARRAY.match(unmarked)
    return Format.JSON_LINES if is_json else Format.TEXT


def _zip_format(path: Path, name: str) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
            kind = archive.read("mimetype")[:256] if "mimetype" in members else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refused("file_damaged", name) from error
    except RuntimeError as error:
        raise refused("file_encrypted", name) from error
    if XLSX_MEMBER in members:
        return Format.XLSX
    if XLSB_MEMBER in members:
        return Format.XLSB
    if ODS_MEMBER in members:
        if not kind.startswith(ODS_TYPE):
            raise refused("format_unsupported", name, "OpenDocument")
        return Format.ODS
    if "[Content_Types].xml" in members:
        is_book = any(member.startswith("xl/") for member in members)
        raise refused("format_unsupported", name, f"XLSX ≠ {XLSX_MEMBER}" if is_book else "DOCX/PPTX")
    return Format.ZIP


def _compound_format(path: Path, name: str) -> Format:
    """Tell an old workbook from what a password protects and from what else lies in such containers."""
    try:
        with olefile.OleFileIO(path) as container:
            if container.exists("EncryptedPackage"):
                raise refused("file_encrypted", name)
            if any(container.exists(stream) for stream in XLS_STREAMS):
                return Format.XLS
    except (OSError, ValueError, IndexError) as error:
        raise refused("file_damaged", name) from error
    raise refused("format_unsupported", name, "DOC/PPT/MSG")


def refused(code: str, name: str, known: str = "") -> RejectedFileError:
    """Return the refusal of a whole file under a problem's code."""
    return RejectedFileError([Problem(code, params={"name": name, "format": known})])
