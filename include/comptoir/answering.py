"""Answering what a file asks: its bytes, as the lake keeps them, are dropped again with the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir import accounts
from comptoir.errors import RejectedFileError
from comptoir.landing.drop import deliver
from comptoir.landing.original import working_copy
from comptoir.problems import Problem
from comptoir.questions import NO_COLUMN, Question, answer_among
from comptoir.reading.guide import COLUMN_QUESTIONS
from comptoir.stores import ledger
from comptoir.stores.ledger import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptoir.settings import Settings
    from comptoir.stores.cold import Cold
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry


def answer_file(
    hot: Hot, cold: Cold, settings: Settings, file_id: str, answers: Mapping[str, str], *, by: str
) -> Entry:
    """Drop a file that asks once more, with answers; return the entry of the attempt that asked.

    The new attempt has the owner of the old one, and the answers that it had before.

    Args:
        hot: the ledger and the audit log.
        cold: the lake, which has the bytes.
        settings: where the drop zone is.
        file_id: the attempt that asks.
        answers: by the ids of its questions.
        by: who answers.

    Raises:
        RejectedFileError: the file doesn't wait for an answer, or doesn't ask this, or the answer isn't possible.
        UnknownFileError: there is no such file.
        TransientError: a server was away.
    """
    entry = ledger.find(hot, file_id)
    _check(entry, answers)
    with working_copy(hot, cold, settings, entry) as copy:
        deliver(settings, copy.path, entry["name"], by=entry["by"], source_name=entry["source"], answers=answers)
    accounts.record_act(hot, who=by, act="file answered", subject=entry["name"], details=_details(file_id, answers))
    return entry


def _check(entry: Entry, answers: Mapping[str, str]) -> None:
    if entry["state"] != State.ASKING:
        raise RejectedFileError([Problem("answer_too_late", params={"name": entry["name"]})])
    asked = {question.id: question for question in map(Question.from_document, entry["questions"])}
    taken: set[tuple[str | None, str]] = set()
    for question, answer in answers.items():
        if question not in asked:
            raise RejectedFileError([Problem("answer_unknown", params={"question": question})])
        problem, choices = asked[question].problem, [choice.answer for choice in asked[question].choices]
        if problem.code in COLUMN_QUESTIONS:
            # No header is two columns.
            choices = [choice for choice in choices if (problem.sheet, choice) not in taken]
            taken |= {(problem.sheet, answer)} - {(problem.sheet, NO_COLUMN)}
        answer_among(question, answer, dict.fromkeys(choices))


def _details(file_id: str, answers: Mapping[str, str]) -> dict[str, object]:
    given = [{"question": question, "answer": answer} for question, answer in answers.items()]
    return {"file_id": file_id, "answers": given}
