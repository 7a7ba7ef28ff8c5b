"""What stands around every page: brand, menu, banner, and the stores that the live socket sets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import dash
import dash_mantine_components as dmc
from dash import Dash, Input, Output, ctx, dcc, html, set_props

from dash_app import ids
from dash_app.components.parts import Component, icon
from dash_app.live import SUBJECTS
from dash_app.sessions import Session, current_session, is_signed_in

if TYPE_CHECKING:
    from comptoir.stores.expected import Missed
    from dash_app.context import Dashboard, Reader
    from dash_app.queries import Health

STORE_OF_SUBJECT: Final = {
    "files": ids.LIVE_FILES,
    "winners": ids.LIVE_WINNERS,
    "losses": ids.LIVE_LOSSES,
    "reductions": ids.LIVE_REDUCTIONS,
    "health": ids.LIVE_HEALTH,
}
SOCKET_LOOK_SECONDS: Final = 10.0
PUSH_PAUSE_SECONDS: Final = 0.1  # a burst of results becomes one redraw
POLITE: Final[dict[str, Any]] = {"aria-live": "polite"}

THEME: Final[dict[str, Any]] = {
    "primaryColor": "sea",
    "primaryShade": {"light": 8, "dark": 5},
    "defaultRadius": "md",
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    "headings": {"fontWeight": "650"},
    "colors": {
        "sea": [
            "#e6f6f5",
            "#d0ebe9",
            "#a3d7d3",
            "#72c2bc",
            "#4bb0a9",
            "#32a59d",
            "#22a097",
            "#0f8c84",
            "#0b7a75",
            "#006d66",
        ],
    },
}


def layout(dashboard: Dashboard) -> Component:
    """Return the whole page for whoever is signed in; for Dash's own look at start, the frame alone."""
    if not is_signed_in():
        return html.Div(dash.page_container)
    session, reader = current_session(), dashboard.reader()
    stores = [dcc.Store(id=STORE_OF_SUBJECT[subject], data=dashboard.hub.count(subject)) for subject in SUBJECTS]
    offline = html.Div(reader.say("health.offline"), className="offline-note", role="status")
    main = [html.Div(banner(dashboard), id=ids.BANNER, **POLITE), offline, dash.page_container]
    shell = dmc.AppShell(
        [dmc.AppShellHeader(_header(session, reader), px="md"), dmc.AppShellMain(dmc.Container(main, size="xl", px=0))],
        header={"height": {"base": 90, "xs": 58}},  # on a phone the menu has a line of its own
        padding="md",
    )
    return dmc.MantineProvider([*stores, shell], theme=THEME, defaultColorScheme="auto")


def _header(session: Session, reader: Reader) -> Component:
    brand = dcc.Link(
        [html.Img(src="/favicon.svg", alt="", width=30, height=30), html.Span("Comptoir", className="brand-name")],
        href="/admin" if session.is_administrator else "/",
        className="brand",
    )
    pages = [("/", "nav.uploads"), ("/held", "nav.held"), ("/mappings", "nav.mappings")]
    if session.is_administrator:
        pages = [("/admin", "nav.figures"), *pages, ("/expected", "nav.expected"), ("/rules", "nav.rules")]
    links = [dmc.NavLink(label=reader.say(key), href=path, active="exact", w="auto") for path, key in pages]
    left = dmc.Group([brand, dmc.Group(links, gap=4, wrap="nowrap", className="nav")], gap="md", wrap="nowrap")
    return dmc.Group([left, _user_menu(session, reader)], justify="space-between", h="100%", wrap="nowrap")


