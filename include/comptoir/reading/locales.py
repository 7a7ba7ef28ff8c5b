"""Settles how a sheet's numbers and dates are written: by proof, else by the owner's answer, else by a default.

An answer goes before what the rest of the sheet suggests, never against what the column itself proves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import polars as pl

from comptoir.errors import AmbiguousFileError, RejectedFileError
from comptoir.problems import Problem
from comptoir.questions import Choice, Question, answer_among, question_id
from comptoir.reading.numbers import Evidence, Mark, decide_mark, readings_of, weigh
from comptoir.reading.times import (
    Order,
    UnprovenOrderError,
    are_half_converted,
    days_of,
    decide_order,
    proof_of,
    stated_order,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptoir.reading.guide import Guide
    from comptoir.settings import Settings

T = TypeVar("T")

MARKS: Final[dict[str, Mark]] = {"point": Mark.POINT, "comma": Mark.COMMA}
ORDERS: Final[dict[str, Order]] = {order.value: order for order in Order}


@dataclass(frozen=True)
class Locale:
    """The decimal mark and the order of day and month, by column; None where none matters."""

    marks: Mapping[str, Mark | None]
    orders: Mapping[str, Order | None]

    def read_as(self, column: str) -> str | None:
        """Say how a column's cells were read: `comma`, `point`, `day_first` or `month_first`; None for all else."""
        mark = self.marks.get(column)
        words = {mark: word for word, mark in MARKS.items()}
        order = self.orders.get(column)
        return words[mark] if mark else order and order.value


@dataclass(frozen=True)
class Doubts:
    """What a sheet's columns are asked about: its name, its headers by column, and what helps to settle it."""

    sheet: str | None
    headers: Mapping[str, str]
    guide: Guide
    settings: Settings

    def answer(self, code: str, column: str, choices: dict[str, T]) -> T | None:
        """Return what the owner answered; raise RejectedFileError where that is no possible answer."""
        answer = self.guide.answer(code, self.sheet, column)
        return None if answer is None else answer_among(question_id(code, self.sheet, column), answer, choices)

    def contradicted(self, code: str, column: str, example: str) -> RejectedFileError:
        """Return the error that a column's cells prove another answer than the one given."""
        question = question_id(code, self.sheet, column)
        params = {"question": question, "answer": self.guide.answers[question]}
        where: dict[str, Any] = {"sheet": self.sheet, "column": self.headers[column], "value": example}
        return RejectedFileError([Problem("answer_contradicts", params=params, **where)])

    def half_converted(self, column: str, described: pl.DataFrame) -> RejectedFileError:
        """Return the error that a spreadsheet swapped day and month of some of a column's dates."""
        text = described.filter(pl.col("first").is_not_null())["text"][0]
        where: dict[str, Any] = {"sheet": self.sheet, "column": self.headers[column], "value": text}
        return RejectedFileError([Problem("dates_half_converted", **where)])

    def question(self, code: str, column: str, example: str, choices: dict[str, str]) -> Question:
        """Return the question how a column's cell is read, with what it means under each answer."""
        where: dict[str, Any] = {"sheet": self.sheet, "column": self.headers[column], "value": example}
        problem = Problem(code, params={"field": column} | choices, **where)
        possible = [Choice(answer, answer, {"reading": text, "value": example}) for answer, text in choices.items()]
        return Question(problem, column, tuple(possible))


def settle_locale(numbers: Mapping[str, pl.DataFrame], times: Mapping[str, pl.DataFrame], doubts: Doubts) -> Locale:
    """Settle the decimal mark of each column of numbers and the order of each column of dates.

    Args:
        numbers: distinct cells by column, from `describe_numbers`.
        times: the same, from `describe_times`.
        doubts: where the columns are and what may settle them.

    Raises:
        AmbiguousFileError: nothing settles some of them; its questions are about all of these.
        RejectedFileError: an answer is impossible, or the cells prove another one.
    """
    marks, number_questions = _settle_marks(numbers, doubts)
    orders, time_questions = _settle_orders(times, doubts)
    if number_questions or time_questions:
        raise AmbiguousFileError([*number_questions, *time_questions])
    return Locale(marks, orders)


def _settle_marks(numbers: Mapping[str, pl.DataFrame], doubts: Doubts) -> tuple[dict[str, Mark | None], list[Question]]:
    evidence = {name: weigh(described) for name, described in numbers.items()}
    marks: dict[str, Mark | None] = {}
    questions: list[Question] = []
    for name, own in evidence.items():
        answer = _answered_mark(name, own, numbers[name], doubts)
        marks[name] = answer or decide_mark(own, evidence.values()) or MARKS.get(doubts.settings.decimal_mark or "")
        if own.doubtful is not None and marks[name] is None:
            point, comma = readings_of(own.doubtful)
            readings = {"point": point, "comma": comma}
            questions.append(doubts.question("decimal_mark_unclear", name, own.doubtful, readings))
    return marks, questions


def _answered_mark(name: str, own: Evidence, described: pl.DataFrame, doubts: Doubts) -> Mark | None:
    answer = doubts.answer("decimal_mark_unclear", name, MARKS)
    if answer and own.proven and own.proven != answer:
        proof = described.filter(~pl.col("numeric") & (pl.col("proof") == own.proven.value))["text"][0]
        raise doubts.contradicted("decimal_mark_unclear", name, proof)
    return answer


def _settle_orders(times: Mapping[str, pl.DataFrame], doubts: Doubts) -> tuple[dict[str, Order | None], list[Question]]:
    orders: dict[str, Order | None] = {}
    examples: dict[str, str] = {}
    for name, described in times.items():
        if are_half_converted(described):
            raise doubts.half_converted(name, described)
        answer = doubts.answer("date_order_unclear", name, ORDERS)
        try:
            orders[name] = proven = decide_order(described)
        except UnprovenOrderError as doubt:
            orders[name] = answer or stated_order(doubts.headers[name])
            examples[name] = doubt.example
            continue
        if answer and proven and answer != proven:
            raise doubts.contradicted("date_order_unclear", name, proof_of(proven, described))
    unclear = {name: example for name, example in examples.items() if orders[name] is None}
    proofs = {order for name, order in orders.items() if name not in examples and order}
    usual = proofs.pop() if len(proofs) == 1 else ORDERS.get(doubts.settings.date_order or "")
    if usual:
        return orders | dict.fromkeys(unclear, usual), []
    questions = [doubts.question("date_order_unclear", name, text, days_of(text)) for name, text in unclear.items()]
    return orders, questions
