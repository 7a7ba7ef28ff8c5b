"""`comptoir expect`: which files should have come by when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from comptoir.commands.border import fail, opened_hot, print_json, print_tables
from comptoir.commands.tables import moment_text, text_table
from comptoir.commands.words import word
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from datetime import time

    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot

app = typer.Typer(no_args_is_help=True, help="Files that are expected by a time of day.")

FIELDS = ("id", "kind", "by", "days", "account", "next_deadline", "missing_since")


@app.command("list")
def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """What is expected, when it is due next, and since when it is missing."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        rows = _rows(hot, settings)
    if as_json:
        print_json(rows)
        return
    headings = [word(f"expected_{field}", settings.language) for field in FIELDS]
    shown = [[_shown(field, row[field], settings) for field in FIELDS] for row in rows]
    print_tables([text_table(word("expected", settings.language), headings, shown)])


def _shown(field: str, value: str | None, settings: Settings) -> str:
    """Write a value for people; days stay as `--days` takes them."""
    if value is None:
        return word("anyone", settings.language) if field == "account" else ""
    if field == "kind":
        return word(f"kind_{value}", settings.language)
    return moment_text(value, settings) if field in {"next_deadline", "missing_since"} else value


def _rows(hot: Hot, settings: Settings) -> list[dict[str, Any]]:
    from comptoir.expecting import days_text, next_deadline  # noqa: PLC0415 - `--help` needs no driver
    from comptoir.stores.expected import list_expectations, missed  # noqa: PLC0415 - as above

    since = {each.expectation: each.deadline.astimezone(settings.zone).isoformat() for each in missed(hot)}
    now = datetime.now(UTC)
    return [
        {
            "id": each.id,
            "kind": each.kind,
            "by": f"{each.due:%H:%M}",
            "days": days_text(each.days),
            "account": each.account,
            "next_deadline": next_deadline(each, now, settings.zone).astimezone(settings.zone).isoformat(),
            "missing_since": since.get(each.id),
        }
        for each in list_expectations(hot)
    ]


@app.command()
def add(
    kind: Annotated[Literal["products", "clients", "stock", "sales"], typer.Argument(help="What the file holds.")],
    by: Annotated[str, typer.Option(metavar="HH:MM", help="The time of day, in the trader's zone.")],
    days: Annotated[str, typer.Option(help="The days of the week.")] = "mon-sun",
    account: Annotated[str | None, typer.Option(help="Whose file it is; default anyone's.")] = None,
) -> None:
    """Expect a file by a time of day, and print the id of that; one of the same kind, time and account is replaced."""
    settings = load_settings()
    due = _time_of(by, settings)
    with opened_hot(settings) as hot:
        from comptoir.expecting import parse_days  # noqa: PLC0415 - as above
        from comptoir.stores import expected  # noqa: PLC0415 - as above

        try:
            wanted = parse_days(days)
        except ValueError:
            fail(word("no_days", settings.language, text=days))
        typer.echo(expected.add(hot, kind, due, wanted, account).id)


def _time_of(text: str, settings: Settings) -> time:
    """Return a time of day; end with a sentence where it is none."""
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        fail(word("no_time", settings.language, text=text))


@app.command()
def remove(identity: Annotated[str, typer.Argument(metavar="ID", help="As `comptoir expect list` shows it.")]) -> None:
    """Expect a file no longer."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.stores import expected  # noqa: PLC0415 - as above

        expected.remove(hot, identity)
