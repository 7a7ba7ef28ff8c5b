"""The suites of `expectations/` run by Great Expectations on the whole table of each kind."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.problems import Severity
from comptoir.quality.checking import row_of, unread_cells
from comptoir.quality.expectations import suite_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from great_expectations.core import (
        ExpectationSuite,
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    from comptoir.problems import Problem
    from comptoir.quality.checking import Checked

# Above this, a broken expectation shows examples and counts instead of all its rows: 500,000 of them make a
# report that no browser opens, and the verdict has every row anyway.
COMPLETE_ROWS: Final = 20_000
EXAMPLES: Final = 20  # as many as Great Expectations gives itself
ROWS: Final = "rows of the portion"  # no column of the contract is called so


@dataclass(frozen=True)
class SuiteResult:
    """What Great Expectations says of all rows of one kind in a file.

    Attributes:
        kind: the kind, which is also the suite's name.
        success: whether nothing of severity error is broken; warnings and notices don't count.
        validation: the result as Great Expectations gives it, for its Data Docs.
        unread: what reading could not understand, on the first rows that have such cells.
    """

    kind: str
    success: bool
    validation: ExpectationSuiteValidationResult
    unread: tuple[Problem, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the whole result in plain JSON types."""
        document: dict[str, Any] = self.validation.to_json_dict()  # type: ignore[no-untyped-call]
        return document


def configuration(result: ExpectationValidationResult) -> ExpectationConfiguration:
    """Return which expectation a result is about."""
    config: ExpectationConfiguration = result.expectation_config  # type: ignore[assignment] # never None in a result
    return config


def run_suite(checked: Checked) -> SuiteResult:
    """Run the suite of a kind in a context of its own; not to be called from several threads at once."""
    batch = _batch(to_pandas(checked))
    entries = json.loads(suite_path(checked.kind.name).read_text())
    ask = _ask_fully if checked.frame.height <= COMPLETE_ROWS else _ask_for_examples
    validation = ask(batch, entries)
    unread = (sorted(unread_cells(table), key=row_of) for table in checked.tables)
    return _result(checked.kind.name, validation, chain.from_iterable(unread))


def _result(kind: str, validation: ExpectationSuiteValidationResult, unread: Iterable[Problem]) -> SuiteResult:
    by_row = groupby(unread, key=lambda cell: (cell.sheet, cell.row))
    first = tuple(cell for _, cells in islice(by_row, EXAMPLES) for cell in cells)
    return SuiteResult(kind, not any(map(_is_error, validation.results)), validation, first)


def _ask_fully(batch: Batch, entries: dict[str, Any]) -> ExpectationSuiteValidationResult:
    return batch.validate(
        _suite(entries),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["sheet", "row"],
            "return_unexpected_index_query": False,
        },
    )


def _ask_for_examples(batch: Batch, entries: dict[str, Any]) -> ExpectationSuiteValidationResult:
    """Ask yes or no first, which is 2-3 times as fast, and only what is broken for counts and examples."""
    validation = batch.validate(_suite(entries), result_format="BOOLEAN_ONLY")
    broken = {_key(result) for result in validation.results if not result.success}
    if broken:
        asked = [entry for entry in entries["expectations"] if _key_of(entry["type"], entry["kwargs"]) in broken]
        detailed = batch.validate(_suite(entries | {"expectations": asked}), result_format="SUMMARY")
        by_key = {_key(result): result for result in detailed.results}
        validation.results = [by_key.get(_key(result), result) for result in validation.results]
    return validation


def _is_error(result: ExpectationValidationResult) -> bool:
    return not result.success and configuration(result).meta["severity"] == Severity.ERROR


def _key(result: ExpectationValidationResult) -> str:
    """Return what tells an expectation from the others; results come back in another order than the suite's."""
    return _key_of(configuration(result).type, configuration(result).kwargs)


def _key_of(kind: str, kwargs: dict[str, Any]) -> str:
    # Great Expectations gives bounds back as floats: 0 as 0.0.
    bounds = {key: float(kwargs[key]) for key in ("min_value", "max_value") if key in kwargs}
    own = {key: value for key, value in (kwargs | bounds).items() if key != "batch_id"}
    return json.dumps([kind, own], sort_keys=True)


