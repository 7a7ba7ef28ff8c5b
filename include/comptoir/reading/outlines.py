"""Outlines the sheets of a file that asks: its owner sees what is asked about, and answers better."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from comptoir.reading.guide import COLUMN_QUESTIONS
from comptoir.reading.headers import CODE_OF_ID, ID_OF_CODE
from comptoir.reading.items import sent_headers
from comptoir.reading.tables import Mapped, Outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comptoir.questions import Question
    from comptoir.reading.headers import Claim
    from comptoir.reading.sheets import Sheet
    from comptoir.reading.tables import Table

OUTLINED_ROWS: Final = 5


def outline_of(chosen: Mapping[str, Claim], pieces: Iterable[Sheet]) -> Outline:
    """Return the outline of a sheet.

    Args:
        chosen: what is known of its columns.
        pieces: of the sheet, one at least.
    """
    rows_read = 0
    first_rows: list[dict[str, Any]] = []
    for piece in pieces:
        rows_read += piece.rows.n_unique()
        first_rows = first_rows or _first_rows(piece)
    mapping = [
        Mapped(name, piece.headers[claim.position], claim.source, claim.confidence, None)
        for name, claim in chosen.items()
    ]
    headers = list(sent_headers(piece))
    return Outline(piece.name, piece.match.kind.name, piece.header_row, headers, rows_read, mapping, first_rows)


def outline_of_table(table: Table) -> Outline:
    """Return the outline of a sheet that was read to its end, and is asked about for what it would change."""
    rows = table.originals.head(OUTLINED_ROWS).to_dicts()
    told = list(table.mapping)
    return Outline(table.sheet, table.kind.name, None, table.sent_headers, len(table.frame), told, rows)


def without_asked(outlines: Iterable[Outline], questions: Sequence[Question]) -> list[Outline]:
    """Return outlines that name no header of a column that is asked about: it was only supposed."""
    asked = {(each.problem.sheet, each.field) for each in questions if each.problem.code in COLUMN_QUESTIONS}

    def is_known(outline: Outline, column: str) -> bool:
        names = {column, CODE_OF_ID.get(column, column), ID_OF_CODE.get(column, column)}
        return not asked & {(outline.sheet, name) for name in names}

    return [
        replace(outline, mapping=[each for each in outline.mapping if is_known(outline, each.column)])
        for outline in outlines
    ]


def _first_rows(sheet: Sheet) -> list[dict[str, Any]]:
    headers = sent_headers(sheet)
    # Of an invoice whose lines were in one cell, the row that was sent.
    sent = sheet.texts.with_columns(row=sheet.rows).unique("row", keep="first", maintain_order=True)
    rows = sent.head(OUTLINED_ROWS).iter_rows()
    return [{"row": number} | dict(zip(headers, cells, strict=False)) for *cells, number in rows]
