"""The reject file: the rejected rows as they were sent, with the reason and the remedy beside them.

Corrected, it can be dropped as it is: reading takes no notice of the two added columns. Dates and amounts whose
meaning was proven by other rows of the source are spelled out, so that it is read as the source was.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.problems import Severity
from comptoir.quality.reject_formats import Row, Sheet, write_text, write_workbook
from comptoir.reading.apart import read_apart
from comptoir.reading.guide import ADDED_HEADERS
from comptoir.reading.headers import unique_headers
from comptoir.records import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from comptoir.problems import Problem
    from comptoir.quality.verdicts import Verdict
    from comptoir.reading.tables import Table
    from comptoir.records import Column
    from comptoir.sentences import Language
    from comptoir.settings import Settings

SUFFIX: Final[dict[Language, str]] = {"en": "rejected", "fr": "rejets"}
NUMBERS: Final = frozenset({ColumnType.MONEY, ColumnType.RATIO, ColumnType.INTEGER})
SPELLED: Final = NUMBERS | {ColumnType.DAY, ColumnType.TIMESTAMP}  # what a locale may read in several ways
REPEATED: Final = re.compile(r" \(\d+\)$")  # what reading adds to a header that comes twice
PLAIN_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d+)?")

# Fields whose cells are spelled out, by the table's place among those with rejected rows.
Spelled = dict[int, set[str]]


def write_reject_file(
    verdicts: Sequence[Verdict], source: Path, folder: Path, settings: Settings, *, refusal: Problem | None = None
) -> Path | None:
    """Write all rejected rows of a file, with their original cells under the original headers.

    A workbook gives a workbook (one sheet per sheet, offending cells coloured), a text file a text file with the
    same delimiter and encoding.

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
    is_workbook = listed[0].table.sheet is not None
    path = folder / f"{source.stem}-{SUFFIX[settings.language]}{'.xlsx' if is_workbook else '.csv'}"
    spelled: Spelled = defaultdict(set)
    while True:
        sheets = [_sheet(each, settings, refusal, spelled[place]) for place, each in enumerate(listed)]
        _write(sheets, path, listed[0].table)
        if not _spell_out(spelled, listed, path, settings):
            return path


def _write(sheets: Sequence[Sheet], path: Path, table: Table) -> None:
    if table.sheet is None:
        # A text file has one table, hence one header.
        (sheet,) = sheets
        write_text(sheet, path, table.delimiter, table.encoding)
    else:
        write_workbook(sheets, path)


def _spell_out(spelled: Spelled, verdicts: Sequence[Verdict], path: Path, settings: Settings) -> bool:
    """Add the fields that are not read from the reject file as they were from its source; False where none is new."""
    before = sum(map(len, spelled.values()))
    try:
        again = read_apart(path, settings).tables
    except AmbiguousFileError as doubt:
        asked = {problem.params.get("field", "") for problem in doubt.problems}
        for place, verdict in enumerate(verdicts):
            spelled[place] |= asked & _spellable(verdict.table)
    except RejectedFileError:
        return False  # spelling helps nothing here; its sender is told when it comes
    else:
        for place, (verdict, table) in enumerate(zip(verdicts, again, strict=False)):
            spelled[place] |= _changed(verdict, table)
    return sum(map(len, spelled.values())) > before


def _spellable(table: Table) -> set[str]:
    return {column.name for column in table.kind.columns if column.type in SPELLED and column.name in table.headers}


def _changed(verdict: Verdict, again: Table) -> set[str]:
    """Return the fields of which a value that was understood in the source is another one now."""
    understood = _rejected(verdict.table.frame, verdict)
    if again.kind != verdict.table.kind or again.frame.height != understood.height:
        return set()  # rows that are not read as rows again can't be compared
    return {
        field
        for field in _spellable(verdict.table)
        if (understood[field].is_not_null() & understood[field].ne_missing(again.frame[field])).any()
    }


