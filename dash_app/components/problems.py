"""How the gravity of a problem is shown, and where its code is explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dash_mantine_components as dmc

if TYPE_CHECKING:
    from dash_app.components.parts import Component
    from dash_app.context import Reader

SEVERITY_TONES: Final = {"error": "red", "warning": "yellow", "notice": "blue"}


def severity_badge(severity: str, reader: Reader) -> Component:
    """Return the word for a severity, in its colour."""
    label = reader.say(f"severity.{severity}")
    return dmc.Badge(label, color=SEVERITY_TONES[severity], size="xs", variant="light", mr=6)


def help_link(code: str, reader: Reader) -> Component:
    """Return the link to what the help says about a code."""
    label = reader.say("help.problems.link")
    return dmc.Anchor(
        "?", href=f"/help/problems#{code}", target="_blank", className="help-link", **{"aria-label": label}
    )
