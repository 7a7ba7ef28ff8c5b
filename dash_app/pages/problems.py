"""The help page on problems: every code with an example, what is said of it, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from comptoir.problem_guide import GUIDE
from dash_app.components.parts import Component, card
from dash_app.components.problems import severity_badge

if TYPE_CHECKING:
    from comptoir.problem_guide import Chapter, Example
    from dash_app.context import Dashboard, Reader

COLUMNS: Final = ("code", "example", "why", "remedy")


def layout(dashboard: Dashboard) -> Component:
    """Return the page in the reader's language."""
    reader = dashboard.reader()
    title = dmc.Box(
        [
            dmc.Title(reader.say("help.problems.title"), order=1, size="h3"),
            dmc.Text(reader.say("help.problems.subtitle"), size="sm", c="dimmed"),
        ]
    )
    return dmc.Stack([title, *(_chapter(chapter, reader) for chapter in GUIDE)], gap="md")


def _chapter(chapter: Chapter, reader: Reader) -> Component:
    head = dmc.TableThead(dmc.TableTr([dmc.TableTh(reader.say(f"uploads.problem.{name}")) for name in COLUMNS]))
    body = dmc.TableTbody([_row(example, reader) for example in chapter.examples])
    table = dmc.Table([head, body], verticalSpacing=6, className="problems")
    return card(chapter.titles[reader.formats.language], None, [table])


def _row(example: Example, reader: Reader) -> Component:
    problem = example.problem(reader.formats.language)
    cells: dict[str, Component] = {
        "code": dmc.Code(example.code, className="problem-code"),
        "example": _cell(problem.column, problem.value, reader),
        "why": html.Div([severity_badge(str(example.severity), reader), problem.message(reader.formats.language)]),
        "remedy": problem.remedy(reader.formats.language),
    }
    labels: dict[str, dict[str, Any]] = {
        name: {"data-label": reader.say(f"uploads.problem.{name}")} for name in COLUMNS
    }
    return dmc.TableTr([dmc.TableTd(cells[name], **labels[name]) for name in COLUMNS], id=example.code)


def _cell(column: str | None, value: str | None, reader: Reader) -> Component:
    if column is None or value is None:
        return column or (dmc.Code(value) if value else "")
    shown = dmc.Code(value) if value else reader.say("help.problems.empty")
    return html.Div([html.Span(f"{column}: "), shown])
