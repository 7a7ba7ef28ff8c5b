"""The corpus: a sample of its files is neither misread nor crashes the reader, and its scores can tell."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.corpus.generate import generate, sample
from tests.corpus.scoring import Answer, Score, compare, score
from tests.corpus.spelling import PATTERNS, STYLES
from tests.corpus.texts import DELIMITERS, ENCODINGS, can_write
from tests.corpus.truth import Expected, Row, Sheet, asked, local, refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.corpus.truth import Case

MOMENT = datetime(2025, 7, 1, 9, 30)  # noqa: DTZ001 - on the trader's wall clock
VALUES: dict[str, Any] = {"unit_price": Decimal("12.50"), "quantity": 2, "timestamp": MOMENT}
READ = VALUES | {"timestamp": local(MOMENT), "client_code": None}


def answer(values: dict[str, Any], row: int = 2) -> Answer:
    return Answer({("sales", None, row): [values]}, {})


def one_row(values: dict[str, Any] | None = None, *codes: str, optional: bool = False) -> Expected:
    return Expected((Sheet("sales", (Row(2, values, frozenset(codes), optional=optional),)),))


def test_a_sample_is_read_refused_or_asked_about_but_never_misread(tmp_path: Path):
    results = [score(case, tmp_path) for case in sample(40)]
    assert len(results) > 100
    bad = [r for r in results if r.score in {Score.MISREAD, Score.CRASHED}]
    assert [(r.case.family, r.case.name, str(r.score), r.why) for r in bad] == []


def test_the_corpus_covers_every_style_pattern_encoding_and_delimiter():
    cases = list(generate())
    names = {case.name for case in cases if case.family == "matrix"}
    writable = [(style, encoding) for style in STYLES for encoding in ENCODINGS if can_write(style, encoding)]
    assert len(names) == len(writable) * len(PATTERNS) * len(DELIMITERS)
    assert len(cases) >= 400
    assert len({(case.family, case.name) for case in cases}) == len(cases)


def test_a_seed_makes_the_same_bytes_and_another_seed_others():
    def contents(cases: Iterable[Case]) -> list[bytes]:
        return [case.content() for case in cases if case.family in {"matrix", "structure", "ambiguous"}]

    assert contents(sample(200)) == contents(sample(200))
    assert contents(sample(200)) != contents(sample(200, seed=1))


@pytest.mark.parametrize(
    ("given", "expected", "said"),
    [
        (answer(READ), one_row(VALUES), Score.RIGHT),
        (answer(READ | {"unit_price": Decimal("12.51")}), one_row(VALUES), Score.MISREAD),
        (answer(READ | {"unit_price": 12.5}), one_row(VALUES), Score.MISREAD),
        (answer(READ | {"client_code": "C1"}), one_row(VALUES), Score.MISREAD),
        (answer(READ | {"timestamp": MOMENT}), one_row(VALUES), Score.MISREAD),
        (answer(READ, row=3), one_row(VALUES), Score.MISREAD),
        (answer(READ), one_row(None, "not_a_number"), Score.MISREAD),
        (answer(READ), refused("file_damaged"), Score.MISREAD),
        (answer(READ), asked("date_order_unclear"), Score.MISREAD),
        (Answer({}, {}), one_row(VALUES), Score.MISREAD),
        (Answer({("sales", None, 2): [READ, READ]}, {}), one_row(VALUES), Score.MISREAD),
        (Answer({}, {}), one_row(None, "value_missing", optional=True), Score.RIGHT),
        (Answer({}, {(None, 2): {"not_a_number"}}), one_row(None, "not_a_number"), Score.RIGHT),
        (Answer({}, {(None, 2): {"not_a_date"}}), one_row(None, "not_a_number"), Score.WRONG_REASON),
        (Answer({}, {(None, 2): {"not_a_number"}}), one_row(VALUES), Score.WRONG_REASON),
        (Answer({}, {}, refusals=frozenset({"file_damaged"})), refused("file_damaged"), Score.REFUSED),
        (Answer({}, {}, refusals=frozenset({"kind_unknown"})), refused("file_damaged"), Score.WRONG_REASON),
        (Answer({}, {}, refusals=frozenset({"reading_crashed"})), Expected(any_answer=True), Score.CRASHED),
        (Answer({}, {}, refusals=frozenset({"kind_unknown"})), one_row(VALUES), Score.WRONG_REASON),
        (Answer({}, {}, questions=frozenset({"columns_compete"})), one_row(VALUES), Score.ASKED),
        (Answer({}, {}, questions=frozenset({"columns_compete"})), asked("date_order_unclear"), Score.WRONG_REASON),
    ],
)
def test_scores_tell_right_from_wrong(given: Answer, expected: Expected, said: Score):
    assert compare(given, expected)[0] == said
