"""The administrator's page of rules: the closing date, and how the files of each account are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from comptoir import accounts
from comptoir.stores.closing import read_closing
from dash_app import ids
from dash_app.components.parts import Component, card
from dash_app.sessions import require_administrator

if TYPE_CHECKING:
    from comptoir.accounts import Account
    from dash_app.context import Dashboard, Reader

# What an account may have of its own, by the field that keeps it; the platform's own is the setting of that name.
CHOICES: Final = {
    "import_policy": ("good_rows", "all_or_nothing"),
    "date_order": ("day_first", "month_first"),
    "decimal_mark": ("comma", "point"),
}
DEFAULT: Final = "default"


def layout(dashboard: Dashboard) -> Component:
    """Return the page with the rules as they are now."""
    require_administrator()
    reader = dashboard.reader()
    forms = [_account_form(account, reader) for account in accounts.list_accounts(dashboard.hot)]
    policies = card(reader.say("rules.accounts"), reader.say("rules.accounts.text"), [dmc.Stack(forms, gap="lg")])
    return dmc.Stack([_closing_card(read_closing(dashboard.hot), reader), policies], gap="md")


def _closing_card(closing: dict[str, Any], reader: Reader) -> Component:
    # The browser's own field: it shows and takes a date as its user writes one, posts it as ISO, and guesses nothing.
    day = dmc.TextInput(
        id=ids.CLOSING_DAY,
        name="day",
        label=reader.say("rules.closing.day"),
        value=closing["closing"] or "",
        inputProps={"type": "date"},
        required=True,
        w=200,
    )
    move = html.Button(reader.say("rules.closing.move"), type="submit", className="answer-button")
    forms = [html.Form([day, move], action="/desk/closing", method="POST", className="rule-form")]
    if closing["closing"]:
        clear = html.Button(
            reader.say("rules.closing.clear"), type="submit", name="day", value="", className="plain-button"
        )
        forms.append(html.Form(clear, action="/desk/closing", method="POST"))
    now = html.Div(closing_sentence(closing, reader), id=ids.CLOSING_NOW)
    return card(reader.say("rules.closing"), now, [dmc.Group(forms, align="flex-end", gap="md")])


def closing_sentence(closing: dict[str, Any], reader: Reader) -> str:
    """Say what is closed, and who said so."""
    day = closing["closing"]
    said = reader.say("rules.closing.now", day=reader.formats.day(day)) if day else reader.say("rules.closing.none")
    if closing["moved_at"] is None:
        return said
    moved = reader.say("rules.closing.moved", name=closing["moved_by"], at=reader.formats.moment(closing["moved_at"]))
    return f"{said} {moved}"


def _account_form(account: Account, reader: Reader) -> Component:
    name = dmc.Box([dmc.Text(account.name, fw=600), dmc.Text(reader.say(f"role.{account.role}"), size="xs")], w=130)
    save = html.Button(reader.say("rules.save"), type="submit", className="answer-button")
    fields = [_choice(account, field, reader) for field in CHOICES]
    return html.Form(
        [name, *fields, save],
        action=f"/desk/accounts/{account.name}",
        method="POST",
        className="rule-form",
        id=f"account-{account.name}",
    )


def _choice(account: Account, field: str, reader: Reader) -> Component:
    platforms = getattr(reader.settings, field) or "ask"
    default = reader.say("rules.default", value=reader.say(f"rules.value.{platforms}"))
    own = [{"value": value, "label": reader.say(f"rules.value.{value}")} for value in CHOICES[field]]
    return dmc.Select(
        name=field,
        label=reader.say(f"rules.{field}"),
        data=[{"value": DEFAULT, "label": default}, *own],
        value=getattr(account, field) or DEFAULT,
        allowDeselect=False,
        w=250,
    )
