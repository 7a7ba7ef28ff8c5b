"""Whether the totals of a clients file hold the sales that are imported: the question, and what its answer says.

The answer is the day up to which they hold them, as `as_of` would say it, or that they hold none.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.questions import Choice, Question, question_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.reading.guide import Guide

CODE: Final = "opening_changed"
FIELD: Final = "as_of"
WITHOUT_SALES: Final = "opening"


def question_about(sheet: str | None, column: str, *, client: str, count: int, today: date) -> Question:
    """Return the question what the totals of a sheet are.

    Args:
        sheet: its name.
        column: the header of the totals.
        client: the first one whose opening balance would change.
        count: how many would.
        today: the trader's day.
    """
    params = {"client": client, "count": str(count)}
    choices = [Choice(WITHOUT_SALES, "balance_opening")]
    choices += [Choice(day.isoformat(), "balance_closing") for day in dict.fromkeys(_likely_days(today))]
    return Question(Problem(CODE, sheet=sheet, column=column, params=params), FIELD, tuple(choices))


def _likely_days(today: date) -> Iterator[date]:
    yield today
    yield today - timedelta(days=1)
    yield today.replace(day=1) - timedelta(days=1)
    yield date(today.year - 1, 12, 31)


def is_answered(guide: Guide, sheet: str | None) -> bool:
    """Tell whether the owner said what the totals of a sheet are."""
    return guide.answer(CODE, sheet, FIELD) is not None


def balance_day(guide: Guide, sheet: str | None) -> date | None:
    """Return the day up to which the totals of a sheet hold sales, as its owner answered; None where nobody did.

    Raises:
        RejectedFileError: the answer is neither a day nor that they hold none.
    """
    answer = guide.answer(CODE, sheet, FIELD)
    if answer in {None, WITHOUT_SALES}:
        return None
    try:
        return date.fromisoformat(answer or "")
    except ValueError:
        choices = f"{WITHOUT_SALES}, 2026-01-31"
        params = {"question": question_id(CODE, sheet, FIELD), "answer": answer or "", "choices": choices}
        raise RejectedFileError([Problem("answer_invalid", params=params)]) from None