def _user_menu(session: Session, reader: Reader) -> Component:
    who = dmc.Box([dmc.Text(session.name, size="sm", fw=600), dmc.Text(reader.say(f"role.{session.role}"), size="xs")])
    target = dmc.UnstyledButton(
        dmc.Group([dmc.Avatar(session.name[:1].upper(), color="sea", radius="xl", size=34), who], gap=8, wrap="nowrap"),
        className="user-button",
        id="user-button",
        **{"aria-label": session.name},
    )
    languages = [_choice("/language", "English", "en"), _choice("/language", "Français", "fr")]
    items = [
        dmc.MenuLabel(reader.say("user.language")),
        *languages,
        dmc.MenuDivider(),
        _choice("/logout", reader.say("user.sign_out"), None),
    ]
    return dmc.Menu([dmc.MenuTarget(target), dmc.MenuDropdown(items)], position="bottom-end", width=200)


def _choice(action: str, label: str, language: str | None) -> Component:
    # A form of its own: what changes state is a post, which our own pages alone can send.
    value: dict[str, Any] = {"name": "language", "value": language} if language else {}
    button = html.Button(label, type="submit", className="menu-item", **value)
    return html.Form(button, action=action, method="POST", className="menu-form")


def banner(dashboard: Dashboard) -> list[Component]:
    """Return the warnings that a stage has stopped and that expected files are missing, or nothing."""
    reader, now = dashboard.reader(), dashboard.hub.health
    stopped = _stopped(now, reader)
    return [*([stopped] if stopped is not None else []), *_missing(now, current_session(), reader)]


def _stopped(now: Health, reader: Reader) -> Component | None:
    if not now.store_connected:
        text = reader.say("health.store_away")
    elif now.stream_silent:
        at = now.stream_at
        never = reader.say("health.stream_never")
        text = reader.say("health.stream_silent", at=reader.formats.clock(at)) if at else never
    elif not now.results_connected:
        text = reader.say("health.results_away")
    else:
        return None
    return dmc.Alert(
        [text, " ", html.Span(reader.say("health.next_step"), className="next-step")],
        color="orange",
        icon=icon("alert"),
        className="banner",
    )


def _missing(now: Health, session: Session, reader: Reader) -> list[Component]:
    """Return one warning with the expected files that are not here, of the reader's own and of anyone's."""
    seen = [each for each in now.missed if session.is_administrator or each.account in {None, session.name}]
    lines = [html.Div(_missing_line(each, reader)) for each in seen]
    return [dmc.Alert(lines, color="yellow", icon=icon("alert"), className="banner missing")] if lines else []


def _missing_line(each: Missed, reader: Reader) -> str:
    kind = reader.say(f"kind.{each.kind}")
    named = f"{kind} ({each.account})" if each.account else kind
    return reader.say("expected.missing", kind=named, at=reader.formats.moment(each.deadline))


def register_callbacks(app: Dash, dashboard: Dashboard) -> None:
    """Connect the banner and the live socket."""

    @app.callback(Output(ids.BANNER, "children"), Input(ids.LIVE_HEALTH, "data"), prevent_initial_call=True)
    def show_banner(_count: int) -> list[Component]:
        return banner(dashboard)

    @app.callback(websocket=True, persistent=True)
    async def push() -> None:
        await _push(dashboard)


async def _push(dashboard: Dashboard) -> None:
    """Tell one page which subjects changed, for as long as it is open."""
    socket = ctx.websocket
    subscription = dashboard.hub.subscribe()
    try:
        for subject in SUBJECTS:
            await _catch_up(dashboard, subject)
        while not socket.is_shutdown:
            for subject in await subscription.next_changes(SOCKET_LOOK_SECONDS):
                set_props(STORE_OF_SUBJECT[subject], {"data": dashboard.hub.count(subject)})
            await asyncio.sleep(PUSH_PAUSE_SECONDS)
    finally:
        dashboard.hub.unsubscribe(subscription)


async def _catch_up(dashboard: Dashboard, subject: str) -> None:
    """Redraw a subject that changed between the first paint (or the loss of the socket) and now."""
    store = STORE_OF_SUBJECT[subject]
    if await ctx.websocket.get_prop(store, "data") != dashboard.hub.count(subject):
        set_props(store, {"data": dashboard.hub.count(subject)})
