"""Reads a dropped file, whatever its format, encoding, dialect and locale, into typed tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.names import KINDS
from comptoir.problems import Problem, Severity
from comptoir.questions import NO_ANSWERS
from comptoir.reading.cells import build_table
from comptoir.reading.delimited import read_delimited
from comptoir.reading.formats import WORKBOOKS, Format
from comptoir.reading.guide import NO_MAPPINGS, Guide, Mappings
from comptoir.reading.items import expand_items
from comptoir.reading.jsonlines import read_json_lines
from comptoir.reading.structure import settle_structure
from comptoir.reading.tables import ReadFile, Table, kind_of_all
from comptoir.reading.workbooks import read_workbook
from comptoir.reading.wrappings import unwrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from comptoir.questions import Question
    from comptoir.reading.sheets import Sheet
    from comptoir.settings import Settings


def read_file(
    path: Path,
    settings: Settings,
    *,
    name: str | None = None,
    answers: Mapping[str, str] = NO_ANSWERS,
    mappings: Mappings = NO_MAPPINGS,
) -> ReadFile:
    """Read a file into one typed table per recognised sheet, products first and sales last.

    What the file is comes from its bytes, what it holds from its headers.

    Args:
        path: the file.
        settings: for the trader's zone and currency, and for dates and numbers that fit both readings.
        name: what sentences call the file; default the path's own name.
        answers: the owner's answers, by the ids of questions.
        mappings: what earlier answers said of columns, by the signature of the headers.

    Raises:
        RejectedFileError: the file can't be read, recognised or trusted as a whole, or an answer doesn't fit it.
        AmbiguousFileError: it can be read in two ways that differ; its questions ask which one is right.
    """
    called, guide = name or path.name, Guide(answers, mappings)
    with unwrapped(path, called) as (inner, form):
        sheets, skipped = _read_sheets(inner, form, called, guide)
    for sheet in sheets:
        guide.check_headers(sheet.match.kind, sheet.name, sheet.headers)
    guide.check_known({sheet.name: sheet.match.kind for sheet in sheets}, {problem.sheet for problem in skipped})
    sheets = [expand_items(settle_structure(sheet, called), called) for sheet in sheets]
    filled = [sheet for sheet in sheets if len(sheet.rows)]
    if not filled:
        raise RejectedFileError([Problem("no_rows", sheet=sheet.name, params={"name": called}) for sheet in sheets])
    tables = _tables(filled, settings, guide)
    return ReadFile(sorted(tables, key=lambda table: KINDS.index(table.kind.name)), skipped + _without_rows(sheets))


def _read_sheets(path: Path, form: Format, name: str, guide: Guide) -> tuple[list[Sheet], list[Problem]]:
    if form in WORKBOOKS:
        return read_workbook(path, form, name, guide)
    read = read_json_lines if form == Format.JSON_LINES else read_delimited
    return [read(path, name, guide)], []


def _tables(sheets: Sequence[Sheet], settings: Settings, guide: Guide) -> list[Table]:
    """Type every sheet; ask all questions of a file at once."""
    tables: list[Table] = []
    questions: list[Question] = []
    for sheet in sheets:
        try:
            tables.append(build_table(sheet, settings, guide))
        except AmbiguousFileError as doubt:
            questions.extend(doubt.questions)
    if questions:
        raise AmbiguousFileError(questions, kind_of_all(sheet.match.kind for sheet in sheets))
    return tables


def _without_rows(sheets: Sequence[Sheet]) -> list[Problem]:
    return [Problem("sheet_empty", Severity.NOTICE, sheet=sheet.name) for sheet in sheets if not len(sheet.rows)]
