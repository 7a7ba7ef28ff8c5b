"""Runs the product on a file of the corpus and says how its answer compares with what a careful person says."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.problems import Severity
from comptoir.quality.judging import judge_file
from comptoir.quality.known import Known
from comptoir.reading.reader import read_file
from comptoir.settings import Settings
from tests.corpus.truth import TODAY, ZONE, Case, Expected, Row, Sheet, local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict

Place = tuple[str, str | None, int]  # kind, sheet and row

CRASHES = frozenset({"file_unreadable", "reading_crashed"})  # an error that was caught on its way is one still
LIMIT_CPU_SECONDS = 60.0  # a preview of a file of 100 MB may take as long


class Score(StrEnum):
    """How an answer compares."""

    RIGHT = "right"
    REFUSED = "refused"  # for a right reason
    ASKED = "asked"
    WRONG_REASON = "wrong reason"  # refused, or a row rejected, where it should not be or for another reason
    MISREAD = "misread"
    CRASHED = "crashed"


@dataclass(frozen=True)
class Result:
    """The score of a case, what was found wrong, and how many CPU seconds the answer took."""

    case: Case
    score: Score
    why: str
    seconds: float


@dataclass(frozen=True)
class Answer:
    """What the product says of a file: its rows by place, or the codes for which it is refused or asked about.

    Attributes:
        accepted: the values of accepted rows by kind, sheet and row; a row may hold several records.
        rejected: the codes of the problems of rejected rows by sheet and row.
        refusals: why the file is refused.
        questions: what is asked.
    """

    accepted: dict[Place, list[dict[str, Any]]]
    rejected: dict[tuple[str | None, int], set[str]]
    refusals: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()


def score(case: Case, folder: Path) -> Result:
    """Write the case's file, have it read and judged, and compare."""
    path = folder / "file"
    path.write_bytes(case.content())
    began = _cpu_seconds()
    try:
        compared = compare(answer_to(path, case), case.expected)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever else is raised is a crash; a Rust library's panic is no Exception
        compared = Score.CRASHED, f"{type(error).__name__}: {str(error)[:200]}"
    seconds = _cpu_seconds() - began
    if seconds > LIMIT_CPU_SECONDS:
        compared = Score.CRASHED, f"no answer within {LIMIT_CPU_SECONDS:.0f} s"
    return Result(case, *compared, seconds)


