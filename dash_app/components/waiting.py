"""The files that wait for their owner: what each one would become, and the buttons that decide on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from comptoir.landing.transfers import WAITING_DAYS
from comptoir.stores.ledger import IMPORTED, ON_ITS_WAY, State
from dash_app.components.history import came_by
from dash_app.components.parts import Component, card
from dash_app.components.preview import preview
from dash_app.components.questions import question_fields
from dash_app.transfers import PATH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.landing.transfers import Transfer
    from comptoir.previewing import Look
    from dash_app.context import Reader
    from dash_app.queries import Row

OUTCOME_TONES: Final = {"accept": "teal", "partial": "yellow", "reject": "red", "ask": "grape"}
COUNTS: Final = ("read", "accepted", "rejected")
OPEN_UP_TO: Final = 3  # files; of more, each is opened by hand
ALERT: Final[dict[str, Any]] = {"role": "alert"}


@dataclass(frozen=True)
class WaitingFile:
    """A waiting file, what a look into it told (None while it is being read), and what its bytes were before.

    `before` is the ledger's latest entry with the same bytes, None where they never came.
    """

    transfer: Transfer
    look: Look | None
    before: Row | None

    @property
    def is_imported(self) -> bool:
        """Whether the same bytes are imported already."""
        return self.before is not None and self.before["state"] in IMPORTED

    @property
    def is_elsewhere(self) -> bool:
        """Whether the same bytes are on their way in, or wait below for the answers that this file lacks."""
        state = self.before["state"] if self.before else None
        return state in ON_ITS_WAY or (state == State.ASKING and not self.transfer.answers)


def waiting_files(files: Sequence[WaitingFile], reader: Reader) -> list[Component]:
    """Return the section of the files that wait; nothing where none does."""
    if not files:
        return []
    parts = [_file(file, reader, is_open=len(files) <= OPEN_UP_TO) for file in files]
    subtitle = reader.say("waiting.subtitle", days=WAITING_DAYS)
    return [card(reader.say("waiting.title"), subtitle, [dmc.Stack(parts, gap="lg")])]


def _file(file: WaitingFile, reader: Reader, *, is_open: bool) -> Component:
    if file.look is None:
        return html.Article([_head(file, reader), _buttons(file, reader)], className="waiting-file")
    above = [_head(file, reader), *_notices(file, reader), *_questions(file, reader)]
    details = _details(file.look, reader, is_open=is_open)
    return html.Article([*above, *details, _buttons(file, reader)], className="waiting-file")


def _details(look: Look, reader: Reader, *, is_open: bool) -> list[Component]:
    parts = preview(look.report, reader)
    opener = html.Summary(reader.say("waiting.details"), className="act-opener")
    return [html.Details([opener, *parts], open=is_open, className="preview")] if parts else []


def _head(file: WaitingFile, reader: Reader) -> Component:
    transfer, look = file.transfer, file.look
    kind = [reader.say(f"kind.{look.report['kind']}")] if look and look.report["kind"] else []
    facts = [*kind, reader.say("history.bytes", count=reader.formats.count(transfer.size_bytes))]
    if look:
        facts.append(reader.say("waiting.looked_at", at=reader.formats.clock(look.made_at)))
    title = html.Div(
        [html.H3(transfer.name, className="file-name"), html.Div(" · ".join(facts), className="file-origin")],
        className="file-title",
    )
    return html.Div([title, _badge(file, reader), *([_counts(look, reader)] if look else [])], className="file-row")


def _badge(file: WaitingFile, reader: Reader) -> Component:
    if file.look is None:
        loader = dmc.Loader(size=12, color="blue")
        return dmc.Badge(reader.say("waiting.reading"), variant="light", size="lg", leftSection=loader, color="blue")
    outcome = file.look.report["outcome"]
    label = reader.say(f"waiting.outcome.{outcome}")
    return dmc.Badge(label, color=OUTCOME_TONES[outcome], variant="light", size="lg", className="state")


def _counts(look: Look, reader: Reader) -> Component:
    cells = [
        html.Div(
            [
                html.Span(reader.formats.count(look.report[f"rows_{count}"]), className="count-value"),
                html.Span(reader.say(f"waiting.rows.{count}"), className="count-label"),
            ],
            className=f"count count-{count}" + (" count-some" if look.report[f"rows_{count}"] else ""),
        )
        for count in COUNTS
    ]
    return html.Div(cells, className="counts")


def _notices(file: WaitingFile, reader: Reader) -> list[Component]:
    """Return what is to be known before deciding: that the bytes came before, or that nothing would be applied."""
    told = [_came_before(file, reader)] if file.is_imported or file.is_elsewhere else []
    if file.look and file.look.report["outcome"] == "reject":
        has_rows = file.look.report["rows_rejected"] > 0
        told.append(reader.say("waiting.reject.text" if has_rows else "waiting.reject.unread"))
    return [dmc.Alert(text, color="yellow", className="waiting-notice") for text in told]


def _came_before(file: WaitingFile, reader: Reader) -> str:
    entry = file.before or {}
    words = {"at": reader.formats.moment(entry["applied_at"] or entry["received_at"])}
    words["by"] = came_by(entry["by"], reader)
    if file.is_imported:
        return reader.say("waiting.imported", **words)
    return reader.say("waiting.asks_below" if entry["state"] == State.ASKING else "waiting.on_its_way", **words)


def _questions(file: WaitingFile, reader: Reader) -> list[Component]:
    """Return the form of open questions; answers given before travel with the new ones."""
    transfer, look = file.transfer, file.look
    answers = transfer.answers
    if look and look.is_asking:
        earlier = [_hidden(question, answer) for question, answer in answers.items()]
        fields = question_fields(transfer.token, look.report["questions"], reader)
        send = html.Button(reader.say("waiting.answer"), type="submit", className="answer-button")
        form = _form("answers", file, [*earlier, *fields, send], name="questions")
        return [dmc.Alert(form, title=reader.say("waiting.questions"), color="grape")]
    if not answers:
        return []
    text = dmc.Text(reader.say("waiting.answered", count=len(answers)), size="sm", c="dimmed")
    return [dmc.Group([text, _button("answers", file, reader.say("waiting.answer_again"), "quiet-button")], gap="sm")]


def _buttons(file: WaitingFile, reader: Reader) -> Component:
    leave = _button("leave", file, reader.say("waiting.leave"), "quiet-button")
    look_again = _button("look", file, reader.say("waiting.look_again"), "quiet-button")
    return dmc.Group([_import(file, reader), leave, *([look_again] if file.look else [])], gap="sm", mt="sm")


def _import(file: WaitingFile, reader: Reader) -> Component:
    """Return the button that imports, in the words of what it does; it does nothing while questions are open."""
    outcome = file.look.report["outcome"] if file.look else None
    if file.is_imported:
        again = _hidden("again", "on")
        label = reader.say("waiting.again")
        return _button("import", file, label, "answer-button", again, is_off=outcome in {None, "ask"})
    label = reader.say(f"waiting.import.{outcome}" if outcome in {"partial", "reject"} else "waiting.import")
    is_off = outcome in {None, "ask"} or file.is_elsewhere
    return _button("import", file, label, "answer-button", is_off=is_off)


def _button(act: str, file: WaitingFile, label: str, style: str, *hidden: Component, is_off: bool = False) -> Component:
    named: dict[str, Any] = {"aria-label": f"{label}: {file.transfer.name}"}
    button = html.Button(label, type="submit", className=style, disabled=is_off, **named)
    return _form(act, file, [*hidden, button], name=f"decide-{act}")


def _form(act: str, file: WaitingFile, children: list[Component], *, name: str) -> Component:
    error = html.Div(className="decision-error", **ALERT)
    action = f"{PATH}/{file.transfer.token}/{act}"
    return html.Form([*children, error], action=action, method="POST", className=f"decision {name}")


def _hidden(name: str, value: str) -> Component:
    # Dash has no hidden input for a plain form; a select with one choice is sent alike.
    return html.Select(html.Option(value, value=value), name=name, hidden=True)
