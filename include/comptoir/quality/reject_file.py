"""The reject file: the rejected rows as they were sent, with the reason and the remedy beside them.

Corrected, it can be dropped as it is: reading takes no notice of what was added. Dates and amounts whose meaning was
proven by other rows of the source are spelled out, so that it is read as the source was.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from comptoir.problems import Severity
from comptoir.quality.reject_formats import Row, Sheet, write_json_lines, write_text, write_workbook
from comptoir.quality.respelling import DAYS, NUMBERS, misunderstood, rejected_rows, spell_out
from comptoir.reading.guide import ADDED_HEADERS, are_added, is_added
from comptoir.reading.headers import unique_headers
from comptoir.reading.items import items_header
from comptoir.reading.jsontexts import decode
from comptoir.reading.line_prices import as_sent
from comptoir.reading.times import FIRST_SERIAL_YEAR, FIRST_YEAR, LAST_SERIAL_YEAR

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from comptoir.problems import Problem
    from comptoir.quality.verdicts import Verdict
    from comptoir.reading.tables import Table
    from comptoir.records import ColumnType
    from comptoir.sentences import Language
    from comptoir.settings import Settings

SUFFIX: Final[dict[Language, str]] = {"en": "rejected", "fr": "rejets"}
PLAIN_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d+)?")
TYPED_DAY: Final = re.compile(r"(\d{4})-\d\d-\d\d( \d\d:\d\d:\d\d)?")  # as reading writes a spreadsheet's own
WRAPPED: Final = frozenset({".gz", ".zip"})
TEXT_SUFFIXES: Final = (".csv", ".tsv", ".tab", ".txt")  # the first where the source has none of them
JSON_SUFFIXES: Final = (".jsonl", ".ndjson", ".json")
WORKBOOK_SUFFIXES: Final = (".xlsx",)


def write_reject_file(
    verdicts: Sequence[Verdict], source: Path, folder: Path, settings: Settings, *, refusal: Problem | None = None
) -> Path | None:
    """Write all rejected rows of a file, with their original cells under the original headers.

    A workbook gives a workbook (one sheet per sheet, offending cells coloured), JSON lines give JSON lines, a text
    file a text file with the same delimiter and encoding.

    Args:
        verdicts: those of all tables of the file.
        source: the file; only its name counts.
        folder: where the reject file goes; made when missing.
        settings: for the language of the reasons and the trader's time zone.
        refusal: why the whole file is refused, where it is; told beside the rows that have no reason of their own.

    Returns:
        The path of the file, or None where no row was rejected.
    """
    listed = [verdict for verdict in verdicts if verdict.rejected_rows]
    if not listed:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _name(PurePath(source.name), listed[0].table, settings.language)
    spelled: list[set[str]] = [set() for _ in listed]
    while True:
        sheets = [_sheet(each, settings, refusal, fields) for each, fields in zip(listed, spelled, strict=True)]
        _write(sheets, path, listed[0].table)
        found = misunderstood(path, listed, settings)
        if all(new <= fields for new, fields in zip(found, spelled, strict=False)):
            return path
        for fields, new in zip(spelled, found, strict=False):
            fields.update(new)


def _name(source: PurePath, table: Table, language: Language) -> str:
    inner = PurePath(source.stem) if source.suffix.lower() in WRAPPED else source
    known = TEXT_SUFFIXES if table.delimiter else JSON_SUFFIXES if table.sheet is None else WORKBOOK_SUFFIXES
    suffix = inner.suffix if inner.suffix.lower() in known else known[0]
    return f"{inner.stem}-{SUFFIX[language]}{suffix}"


def _write(sheets: Sequence[Sheet], path: Path, table: Table) -> None:
    if table.sheet is not None:
        write_workbook(sheets, path)
        return
    # Any other file has one table, hence one header.
    (sheet,) = sheets
    if table.documents is None:
        write_text(sheet, path, table.delimiter, table.encoding)
    else:
        write_json_lines(sheet, path)


def _sheet(verdict: Verdict, settings: Settings, refusal: Problem | None, spelled: set[str]) -> Sheet:
    kept = _kept(verdict)
    again = spell_out(kept, verdict, settings, spelled)
    headers = [*(name for name in kept.columns if name != "row"), *_added(kept, settings.language)]

    def rows() -> Iterator[Row]:
        plain = _rows(again, verdict, settings.language, refusal)
        return plain if verdict.table.documents is None else _as_objects(plain, kept, verdict)

    return Sheet(verdict.table.sheet, headers, rows)


def _kept(verdict: Verdict) -> pl.DataFrame:
    """Return the original cells, without the reasons and remedies of an earlier round."""
    originals = verdict.table.originals
    last = [header for header in originals.columns if header != "row"][-2:]
    said = last if are_added(last) and not set(last) & set(verdict.table.headers.values()) else []
    return rejected_rows(originals.drop(said), verdict)


def _added(kept: pl.DataFrame, language: Language) -> tuple[str, ...]:
    """Return the headers of the added columns; a column of the sender's may have the same name already."""
    return unique_headers([*(name for name in kept.columns if name != "row"), *ADDED_HEADERS[language]])[-2:]


