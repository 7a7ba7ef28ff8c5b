"""What helps to read a file besides its bytes: its owner's answers, and mappings that earlier answers confirmed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.questions import NO_COLUMN, answer_among, fields_asked, question_id
from comptoir.reading.numbers import NUMBER_TYPES
from comptoir.reading.senses import Sense
from comptoir.records import ALL_KINDS, ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comptoir.records import Kind
    from comptoir.sentences import Language

TIME_TYPES: Final = frozenset({ColumnType.DAY, ColumnType.TIMESTAMP})
SIGNATURE_DIGITS: Final = 16
HEADERS_SHOWN: Final = 20
ADDED_HEADERS: Final[dict[Language, tuple[str, str]]] = {"en": ("Reason", "Remedy"), "fr": ("Motif", "Remède")}
REPEATED: Final = re.compile(r" \(\d+\)$")  # what reading adds to a header that comes twice
LINE_AMOUNT_QUESTION: Final = "line_amount_unclear"  # which column is the invoice's total, or none
# All ask which column is the field's.
COLUMN_QUESTIONS: Final = ("mapping_unclear", "column_unnamed", "columns_compete", LINE_AMOUNT_QUESTION)
VALUE_QUESTION: Final = "value_unclear"  # asks what rows are that have a word in a column of no contract

Mappings = Mapping[str, Mapping[str, str | None]]

NO_MAPPINGS: Final[Mappings] = {}


class Given(NamedTuple):
    """The header that an owner named for a column, None where there is no such column; and when: now or earlier."""

    header: str | None
    source: Literal["answer", "memory"]


@dataclass(frozen=True)
class Guide:
    """The answers to a file's questions, by their ids, and the confirmed mappings, by the signature of headers.

    A mapping gives the header of each column that was asked about, None where there is no such column; and under
    `header|word` what rows are that have a word in a column of no contract.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    mappings: Mappings = field(default_factory=dict)

    def answer(self, code: str, sheet: str | None, field_name: str) -> str | None:
        """Return the answer to a question; None where there is none."""
        return self.answers.get(question_id(code, sheet, field_name))

    def answered(self, kind: Kind, sheet: str | None) -> dict[str, str | None]:
        """Return the headers that the owner named now for columns of a kind; None where there is no such column."""
        named = {
            column.name: answer
            for code in reversed(COLUMN_QUESTIONS)
            for column in kind.columns
            if (answer := self.answer(code, sheet, column.name)) is not None
        }
        return {name: None if header == NO_COLUMN else header for name, header in named.items()}

    def columns(self, kind: Kind, sheet: str | None, headers: Sequence[str]) -> dict[str, Given]:
        """Return what the owner said of columns of a kind, now, else when the same headers came before."""
        names = {column.name for column in kind.columns}
        earlier = {name: Given(header, "memory") for name, header in self.remembered(headers).items() if name in names}
        return earlier | {name: Given(header, "answer") for name, header in self.answered(kind, sheet).items()}

    def remembered(self, headers: Sequence[str]) -> Mapping[str, str | None]:
        """Return what the owner said when the same headers came before."""
        return self.mappings.get(signature_of(headers), {}) if self.mappings else {}

    def check_headers(self, kind: Kind, sheet: str | None, headers: Sequence[str]) -> None:
        """Raise RejectedFileError where an answer names a header that the sheet doesn't have, or another column's."""
        free = [*headers, NO_COLUMN]
        for column in kind.columns:
            codes = [code for code in COLUMN_QUESTIONS if self.answer(code, sheet, column.name) is not None]
            given = {question_id(code, sheet, column.name): self.answer(code, sheet, column.name) for code in codes}
            for question, answer in given.items():
                answer_among(question, answer or "", dict.fromkeys(free))
            free = [header for header in free if header == NO_COLUMN or header not in given.values()]
        self._check_words(sheet, headers)

    def _check_words(self, sheet: str | None, headers: Sequence[str]) -> None:
        asked = fields_asked(VALUE_QUESTION, sheet, self.answers)
        for field_name, question in asked.items():
            answer_among(question, self.answers[question], dict.fromkeys(Sense))
            if header_of_word(field_name, headers) is None:
                # One that holds the lines of an invoice stands for several columns.
                listed = list(dict.fromkeys(headers))
                more = " …" if len(listed) > HEADERS_SHOWN else ""
                params = {"question": question, "headers": ", ".join(listed[:HEADERS_SHOWN]) + more}
                raise RejectedFileError([Problem("answer_header_unknown", sheet=sheet, params=params)])

    def check_known(self, sheets: Mapping[str | None, Kind], left_aside: Iterable[str | None]) -> None:
        """Raise RejectedFileError where an answer is to no question that this file could ask.

        Args:
            sheets: the kind of each sheet that was read.
            left_aside: the sheets that were not.
        """
        possible = {question for sheet, kind in sheets.items() for question in _questions(sheet, [kind])}
        possible |= {question for sheet in left_aside for question in _questions(sheet, ALL_KINDS)}
        of_values = tuple(question_id(VALUE_QUESTION, sheet, "") for sheet in sheets)
        unknown = [
            question for question in self.answers if question not in possible and not question.startswith(of_values)
        ]
        if unknown:
            raise RejectedFileError([Problem("answer_unknown", params={"question": question}) for question in unknown])


def _questions(sheet: str | None, kinds: Iterable[Kind]) -> Iterable[str]:
    """Return the ids of all questions that a sheet could raise."""
    for column in (column for kind in kinds for column in kind.columns):
        codes = list(COLUMN_QUESTIONS)
        codes += ["decimal_mark_unclear"] if column.type in NUMBER_TYPES else []
        codes += ["date_order_unclear"] if column.type in TIME_TYPES else []
        codes += ["opening_changed"] if column.name == "as_of" else []
        yield from (question_id(code, sheet, column.name) for code in codes)


def header_of_word(field_name: str, headers: Sequence[str]) -> str | None:
    """Return the header that a question about words names: of one, `header|word`, or of all that nobody knows.

    Examples:
        >>> [header_of_word(field, ["Type|a", "Type"]) for field in ("Type|BL", "Type|a|BL", "Type", "Sort|BL")]
        ['Type', 'Type|a', 'Type', None]
    """
    fitting = [header for header in headers if field_name == header or field_name.startswith(f"{header}|")]
    return max(fitting, key=len, default=None)


def is_added(header: str) -> bool:
    """Tell whether a header is one of those that a reject file adds, in either language, made unique or not."""
    return any(REPEATED.sub("", header) in pair for pair in ADDED_HEADERS.values())


def are_added(headers: Sequence[str]) -> bool:
    """Tell whether headers are the pair that a reject file adds, in either language, made unique or not."""
    return tuple(REPEATED.sub("", header) for header in headers) in ADDED_HEADERS.values()


def added_places(headers: Sequence[str]) -> range:
    """Return the places of the two columns that a reject file adds; none in another file."""
    return range(len(headers) - 2, len(headers)) if are_added(headers[-2:]) else range(0)


def signature_of(headers: Sequence[str]) -> str:
    """Return the signature of a sheet's headers: the same headers in the same order, and no others, have it.

    A reject file's own two columns don't count: what was answered of its source holds for it.
    """
    own = headers[:-2] if are_added(headers[-2:]) else headers
    return sha256(json.dumps(list(own), ensure_ascii=False).encode(errors="replace")).hexdigest()[:SIGNATURE_DIGITS]
