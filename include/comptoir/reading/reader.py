"""Reads a dropped file, whatever its format, encoding, dialect and locale, into typed tables."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.names import KINDS
from comptoir.problems import Problem, Severity
from comptoir.questions import NO_ANSWERS
from comptoir.reading.banners import refuse_changed_meaning
from comptoir.reading.bare_rows import heads_of_groups, without_bare_rows, without_group_heads
from comptoir.reading.cells import Survey
from comptoir.reading.continued import continue_invoices
from comptoir.reading.debits import refuse_both_sides
from comptoir.reading.delimited import read_delimited
from comptoir.reading.formats import WORKBOOKS, Format
from comptoir.reading.grouped_products import with_groups_told
from comptoir.reading.guide import COLUMN_QUESTIONS, NO_MAPPINGS, Guide, Mappings
from comptoir.reading.hours import with_hours_told
from comptoir.reading.items import expand_items
from comptoir.reading.jsonlines import read_json_lines
from comptoir.reading.line_prices import with_amounts_for_prices
from comptoir.reading.movements import refuse_movements
from comptoir.reading.outlines import without_asked
from comptoir.reading.split_decimals import refuse_split_decimals
from comptoir.reading.structure import settle_structure
from comptoir.reading.tables import ReadFile, joined, kind_of_all
from comptoir.reading.unit_rows import refuse_units_below
from comptoir.reading.workbooks import read_workbook
from comptoir.reading.wrappings import unwrapped
from comptoir.records import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from comptoir.questions import Question
    from comptoir.reading.cells import Settled
    from comptoir.reading.sheets import Sheet
    from comptoir.reading.tables import Table
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

    Args, errors: those of `recognise`.
    """
    recognised = recognise(path, settings, name=name, answers=answers, mappings=mappings)
    return ReadFile([joined(list(pieces)) for pieces in recognised.tables()], recognised.skipped)


@dataclass(frozen=True)
class Recognised:
    """A file whose sheets are known and understood, and are typed when asked for.

    Attributes:
        sheets: products first and sales last.
        skipped: what was left aside, with the reason.
        settings: those that it is read with.
    """

    sheets: list[Settled]
    skipped: list[Problem]
    settings: Settings

    def tables(self) -> Iterator[Iterator[Table]]:
        """Give the table of each sheet, in pieces, each with the next rows."""
        return (sheet.tables(self.settings) for sheet in self.sheets)


def recognise(
    path: Path,
    settings: Settings,
    *,
    name: str | None = None,
    answers: Mapping[str, str] = NO_ANSWERS,
    mappings: Mappings = NO_MAPPINGS,
) -> Recognised:
    """Find out what a file is, by its bytes, what it holds, by its headers, and how its cells are written.

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
    try:
        return _recognise(path, settings, called, guide)
    except AmbiguousFileError as doubt:
        whole = _completed(doubt, path, settings, called, guide)
        outlines = without_asked(whole.outlines, whole.questions)
        kinds = {outline.kind for outline in outlines}
        kind = whole.kind or (kind_of_all(map(kind_of, kinds)) if kinds else None)
        raise AmbiguousFileError(whole.questions, kind, outlines) from None


def _completed(
    doubt: AmbiguousFileError, path: Path, settings: Settings, name: str, guide: Guide
) -> AmbiguousFileError:
    """Return a doubt with what the file asks about other columns once it is known which header is which column.

    Where there are only questions about cells, they are all that there is to ask. The sheets are outlined as far as
    they can be read under what is supposed.
    """
    columns = [question for question in doubt.questions if question.problem.code in COLUMN_QUESTIONS]
    perhaps = _supposed([question for question in columns if question.id not in guide.answers])
    if not perhaps:
        return doubt
    supposed = Guide({**guide.answers, **perhaps}, guide.mappings)
    try:
        recognised = _recognise(path, settings, name, supposed)
    except AmbiguousFileError as further:
        told = {(question.problem.sheet, question.field) for question in doubt.questions}
        new = [question for question in further.questions if (question.problem.sheet, question.field) not in told]
        both = AmbiguousFileError([*doubt.questions, *new], doubt.kind, further.outlines)
        return _completed(both, path, settings, name, supposed)
    except RejectedFileError:
        return doubt  # nobody knows yet whether it is so
    return AmbiguousFileError(doubt.questions, doubt.kind, [sheet.outline() for sheet in recognised.sheets])


def _supposed(questions: Sequence[Question]) -> dict[str, str]:
    """Return the first choice of each question that is no other's of its sheet."""
    supposed: dict[str, str] = {}
    taken: set[tuple[str | None, str]] = set()
    for question in questions:
        sheet, answers = question.problem.sheet, [choice.answer for choice in question.choices]
        supposed[question.id] = next((answer for answer in answers if (sheet, answer) not in taken), answers[0])
        taken.add((sheet, supposed[question.id]))
    return supposed


