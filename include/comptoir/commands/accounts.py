"""`comptoir accounts`: who may sign in to the dashboard, and a new password for who lost theirs."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from comptoir.commands.border import opened_hot, print_json
from comptoir.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The accounts of the dashboard.")


@app.command("list")
def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")] = False,
) -> None:
    """The accounts with their roles, import policies and locales; passwords are kept nowhere."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.accounts import list_accounts  # noqa: PLC0415 - `--help` needs no driver

        rows = [
            {
                "name": account.name,
                "role": str(account.role),
                "import_policy": account.import_policy or settings.import_policy,
                "date_order": account.date_order or settings.date_order,
                "decimal_mark": account.decimal_mark or settings.decimal_mark,
            }
            for account in list_accounts(hot)
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        locale = f"{row['date_order'] or 'ask'} {row['decimal_mark'] or 'ask'}"
        typer.echo(f"{row['name']:<20} {row['role']:<15} {row['import_policy']:<15} {locale}")


@app.command()
def reset(name: Annotated[str, typer.Argument(help="The account's name.")]) -> None:
    """Give an account a new password, end its sessions, and print the password, this once."""
    settings = load_settings()
    with opened_hot(settings) as hot:
        from comptoir.accounts import reset_password  # noqa: PLC0415 - as above

        typer.echo(reset_password(hot, name))


@app.command("policy")
def set_policy(
    name: Annotated[str, typer.Argument(help="The account's name.")],
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
    name: Annotated[str, typer.Argument(help="The account's name.")],
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
