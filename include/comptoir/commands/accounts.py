"""`comptoir accounts`: who may sign in to the dashboard, in which role, and how their files are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from comptoir.commands.border import opened_hot, print_json, print_tables
from comptoir.commands.tables import text_table
from comptoir.commands.words import word
from comptoir.settings import load_settings

if TYPE_CHECKING:
    from comptoir.accounts import Account
    from comptoir.sentences import Language
    from comptoir.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The accounts of the dashboard.")

Name = Annotated[str, typer.Argument(help="The account's name.")]
HEADINGS = ("account", "role", "language", "import_policy", "date_order", "decimal_mark", "may_sign_in")


@app.command("list")
def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """The accounts with their roles, languages, import policies and locales; passwords are kept nowhere."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.accounts import list_accounts  # noqa: PLC0415 - `--help` needs no driver

        rows = [_row(account, settings) for account in list_accounts(hot)]
    if as_json:
        print_json(rows)
        return
    language = settings.language
    headings = [word(heading, language) for heading in HEADINGS]
    print_tables([text_table(word("accounts", language), headings, [_shown(row, language) for row in rows])])


def _row(account: Account, settings: Settings) -> dict[str, Any]:
    return {
        "name": account.name,
        "role": str(account.role),
        "language": account.language,
        "import_policy": account.import_policy or settings.import_policy,
        "date_order": account.date_order or settings.date_order,
        "decimal_mark": account.decimal_mark or settings.decimal_mark,
        "is_disabled": account.is_disabled,
    }


def _shown(row: dict[str, Any], language: Language) -> list[str]:
    keys = [
        f"role_{row['role']}",
        f"language_{row['language'] or 'browser'}",
        row["import_policy"],
        row["date_order"] or "ask",
        row["decimal_mark"] or "ask",
        "no" if row["is_disabled"] else "yes",
    ]
    return [row["name"], *(word(key, language) for key in keys)]


@app.command()
def add(
    name: Name,
    role: Annotated[Literal["accountant", "administrator"], typer.Option(help="What the account may do.")],
    language: Annotated[
        Literal["fr", "en"] | None, typer.Option(help="Of its pages and answers; default what its browser asks for.")
    ] = None,
) -> None:
    """Make an account with a folder of its own in the drop zone, and print its password, this once."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir import accounts  # noqa: PLC0415 - `--help` needs no driver
        from comptoir.landing.drop import prepare_zone  # noqa: PLC0415 - as above

        made = accounts.create(hot, name, accounts.Role(role), language)
        zone = prepare_zone(settings, name)
    typer.echo(word("account_made", settings.language, name=name, zone=zone), err=True)
    typer.echo(made.password)


@app.command()
def disable(name: Name) -> None:
    """Let nobody sign in to an account any more, and end its sessions; what it imported stays."""
    _set_disabled(name, is_disabled=True)


@app.command()
def enable(name: Name) -> None:
    """Let the owner of a disabled account sign in again, with the password that it had."""
    _set_disabled(name, is_disabled=False)


def _set_disabled(name: str, *, is_disabled: bool) -> None:
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.accounts import set_disabled  # noqa: PLC0415 - as above

        set_disabled(hot, name, is_disabled=is_disabled)
    typer.echo(word("account_disabled" if is_disabled else "account_enabled", settings.language, name=name))


@app.command()
def reset(name: Name) -> None:
    """Give an account a new password, end its sessions, and print the password, this once."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.accounts import reset_password  # noqa: PLC0415 - as above

        typer.echo(reset_password(hot, name))


@app.command("policy")
def set_policy(
    name: Name,
    value: Annotated[
        Literal["good_rows", "all_or_nothing", "default"],
        typer.Argument(help="What a bad row in the account's files refuses."),
    ],
) -> None:
    """Say what a bad row in the files of an account refuses: itself or its whole file."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.accounts import set_import_policy  # noqa: PLC0415 - as above

        set_import_policy(hot, name, None if value == "default" else value)


@app.command("locale")
def set_locale(
    name: Name,
    dates: Annotated[
        Literal["day_first", "month_first", "default"],
        typer.Argument(help="How 01/02/2026 is read where nothing tells."),
    ],
    decimals: Annotated[
        Literal["comma", "point", "default"], typer.Argument(help="How 1.234 is read where nothing tells.")
    ],
) -> None:
    """Say how dates and numbers that fit both readings are read in the files of an account."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir import accounts  # noqa: PLC0415 - as above

        date_order = None if dates == "default" else dates
        accounts.set_locale(hot, name, date_order, None if decimals == "default" else decimals)
