"""The page of remembered columns: what answers said of them, for who gave them and administrators to change."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html
from fastapi import Request  # noqa: TC002 - FastAPI reads the annotations of its routes
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from comptoir.errors import MisconfiguredError, TransientError
from comptoir.questions import NO_COLUMN
from comptoir.reading.guide import header_of_word
from comptoir.reading.qualified import senses_of
from comptoir.records import kind_of
from comptoir.sentences import CHOICES
from comptoir.stores import mappings
from dash_app.components.parts import Component, card, empty
from dash_app.forms import FormTooLargeError, read_form
from dash_app.replies import refusal, refusal_page
from dash_app.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from dash_app.context import Dashboard, Reader

PATH: Final = "/mappings"
MAX_FIELDS: Final = 1_000  # no kind has more than 20 columns, but many words may be remembered
MAX_FORM_BYTES: Final = 1_000_000  # headers and words may be long

Mapping = dict[str, Any]


def layout(dashboard: Dashboard) -> Component:
    """Return the page: all mappings for an administrator, their own for an accountant."""
    reader = dashboard.reader()
    found = [each for each in mappings.list_mappings(dashboard.hot) if may_change(each)]
    title = dmc.Box(
        [
            dmc.Title(reader.say("mappings.title"), order=1, size="h3"),
            dmc.Text(reader.say("mappings.subtitle"), size="sm", c="dimmed"),
        ]
    )
    cards = [mapping_card(each, reader) for each in found]
    nothing = empty(reader.say("mappings.none"), reader.say("mappings.none.text"))
    return dmc.Stack([title, *(cards or [nothing])], gap="md")


def may_change(mapping: Mapping) -> bool:
    """Tell whether whoever is signed in may see and change a mapping: an accountant those of their files."""
    session = current_session()
    return session.is_administrator or bool(mapping["account"] == session.name)


def add_mapping_routes(app: FastAPI, dashboard: Dashboard) -> None:
    """Register what the page's forms send."""

    @app.post(f"{PATH}/edit/{{identity}}", include_in_schema=False)
    async def edit(identity: str, request: Request) -> Response:
        try:
            form = await read_form(request, limit_bytes=MAX_FORM_BYTES, limit_fields=MAX_FIELDS)
        except (ValueError, FormTooLargeError):
            return refusal("desk.form", 400)
        changes = {name: None if said == NO_COLUMN else said for name, said in form.items()}
        return await _changed(dashboard, identity, partial(mappings.edit, changes=changes))

    @app.post(f"{PATH}/forget/{{identity}}", include_in_schema=False)
    async def forget(identity: str) -> Response:
        return await _changed(dashboard, identity, mappings.forget)


async def _changed(dashboard: Dashboard, identity: str, change: Callable[..., None]) -> Response:
    """Change a mapping; where that can't be done, say why on a page of its own."""
    session = current_session()
    try:
        mapping = await run_in_threadpool(mappings.find_mapping, dashboard.hot, identity)
        if not may_change(mapping):
            return refusal("mappings.forbidden", 403)
        await run_in_threadpool(change, dashboard.hot, identity, by=session.name)
    except MisconfiguredError as error:
        return refusal_page(session.language, error.told(session.language), 409)
    except TransientError:
        return refusal("health.store_away", 503)
    return RedirectResponse(PATH, 303)


def mapping_card(mapping: Mapping, reader: Reader) -> Component:
    """Return a mapping with the headers that it is for, and the forms that change and forget it."""
    at = reader.formats.moment(mapping["at"])
    subtitle = reader.say("mappings.by", account=mapping["account"], name=mapping["by"], at=at)
    headers = ", ".join(reader.say("preview.quoted", text=header) for header in mapping["headers"])
    named = dmc.Text(reader.say("mappings.headers", headers=headers), size="sm", c="dimmed")
    kind = reader.say(f"kind.{mapping['kind']}")
    return card(kind, subtitle, [named, _edit_form(mapping, reader), _forget_form(mapping, reader)])


def _edit_form(mapping: Mapping, reader: Reader) -> Component:
    words = [name for name in mapping["mapping"] if mappings.is_word(name)]
    fields = [_field(mapping, column, reader) for column in mapping["mapping"] if column not in words]
    fields += [_word_field(mapping, word, reader) for word in words]
    save = html.Button(reader.say("mappings.save"), type="submit", className="answer-button")
    return html.Form([*fields, save], action=f"{PATH}/edit/{mapping['id']}", method="POST", className="rule-form")


def _field(mapping: Mapping, column: str, reader: Reader) -> Component:
    """Return the choice of the header that is a column; the one that is now comes first, so it is the chosen one."""
    label = kind_of(mapping["kind"]).column(column).label(reader.formats.language)
    now = mapping["mapping"][column] or NO_COLUMN
    identity = f"{mapping['id']}-{column}"
    options = [_option(header, reader) for header in sorted([*mapping["headers"], NO_COLUMN], key=lambda h: h != now)]
    choice = html.Select(options, name=column, id=identity)
    return html.Div([html.Label(label, htmlFor=identity), choice], className="question")


def _word_field(mapping: Mapping, name: str, reader: Reader) -> Component:
    """Return the choice of what rows are that have a word; what they are now comes first."""
    header = header_of_word(name, mapping["headers"]) or ""
    label = reader.say("mappings.word", header=header, word=name.removeprefix(f"{header}|"))
    identity = f"{mapping['id']}-{name}"
    senses = sorted(senses_of(header, mapping["kind"]), key=lambda sense: sense != mapping["mapping"][name])
    options = [html.Option(CHOICES[sense][reader.formats.language], value=str(sense)) for sense in senses]
    return html.Div(
        [html.Label(label, htmlFor=identity), html.Select(options, name=name, id=identity)], className="question"
    )


def _option(header: str, reader: Reader) -> Component:
    return html.Option(reader.say("mappings.no_column") if header == NO_COLUMN else header, value=header)


def _forget_form(mapping: Mapping, reader: Reader) -> Component:
    """Return the button that forgets a mapping, behind what that means."""
    text = dmc.Text(reader.say("mappings.forget.text"), size="sm")
    button = html.Button(reader.say("mappings.forget"), type="submit", className="act-button act-withdraw")
    form = html.Form(button, action=f"{PATH}/forget/{mapping['id']}", method="POST")
    return html.Details([html.Summary(reader.say("mappings.forget.open"), className="act-opener"), text, form])
