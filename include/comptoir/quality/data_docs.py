"""Data Docs of a file: what Great Expectations found, as pages that open from disk and as its own JSON.

The pages are ours, in the language of the file's owner: Great Expectations writes English alone, needs a dozen
scripts and styles from the network, and puts text of the file (a sheet's name, say) into the page unescaped.
"""

from __future__ import annotations

import fcntl
import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from comptoir.formats import Formats
from comptoir.problems import Severity
from comptoir.quality.checking import row_of
from comptoir.quality.report_words import FRENCH_RULES, WORDS
from comptoir.quality.suites import configuration
from comptoir.records import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from great_expectations.core import ExpectationValidationResult

    from comptoir.problems import Problem
    from comptoir.quality.suites import SuiteResult
    from comptoir.settings import Settings

TEMPLATES: Final = Path(__file__).with_name("templates")
SEVERITIES: Final = tuple(Severity)  # gravest first
NO_PLACE: Final = {"sheet": "", "row": "", "column": ""}


@dataclass(frozen=True)
class Writer:
    """Writes words, numbers and times for the owner of a file."""

    settings: Settings

    @property
    def formats(self) -> Formats:
        """How the owner writes numbers and times."""
        return Formats.of(self.settings)

    def say(self, key: str, **words: str) -> str:
        """Return a word or sentence of the report."""
        return WORDS[key][self.settings.language].format_map(words)

    def value(self, value: Any) -> str:
        """Write the value of a cell as it was understood."""
        if value is None or value != value:  # noqa: PLR0124 - pandas' NaN and NaT, empty cells, equal nothing
            return self.say("empty")
        if isinstance(value, datetime):
            return self.formats.second(value)
        if isinstance(value, date):
            return self.formats.day(value)
        if isinstance(value, Integral):
            return self.formats.count(int(value))
        return self.formats.exact(value) if isinstance(value, (Decimal, float)) else str(value)

    def rule(self, result: ExpectationValidationResult, kind: str) -> str:
        """Say what an expectation of a kind's suite expects."""
        config = configuration(result)
        if self.settings.language == "en":
            return str(config.description)
        field = config.meta.get("field")
        return FRENCH_RULES[config.meta["code"]].format(column=kind_of(kind).column(field).french if field else "")


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until nobody else builds Data Docs under this lock, and hold it; of a process that is killed it is free."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(
    results: Sequence[SuiteResult],
    folder: Path,
    settings: Settings,
    *,
    title: str = "Data Docs",
    now: datetime | None = None,
) -> Path:
    """Write the Data Docs of a file: `index.html`, and per kind `<kind>.html` and `<kind>.json`.

    The pages have no script and ask the network for nothing. Writing them again replaces them.

    Args:
        results: one per kind of table in the file.
        folder: where they go; made when missing.
        settings: with the language of the file's owner and the trader's zone.
        title: what the pages are called, such as the file's name.
        now: when the rows were looked at; the current time when absent.

    Returns:
        The path of `index.html`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    writer = Writer(settings)
    page = partial(_page, writer, title=title, at=writer.formats.second(now or datetime.now(UTC)))
    kinds = [_overview(result, writer) for result in results]
    for result, kind in zip(results, kinds, strict=True):
        (folder / f"{result.kind}.json").write_text(json.dumps(result.to_json(), indent=1))
        (folder / f"{result.kind}.html").write_text(page("data_docs_kind.j2", kind=kind))
    index = folder / "index.html"
    index.write_text(page("data_docs_index.j2", kinds=kinds))
    return index


def _page(writer: Writer, template: str, **shown: Any) -> str:
    environment = Environment(autoescape=True, loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined)
    language = writer.settings.language
    return environment.get_template(template).render(
        say=writer.say, count=writer.formats.count, language=language, **shown
    )


def _overview(result: SuiteResult, writer: Writer) -> dict[str, Any]:
    rules = [_rule(each, result, writer) for each in result.validation.results]
    broken = [rule for rule in rules if not rule["success"]]
    return {
        "name": result.kind,
        "success": result.success,
        "rules": sorted(rules, key=lambda rule: (rule["success"], SEVERITIES.index(rule["severity"]))),
        "broken": {str(severity): sum(rule["severity"] == severity for rule in broken) for severity in SEVERITIES},
    }


def _rule(result: ExpectationValidationResult, of_kind: SuiteResult, writer: Writer) -> dict[str, Any]:
    config, found = configuration(result), result.result
    rows = found.get("unexpected_count", 0)
    share = rows / found["element_count"] if rows else 0
    count, percent = writer.formats.count(rows), writer.formats.percent(share)
    # A row of items stands in the result once per line that breaks the rule.
    examples = [] if result.success else _distinct(_examples(result, of_kind, writer))
    has_rows = any(example["row"] for example in examples)
    looked_at = len(found["partial_unexpected_list"]) if has_rows else len(examples)
    return {
        "success": result.success,
        "code": config.meta["code"],
        "severity": config.meta["severity"],
        "description": writer.rule(result, of_kind.kind),
        "rows": writer.say("share", count=count, percent=percent) if rows else count,
        "examples": examples,
        "more": writer.say("more", count=count) if rows > looked_at else "",
    }


def _examples(result: ExpectationValidationResult, of_kind: SuiteResult, writer: Writer) -> list[dict[str, str]]:
    """Return the first rows that break a rule, with the value where it is one of the file and not computed."""
    config = configuration(result)
    if config.meta.get("told_by") == "reading":
        return [_unread(cell, writer) for cell in of_kind.unread]
    looked_at = config.kwargs.get("column", config.kwargs.get("column_A"))
    is_told = looked_at in {column.name for column in kind_of(of_kind.kind).columns}
    if "unexpected_index_column_names" in result.result:
        rows = result.result["partial_unexpected_index_list"]
        return [_example(row, writer, value=writer.value(row[looked_at]) if is_told else "") for row in rows]
    # Of very many rows Great Expectations tells values alone.
    values = result.result.get("partial_unexpected_list", ()) if is_told else ()
    return [NO_PLACE | {"value": writer.value(value)} for value in values]


def _distinct(examples: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return list({tuple(example.values()): example for example in examples}.values())


def _unread(cell: Problem, writer: Writer) -> dict[str, str]:
    """Return a cell that could not be understood, as it was sent."""
    example = _example({"sheet": cell.sheet or "", "row": row_of(cell)}, writer, value=writer.value(cell.value))
    return example | {"column": cell.column or ""}


def _example(row: Mapping[str, Any], writer: Writer, *, value: str) -> dict[str, str]:
    return NO_PLACE | {"sheet": row["sheet"], "row": writer.formats.count(int(row["row"])), "value": value}
