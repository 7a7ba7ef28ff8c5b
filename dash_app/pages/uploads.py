"""The upload page: drop files, watch each one on its way, see what was rejected and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html
from dash import State as Kept

from comptoir.stores.ledger import UNSETTLED, State, rows_released
from comptoir.templates import TEMPLATES
from dash_app import ids, queries
from dash_app.components.history import history
from dash_app.components.parts import Component, card, empty, icon
from dash_app.components.problems import help_link, severity_badge
from dash_app.components.questions import questions_form
from dash_app.shell import POLITE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dash_app.context import Dashboard, Reader

STATE_TONES: Final = {
    "received": "blue",
    "validating": "blue",
    "publishing": "blue",
    "asking": "grape",
    "answered": "gray",
    "applied": "teal",
    "partial": "yellow",
    "rejected": "red",
    "withdrawing": "blue",
    "withdrawn": "gray",
    "restoring": "blue",
}
COUNTS: Final = ("read", "applied", "unchanged", "rejected")


def layout(dashboard: Dashboard) -> Component:
    """Return the page with the files as they are now."""
    reader = dashboard.reader()
    files = queries.uploads(dashboard.hot, reader.formats.language)
    accordion = dmc.Accordion(
        file_items(files, (), reader), id=ids.UPLOAD_ACCORDION, multiple=True, value=[], variant="separated"
    )
    none_yet = html.Div(_empty(reader), id=ids.UPLOAD_LIST, hidden=bool(files))
    area = _area(reader, dashboard.settings.upload_limit_mb)
    top = card(reader.say("uploads.title"), reader.say("uploads.subtitle"), [area, _templates(reader)])
    transfers = html.Div(id=ids.UPLOAD_TRANSFERS, className="transfers", **POLITE)
    return dmc.Stack([top, transfers, accordion, none_yet], gap="md")


def register_callbacks(app: Dash, dashboard: Dashboard) -> None:
    """Redraw the list when a file moves on, or when one is opened."""

    @app.callback(
        Output(ids.UPLOAD_ACCORDION, "children"),
        Output(ids.UPLOAD_LIST, "hidden"),
        Input(ids.LIVE_FILES, "data"),
        Input(ids.UPLOAD_ACCORDION, "value"),
        Kept(ids.UPLOAD_ACCORDION, "id"),
        prevent_initial_call=True,
    )
    def show_files(_count: int, opened: list[str] | None, _identity: str) -> tuple[list[Component], bool]:
        reader = dashboard.reader()
        files = queries.uploads(dashboard.hot, reader.formats.language)
        return file_items(files, opened or (), reader), bool(files)


def file_items(files: Sequence[queries.Row], opened: Sequence[str], reader: Reader) -> list[Component]:
    """Return one item per file; the details are made only for those that are open."""
    return [
        dmc.AccordionItem(
            [
                dmc.AccordionControl(_summary(file, reader)),
                dmc.AccordionPanel(_details(file, reader) if file["_id"] in opened else []),
            ],
            value=file["_id"],
        )
        for file in files
    ]


def _area(reader: Reader, limit_mb: int) -> Component:
    words: dict[str, Any] = {
        "data-sending": reader.say("uploads.sending"),
        "data-sent": reader.say("uploads.sent"),
        "data-failed": reader.say("uploads.failed"),
        "data-waiting": reader.say("uploads.waiting"),
        "data-cancel": reader.say("uploads.cancel"),
        "data-lost": reader.say("uploads.connection_lost"),
        "data-too-large": reader.say("uploads.too_large", limit=limit_mb),
        "data-limit": str(limit_mb * 1024**2),
    }
    return html.Div(
        [
            icon("upload", 44),
            html.Div(reader.say("uploads.area.title"), className="area-title"),
            html.Div(reader.say("uploads.area.or"), className="area-or"),
            html.Span(reader.say("uploads.area.choose"), className="area-button"),
            html.Div(reader.say("uploads.area.hint", limit=limit_mb), className="area-hint"),
        ],
        id=ids.UPLOAD_AREA,
        className="upload-area",
        role="button",
        tabIndex=0,
        **words,
    )


def _templates(reader: Reader) -> Component:
    """Return the links to the templates in the reader's language."""
    links = [
        dmc.Anchor(f"{template.title} ({template.format.upper()})", href=f"/templates/{name}", size="sm", refresh=True)
        for name, template in TEMPLATES.items()
        if template.language == reader.formats.language
    ]
    label = dmc.Text(reader.say("uploads.templates"), size="sm", c="dimmed")
    return dmc.Group([label, *links], gap="md", mt="md", className="templates")


