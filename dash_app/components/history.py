"""A file's history, in its details: where it came from, when each stage was reached, its links, and undoing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import html

from comptoir.changes.act import Act
from comptoir.inventory import is_inventory
from comptoir.problems import Problem
from comptoir.records import kind_of
from comptoir.stores import acts
from comptoir.stores.figures import links
from comptoir.stores.ledger import rows_released, stages_of
from dash_app.sessions import current_session

if TYPE_CHECKING:
    from dash_app.components.parts import Component
    from dash_app.context import Reader
    from dash_app.queries import Row

DIGEST_SHOWN = 12  # characters of a hash: enough to compare by eye, the rest is in `comptoir uploads --json`
PLACES = {"data_docs": "_blank", "run": "_blank", "rejects": None, "original": None}  # downloads stay on the page


def history(file: Row, reader: Reader) -> Component:
    """Return what is known of a file besides its rows, and the buttons that undo it where that is allowed."""
    return dmc.Stack(
        [
            _facts(file, reader),
            _stages(file, reader),
            *_mapping(file, reader),
            _links(file, reader),
            *_inventory(file, reader),
            *_undo(file, reader),
        ],
        gap="xs",
    )


def may_change(file: Row) -> bool:
    """Tell whether whoever is signed in may withdraw or restore a file, and read its bytes and reports."""
    session = current_session()
    return acts.may_ask(file, session.name, is_administrator=session.is_administrator)


def came_by(by: str | None, reader: Reader) -> str:
    """Return by which account, or by the folder, a file came."""
    return reader.say("uploads.by", name=by) if by else reader.say("uploads.from_folder")


def _facts(file: Row, reader: Reader) -> Component:
    facts = [
        reader.say(f"history.source.{file['source']}"),
        reader.say("uploads.by", name=file["by"]) if file["by"] else None,
        _late(file, reader),
        reader.say("history.bytes", count=reader.formats.count(file["bytes"])),
        reader.say("history.sha256", digest=file["sha256"][:DIGEST_SHOWN]),
    ]
    return dmc.Text(" · ".join(fact for fact in facts if fact), size="sm", c="dimmed", className="history-facts")


def _late(file: Row, reader: Reader) -> str | None:
    """Return how late a file came that was expected; None for one that was in time, or not expected."""
    if not file.get("late"):
        return None
    minutes = -(-file["late"]["seconds"] // 60)  # rounded up: a late file is never 0 minutes late
    deadline = reader.formats.moment(file["late"]["deadline"])
    return reader.say("history.late", at=deadline, minutes=reader.formats.count(minutes))


def _stages(file: Row, reader: Reader) -> Component:
    """Return the states that the file went through, in the order of their times."""
    told = [f"{reader.say(f'state.{state}')} {reader.formats.clock(at)}" for state, at in stages_of(file)]
    decided = [_decided(each, file, reader) for each in file.get("decisions", []) if "rows" in each]
    lines = [" → ".join(told), *(_asked(act, reader) for act in file["acts"]), *decided]
    return html.Div([dmc.Text(line, size="sm", c="dimmed") for line in lines], className="history-stages")


def _asked(act: dict[str, Any], reader: Reader) -> str:
    said = reader.say(f"history.{act['act']}", name=act["by"], at=reader.formats.clock(act["asked_at"]))
    if not act.get("refusal"):
        return said
    why = Problem.from_document(act["refusal"]).message(reader.formats.language)
    return f"{said} {reader.say('history.refused', why=why)}"


def _decided(decision: dict[str, Any], file: Row, reader: Reader) -> str:
    """Say how many of the rows that were rejected at first were released or dismissed, when, by whom and how."""
    told = reader.say(
        f"history.{decision['act']}",
        rows=reader.formats.count(decision["rows"]),
        rejected=reader.formats.count(file["rows_rejected"] + rows_released(file)),
        name=decision["by"],
        at=reader.formats.moment(decision["at"]),
    )
    how = ", ".join(decision["files"]) or decision["note"]
    return f"{told} ({how})" if how else told


def _mapping(file: Row, reader: Reader) -> list[Component]:
    """Return which header was taken for which column, sheet by sheet, folded; nothing for a file not judged yet."""
    lines: dict[str, list[str]] = {}
    for each in file.get("mapping", []):
        name = [reader.say("preview.sheet", name=each["sheet"])] if each["sheet"] else []
        title = " · ".join([*name, reader.say(f"kind.{each['kind']}")])
        lines.setdefault(title, []).append(_mapped(each, reader))
    texts = [dmc.Text(f"{title} · {', '.join(told)}", size="sm", c="dimmed") for title, told in lines.items()]
    summary = html.Summary(reader.say("history.mapping"), className="history-opener")
    return [html.Details([summary, *texts], className="history-mapping")] if texts else []


def _mapped(each: dict[str, Any], reader: Reader) -> str:
    column = kind_of(each["kind"]).column(each["column"])
    how = [reader.say(f"found_by.{each['source']}")]
    how += [reader.say(f"read_as.{each['read_as']}")] if each["read_as"] else []
    label = column.french if reader.formats.language == "fr" else column.name
    return f"{reader.say('preview.quoted', text=each['header'])} → {label} ({', '.join(how)})"


def _links(file: Row, reader: Reader) -> Component:
    found = links(file, reader.settings)
    # Airflow has accounts of its own, which accountants have none of.
    is_offered = {name: current_session().is_administrator if name == "run" else may_change(file) for name in found}
    shown = {name: address for name, address in found.items() if address and is_offered[name]}
    anchors = [_anchor(name, address, reader) for name, address in shown.items()]
    return dmc.Group(anchors, gap="lg")


def _anchor(name: str, address: str, reader: Reader) -> Component:
    # Pages of the dashboard by their path alone: the reader may have come by another name of this machine.
    href = address if name == "run" else address.removeprefix(reader.settings.dash_url)
    target: dict[str, Any] = {"target": PLACES[name]} if PLACES[name] else {"refresh": True}
    return dmc.Anchor(reader.say(f"uploads.{name}"), href=href, size="sm", className=f"link-{name}", **target)


def _inventory(file: Row, reader: Reader) -> list[Component]:
    """Return the way to the lots that a stock file does not name, for whoever may say that it is complete."""
    if not (is_inventory(file) and may_change(file)):
        return []
    href = f"/inventory/{file['_id']}"
    return [dmc.Anchor(reader.say("inventory.open"), href=href, size="sm", className="link-inventory", refresh=True)]


def _undo(file: Row, reader: Reader) -> list[Component]:
    allowed = [act for act in acts.STATE_OF if acts.is_possible(file, act)]
    return [_confirmed(act, file, reader) for act in allowed] if may_change(file) else []


def _confirmed(act: Act, file: Row, reader: Reader) -> Component:
    """Return a button that first opens what it would do, and the button that does it."""
    text = dmc.Text(reader.say(f"{act}.text", name=file["name"]), size="sm")
    button = html.Button(reader.say(f"{act}.confirm"), type="submit", className=f"act-button act-{act}")
    form = html.Form(button, action=f"/{act}/{file['_id']}", method="POST")
    opener = html.Summary(reader.say(f"{act}.open"), className="act-opener")
    return html.Details([opener, dmc.Alert([text, form], color="yellow" if act is Act.WITHDRAW else "teal")])
