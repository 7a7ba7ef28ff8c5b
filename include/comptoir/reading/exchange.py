"""How a read file goes from the process that parses it to the one that asked: typed columns and plain JSON.

Nothing in these files can be code, and what comes back is checked against the contract before it is believed.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.lazy import Lazy
from comptoir.problems import Problem, Severity
from comptoir.questions import Question
from comptoir.reading.cells import DTYPES
from comptoir.reading.columns import Coded, Columns
from comptoir.reading.jsonlines import DOCUMENTS
from comptoir.reading.tables import Mapped, Outline, ReadFile, Table, joined
from comptoir.records import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comptoir.reading.reader import Recognised

OUTCOME: Final = "outcome.json"
REFUSED: Final = "refused"
AMBIGUOUS: Final = "ambiguous"
READ: Final = "read"
PROBLEM_SCHEMA: Final = {
    "code": pl.String,
    "severity": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "params": pl.String,
}
# What has a file of its own; all other fields are plain JSON.
IN_COLUMNS: Final = frozenset({"typed", "sent", "documents", "problems", "kind"})


class BrokenExchangeError(Exception):
    """What came back is not what a read file looks like."""


def write_recognised(recognised: Recognised, folder: Path) -> None:
    """Type the tables of a file and write them into a folder, piece by piece; the outcome comes last."""
    tables = []
    for place, pieces in enumerate(recognised.tables()):
        for number, piece in enumerate(pieces):
            write_table(piece, folder, f"{place}-{number}")
        mapping = [asdict(each) for each in piece.mapping]
        plain = {"kind": piece.kind.name} | _plain_fields(piece, IN_COLUMNS) | {"mapping": mapping}
        tables.append(plain | {"pieces": number + 1})
    _write_problems(recognised.skipped, folder / "skipped.arrow")
    _write_outcome({"outcome": READ, "tables": tables}, folder)


def write_table(table: Table, folder: Path, name: str) -> None:
    """Write the columns and the problems of a table under a name."""
    _write_columns(table.typed, folder, f"{name}-typed")
    _write_columns(table.sent, folder, f"{name}-sent")
    if table.documents is not None:
        _write_frame(table.documents, folder / f"{name}-documents.arrow")
    _write_problems(table.problems, folder / f"{name}-problems.arrow")


def read_table(like: Table, folder: Path, name: str) -> Table:
    """Return a table of a name; all but its columns and its problems is like another's."""
    typed, sent = (_read_columns(folder, f"{name}-{part}") for part in ("typed", "sent"))
    documents = pl.read_ipc(path) if (path := folder / f"{name}-documents.arrow").exists() else None
    problems = _read_problems(folder / f"{name}-problems.arrow")
    return replace(like, typed=typed, sent=sent, documents=documents, problems=problems)


def _write_columns(columns: Columns, folder: Path, name: str) -> None:
    """Write the rows of plain columns and the places of coded ones, and of the latter the values in files of theirs."""
    rows = {header: each.places if isinstance(each, Coded) else each for header, each in columns.by_name.items()}
    _write_frame(pl.DataFrame(rows), folder / f"{name}.arrow")
    for place, column in enumerate(columns.by_name.values()):
        if isinstance(column, Coded):
            _write_frame(column.values.to_frame("values"), folder / f"{name}-{place}.arrow")


def _read_columns(folder: Path, name: str) -> Columns:
    rows = pl.read_ipc(folder / f"{name}.arrow")
    return Columns(
        {column.name: _read_column(column, folder / f"{name}-{place}.arrow") for place, column in enumerate(rows)}
    )


def _read_column(rows: pl.Series, path: Path) -> Coded | pl.Series:
    return Coded(pl.read_ipc(path)["values"], rows) if path.exists() else rows


def _write_frame(frame: pl.DataFrame, path: Path) -> None:
    # In one batch: what comes back in several is copied together by whoever calculates with it.
    frame.write_ipc(path, record_batch_size=max(1, frame.height))


def write_refusal(refusal: RejectedFileError, folder: Path) -> None:
    """Write why a file is refused, or what has to be asked."""
    _write_problems(refusal.problems, folder / "skipped.arrow")
    asked: dict[str, Any] = {"outcome": REFUSED}
    if isinstance(refusal, AmbiguousFileError):
        questions = [question.to_document() for question in refusal.questions]
        outlines = [asdict(outline) for outline in refusal.outlines]
        asked = {"outcome": AMBIGUOUS, "questions": questions, "kind": refusal.kind, "outlines": outlines}
    _write_outcome(asked, folder)