def _cpu_seconds() -> float:
    """Return the CPU time of this process and of its children that have ended, which other programs don't lengthen."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def answer_to(path: Path, case: Case) -> Answer:
    """Return what the product says of a file."""
    settings = Settings(**{"timezone": ZONE.key, "currency": "EUR"} | dict(case.settings))  # type: ignore[arg-type]
    try:
        file = read_file(path, settings, name=case.file_name)
    except AmbiguousFileError as doubt:
        return Answer({}, {}, questions=frozenset(problem.code for problem in told(doubt)))
    except RejectedFileError as refusal:
        return Answer({}, {}, refusals=frozenset(problem.code for problem in told(refusal)))
    verdicts, _ = judge_file(file.tables, Known(), settings, today=TODAY)
    return Answer(dict(_accepted(verdicts)), _rejected(verdicts))


def told(refusal: RejectedFileError) -> Iterator[Any]:
    """Yield the problems of a refusal; each must have its sentences."""
    for problem in refusal.problems:
        for language in ("en", "fr"):
            problem.message(language), problem.remedy(language)
        yield problem


def _accepted(verdicts: Iterable[Verdict]) -> Iterator[tuple[Place, list[dict[str, Any]]]]:
    found: dict[Place, list[dict[str, Any]]] = {}
    for verdict in verdicts:
        for values in verdict.accepted.iter_rows(named=True):
            place = (verdict.table.kind.name, verdict.table.sheet, values.pop("row"))
            found.setdefault(place, []).append(values)
    yield from found.items()


def _rejected(verdicts: Iterable[Verdict]) -> dict[tuple[str | None, int], set[str]]:
    found: dict[tuple[str | None, int], set[str]] = {}
    for verdict in verdicts:
        for row in verdict.rejected_rows:
            found.setdefault((verdict.table.sheet, row), set())
        for problem in verdict.problems:
            problem.message("fr"), problem.remedy("en")
            if problem.severity is Severity.ERROR and problem.row is not None:
                found.setdefault((verdict.table.sheet, problem.row), set()).add(problem.code)
    return found


def compare(answer: Answer, expected: Expected) -> tuple[Score, str]:
    """Compare an answer with what is expected, and say the first thing that differs."""
    if expected.any_answer and not answer.refusals & CRASHES:
        return (Score.REFUSED if answer.refusals else Score.ASKED if answer.questions else Score.RIGHT), ""
    if answer.questions:
        return _compare_questions(answer.questions, expected)
    if answer.refusals:
        return _compare_refusals(answer.refusals, expected)
    if not expected.sheets:
        return Score.MISREAD, f"read, {len(answer.accepted)} rows accepted; expected {_wanted(expected)}"
    return _compare_rows(answer, expected)


def _compare_refusals(refusals: frozenset[str], expected: Expected) -> tuple[Score, str]:
    if refusals & expected.refusals:
        return Score.REFUSED, ""
    score = Score.CRASHED if refusals & CRASHES else Score.WRONG_REASON
    return score, f"refused: {_listed(refusals)}; expected {_wanted(expected)}"


def _compare_questions(questions: frozenset[str], expected: Expected) -> tuple[Score, str]:
    if expected.questions and not questions & expected.questions:
        return Score.WRONG_REASON, f"asked: {_listed(questions)}; expected {_listed(expected.questions)}"
    return Score.ASKED, "" if expected.questions else f"asked: {_listed(questions)}; expected {_wanted(expected)}"


def _wanted(expected: Expected) -> str:
    wanted = ["its rows"] if expected.sheets else []
    return " or ".join([*wanted, *sorted(expected.refusals), *sorted(expected.questions)])


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))


def _compare_rows(answer: Answer, expected: Expected) -> tuple[Score, str]:
    """Hold every row to the truth: a value that differs, a row lost and a row made up are misread."""
    left = {place: list(rows) for place, rows in answer.accepted.items()}
    compared = [_compare_row(answer, left, sheet, row) for sheet in expected.sheets for row in sheet.rows]
    misread = [why for row_score, why in compared if row_score is Score.MISREAD]
    misread += [f"rows that are none: {place}" for place, rows in left.items() if rows]
    if misread:
        return Score.MISREAD, misread[0]
    return next((pair for pair in compared if pair[0] is not Score.RIGHT), (Score.RIGHT, ""))


def _compare_row(answer: Answer, left: dict[Place, list[dict[str, Any]]], sheet: Sheet, row: Row) -> tuple[Score, str]:
    """Compare one row, and take it from the accepted ones that are left."""
    if rows := left.get((sheet.kind, sheet.name, row.number)):
        difference = _difference(rows.pop(0), row)
        return (Score.MISREAD, f"row {row.number}: {difference}") if difference else (Score.RIGHT, "")
    codes = answer.rejected.get((sheet.name, row.number))
    if codes is None:
        lost = f"row {row.number} of {sheet.kind} ({sheet.name}) is lost"
        return (Score.RIGHT, "") if row.optional else (Score.MISREAD, lost)
    if codes & row.codes:
        return Score.RIGHT, ""
    wanted = _listed(row.codes) or "its values"
    return Score.WRONG_REASON, f"row {row.number} rejected: {_listed(codes)}; expected {wanted}"


def _difference(read: dict[str, Any], row: Row) -> str:
    """Say what differs between values as read and the truth; a naive moment of the truth is on the wall clock."""
    if row.values is None:
        return f"accepted as { ({k: v for k, v in read.items() if v is not None}) }; expected {_listed(row.codes)}"
    for column, value in read.items():
        truth = row.values.get(column)
        if isinstance(truth, datetime) and truth.tzinfo is None:
            truth = local(truth)
        if value != truth or type(value) is not type(truth):
            return f"{column} is {str(value)[:60]!r}; expected {str(truth)[:60]!r}"
    return ""
