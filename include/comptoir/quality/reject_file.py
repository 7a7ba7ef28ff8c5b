"""The reject file: the rejected rows as they were sent, with the reason and the remedy beside them.

Corrected, it can be dropped as it is: reading takes no notice of the two added columns.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import xlsxwriter

from comptoir.problems import Severity
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from comptoir.problems import Problem
    from comptoir.quality.verdicts import Verdict
    from comptoir.sentences import Language

SUFFIX: Final[dict[Language, str]] = {"en": "rejected", "fr": "rejets"}
ADDED: Final[dict[Language, tuple[str, str]]] = {"en": ("Reason", "Remedy"), "fr": ("Motif", "Remède")}
NUMBERS: Final = frozenset({ColumnType.MONEY, ColumnType.RATIO, ColumnType.INTEGER})
PLAIN_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d+)?")
NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\]|^'|'$")
SHEET_NAME_LENGTH: Final = 31


@dataclass(frozen=True)
class _Row:
    """A rejected row: its cells as sent, the headers of the offending ones, and what to say about it."""

    cells: dict[str, str | None]
    typed: dict[str, Any]
    offending: frozenset[str]
    reason: str
    remedy: str


def write_reject_file(
    verdicts: Sequence[Verdict], source: Path, folder: Path, *, language: Language, delimiter: str = ","
) -> Path | None:
    """Write all rejected rows of a file, with their original cells under the original headers.

    A workbook gives a workbook (one sheet per sheet, offending cells coloured), anything else a CSV file in
    UTF-8 with a byte order mark.

    Args:
        verdicts: those of all tables of the file.
        source: the file; only its name counts.
        folder: where the reject file goes; made when missing.
        language: of the reasons and remedies.
        delimiter: of the source, where it is known.

    Returns:
        The path of the file, or None where no row was rejected.
    """
    listed = [verdict for verdict in verdicts if verdict.rejected_rows]
    if not listed:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    is_workbook = listed[0].table.sheet is not None
    path = folder / f"{source.stem}-{SUFFIX[language]}{'.xlsx' if is_workbook else '.csv'}"
    if is_workbook:
        _write_workbook(listed, path, language)
    else:
        _write_csv(listed, path, language, delimiter)
    return path


def _rows(verdict: Verdict, language: Language) -> Iterator[_Row]:
    """Give the rejected rows in the order of the file."""
    rejected = pl.Series("row", verdict.rejected_rows, dtype=pl.Int64).to_frame()
    problems = _problems_by_row(verdict.problems)
    originals = _kept(verdict).join(rejected, on="row", how="semi", maintain_order="left")
    frame = verdict.table.frame.unique("row", keep="first", maintain_order=True)
    typed = frame.join(rejected, on="row", how="semi", maintain_order="left")
    for cells, values in zip(originals.iter_rows(named=True), typed.iter_rows(named=True), strict=True):
        own = problems[cells.pop("row")]
        yield _Row(
            cells=cells,
            typed=values,
            offending=frozenset(problem.column for problem in own if problem.column in cells),
            reason=_sentences(problem.message(language) for problem in own),
            remedy=_sentences(problem.remedy(language) for problem in own),
        )


def _problems_by_row(problems: Iterable[Problem]) -> dict[int, list[Problem]]:
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.severity == Severity.ERROR and problem.row is not None:
            by_row[problem.row].append(problem)
    return by_row


def _sentences(each: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(each))


def _write_csv(verdicts: Sequence[Verdict], path: Path, language: Language, delimiter: str) -> None:
    # A text file has one table, hence one header.
    (verdict,) = verdicts
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(_headers(verdict, language))
        for row in _rows(verdict, language):
            writer.writerow([*row.cells.values(), row.reason, row.remedy])


def _kept(verdict: Verdict) -> pl.DataFrame:
    """Return the original cells, without reasons and remedies of an earlier round."""
    said = {name for names in ADDED.values() for name in names} - set(verdict.table.headers.values())
    return verdict.table.originals.drop(said, strict=False)


def _headers(verdict: Verdict, language: Language) -> list[str]:
    return [*(name for name in _kept(verdict).columns if name != "row"), *ADDED[language]]


def _write_workbook(verdicts: Sequence[Verdict], path: Path, language: Language) -> None:
    # In constant memory, rows must be written in order, and text goes in place.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        bold = workbook.add_format({"bold": True})
        coloured = workbook.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        for place, verdict in enumerate(verdicts, start=1):
            sheet = workbook.add_worksheet(_sheet_name(verdict, place, workbook.sheetnames))
            sheet.freeze_panes(1, 0)
            for column, header in enumerate(_headers(verdict, language)):
                sheet.write_string(0, column, header, bold)
            for number, row in enumerate(_rows(verdict, language), start=1):
                _write_row(sheet, number, row, verdict, coloured)


def _sheet_name(verdict: Verdict, place: int, taken: Iterable[str]) -> str:
    """Return the sheet's own name where Excel takes it; other programs allow more."""
    name = NOT_IN_SHEET_NAMES.sub("_", verdict.table.sheet or "")[:SHEET_NAME_LENGTH]
    is_free = name.casefold() not in {other.casefold() for other in taken}
    return name if is_free else f"{place} {name}"[:SHEET_NAME_LENGTH]


def _write_row(sheet: Any, number: int, row: _Row, verdict: Verdict, coloured: Any) -> None:
    fields = {header: field for field, header in verdict.table.headers.items()}
    for column, (header, text) in enumerate(row.cells.items()):
        cell_format = coloured if header in row.offending else None
        field = fields.get(header)
        if text is None:
            sheet.write_blank(number, column, None, cell_format)
        elif field and verdict.table.kind.column(field).type in NUMBERS and _is_number(text, row.typed[field]):
            sheet.write_number(number, column, float(text), cell_format)
        else:
            # As a string even where it starts with =, + or @: a cell of a stranger must not become a formula.
            sheet.write_string(number, column, text, cell_format)
    sheet.write_string(number, len(row.cells), row.reason)
    sheet.write_string(number, len(row.cells) + 1, row.remedy)


def _is_number(text: str, typed: Any) -> bool:
    """Tell whether a cell was read as the plain number that its text shows, and not as 1.234 for 1234."""
    return typed is not None and PLAIN_NUMBER.fullmatch(text) is not None and Decimal(text) == Decimal(str(typed))