def to_pandas(checked: Checked) -> pd.DataFrame:
    """Return the columns that the suite looks at, after `sheet` and `row`, the place in the file.

    Money stays exact: its cells are `Decimal` objects.
    """
    columns = dict.fromkeys(column for rule in checked.suite for column in rule.columns)
    sheets = pl.Series("sheet", [table.sheet or "" for table in checked.tables])
    frame = checked.frame.select(sheets.gather(checked.frame["table"]), "row", *columns)
    # Each batch is hashed several times; categories hash 10 times as fast as text.
    return frame.with_columns(pl.col(pl.String).cast(pl.Categorical)).to_pandas()


class Suites:
    """Runs the suite of each kind of a file on what it is shown, and adds up the results of a kind's portions."""

    def __init__(self) -> None:
        """Start with no result."""
        self._results: dict[str, list[tuple[pl.DataFrame, SuiteResult]]] = {}

    def run(self, checked: Checked) -> None:
        """Run the suite of a kind; not to be called from several threads at once."""
        nulls = checked.frame.null_count().with_columns(pl.lit(checked.frame.height).alias(ROWS))
        self._results.setdefault(checked.kind.name, []).append((nulls, run_suite(checked)))

    @property
    def results(self) -> list[SuiteResult]:
        """One result per kind."""
        return [_added_up(portions) for portions in self._results.values()]


def _added_up(portions: Sequence[tuple[pl.DataFrame, SuiteResult]]) -> SuiteResult:
    """Return the result of all portions: counts add up, the first examples stand for all."""
    whole = portions[0][1]
    if len(portions) == 1:
        return whole
    nulls = pl.concat([counts for counts, _ in portions]).sum()
    by_key = [{_key(each): each for each in result.validation.results} for _, result in portions]
    for result in whole.validation.results:
        _add_results(result, [each[_key(result)] for each in by_key], nulls)
    succeeded = sum(bool(result.success) for result in whole.validation.results)
    count = len(whole.validation.results)
    whole.validation.statistics |= {
        "successful_expectations": succeeded,
        "unsuccessful_expectations": count - succeeded,
        "success_percent": 100 * succeeded / count,
    }
    whole.validation.success = succeeded == count
    unread = chain.from_iterable(result.unread for _, result in portions)
    return _result(whole.kind, whole.validation, sorted(unread, key=row_of))


def _add_results(
    whole: ExpectationValidationResult, portions: Sequence[ExpectationValidationResult], nulls: pl.DataFrame
) -> None:
    """Make the first portion's result that of all of them; a portion that breaks nothing has no counts of its own."""
    # Before the first portion's own result becomes that of all.
    broken = [each.result for each in portions if not each.success]
    whole.success = not broken
    if not broken:
        return
    rows, unexpected = nulls[ROWS].item(), sum(result["unexpected_count"] for result in broken)
    counts = {"element_count": rows, "unexpected_count": unexpected, "unexpected_percent": 100 * unexpected / rows}
    if "missing_count" in broken[0]:
        missing = nulls[configuration(whole).kwargs["column"]].item()
        present = rows - missing
        counts |= {"missing_count": missing, "missing_percent": 100 * missing / rows}
        counts |= {"unexpected_percent": 100 * unexpected / present if present else 0.0}
        counts |= {"unexpected_percent_total": 100 * unexpected / rows}
        counts |= {"unexpected_percent_nonmissing": counts["unexpected_percent"]}
    examples = [value for result in broken for value in result.get("partial_unexpected_list", [])]
    whole.result = {"partial_unexpected_list": examples[:EXAMPLES], **counts}


def _suite(entries: dict[str, Any]) -> ExpectationSuite:
    from great_expectations.core import ExpectationSuite

    return ExpectationSuite(**entries)


def _batch(frame: pd.DataFrame) -> Batch:
    # Read when Great Expectations is first imported; files of a trader are nobody else's business.
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("comptoir").add_dataframe_asset("rows")
    definition = asset.add_batch_definition_whole_dataframe("whole")
    return definition.get_batch({"dataframe": frame})
