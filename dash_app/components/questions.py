"""The questions of a file that waits for its owner's answers, as a form that needs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import html

if TYPE_CHECKING:
    from dash_app.components.parts import Component
    from dash_app.context import Reader


def questions_form(file: dict[str, Any], reader: Reader) -> Component:
    """Return one choice per question of an imported file and one button that sends all answers."""
    send = html.Button(reader.say("uploads.questions.send"), type="submit", className="answer-button")
    fields = question_fields(file["_id"], file["questions"], reader)
    form = html.Form([*fields, send], action=f"/answers/{file['_id']}", method="POST", className="questions")
    return dmc.Alert(form, title=reader.say("uploads.questions"), color="grape")


def question_fields(file_id: str, questions: list[dict[str, Any]], reader: Reader) -> list[Component]:
    """Return one choice per question, each named by the question's id."""
    return [_field(f"{file_id}-{place}", question, reader) for place, question in enumerate(questions)]


def _field(identity: str, question: dict[str, Any], reader: Reader) -> Component:
    none_yet = html.Option(reader.say("uploads.questions.choose"), value="")
    choices = [html.Option(choice["message"], value=choice["answer"]) for choice in question["choices"]]
    sheet = f"{question['sheet']}: " if question["sheet"] else ""
    return html.Div(
        [
            html.Label(sheet + question["message"], htmlFor=f"answer-{identity}"),
            html.Select([none_yet, *choices], id=f"answer-{identity}", name=question["id"], required=True),
        ],
        className="question",
    )
