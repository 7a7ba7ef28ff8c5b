"""Which files of the lake count: each sequence once, whatever stands beside it."""

from __future__ import annotations

from comptoir.publishing.spans import Span, in_force, span_of
from comptoir.reconciling.lake import without_repeated

ONE, TWO, THREE = (f"00000000000{number}.parquet" for number in (1, 2, 3))
PAIR, ALL = "000000000001-000000000002.parquet", "000000000001-000000000003.parquet"
HIDDEN = ".000000000001-000000000002-ab12.parquet.tmp"


def names(spans: list[Span]) -> list[str]:
    return [span.name for span in spans]


def test_names_and_spans_are_the_same_both_ways():
    assert span_of(ONE) == Span(1, 1)
    assert span_of(ALL) == Span(1, 3)
    assert [span_of(name) for name in (HIDDEN, "_SUCCESS", "1.parquet")] == [None, None, None]
    assert names([Span(1, 1), Span(1, 3)]) == [ONE, ALL]


def test_single_files_count_until_a_larger_one_holds_them():
    assert names(in_force([ONE, TWO, THREE])) == [ONE, TWO, THREE]
    assert names(in_force([ONE, TWO, PAIR, THREE, HIDDEN])) == [PAIR, THREE]
    assert names(in_force([TWO, THREE, PAIR])) == [PAIR, THREE]


def test_of_compacted_files_the_largest_counts():
    assert names(in_force([ONE, PAIR, TWO, ALL, THREE])) == [ALL]
    assert names(in_force([PAIR, ALL])) == [ALL]


def test_a_file_ahead_of_a_gap_counts():
    assert names(in_force(["000000000009.parquet", PAIR])) == [PAIR, "000000000009.parquet"]


def test_the_audit_says_the_same_by_itself():
    for listed in ([ONE, TWO, THREE], [ONE, TWO, PAIR, THREE, HIDDEN], [ONE, PAIR, TWO, ALL, THREE], [PAIR, ALL]):
        assert without_repeated(sorted(listed)) == names(in_force(listed))
