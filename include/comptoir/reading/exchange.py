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
from comptoir.reading.jsonlines import DOCUMENTS
from comptoir.reading.tables import Mapped, ReadFile, Table, joined
from comptoir.records import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comptoir.reading.reader import Recognised
    from comptoir.records import Kind

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
IN_COLUMNS: Final = frozenset({"frame", "originals", "documents", "problems", "kind"})


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
    frame = table.frame
    # A column without a value is made anew sooner than it is read.
    empty = [name for name in frame.columns if name != "row" and frame[name].null_count() == frame.height]
    _write_columns(frame.drop(empty), folder / f"{name}-frame.arrow")
    _write_columns(table.originals, folder / f"{name}-originals.arrow")
    if table.documents is not None:
        _write_columns(table.documents, folder / f"{name}-documents.arrow")
    _write_problems(table.problems, folder / f"{name}-problems.arrow")


def read_table(like: Table, folder: Path, name: str) -> Table:
    """Return a table of a name; all but its columns and its problems is like another's."""
    filled, originals = (pl.read_ipc(folder / f"{name}-{part}.arrow") for part in ("frame", "originals"))
    frame = _with_missing(filled, like.kind)
    documents = pl.read_ipc(path) if (path := folder / f"{name}-documents.arrow").exists() else None
    problems = _read_problems(folder / f"{name}-problems.arrow")
    return replace(like, frame=frame, originals=originals, documents=documents, problems=problems)


def _write_columns(frame: pl.DataFrame, path: Path) -> None:
    # In one batch: what comes back in several is copied together by whoever calculates with it.
    frame.write_ipc(path, record_batch_size=max(1, frame.height))


def _with_missing(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Add the kind's columns that were not written, without a value."""
    types = {column.name: DTYPES[column.type] for column in kind.columns}
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in types.items() if name not in frame.columns]
    return frame.with_columns(missing).select(*types, pl.exclude(*types))


def write_refusal(refusal: RejectedFileError, folder: Path) -> None:
    """Write why a file is refused, or what has to be asked."""
    _write_problems(refusal.problems, folder / "skipped.arrow")
    asked: dict[str, Any] = {"outcome": REFUSED}
    if isinstance(refusal, AmbiguousFileError):
        questions = [question.to_document() for question in refusal.questions]
        asked = {"outcome": AMBIGUOUS, "questions": questions, "kind": refusal.kind}
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
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise BrokenExchangeError(str(error)) from error
    if outcome == AMBIGUOUS:
        raise AmbiguousFileError(questions, document["kind"])
    raise RejectedFileError(problems)


def _plain_fields(record: Any, apart: frozenset[str] | set[str]) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record) if field.name not in apart}


def _write_outcome(document: dict[str, Any], folder: Path) -> None:
    (folder / OUTCOME).write_text(json.dumps(document), encoding="utf-8")


def _pieces(plain: dict[str, Any], place: int, folder: Path) -> Sequence[Table]:
    """Return the pieces of a table, read from the folder when asked for, after a look at all of them."""
    kind, count = kind_of(plain.pop("kind")), int(plain.pop("pieces"))
    mapping = tuple(Mapped(**each) for each in plain.pop("mapping"))
    nothing = pl.DataFrame()
    like = Table(kind=kind, frame=nothing, originals=nothing, mapping=mapping, **plain)
    pieces = Lazy(count, lambda number: read_table(like, folder, f"{place}-{number}"))
    for piece in pieces:
        _check_columns(piece)
    return pieces


def _check_columns(table: Table) -> None:
    frame, originals = table.frame, table.originals
    typed = {column.name: DTYPES[column.type] for column in table.kind.columns} | {"row": pl.Int64()}
    sent = dict.fromkeys(originals.columns, pl.String()) | {"row": pl.Int64()}
    documents = table.documents if table.documents is not None else pl.DataFrame(schema=DOCUMENTS)
    found = (dict(frame.schema), dict(originals.schema), dict(documents.schema))
    if found != (typed, sent, DOCUMENTS) or frame["row"].n_unique() != len(originals):
        raise BrokenExchangeError(f"A table of {table.kind.name} has other columns than its kind.")


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