def read_outcome(folder: Path) -> ReadFile:
    """Return the read file of a folder.

    Raises:
        RejectedFileError: the file was refused.
        AmbiguousFileError: the file was asked about.
        BrokenExchangeError: the folder holds neither, or columns of other types than the contract's.
    """
    try:
        document = json.loads((folder / OUTCOME).read_text(encoding="utf-8"))
        outcome = document.pop("outcome")
        problems = _read_problems(folder / "skipped.arrow")
        if outcome == READ:
            pieces = [_pieces(plain, place, folder) for place, plain in enumerate(document["tables"])]
            if len(pieces) == 1 and len(pieces[0]) > 1:
                return ReadFile(pieces[0], problems, in_pieces=True)
            return ReadFile([joined(each) for each in pieces], problems)
        questions = [Question.from_document(question) for question in document.get("questions", [])]
        outlines = [_outline(plain) for plain in document.get("outlines", [])]
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise BrokenExchangeError(str(error)) from error
    if outcome == AMBIGUOUS:
        raise AmbiguousFileError(questions, document["kind"], outlines)
    raise RejectedFileError(problems)


def _outline(plain: dict[str, Any]) -> Outline:
    mapping = [Mapped(**each) for each in plain.pop("mapping")]
    return Outline(kind=kind_of(plain.pop("kind")).name, mapping=mapping, **plain)


def _plain_fields(record: Any, apart: frozenset[str] | set[str]) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record) if field.name not in apart}


def _write_outcome(document: dict[str, Any], folder: Path) -> None:
    (folder / OUTCOME).write_text(json.dumps(document), encoding="utf-8")


def _pieces(plain: dict[str, Any], place: int, folder: Path) -> Sequence[Table]:
    """Return the pieces of a table, read from the folder when asked for, after a look at all of them."""
    kind, count = kind_of(plain.pop("kind")), int(plain.pop("pieces"))
    mapping = tuple(Mapped(**each) for each in plain.pop("mapping"))
    like = Table(kind=kind, typed=Columns({}), sent=Columns({}), mapping=mapping, **plain)
    pieces = Lazy(count, lambda number: read_table(like, folder, f"{place}-{number}"))
    for piece in pieces:
        _check_columns(piece)
    return pieces


def _check_columns(table: Table) -> None:
    typed = {column.name: DTYPES[column.type] for column in table.kind.columns} | {"row": pl.Int64()}
    sent = dict.fromkeys(table.sent.by_name, pl.String()) | {"row": pl.Int64()}
    documents = table.documents if table.documents is not None else pl.DataFrame(schema=DOCUMENTS)
    found = (table.typed.schema, table.sent.schema, dict(documents.schema))
    numbers = [columns.of_rows("row") for columns in (table.typed, table.sent)]
    is_coded_right = all(map(_is_coded_right, (*table.typed.by_name.values(), *table.sent.by_name.values())))
    if found != (typed, sent, DOCUMENTS) or numbers[0].n_unique() != len(numbers[1]) or not is_coded_right:
        raise BrokenExchangeError(f"A table of {table.kind.name} has other columns than its kind.")


def _is_coded_right(column: Coded | pl.Series) -> bool:
    """Tell whether all places of a coded column are those of values."""
    if isinstance(column, pl.Series):
        return True
    places = column.places
    if not len(column.values):
        return places.null_count() == len(places)
    return places.dtype == pl.UInt32() and bool((places < len(column.values)).all())  # a null is nowhere


def _write_problems(problems: Sequence[Problem], path: Path) -> None:
    # A million cells may be wrong in the same way, and share one dictionary.
    written: dict[int, str] = {}
    rows = [
        (p.code, str(p.severity), p.sheet, p.row, p.column, p.value, _params_text(p.params, written)) for p in problems
    ]
    pl.DataFrame(rows, schema=PROBLEM_SCHEMA, orient="row").write_ipc(path)


def _params_text(params: dict[str, str], written: dict[int, str]) -> str:
    if id(params) not in written:
        written[id(params)] = json.dumps(params)
    return written[id(params)]


def _read_problems(path: Path) -> list[Problem]:
    # Every text of every row comes as one of its own, though millions are the same.
    shared: dict[str, dict[str, str]] = {}
    texts: dict[str | None, str | None] = {}
    return [
        Problem(
            sys.intern(code),
            Severity(severity),
            texts.setdefault(sheet, sheet),
            row,
            texts.setdefault(column, column),
            texts.setdefault(value, value),
            _params(params, shared),
        )
        for code, severity, sheet, row, column, value, params in pl.read_ipc(path).iter_rows()
    ]


def _params(text: str, shared: dict[str, dict[str, str]]) -> dict[str, str]:
    if text not in shared:
        shared[text] = json.loads(text)
    return shared[text]
