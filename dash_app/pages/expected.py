"""The administrator's page of expected files: what should come by when, more of it, and less."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from babel.dates import get_day_names
from dash import html
from fastapi import Request  # noqa: TC002 - FastAPI reads the annotations of its routes
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from comptoir import accounts
from comptoir.errors import MisconfiguredError
from comptoir.expecting import WEEKDAYS, next_deadline, parse_days
from comptoir.names import KINDS
from comptoir.stores import expected
from dash_app.components.parts import Component, card, empty
from dash_app.forms import FormTooLargeError, read_form
from dash_app.replies import refusal
from dash_app.sessions import current_session, require_administrator

if TYPE_CHECKING:
    from fastapi import FastAPI

    from comptoir.expecting import Expectation
    from dash_app.context import Dashboard, Reader

PATH: Final = "/expected"
COLUMNS: Final = ("kind", "by", "days", "account", "next", "remove")
SPANS: Final = ("mon-fri", "mon-sat", "mon-sun", "tue-sat", *WEEKDAYS)  # others by the command


def layout(dashboard: Dashboard) -> Component:
    """Return the list of what is expected, and the form that adds to it."""
    require_administrator()
    reader, found = dashboard.reader(), expected.list_expectations(dashboard.hot)
    names = [account.name for account in accounts.list_accounts(dashboard.hot)]
    shown = _table(found, reader) if found else empty(reader.say("expected.none"), reader.say("expected.none.text"))
    parts = [shown, _form(names, reader)]
    return card(reader.say("expected.title"), reader.say("expected.subtitle"), parts)


def add_expected_routes(app: FastAPI, dashboard: Dashboard) -> None:
    """Register what the page's forms send."""

    @app.post(f"{PATH}/add", include_in_schema=False)
    async def add(request: Request) -> Response:
        require_administrator()
        try:
            kind, due, days, account = _read(await read_form(request))
        except (ValueError, FormTooLargeError):
            return refusal("expected.form", 400)
        try:
            await run_in_threadpool(expected.add, dashboard.hot, kind, due, days, account, by=current_session().name)
        except MisconfiguredError:
            return refusal("desk.unknown", 400)
        return RedirectResponse(PATH, 303)

    @app.post(f"{PATH}/remove/{{identity}}", include_in_schema=False)
    async def remove(identity: str) -> Response:
        require_administrator()
        try:
            await run_in_threadpool(expected.remove, dashboard.hot, identity, by=current_session().name)
        except MisconfiguredError:
            return refusal("expected.gone", 404)
        return RedirectResponse(PATH, 303)


def _read(form: dict[str, str]) -> tuple[str, time, frozenset[int], str | None]:
    """Return a form's kind, time of day, weekdays and account; raise ValueError where one is not possible."""
    kind = KINDS[KINDS.index(form.get("kind", ""))]
    due = datetime.strptime(form.get("by", ""), "%H:%M").time()  # noqa: DTZ007 - a time of day
    return kind, due, parse_days(form.get("days", "")), form.get("account") or None


def _table(found: list[Expectation], reader: Reader) -> Component:
    head = dmc.TableThead(dmc.TableTr([dmc.TableTh(reader.say(f"expected.{name}")) for name in COLUMNS]))
    body = dmc.TableTbody([_row(each, reader) for each in found])
    return dmc.Table([head, body], verticalSpacing=6, className="problems expected")


def _row(each: Expectation, reader: Reader) -> Component:
    due_next = next_deadline(each, datetime.now(UTC), reader.settings.zone)
    button = html.Button(reader.say("expected.remove"), type="submit", className="act-button act-withdraw")
    cells: dict[str, Component] = {
        "kind": reader.say(f"kind.{each.kind}"),
        "by": f"{each.due:%H:%M}",
        "days": _days_name(each.days, reader),
        "account": each.account or reader.say("expected.anyone"),
        "next": reader.formats.moment(due_next),
        "remove": html.Form(button, action=f"{PATH}/remove/{each.id}", method="POST"),
    }
    labels: dict[str, dict[str, Any]] = {name: {"data-label": reader.say(f"expected.{name}")} for name in COLUMNS}
    return dmc.TableTr([dmc.TableTd(cells[name], **labels[name]) for name in COLUMNS])


def _form(names: list[str], reader: Reader) -> Component:
    kinds = [html.Option(reader.say(f"kind.{kind}"), value=kind) for kind in KINDS]
    days = [html.Option(_days_name(parse_days(span), reader), value=span) for span in SPANS]
    owners = [html.Option(reader.say("expected.anyone"), value=""), *(html.Option(name, value=name) for name in names)]
    fields = [
        _labelled("expected.kind", html.Select(kinds, name="kind", id="expected-kind"), reader),
        _labelled("expected.by", dmc.TimeInput(name="by", id="expected-by", value="09:00", required=True), reader),
        _labelled("expected.days", html.Select(days, name="days", id="expected-days"), reader),
        _labelled("expected.account", html.Select(owners, name="account", id="expected-account"), reader),
        html.Button(reader.say("expected.add"), type="submit", className="act-button act-restore"),
    ]
    return html.Form(fields, action=f"{PATH}/add", method="POST", className="expected-form")


def _labelled(key: str, field: Component, reader: Reader) -> Component:
    return html.Div([html.Label(reader.say(key), htmlFor=field.id), field], className="expected-field")


def _days_name(days: frozenset[int], reader: Reader) -> str:
    """Return weekdays as people name them: a span where they follow each other, else a list."""
    ordered = sorted(days)
    names = [str(get_day_names("abbreviated", locale=reader.formats.locale)[day]) for day in ordered]
    is_span = len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1  # noqa: PLR2004 - two are a list
    return f"{names[0]} \N{EN DASH} {names[-1]}" if is_span else ", ".join(names)
