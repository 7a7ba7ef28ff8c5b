"""What a file's owner is asked where its bytes can be read in several ways, and the answers, as data.

A question's id is the same whenever the same file is read. Answers are a flat mapping from id to answer, which may
be given with the file, before anything was asked, or afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from comptoir.agreeing import filled
from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.sentences import CHOICES, Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ANSWERS_LIMIT: Final = 500
ANSWER_CHARACTERS: Final = 500  # of an id or an answer; sheets have 31 characters, headers rarely more than 50
NO_ANSWERS: Final[Mapping[str, str]] = {}
NO_COLUMN: Final = "none"  # the answer that no column is the one asked about


@dataclass(frozen=True)
class Choice:
    """One possible answer, with the sentence that says what it means."""

    answer: str
    sentence: str
    params: dict[str, str] = field(default_factory=dict)

    def message(self, language: Language = "en") -> str:
        """Say what the file means under this answer, in the reader's language."""
        return filled(CHOICES[self.sentence][language], language, {"answer": self.answer} | self.params)


@dataclass(frozen=True)
class Question:
    """A doubt that only the file's owner can settle: the problem, the column it is about, and the possible answers."""

    problem: Problem
    field: str
    choices: tuple[Choice, ...]

    @property
    def id(self) -> str:
        """What an answer names the question by."""
        return question_id(self.problem.code, self.problem.sheet, self.field)

    def to_document(self) -> dict[str, Any]:
        """Return the question as it is stored in the ledger."""
        choices = [
            {"answer": choice.answer, "sentence": choice.sentence, "params": dict(choice.params)}
            for choice in self.choices
        ]
        return {"problem": self.problem.to_document(), "field": self.field, "choices": choices}

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """Return the question as people and scripts read it."""
        problem = self.problem
        return {
            "id": self.id,
            "code": problem.code,
            "sheet": problem.sheet,
            "column": problem.column,
            "value": problem.value,
            "message": problem.message(language),
            "choices": [{"answer": choice.answer, "message": choice.message(language)} for choice in self.choices],
        }

    @staticmethod
    def from_document(document: dict[str, Any]) -> Question:
        """Read a question back from the ledger."""
        choices = tuple(Choice(**choice) for choice in document["choices"])
        return Question(Problem.from_document(document["problem"]), document["field"], choices)


def question_id(code: str, sheet: str | None, field_name: str) -> str:
    """Return the id of a question about a column of a sheet, or about `header|word` of one that no contract has.

    It never holds `=`, so that `ID=ANSWER` is clear.

    Examples:
        >>> question_id("date_order_unclear", None, "timestamp")
        'date_order_unclear::timestamp'
        >>> question_id("date_order_unclear", "a=b", "timestamp")
        'date_order_unclear:a%3Db:timestamp'
    """
    return f"{code}:{_quoted(sheet or '')}:{_quoted(field_name)}"


def _quoted(name: str) -> str:
    return name.replace("%", "%25").replace("=", "%3D").replace(":", "%3A")


def fields_asked(code: str, sheet: str | None, questions: Iterable[str]) -> dict[str, str]:
    """Return what those of some questions that have a code are about in a sheet, with the id of each.

    Examples:
        >>> fields_asked("value_unclear", None, ["value_unclear::Ref%3A|BL", "columns_compete::quantity"])
        {'Ref:|BL': 'value_unclear::Ref%3A|BL'}
    """
    start = question_id(code, sheet, "")
    return {unquote(question.removeprefix(start)): question for question in questions if question.startswith(start)}


def sound_answers(given: Any) -> dict[str, str]:
    """Return answers that came from outside, checked: a mapping from text to text, short and printable.

    Raises:
        ValueError: they are something else.
    """
    if not isinstance(given, dict) or len(given) > ANSWERS_LIMIT:
        raise ValueError("Answers are a mapping from question to answer.")
    for text in (*given, *given.values()):
        if not isinstance(text, str) or len(text) > ANSWER_CHARACTERS or "\0" in text:
            raise ValueError("A question's id and its answer are short texts.")
    return dict(given)


def answer_among(question: str, answer: str, choices: dict[str, Any]) -> Any:
    """Return what an answer stands for.

    Args:
        question: the id of the question.
        answer: what was answered.
        choices: what each possible answer stands for.

    Raises:
        RejectedFileError: the answer is none of the choices.
    """
    if answer in choices:
        return choices[answer]
    params = {"question": question, "answer": answer, "choices": ", ".join(choices)}
    raise RejectedFileError([Problem("answer_invalid", params=params)])