def _empty(reader: Reader) -> Component:
    return empty(reader.say("uploads.empty.title"), reader.say("uploads.empty.text"))


def _summary(file: queries.Row, reader: Reader) -> Component:
    state = file["state"]
    moving = state in {step.value for step in UNSETTLED}
    badge = dmc.Badge(
        reader.say(f"state.{state}"),
        color=STATE_TONES[state],
        variant="light",
        size="lg",
        leftSection=dmc.Loader(size=12, color=STATE_TONES[state]) if moving else None,
        className=f"state state-{state}",
    )
    title = html.Div(
        [html.Div(file["name"], className="file-name"), html.Div(_origin(file, reader), className="file-origin")],
        className="file-title",
    )
    return html.Div([title, badge, _counts(file, reader)], className="file-row")


def _origin(file: queries.Row, reader: Reader) -> str:
    kind = reader.say(f"kind.{file['kind'] or 'unknown'}")
    source = reader.say("uploads.by", name=file["by"]) if file.get("by") else reader.say("uploads.from_folder")
    return " · ".join([kind, reader.formats.clock(file["received_at"]), source])


def _counts(file: queries.Row, reader: Reader) -> Component:
    cells = [
        html.Div(
            [
                html.Span(reader.formats.count(file[f"rows_{count}"] or 0), className="count-value"),
                html.Span(reader.say(f"uploads.rows.{count}"), className="count-label"),
            ],
            className=f"count count-{count}" + (" count-some" if file[f"rows_{count}"] else ""),
        )
        for count in [*COUNTS, *(["released"] if rows_released(file) else [])]
    ]
    return html.Div(cells, className="counts")


def _details(file: queries.Row, reader: Reader) -> Component:
    parts: list[Component] = []
    # What is asked is the problem: told once.
    parts.append(questions_form(file, reader) if file["state"] == State.ASKING else _problems(file, reader))
    if file.get("drops"):
        parts.append(dmc.Text(reader.say("uploads.dropped_again", count=len(file["drops"])), size="sm", c="dimmed"))
    parts.append(history(file, reader))
    return dmc.Stack(parts, gap="sm")


def _problems(file: queries.Row, reader: Reader) -> Component:
    problems = file["problems"]
    if not problems:
        done = file["state"] in {"applied", "partial"}
        return dmc.Text(reader.say("uploads.problems.none"), size="sm", c="dimmed") if done else html.Div()
    names = ("sheet", "row", "column", "value", "why", "remedy")
    has_sheet = any(problem["sheet"] for problem in problems)
    columns = [name for name in names if name != "sheet" or has_sheet]
    head = dmc.TableThead(dmc.TableTr([dmc.TableTh(reader.say(f"uploads.problem.{name}")) for name in columns]))
    body = dmc.TableTbody([_problem_row(problem, columns, reader) for problem in problems])
    table = dmc.Table([head, body], verticalSpacing=6, className="problems")
    hidden = int(file.get("problems_total") or len(problems)) - len(problems)
    more = [dmc.Text(reader.say("uploads.problems.more", count=hidden), size="sm", c="dimmed")] if hidden > 0 else []
    return html.Div([table, *more])


def _problem_row(problem: dict[str, Any], columns: Sequence[str], reader: Reader) -> Component:
    badge = severity_badge(problem["severity"], reader)
    why = html.Div([badge, problem["message"], " ", help_link(problem["code"], reader)])
    cells: dict[str, Component] = {
        "sheet": problem["sheet"] or "",
        "row": "" if problem["row"] is None else reader.formats.count(problem["row"]),
        "column": problem["column"] or "",
        "value": dmc.Code(problem["value"]) if problem["value"] else "",
        "why": why,
        "remedy": problem["remedy"],
    }
    labels: dict[str, dict[str, Any]] = {
        name: {"data-label": reader.say(f"uploads.problem.{name}")} for name in columns
    }
    return dmc.TableTr([dmc.TableTd(cells[name], **labels[name]) for name in columns])
