"""What a checkpoint's offsets say, beside what the facts hold."""

from __future__ import annotations

import pytest

from comptoir.errors import StoppedError
from comptoir.settings import Settings
from comptoir_spark import continuity
from comptoir_spark.continuity import next_begins, passed_over, read_twice

pytestmark = pytest.mark.spark

SALES, STOCK = ("sales", "0"), ("stock", "0")
GOOD = 'v1\n{"batchWatermarkMs":0}\n{"sales":{"0":7},"stock":{"0":0}}'


class NoHot:
    """A hot store of which nothing is asked."""


@pytest.fixture(autouse=True)
def checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint whose third batch is at its end."""
    monkeypatch.setattr(continuity.cold, "list_names", lambda _lake, _folder: ["0", "1", "2", ".2.tmp"])


def begins_in(text: str) -> continuity.Places | None:
    return next_begins(NoHot(), Settings(), "checkpoint", {"offsets/2": text}.__getitem__)  # type: ignore[arg-type]


def test_offsets_are_read_by_topic_and_partition():
    assert begins_in(GOOD) == {SALES: 7, STOCK: 0}


def test_what_is_cut_off_is_left_to_spark():
    assert begins_in("v1\n{") is None


@pytest.mark.parametrize(
    "line",
    ['{"sales":{"0":7}', '{"sales":{"x":7}}', '{"sales":{"0":null}}', '{"sales":{"0":7.5}}', "[]", "{}", '{"sales":7}'],
)
def test_what_are_no_offsets_is_a_named_stop(line: str):
    with pytest.raises(StoppedError, match=r"checkpoint can't be read.*comptoir rebuild"):
        begins_in(f"v1\n{{}}\n{line}")


def test_what_the_facts_hold_must_not_be_read_again():
    assert read_twice({SALES: 7, STOCK: 0}, {SALES: 6, STOCK: -1}) == set()
    assert read_twice({SALES: 6, STOCK: 0}, {SALES: 6, STOCK: -1}) == {SALES}
    assert read_twice({("salez", "0"): 7, STOCK: 0}, {SALES: 6, STOCK: -1}) == {SALES}


@pytest.mark.parametrize(("first", "passed"), [(None, set()), (9, set()), (8, {SALES}), (7, {SALES}), (3, set())])
def test_a_message_that_lies_between_must_not_be_passed_over(
    monkeypatch: pytest.MonkeyPatch, first: int | None, passed: set[continuity.Place]
):
    found = {} if first is None else {SALES: first}
    monkeypatch.setattr(continuity, "first_offsets", lambda _settings, starts: found if starts == {SALES: 7} else {})
    assert passed_over({SALES: 9, STOCK: 0}, {SALES: 6, STOCK: -1}, Settings()) == passed


def test_a_partition_that_nobody_knows_has_no_beginning():
    assert passed_over({("stock", "8"): 4}, {STOCK: 3}, Settings()) == {("stock", "8")}
