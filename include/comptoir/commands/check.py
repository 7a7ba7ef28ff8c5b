"""`comptoir check`: what a file holds and what an import of it would change, without importing it."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from functools import partial
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comptoir.commands.border import fail, hot_if_up, print_json, print_tables
from comptoir.commands.files import Answers, as_answers, problem_lines, question_lines, require_files
from comptoir.commands.tables import moment_text, number_text, text_table
from comptoir.commands.words import word
from comptoir.errors import RejectedFileError, TransientError
from comptoir.problems import Problem
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from rich.table import Table

    from comptoir.sentences import Language
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

EXIT_CODES = {"accept": 0, "partial": 1, "reject": 1, "ask": 3}
PROBLEMS_SHOWN = 20  # on a terminal; `--json` has more


def check(
    file: Annotated[Path, typer.Argument(help="A file; nothing happens to it.")],
    answer: Answers = None,
    account: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Read it as a file of that account; needs the platform.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """Tell what a file holds, what is wrong with it, and what an import of it would change.

    The exit code is 0 when all of it would be accepted, 1 when a part or all of it would be rejected, 3 when it asks
    a question. It works without the platform, too; what would change is then not told. Dates, numbers, bad rows and
    headers are taken as the account of --account has it, else as the platform's settings say.
    """
    settings = load_settings()
    require_files([file], settings.language)
    answers = as_answers(answer, settings.language)
    from comptoir.check import check_file, refused  # noqa: PLC0415 - `--help` needs no parsers

    try:
        with hot_if_up(settings) as hot:
            own = settings if account is None else _settings_of(hot, settings, account)
            report = check_file(file, own, answers=answers, hot=hot, account=account)
    except RejectedFileError as error:
        if not as_json:
            fail(error.told(settings.language))
        report = refused(error, settings.language)
    print_json(report) if as_json else _show(file, report, settings)
    raise typer.Exit(EXIT_CODES[report["outcome"]])


def _settings_of(hot: Hot | None, settings: Settings, account: str) -> Settings:
    """Return the settings of an account's files; sentences stay in the language of the command.

    Raises:
        RejectedFileError: there is no such account, or nobody can tell.
    """
    from comptoir import accounts  # noqa: PLC0415 - `--help` needs no driver

    code = "account_away" if account.strip() else "account_unknown"  # which an empty name is in any case
    with suppress(TransientError):
        if hot is not None and accounts.find(hot, account) is not None:
            own = accounts.settings_for(hot, settings, account)
            return own.model_copy(update={"language": settings.language})
        code = code if hot is None else "account_unknown"
    raise RejectedFileError([Problem(code, params={"account": account})])


def _show(file: Path, report: dict[str, Any], settings: Settings) -> None:
    language = settings.language
    if report["outcome"] == "ask":
        print_tables([table for sheet in report["sheets"] for table in _outline_tables(sheet, language)])
    typer.echo(word(f"check_{report['outcome']}", language, name=file.name, **report))
    if report["outcome"] != "ask":
        _show_judged(report, settings)
    for line in [*problem_lines(report, language, PROBLEMS_SHOWN), *question_lines(report, language)]:
        typer.echo(line)


def _show_judged(report: dict[str, Any], settings: Settings) -> None:
    for sheet in report["sheets"]:
        print_tables(_sheet_tables(sheet, settings))
        if ignored := sheet["ignored_headers"]:
            typer.echo(word("headers_ignored", settings.language, headers=", ".join(ignored)))
    if report["changes"]:
        print_tables([_changes_table(report["changes"], settings.language)])
    elif report["sheets"]:
        typer.echo(word("check_no_changes", settings.language))


def _sheet_tables(sheet: dict[str, Any], settings: Settings) -> list[Table]:
    language, locale = settings.language, sheet["locale"]
    read_as = ", ".join(
        word(f"locale_{key}", language, value=_shown(value, language)) for key, value in locale.items() if value
    )
    rows = sheet["first_rows"]
    first = [[_cell(sheet["kind"], column, value, settings) for column, value in row.items()] for row in rows]
    columns = [_label(sheet["kind"], language, column) for column in rows[0]] if rows else []
    first_rows = text_table(word("first_rows", language), columns, first)
    return [_mapping_table(sheet, [read_as] if read_as else [], language), first_rows]


def _outline_tables(sheet: dict[str, Any], language: Language) -> list[Table]:
    """Return what is known of a sheet that asks, and its first rows as they are written."""
    place = [word("header_row", language, row=sheet["header_row"])] if sheet["header_row"] else []
    count = word("rows_counted", language, rows_read=sheet["rows_read"])
    written = [[str(value or "") for value in row.values()] for row in sheet["first_rows"]]
    columns = [word("row_number", language), *sheet["headers"]]
    return [
        _mapping_table(sheet, [*place, count], language),
        text_table(word("rows_written", language), columns, written),
    ]


def _mapping_table(sheet: dict[str, Any], told: list[str], language: Language) -> Table:
    label = partial(_label, sheet["kind"], language)
    name = [sheet["sheet"]] if sheet["sheet"] else []
    title = " · ".join([*name, word(f"kind_{sheet['kind']}", language), *told])
    headings = [word(key, language) for key in ("column", "header", "found_by", "confidence")]
    mapping = [
        [label(each["column"]), each["header"], word(f"by_{each['source']}", language), f"{each['confidence']:.0%}"]
        for each in sheet["mapping"]
    ]
    return text_table(title, headings, mapping)


def _label(kind: str, language: Language, column: str) -> str:
    from comptoir.records import kind_of  # noqa: PLC0415 - as above

    return word("row_number", language) if column == "row" else kind_of(kind).column(column).label(language)


def _changes_table(changes: dict[str, dict[str, int]], language: Language) -> Table:
    headings = [word(key, language) for key in ("kind", "new", "changed", "unchanged")]
    rows = [
        [word(f"kind_{kind}", language), *(str(count[key]) for key in ("new", "changed", "unchanged"))]
        for kind, count in changes.items()
    ]
    return text_table(word("changes", language), headings, rows)


def _shown(value: str, language: Language) -> str:
    words = {"comma", "point", "day_first", "month_first"}
    return word(value, language) if value in words else value.replace("\t", "tab")


def _cell(kind: str, column: str, value: Any, settings: Settings) -> str:
    """Write a value as people read it: a time in the trader's zone, an amount with the places that it has."""
    from comptoir.formats import Formats  # noqa: PLC0415 - as above
    from comptoir.records import ColumnType, kind_of  # noqa: PLC0415 - as above

    if value is None or column == "row":
        return str(value or "")
    column_type = kind_of(kind).column(column).type
    if column_type is ColumnType.TIMESTAMP:
        return moment_text(value, settings)
    if column_type is ColumnType.DAY:
        return Formats.of(settings).day(value)
    return number_text(Decimal(value), settings.language) if column_type is ColumnType.MONEY else str(value)