def _rows(kept: pl.DataFrame, verdict: Verdict, language: Language, refusal: Problem | None) -> Iterator[Row]:
    """Give the rejected rows in the order of the file."""
    problems = _problems_by_row(verdict.problems)
    of_sound_rows = [refusal] if refusal else []
    # Of a row that holds a whole invoice there are several typed lines, and none of their numbers has its own cell.
    typed = rejected_rows(as_sent(verdict.table), verdict).unique("row", keep="first", maintain_order=True)
    number_fields = _fields(verdict.table, NUMBERS)
    day_fields = _fields(verdict.table, DAYS)
    added = _added(kept, language)
    for cells, values in zip(kept.iter_rows(named=True), typed.iter_rows(named=True), strict=True):
        own = problems[cells.pop("row")] or of_sound_rows
        reason = _sentences(problem.message(language) for problem in own)
        remedy = _sentences(problem.remedy(language) for problem in own)
        # They were typed, and must be again: as texts they would be taken as meant.
        unlikely = {problem.column for problem in own if problem.code == "day_unlikely" and problem.column in cells}
        numbers = {header for header, field in number_fields.items() if _is_number(cells[header], values[field])}
        yield Row(
            cells=cells | dict(zip(added, (reason, remedy), strict=True)),
            numbers=frozenset(numbers | {header for header in unlikely if PLAIN_NUMBER.fullmatch(cells[header])}),
            days=frozenset(
                header
                for header, field in day_fields.items()
                if _is_day(cells[header], is_understood=values[field] is not None, is_unlikely=header in unlikely)
            ),
            offending=frozenset(problem.column for problem in own if problem.column in cells),
        )


def _as_objects(rows: Iterable[Row], kept: pl.DataFrame, verdict: Verdict) -> Iterator[Row]:
    """Give rows with the values of their JSON objects as sent; a cell that is spelled out is the only other one."""
    assert verdict.table.documents is not None  # noqa: S101 - asked for where there are some
    texts = rejected_rows(verdict.table.documents, verdict)["text"]
    items = items_header(verdict.table.headers)
    for row, text, before in zip(rows, texts, kept.iter_rows(named=True), strict=True):
        sent = decode(text)
        own = {key: sent[key] for key in sent if not is_added(key) or key in before}
        added = {header: cell for header, cell in row.cells.items() if header not in before}
        other = {header: cell for header, cell in row.cells.items() if header in before and cell != before[header]}
        spelled = {header: decode(cell) if header == items else cell for header, cell in other.items()}
        named = {key.strip(): key for key in own}
        yield replace(row, cells=own | {named.get(header, header): cell for header, cell in spelled.items()} | added)


def _fields(table: Table, types: Collection[ColumnType]) -> dict[str, str]:
    named = {header: table.kind.column(field) for field, header in table.headers.items()}
    return {header: column.name for header, column in named.items() if column.type in types}


def _problems_by_row(problems: Iterable[Problem]) -> Mapping[int, list[Problem]]:
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.severity == Severity.ERROR and problem.row is not None:
            by_row[problem.row].append(problem)
    return by_row


def _sentences(each: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(each))


def _is_number(text: str | None, typed: Any) -> bool:
    """Tell whether a cell was read as the plain number that its text shows, and not as 1.234 for 1234."""
    if text is None or typed is None or PLAIN_NUMBER.fullmatch(text) is None:
        return False
    return Decimal(text) == Decimal(str(typed))


def _is_day(text: str | None, *, is_understood: bool, is_unlikely: bool) -> bool:
    """Tell whether a cell can be a spreadsheet's own day again and be judged as it was.

    Whether a day that was understood was typed is not known any more, nor does it matter; but as a typed one, a text
    of a year that is unlikely there would be an error.
    """
    parts = TYPED_DAY.fullmatch(text or "")
    if parts is None:
        return False
    year = int(parts[1])
    if is_unlikely:
        return year >= FIRST_YEAR
    return is_understood and FIRST_SERIAL_YEAR <= year <= LAST_SERIAL_YEAR
