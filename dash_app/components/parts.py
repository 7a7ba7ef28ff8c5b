"""Cards, tiles and empty states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import html

if TYPE_CHECKING:
    from collections.abc import Sequence

Component = Any


def icon(name: str, size: int = 20) -> Component:
    """Return an icon of the style sheet, in the colour of the text around it."""
    wild: dict[str, Any] = {"aria-hidden": "true"}
    return html.Span(className=f"icon icon-{name}", style={"width": size, "height": size}, **wild)


def card(title: str, subtitle: Component, children: Sequence[Component], *, right: Component = None) -> Component:
    """Return a section of a page."""
    heading = dmc.Box([dmc.Title(title, order=2, size="h4"), dmc.Text(subtitle, size="sm", c="dimmed")])
    head = dmc.Group([heading, *([right] if right is not None else [])], justify="space-between", align="flex-start")
    return dmc.Paper([head, *children], className="card", withBorder=True, radius="md", p="lg")


def tile(label: str, value: str, note: str, tone: str = "sea") -> Component:
    """Return one headline figure."""
    return dmc.Paper(
        [
            dmc.Text(label, size="xs", c="dimmed", className="tile-label"),
            dmc.Text(value, className="tile-value"),
            dmc.Text(note, size="xs", c="dimmed"),
        ],
        className=f"tile tile-{tone}",
        withBorder=True,
        radius="md",
        p="md",
    )


def empty(title: str, text: str, icon_name: str = "inbox") -> Component:
    """Return what stands where there is nothing yet; the text says what to do next."""
    return dmc.Stack(
        [icon(icon_name, 40), dmc.Text(title, fw=600), dmc.Text(text, size="sm", c="dimmed", ta="center", maw=460)],
        align="center",
        gap=6,
        py="xl",
        className="empty",
    )


def shown(*, when: bool) -> dict[str, str]:
    """Return the style that shows a part, or hides it."""
    return {} if when else {"display": "none"}
