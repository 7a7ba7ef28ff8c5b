"""Reads a dropped file, whatever its format, encoding, dialect and locale, into typed tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.names import KINDS
from comptoir.problems import Problem, Severity
from comptoir.reading.cells import build_table
from comptoir.reading.delimited import read_delimited
from comptoir.reading.formats import WORKBOOKS, Format
from comptoir.reading.items import expand_items
from comptoir.reading.jsonlines import read_json_lines
from comptoir.reading.structure import settle_structure
from comptoir.reading.tables import ReadFile, Table
from comptoir.reading.workbooks import read_workbook
from comptoir.reading.wrappings import unwrapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comptoir.reading.sheets import Sheet
    from comptoir.settings import Settings


def read_file(path: Path, settings: Settings, *, name: str | None = None) -> ReadFile:
    """Read a file into one typed table per recognised sheet, products first and sales last.

    What the file is comes from its bytes, what it holds from its headers; `name` (default: the path's own) is only
    what sentences call it.

    Raises:
        RejectedFileError: the file can't be read, recognised or trusted as a whole.
        AmbiguousFileError: it can be read in two ways that differ; its problems are the questions.
    """
    called = name or path.name
    with unwrapped(path, called) as (inner, form):
        sheets, skipped = _read_sheets(inner, form, called)
    sheets = [expand_items(settle_structure(sheet, called), called) for sheet in sheets]
    filled = [sheet for sheet in sheets if len(sheet.rows)]
    if not filled:
        raise RejectedFileError([Problem("no_rows", sheet=sheet.name, params={"name": called}) for sheet in sheets])
    tables = _tables(filled, settings)
    return ReadFile(sorted(tables, key=lambda table: KINDS.index(table.kind.name)), skipped + _without_rows(sheets))


def _read_sheets(path: Path, form: Format, name: str) -> tuple[list[Sheet], list[Problem]]:
    if form in WORKBOOKS:
        return read_workbook(path, form, name)
    return [read_json_lines(path, name) if form == Format.JSON_LINES else read_delimited(path, name)], []


def _tables(sheets: Sequence[Sheet], settings: Settings) -> list[Table]:
    """Type every sheet; ask all questions of a file at once."""
    tables: list[Table] = []
    questions: list[Problem] = []
    for sheet in sheets:
        try:
            tables.append(build_table(sheet, settings))
        except AmbiguousFileError as doubt:
            questions.extend(doubt.problems)
    if questions:
        raise AmbiguousFileError(questions)
    return tables


def _without_rows(sheets: Sequence[Sheet]) -> list[Problem]:
    return [Problem("sheet_empty", Severity.NOTICE, sheet=sheet.name) for sheet in sheets if not len(sheet.rows)]