def _rejected(frame: pl.DataFrame, verdict: Verdict) -> pl.DataFrame:
    """Return the rejected rows, each once, in the order of the file."""
    rejected = pl.Series("row", verdict.rejected_rows, dtype=pl.Int64).to_frame()
    # Of a row that holds a whole invoice there are several typed lines; its cells are those of the row.
    once = frame.unique("row", keep="first", maintain_order=True)
    return once.join(rejected, on="row", how="semi", maintain_order="left")


def _sheet(verdict: Verdict, settings: Settings, refusal: Problem | None, spelled: set[str]) -> Sheet:
    kept = _spelled_out(_kept(verdict), verdict, settings, spelled)
    headers = [*(name for name in kept.columns if name != "row"), *_added(kept, settings.language)]
    return Sheet(verdict.table.sheet, headers, lambda: _rows(kept, verdict, settings.language, refusal))


def _kept(verdict: Verdict) -> pl.DataFrame:
    """Return the original cells, without the reasons and remedies of an earlier round."""
    originals = verdict.table.originals
    last = [header for header in originals.columns if header != "row"][-2:]
    said = last if _are_added(last) and not set(last) & set(verdict.table.headers.values()) else []
    return _rejected(originals.drop(said), verdict)


def _are_added(headers: Sequence[str]) -> bool:
    return tuple(REPEATED.sub("", header) for header in headers) in ADDED_HEADERS.values()


def _added(kept: pl.DataFrame, language: Language) -> tuple[str, ...]:
    """Return the headers of the added columns; a column of the sender's may have the same name already."""
    return unique_headers([*(name for name in kept.columns if name != "row"), *ADDED_HEADERS[language]])[-2:]


def _spelled_out(kept: pl.DataFrame, verdict: Verdict, settings: Settings, fields: set[str]) -> pl.DataFrame:
    """Write the values of some fields in a form that every locale reads alike; what was not understood stays."""
    values = _rejected(verdict.table.frame, verdict)
    columns = {field: verdict.table.kind.column(field) for field in fields}
    spelled = values.select(
        spelling(column, settings).alias(verdict.table.headers[field]) for field, column in columns.items()
    )
    return kept.with_columns(pl.coalesce(spelled[header], kept[header]).alias(header) for header in spelled.columns)


def spelling(column: Column, settings: Settings) -> pl.Expr:
    """Return a column's values as texts that are read as these values, whatever else the file holds."""
    value = pl.col(column.name)
    if column.type is ColumnType.TIMESTAMP:
        return value.dt.convert_time_zone(settings.timezone).dt.strftime("%Y-%m-%d %H:%M:%S%.f%:z")
    if column.type is ColumnType.RATIO:
        return pl.concat_str(value.cast(pl.String).cast(pl.Decimal(38, 10)) * 100, pl.lit(" %"))
    return value.cast(pl.String)


def _rows(kept: pl.DataFrame, verdict: Verdict, language: Language, refusal: Problem | None) -> Iterator[Row]:
    """Give the rejected rows in the order of the file."""
    problems = _problems_by_row(verdict.problems)
    of_sound_rows = [refusal] if refusal else []
    typed = _rejected(verdict.table.frame, verdict)
    number_fields = _number_fields(verdict.table)
    added = _added(kept, language)
    for cells, values in zip(kept.iter_rows(named=True), typed.iter_rows(named=True), strict=True):
        own = problems[cells.pop("row")] or of_sound_rows
        reason = _sentences(problem.message(language) for problem in own)
        remedy = _sentences(problem.remedy(language) for problem in own)
        yield Row(
            cells=cells | dict(zip(added, (reason, remedy), strict=True)),
            numbers=frozenset(
                header for header, field in number_fields.items() if _is_number(cells[header], values[field])
            ),
            offending=frozenset(problem.column for problem in own if problem.column in cells),
        )


def _number_fields(table: Table) -> dict[str, str]:
    named = {header: table.kind.column(field) for field, header in table.headers.items()}
    return {header: column.name for header, column in named.items() if column.type in NUMBERS}


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
