"""The page of held rows: what waits, from which file, and why; an administrator releases or dismisses it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html, no_update
from dash import State as Kept

from comptoir.holding import NOTE_CHARACTERS, list_held
from comptoir.problems import Problem, Severity
from comptoir.stores.cold import open_cold
from dash_app import ids
from dash_app.components.history import may_change
from dash_app.components.parts import Component, card, empty
from dash_app.sessions import current_session
from dash_app.shell import POLITE
from dash_app.translations import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comptoir.holding import HeldFile
    from comptoir.sentences import Language
    from dash_app.context import Dashboard, Reader

INVOICES_SHOWN: Final = 100  # of each file; `comptoir held` has them all
REASONS_SHOWN: Final = 3  # of each invoice; the file's own details have them all
COLUMNS: Final = ("what", "rows", "why")


def layout(dashboard: Dashboard) -> Component:
    """Return the page: everything that is held for an administrator, of their own files for an accountant."""
    reader, files = dashboard.reader(), _held_now(dashboard)
    subtitle = reader.say("held.subtitle" if current_session().is_administrator else "held.subtitle.accountant")
    title = dmc.Box(
        [dmc.Title(reader.say("held.title"), order=1, size="h3"), dmc.Text(subtitle, size="sm", c="dimmed")]
    )
    shown = dcc.Store(id=ids.HELD_SHOWN, data=fingerprint(files))
    return dmc.Stack([title, html.Div(_cards(files, reader), id=ids.HELD_LIST, **POLITE), shown], gap="md")


def register_callbacks(app: Dash, dashboard: Dashboard) -> None:
    """Redraw the list when something is held, released or dismissed elsewhere, or comes in by another file."""

    @app.callback(
        Output(ids.HELD_LIST, "children"),
        Output(ids.HELD_SHOWN, "data"),
        Input(ids.LIVE_FILES, "data"),
        Kept(ids.HELD_SHOWN, "data"),
        prevent_initial_call=True,
    )
    def show_held(_count: int, shown: str) -> tuple[Any, Any]:
        files = _held_now(dashboard)
        now = fingerprint(files)
        # What is as it was stays: a note that is being written must not be drawn anew under its writer's hands.
        return (no_update, no_update) if now == shown else (_cards(files, dashboard.reader()), now)


def _held_now(dashboard: Dashboard) -> list[HeldFile]:
    """Return what is held of the files that whoever is signed in may see."""
    return [file for file in list_held(dashboard.hot, open_cold(dashboard.settings)) if may_change(file.entry)]


def fingerprint(files: Sequence[HeldFile]) -> str:
    """Return a text that differs where what is shown of held files differs."""
    return json.dumps([(file.entry["_id"], file.entry["state"], file.rows_of_file, file.invoices) for file in files])


def _cards(files: Sequence[HeldFile], reader: Reader) -> list[Component]:
    may_decide = current_session().is_administrator
    cards = [
        html.Div(file_card(file, reader, may_decide=may_decide), id=f"held-{file.entry['_id']}")
        for file in reversed(files)
    ]
    return cards or [empty(reader.say("held.empty.title"), reader.say("held.empty.text"), "check")]


def file_card(file: HeldFile, reader: Reader, *, may_decide: bool) -> Component:
    """Return what is held of a file, one line per invoice and one for the rows refused with it."""
    entry, shown = file.entry, list(file.invoices.items())[:INVOICES_SHOWN]
    source = reader.say("uploads.by", name=entry["by"]) if entry["by"] else reader.say("uploads.from_folder")
    subtitle = " · ".join([reader.say(f"state.{entry['state']}"), reader.formats.moment(entry["received_at"]), source])
    columns = [*COLUMNS, "decision"] if may_decide else list(COLUMNS)
    head = dmc.TableThead(dmc.TableTr([dmc.TableTh(reader.say(f"held.{name}")) for name in columns]))
    lines = [_line(file, invoice, rows, columns, reader) for invoice, rows in shown]
    if file.rows_of_file:
        lines.insert(0, _line(file, None, file.rows_of_file, columns, reader))
    elif may_decide and len(file.invoices) > 1:
        lines.insert(0, _line(file, None, sum(file.invoices.values()), columns, reader))
    hidden = len(file.invoices) - len(shown)
    more = [dmc.Text(reader.say("held.more", count=hidden), size="sm", c="dimmed")] if hidden else []
    table = dmc.Table([head, dmc.TableTbody(lines)], verticalSpacing=8, className="problems held")
    return card(entry["name"], subtitle, [table, *more])


def _line(file: HeldFile, invoice: str | None, rows: int, columns: Sequence[str], reader: Reader) -> Component:
    """Return a line: an invoice, or, without one, what a decision without an invoice is about."""
    about = "held.invoice" if invoice else "held.file" if file.rows_of_file else "held.invoices"
    reasons = list(why_held(file.entry, invoice, reader.formats.language))[:REASONS_SHOWN]
    cells: dict[str, Component] = {
        "what": reader.say(about, invoice=invoice, count=reader.formats.count(len(file.invoices))),
        "rows": reader.formats.count(rows),
        "why": html.Div([html.Div(reason) for reason in reasons]) if reasons else "",
        "decision": _decision(file.entry["_id"], invoice, reader),
    }
    labels: dict[str, dict[str, Any]] = {name: {"data-label": reader.say(f"held.{name}")} for name in columns}
    return dmc.TableTr([dmc.TableTd(cells[name], **labels[name]) for name in columns])


def why_held(entry: dict[str, Any], invoice: str | None, language: Language) -> Iterator[str]:
    """Give what is wrong with the other lines of an invoice; without one, why its whole file is refused."""
    problems = [Problem.from_document(problem) for problem in entry["problems"]]
    errors = [problem for problem in problems if problem.severity == Severity.ERROR]
    if invoice is None:
        whole = (problem for problem in errors if problem.row is None)
        yield from dict.fromkeys(problem.message(language) for problem in whole)
        return
    held = [one for one in errors if one.code == "invoice_held" and one.params.get("invoice") == invoice]
    bad = {(one.sheet, int(row)) for one in held for row in re.findall(r"\d+", one.params["rows"])}
    said = (one for one in errors if one.code != "invoice_held" and (one.sheet, one.row) in bad)
    yield from dict.fromkeys(say(language, "held.row", row=one.row, why=one.message(language)) for one in said)


def _decision(file_id: str, invoice: str | None, reader: Reader) -> Component:
    """Return the forms of the two decisions; each needs no script."""
    chosen: dict[str, Any] = {"name": "invoice", "value": invoice} if invoice else {}
    release = html.Button(reader.say("held.release"), type="submit", className="act-button act-restore", **chosen)
    dismiss = html.Button(reader.say("held.dismiss"), type="submit", className="act-button act-withdraw", **chosen)
    note = dmc.TextInput(
        name="note",
        required=True,
        label=reader.say("held.note"),
        inputProps={"maxLength": NOTE_CHARACTERS},
        size="xs",
    )
    opener = html.Summary(reader.say("held.dismiss.open"), className="act-opener")
    refusal = html.Form([note, dismiss], action=f"/desk/dismiss/{file_id}", method="POST")
    forms = [html.Form(release, action=f"/desk/release/{file_id}", method="POST"), html.Details([opener, refusal])]
    return html.Div(forms, className="decisions")
