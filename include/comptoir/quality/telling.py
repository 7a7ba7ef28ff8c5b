"""Broken expectations as problems that people read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.problems import Problem, Severity
from comptoir.quality.checking import HELD, NAMED_ROWS, header_of, row_of, unread_rows
from comptoir.quality.identities import OTHER_SPELLING
from comptoir.reading.items import FIELDS, items_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from comptoir.quality.checking import Checked
    from comptoir.quality.expectations import Expectation
    from comptoir.reading.tables import Table

# Told once per distinct value: which products or clients are unknown matters, not on how many lines.
BY_VALUE: Final = frozenset({"unknown_product", "unknown_client"})
SPARE_ZEROS: Final = r"(\.[0-9]{2}[0-9]*?)0+$"


def tell(checked: Checked, broken: pl.DataFrame) -> list[list[Problem]]:
    """Return the problems of each table, in the order of the suite.

    An error is told once per row; a warning or notice once per table (and value), with its rows counted.

    Args:
        checked: the tables with their computed columns.
        broken: one boolean column per expectation.
    """
    told: list[list[Problem]] = [[] for _ in checked.tables]
    for name, rule in zip(broken.columns, checked.suite, strict=True):
        if rule.told_by_reading or not broken[name].any():
            continue
        needed = dict.fromkeys(("row", "table", *rule.shows.values(), *_own_columns(rule, checked)))
        rows = checked.frame.select(*needed).filter(broken[name])
        for index, table in enumerate(checked.tables):
            of_table = rows.filter(pl.col("table") == index)
            if of_table.height:
                told[index].extend(_problems(rule, table, of_table, told[index]))
    return told


def _own_columns(rule: Expectation, checked: Checked) -> tuple[str, ...]:
    """Return the columns of what a rule is about, where a cell of the file may hold several of them."""
    if rule.field not in FIELDS or all(items_header(table.headers) is None for table in checked.tables):
        return ()
    return tuple(column for column in (rule.field, OTHER_SPELLING.get(rule.field)) if column in checked.frame.columns)


def _problems(rule: Expectation, table: Table, rows: pl.DataFrame, told: Sequence[Problem]) -> list[Problem]:
    shown = _with_value(rule, table, rows)
    if rule.severity is Severity.ERROR:
        return list(_one_by_one(rule, table, shown, told))
    return list(_together(rule, table, shown))


def _with_value(rule: Expectation, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Keep what sentences need: row, the words of the rule, and `value`, the offending cell as it was sent."""
    words = rows.select("row", *(_shown(rows, column).alias(word) for word, column in rule.shows.items()))
    header = _header(rule, table)
    if header is None:
        return words.with_columns(pl.lit(None, dtype=pl.String).alias("value"))
    # Rows are in their order; a row of the file that holds several lines stands there once.
    numbers, cells = table.sent.of_rows("row"), table.sent.of_rows(header)
    told = cells if numbers.equals(words["row"]) else cells.gather(numbers.search_sorted(words["row"]))
    if rule.field in FIELDS and header == items_header(table.headers):
        # A cell of items holds a whole invoice: of it, only what the rule is about helps.
        spellings = (column for column in (rule.field, OTHER_SPELLING.get(rule.field)) if column in rows.columns)
        told = rows.select(pl.coalesce(*(_shown(rows, column) for column in spellings), told)).to_series()
    return words.with_columns(told.alias("value"))


def _shown(rows: pl.DataFrame, column: str) -> pl.Expr:
    """Return a column as sentences show it: amounts have two places unless they need more."""
    text = pl.col(column).cast(pl.String)
    return text.str.replace(SPARE_ZEROS, "${1}") if rows.schema[column].is_decimal() else text


def _header(rule: Expectation, table: Table) -> str | None:
    """Return the header in the file of the column that a rule is about."""
    return None if rule.field is None else header_of(table, rule.field)


def _one_by_one(rule: Expectation, table: Table, shown: pl.DataFrame, told: Sequence[Problem]) -> Iterator[Problem]:
    unread = set() if rule.field is None else unread_rows(table, rule.field)
    known = unread | _told_of_items(rule, table, told)
    # Millions of rows may break a rule in the same words, and share them.
    shared: dict[tuple[str, ...], dict[str, str]] = {}
    values: dict[str | None, str | None] = {}
    for entry in shown.unique("row", keep="first", maintain_order=True).iter_rows(named=True):
        if entry["row"] not in known:
            words = tuple(entry[word] or "" for word in rule.shows)
            params = shared.setdefault(words, _field(rule) | dict(zip(rule.shows, words, strict=True)))
            entry["value"] = values.setdefault(entry["value"], entry["value"])
            yield _problem(rule, table, entry, params)


def _told_of_items(rule: Expectation, table: Table, told: Sequence[Problem]) -> set[int | None]:
    """Return the rows that hold a whole invoice each and of which the same was told already, or worse than held."""
    if items_header(table.headers) is None:
        return set()
    errors = [problem for problem in (*table.problems, *told) if problem.severity is Severity.ERROR]
    same = (rule.code, _header(rule, table))
    return {problem.row for problem in errors if rule.code == HELD or (problem.code, problem.column) == same}


def _together(rule: Expectation, table: Table, shown: pl.DataFrame) -> Iterator[Problem]:
    group = pl.col("value") if rule.code in BY_VALUE else pl.lit(0)
    if items_header(table.headers) is not None:
        shown = shown.unique(["row", "value"], keep="first", maintain_order=True)  # rows are counted, not their items
    counted = shown.group_by(group.alias("group"), maintain_order=True).agg(
        pl.len().alias("count"),
        pl.col("row").head(NAMED_ROWS).alias("rows"),
        pl.col("row").first(),
        pl.col("value").first(),
    )
    for entry in counted.iter_rows(named=True):
        more = " …" if entry["count"] > NAMED_ROWS else ""
        counts = {"count": str(entry["count"]), "rows": ", ".join(map(str, entry["rows"])) + more}
        yield _problem(rule, table, entry, _field(rule) | counts)


def _field(rule: Expectation) -> dict[str, str]:
    return {"field": rule.field} if rule.field else {}


def _problem(rule: Expectation, table: Table, entry: dict[str, Any], params: dict[str, str]) -> Problem:
    return Problem(
        code=rule.code,
        severity=rule.severity,
        sheet=table.sheet,
        row=entry["row"],
        column=_header(rule, table) or rule.field,
        value=entry["value"],
        params=params,
    )


def add_up(problems: Iterable[Problem]) -> list[Problem]:
    """Make one of warnings and notices that are told once per table, where they come from several portions of it.

    The result is in the order of the rows.
    """
    counted: dict[tuple[Any, ...], Problem] = {}
    others = []
    for problem in problems:
        if problem.severity is Severity.ERROR or "count" not in problem.params:
            others.append(problem)
            continue
        key = (problem.code, problem.sheet, problem.column, problem.value if problem.code in BY_VALUE else None)
        counted[key] = _sum(counted[key], problem) if key in counted else problem
    return sorted([*others, *counted.values()], key=row_of)


def _sum(one: Problem, other: Problem) -> Problem:
    first = min(one, other, key=row_of)
    words = {"count": str(int(one.params["count"]) + int(other.params["count"]))}
    if "rows" in one.params:
        numbers = sorted(int(row) for each in (one, other) for row in re.findall(r"\d+", each.params["rows"]))
        is_cut = len(numbers) > NAMED_ROWS or any(each.params["rows"].endswith("…") for each in (one, other))
        words["rows"] = ", ".join(map(str, numbers[:NAMED_ROWS])) + (" …" if is_cut else "")
    return replace(first, params=first.params | words)