def _recognise(path: Path, settings: Settings, called: str, guide: Guide) -> Recognised:
    """Do as `recognise` does, but end at the first questions."""
    with unwrapped(path, called) as (inner, form):
        sheets, skipped = _read_sheets(inner, form, called, guide, settings.currency)
        surveys = [_survey(pieces, called, guide, settings.currency) for pieces in sheets]
    _check_answers([survey.sheet for survey in surveys], skipped, guide)
    filled = [survey for survey in surveys if survey.rows]
    if not filled:
        empty = [survey.sheet.name for survey in surveys]
        raise RejectedFileError([Problem("no_rows", sheet=sheet, params={"name": called}) for sheet in empty])
    ordered = sorted(filled, key=lambda survey: KINDS.index(survey.sheet.match.kind.name))
    return Recognised(_settled(ordered, settings, guide), skipped + _without_rows(surveys), settings)


def _read_sheets(
    path: Path, form: Format, name: str, guide: Guide, currency: str
) -> tuple[Iterable[Iterable[Sheet]], list[Problem]]:
    """Return the sheets, each as its pieces, and what was left aside."""
    if form in WORKBOOKS:
        sheets, skipped = read_workbook(path, form, name, guide, currency)
        return ([sheet] for sheet in sheets), skipped
    if form == Format.JSON_LINES:
        return [[read_json_lines(path, name, guide)]], []
    return [read_delimited(path, name, guide)], []


def _survey(pieces: Iterable[Sheet], name: str, guide: Guide, currency: str) -> Survey:
    survey = Survey()
    settled = (settle_structure(piece, name) for piece in _with_words_checked(pieces, name, guide, currency))
    for place, found in enumerate(_with_heads_told(settled)):
        piece = found
        if place == 0:
            piece = with_hours_told(found)
        refuse_movements(piece)
        refuse_split_decimals(piece)
        refuse_both_sides(piece)
        survey.add(with_amounts_for_prices(expand_items(with_groups_told(piece), name, currency)), currency)
    return survey


def _with_heads_told(pieces: Iterator[Sheet]) -> Iterator[Sheet]:
    """Give the pieces with lines that know what stands above them.

    Rows that sell nothing are left aside where there is one piece: of several, none knows all lines of its heads.
    """
    ahead = deque(islice(pieces, 2))
    if len(ahead) > 1:
        yield from continue_invoices(_in_turn(ahead, pieces))
        return
    groups = heads_of_groups(ahead[0])
    for piece in continue_invoices(map(without_bare_rows, ahead)):
        yield without_group_heads(piece, groups)


def _in_turn(ahead: deque[Sheet], others: Iterator[Sheet]) -> Iterator[Sheet]:
    """Give what was looked at ahead, which is forgotten then, and all others."""
    while ahead:
        yield ahead.popleft()
    yield from others


def _with_words_checked(pieces: Iterable[Sheet], name: str, guide: Guide, currency: str) -> Iterator[Sheet]:
    """Give the pieces, whose words beside the table are heard before rows of nothing but words are left aside."""
    for place, piece in enumerate(pieces):
        if place == 0:
            guide.check_headers(piece.match.kind, piece.name, piece.headers)
            refuse_units_below(piece, currency)
        refuse_changed_meaning(piece, name, currency)
        yield piece


def _check_answers(sheets: Sequence[Sheet], skipped: Sequence[Problem], guide: Guide) -> None:
    guide.check_known({sheet.name: sheet.match.kind for sheet in sheets}, {problem.sheet for problem in skipped})


def _settled(surveys: Sequence[Survey], settings: Settings, guide: Guide) -> list[Settled]:
    """Settle every sheet; ask all questions of a file at once."""
    settled: list[Settled] = []
    questions: list[Question] = []
    for survey in surveys:
        try:
            settled.append(survey.settle(settings, guide))
        except AmbiguousFileError as doubt:
            questions.extend(doubt.questions)
    if questions:
        outlines = [survey.outline() for survey in surveys]
        raise AmbiguousFileError(questions, kind_of_all(survey.sheet.match.kind for survey in surveys), outlines)
    return settled


def _without_rows(surveys: Sequence[Survey]) -> list[Problem]:
    empty = [survey.sheet.name for survey in surveys if not survey.rows]
    return [Problem("sheet_empty", Severity.NOTICE, sheet=name) for name in empty]
