"""The suites of `expectations/` run by Great Expectations on the whole table of each kind."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from comptoir.problems import Severity
from comptoir.quality.expectations import suite_path

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core import (
        ExpectationSuite,
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    from comptoir.quality.checking import Checked

# Above this, a broken expectation shows examples and counts instead of all its rows: 500,000 of them make a
# report that no browser opens, and the verdict has every row anyway.
COMPLETE_ROWS: Final = 20_000


@dataclass(frozen=True)
class SuiteResult:
    """What Great Expectations says of all rows of one kind in a file.

    Attributes:
        kind: the kind, which is also the suite's name.
        success: whether nothing of severity error is broken; warnings and notices don't count.
        validation: the result as Great Expectations gives it, for its Data Docs.
    """

    kind: str
    success: bool
    validation: ExpectationSuiteValidationResult

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
    return SuiteResult(checked.kind.name, not any(map(_is_error, validation.results)), validation)


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
    own = {key: value for key, value in kwargs.items() if key != "batch_id"}
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
