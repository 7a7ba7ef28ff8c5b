"""The upload page: drop files, watch each one on its way, see what was rejected and what to do about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html, no_update
from dash import State as Kept

from comptoir import accounts
from comptoir.landing import transfers
from comptoir.stores.ledger import UNSETTLED, State, portions_published, rows_released
from comptoir.templates import TEMPLATES
from dash_app import ids, queries
from dash_app.components.history import came_by, history, may_change
from dash_app.components.parts import Component, card, empty, icon
from dash_app.components.problems import help_link, severity_badge
from dash_app.components.questions import questions_form
from dash_app.components.waiting import WaitingFile, waiting_files
from dash_app.sessions import current_session
from dash_app.shell import POLITE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.landing.transfers import Transfer
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
    parts = [area, _clean_imports(dashboard, reader), _templates(reader)]
    top = card(reader.say("uploads.title"), reader.say("uploads.subtitle"), parts)
    sending = html.Div(id=ids.UPLOAD_TRANSFERS, className="transfers", **POLITE)
    return dmc.Stack([top, sending, *_waiting(dashboard, reader), accordion, none_yet], gap="md")


def register_callbacks(app: Dash, dashboard: Dashboard) -> None:
    """Redraw the lists when a file moves on, or when one is opened; keep who wants clean files imported."""

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

    @app.callback(
        Output(ids.UPLOAD_WAITING, "children"),
        Output(ids.UPLOAD_WAITING_SHOWN, "data"),
        Input(ids.LIVE_FILES, "data"),
        Kept(ids.UPLOAD_WAITING_SHOWN, "data"),
        prevent_initial_call=True,
    )
    def show_waiting(_count: int, shown: str) -> tuple[Any, Any]:
        reader = dashboard.reader()
        files = _waiting_now(dashboard, reader)
        now = _fingerprint(files)
        # What is as it was stays: a form that is being filled in must not be drawn anew under its owner's hands.
        return (no_update, no_update) if now == shown else (waiting_files(files, reader), now)

    @app.callback(Input(ids.UPLOAD_CLEAN, "checked"), prevent_initial_call=True)
    def choose_clean_imports(checked: bool) -> None:
        name = current_session().name
        accounts.set_clean_imports(dashboard.hot, name, imports_clean_files=bool(checked))


def _waiting(dashboard: Dashboard, reader: Reader) -> list[Component]:
    files = _waiting_now(dashboard, reader)
    shown = dcc.Store(id=ids.UPLOAD_WAITING_SHOWN, data=_fingerprint(files))
    return [html.Div(waiting_files(files, reader), id=ids.UPLOAD_WAITING, **POLITE), shown]


def _waiting_now(dashboard: Dashboard, reader: Reader) -> list[WaitingFile]:
    """Return the account's waiting files; those that nobody has looked into are looked into now."""
    own = transfers.waiting(dashboard.settings, current_session().name)
    return [_waiting_file(dashboard, reader, transfer) for transfer in own]


def _waiting_file(dashboard: Dashboard, reader: Reader, transfer: Transfer) -> WaitingFile:
    look = dashboard.previews.kept(transfer, reader.formats.language)
    return WaitingFile(transfer, look, queries.latest_with_bytes(dashboard.hot, look.sha256) if look else None)


def _fingerprint(files: Sequence[WaitingFile]) -> str:
    """Return a text that differs where what is shown of waiting files differs."""
    return json.dumps(
        [
            (
                file.transfer.token,
                file.look and file.look.made_at,
                file.before and (file.before["_id"], file.before["state"]),
            )
            for file in files
        ]
    )


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
        "data-imported": reader.say("waiting.sent"),
        "data-left": reader.say("waiting.left"),
        "data-undecided": reader.say("waiting.failed"),
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


def _clean_imports(dashboard: Dashboard, reader: Reader) -> Component:
    account = accounts.find(dashboard.hot, current_session().name)
    return dmc.Switch(
        id=ids.UPLOAD_CLEAN,
        label=reader.say("uploads.clean"),
        description=reader.say("uploads.clean.text"),
        checked=account is not None and account.imports_clean_files,
        mt="md",
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
        _state(file, reader),
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


def _state(file: queries.Row, reader: Reader) -> str:
    """Say where a file is on its way; of a long one that is being published, how far."""
    done, total = portions_published(file)
    if file["state"] == State.VALIDATING and 0 < done < total:
        return reader.say("state.in_portions", done=done, total=total)
    return reader.say(f"state.{file['state']}")


def _origin(file: queries.Row, reader: Reader) -> str:
    unknown = "refused" if file["state"] == State.REJECTED else "unknown"
    kind = reader.say(f"kind.{file['kind'] or unknown}")
    return " · ".join([kind, reader.formats.clock(file["received_at"]), came_by(file["by"], reader)])


def _counts(file: queries.Row, reader: Reader) -> Component:
    counts = [*COUNTS, *(["released"] if rows_released(file) else [])]
    return html.Div([_count(file, count, reader) for count in counts], className="counts")


def _count(file: queries.Row, count: str, reader: Reader) -> Component:
    rows = file[f"rows_{count}"] or 0
    # What a withdrawn file had brought counts no more.
    label = "withdrawn" if count == "applied" and file["state"] == State.WITHDRAWN else count
    return html.Div(
        [
            html.Span(reader.formats.count(rows), className="count-value"),
            html.Span(reader.say(f"uploads.rows.{label}"), className="count-label"),
        ],
        className=f"count count-{label}" + (" count-some" if rows else ""),
    )


def _details(file: queries.Row, reader: Reader) -> Component:
    parts: list[Component] = []
    # What is asked is the problem: told once.
    asks = file["state"] == State.ASKING and may_change(file)
    parts.append(questions_form(file, reader) if asks else _problems(file, reader))
    if file.get("drops"):
        parts.append(dmc.Text(_dropped_again(file, reader), size="sm", c="dimmed"))
    parts.append(history(file, reader))
    return dmc.Stack(parts, gap="sm")


def _dropped_again(file: queries.Row, reader: Reader) -> str:
    """Say how often the same bytes came again, and of imported ones when and by whom they first came."""
    last = file["drops"][-1]
    words = {"at": reader.formats.moment(last["at"]), "by": came_by(last["by"], reader)}
    again = reader.say("uploads.dropped_again", count=len(file["drops"]), **words)
    if not file["applied_at"]:
        return again
    at, by = reader.formats.moment(file["applied_at"]), came_by(file["by"], reader)
    return f"{again} {reader.say('uploads.already_imported', at=at, by=by)}"


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
    key = "uploads.problems.more" if file["rejects"] else "uploads.problems.hidden"
    more = [dmc.Text(reader.say(key, count=hidden), size="sm", c="dimmed")] if hidden > 0 else []
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
