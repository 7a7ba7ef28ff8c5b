"""What is shown where there is no page, or none for this reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dash_mantine_components as dmc

from dash_app.components.parts import Component, empty
from dash_app.sessions import current_session

if TYPE_CHECKING:
    from dash_app.context import Dashboard


def layout(dashboard: Dashboard) -> Component:
    """Return the page for an address that leads nowhere."""
    reader = dashboard.reader()
    return _notice(dashboard, reader.say("page.missing.title"), reader.say("page.missing.text"))


def forbidden(dashboard: Dashboard) -> Component:
    """Return the page for an accountant who asks for the figures."""
    reader = dashboard.reader()
    text = reader.say("forbidden.text", name=current_session().name)
    return _notice(dashboard, reader.say("forbidden.title"), text)


def store_away(dashboard: Dashboard) -> Component:
    """Return the page for while MongoDB does not answer."""
    reader = dashboard.reader()
    return _notice(dashboard, reader.say("health.store_away"), reader.say("health.next_step"))


def _notice(dashboard: Dashboard, title: str, text: str) -> Component:
    back = dmc.Anchor(dashboard.reader().say("page.back"), href="/")
    return dmc.Stack([empty(title, text, "alert"), back], align="center")
