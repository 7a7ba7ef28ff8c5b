"""What would become of a file if it were dropped now: read and judged as an import does it, with no effect at all."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from comptoir.changes.records import Clock
from comptoir.errors import AmbiguousFileError, RejectedFileError, TransientError
from comptoir.examining import Examined, count_changes, examine
from comptoir.openings import ask_about_openings
from comptoir.problems import Problem, Severity
from comptoir.quality.deciding import Outcome
from comptoir.questions import NO_ANSWERS
from comptoir.reading.apart import read_apart
from comptoir.reading.guide import NO_MAPPINGS
from comptoir.stores import mappings
from comptoir.stores.figures import money_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from comptoir.quality.verdicts import Verdict
    from comptoir.reading.guide import Mappings
    from comptoir.reading.tables import ReadFile, Table
    from comptoir.sentences import Language
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

Report = dict[str, Any]

ASK: Final = "ask"
PREVIEW_ROWS: Final = 5
PROBLEMS_TOLD: Final = 10_000  # the gravest; a million bad cells would make a report that nobody can open
LEFT_TO_PYTHON: Final = (KeyboardInterrupt, SystemExit, GeneratorExit)


def check_file(
    path: Path,
    settings: Settings,
    *,
    name: str | None = None,
    answers: Mapping[str, str] = NO_ANSWERS,
    hot: Hot | None = None,
    account: str | None = None,
) -> Report:
    """Read and judge a file, and tell what it holds and what an import of it would change.

    Args:
        path: the file; nothing happens to it.
        settings: as an import has them; sentences are in their language.
        name: what sentences call the file; default the path's own name.
        answers: answers to the file's questions, by their ids.
        account: whose file it is, for what its earlier answers said; None where it is nobody's.
        hot: what is registered; with None, or where it is away, what would change is not told.

    Returns:
        Plain JSON, as `docs/commands.md` describes it; whatever the bytes are, there is a report.
    """
    called = name or path.name
    try:
        file = read_apart(path, settings, name=called, answers=answers, mappings=_mappings(hot, account))
        return _checked(file, settings, hot, answers)
    except AmbiguousFileError as doubt:
        return _asking(doubt, settings.language)
    except RejectedFileError as refusal:
        return refused(refusal, settings.language)
    except LEFT_TO_PYTHON:
        raise
    except BaseException as error:  # noqa: BLE001 - parsers in native code panic with errors of their own kind
        problem = Problem("file_unreadable", params={"name": called, "error": type(error).__name__})
        return _empty(Outcome.REJECT.value, [problem], settings.language)


def _mappings(hot: Hot | None, account: str | None) -> Mappings:
    try:
        return mappings.remembered(hot, account) if hot else NO_MAPPINGS
    except TransientError:
        return NO_MAPPINGS


def _checked(file: ReadFile, settings: Settings, hot: Hot | None, answers: Mapping[str, str]) -> Report:
    clock = Clock(settings.timezone, datetime.now(settings.zone).date())
    try:
        examined = examine(file, hot, settings, settings.import_policy, clock)
        if hot:
            ask_about_openings(examined, hot, answers, clock.today)
        changes = count_changes(examined, hot, clock) if hot else None
    except TransientError:
        examined, changes = examine(file, None, settings, settings.import_policy, clock), None
    return _report(examined, settings.language) | {"changes": changes}


def _report(examined: Examined, language: Language) -> Report:
    counts = examined.counts
    return {
        "outcome": examined.decision.outcome.value,
        "kind": examined.file.kind,
        "sheets": _sheets(examined),
        "rows_read": counts.rows_read,
        "rows_accepted": counts.rows_read - counts.rows_rejected,
        "rows_rejected": counts.rows_rejected,
        **_told(examined.problems, language),
        "skipped": [problem.to_json(language) for problem in examined.file.skipped],
        "questions": [],
    }


def refused(refusal: RejectedFileError, language: Language) -> Report:
    """Return the report on a file that is refused before its rows are judged."""
    return _empty(Outcome.REJECT.value, refusal.problems, language)


def _empty(outcome: str, problems: Sequence[Problem], language: Language) -> Report:
    """Return the report on a file of which no row was judged."""
    rows = {"rows_read": 0, "rows_accepted": 0, "rows_rejected": 0}
    told = _told(problems, language)
    nothing: Report = {"sheets": [], "skipped": [], "questions": []}
    return {"outcome": outcome, "kind": None, **rows, **told, **nothing, "changes": None}


def _asking(doubt: AmbiguousFileError, language: Language) -> Report:
    """Return the report on a file that asks: its sheets as they are written, and the questions."""
    questions = [question.to_json(language) for question in doubt.questions]
    rows_read = sum(outline.rows_read for outline in doubt.outlines)
    known = {"kind": doubt.kind, "sheets": [asdict(outline) for outline in doubt.outlines], "rows_read": rows_read}
    return _empty(ASK, [], language) | known | {"questions": questions}


def _told(problems: Sequence[Problem], language: Language) -> Report:
    ordered = sorted(problems, key=lambda problem: list(Severity).index(problem.severity))
    told = [problem.to_json(language) for problem in ordered[:PROBLEMS_TOLD]]
    return {"problems": told, "problems_total": len(ordered)}


def _sheets(examined: Examined) -> list[Report]:
    verdicts = examined.decision.verdicts
    if not examined.file.in_pieces:
        return [_sheet(verdict) for verdict in verdicts]
    pieces = [_sheet(verdict) for verdict in verdicts]
    rows = {field: sum(piece[field] for piece in pieces) for field in ("rows_read", "rows_accepted", "rows_rejected")}
    return [pieces[0] | rows]


def _sheet(verdict: Verdict) -> Report:
    table = verdict.table
    rejected = len(verdict.rejected_rows)
    rows = table.frame["row"].n_unique()
    used = {each.header for each in table.mapping}
    return {
        "sheet": table.sheet,
        "kind": table.kind.name,
        "rows_read": rows,
        "rows_accepted": rows - rejected,
        "rows_rejected": rejected,
        "locale": _locale(table),
        "mapping": [asdict(each) for each in table.mapping],
        "ignored_headers": [header for header in table.sent_headers if header not in used],
        "first_rows": _first_rows(table),
    }


def _locale(table: Table) -> Report:
    """Return what was found about a sheet's writing; a mark or an order only where all of its columns share one."""
    found = {each.read_as for each in table.mapping}
    marks, orders = found & {"comma", "point"}, found & {"day_first", "month_first"}
    return {
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "decimal_mark": marks.pop() if len(marks) == 1 else None,
        "date_order": orders.pop() if len(orders) == 1 else None,
    }


def _first_rows(table: Table) -> list[Report]:
    columns = ["row", *(each.column for each in table.mapping)]
    rows = table.frame.select(columns).head(PREVIEW_ROWS).iter_rows(named=True)
    return [{column: _plain(value) for column, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
