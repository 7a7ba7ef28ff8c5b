"""What a look into a waiting file told: what would change, how it was read, its first rows, and its problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import html

from comptoir.previewing import EXAMPLES
from comptoir.records import ColumnType, kind_of
from dash_app.components.problems import help_link, severity_badge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comptoir.records import Kind
    from dash_app.components.parts import Component
    from dash_app.context import Reader

Part = dict[str, Any]

CHANGES: Final = ("new", "changed", "unchanged")
MAPPED: Final = ("header", "column", "read_as", "source", "confidence")
AT_LEFT: Final = frozenset({ColumnType.CODE, ColumnType.UUID, ColumnType.TEXT, ColumnType.TIER})


def preview(report: Part, reader: Reader) -> list[Component]:
    """Return the parts of a report, in the order in which an owner asks for them."""
    show = _outline if report["questions"] else _sheet
    sheets = [part for sheet in report["sheets"] for part in show(sheet, reader)]
    return [*_changes(report, reader), *_problems(report, reader), *sheets, *_skipped(report["skipped"], reader)]


def _changes(report: Part, reader: Reader) -> list[Component]:
    if not report["sheets"] or report["questions"]:
        return []
    if report["changes"] is None:
        return [_note(reader.say("preview.no_changes"))]
    heads = [reader.say("preview.kind"), *(reader.say(f"preview.{change}") for change in CHANGES)]
    rows = [
        [reader.say(f"kind.{kind}"), *(reader.formats.count(count[change]) for change in CHANGES)]
        for kind, count in report["changes"].items()
    ]
    return [_heading(reader.say("preview.changes")), _table(heads, rows, numbers=frozenset({1, 2, 3}))]


def _sheet(sheet: Part, reader: Reader) -> list[Component]:
    kind = kind_of(sheet["kind"])
    counts = {key: reader.formats.count(sheet[key]) for key in ("rows_read", "rows_accepted", "rows_rejected")}
    title = _title(sheet, reader.say("preview.counts", **counts), reader)
    ignored = ", ".join(reader.say("preview.quoted", text=header) for header in sheet["ignored_headers"])
    return [
        _heading(title),
        _note(_locale(sheet["locale"], reader)),
        _mapping(sheet["mapping"], kind, reader),
        *([_note(reader.say("preview.ignored", headers=ignored))] if ignored else []),
        *_first_rows(sheet["first_rows"], kind, reader),
    ]


def _outline(sheet: Part, reader: Reader) -> list[Component]:
    """Return what is known of a sheet before its questions are answered, and its first rows as they are written."""
    kind = kind_of(sheet["kind"])
    title = _title(sheet, reader.say("preview.rows", count=reader.formats.count(sheet["rows_read"])), reader)
    place = [_note(reader.say("preview.header_row", row=sheet["header_row"]))] if sheet["header_row"] else []
    return [_heading(title), *place, _mapping(sheet["mapping"], kind, reader), *_written_rows(sheet, reader)]


def _title(sheet: Part, counts: str, reader: Reader) -> str:
    name = [reader.say("preview.sheet", name=sheet["sheet"])] if sheet["sheet"] else []
    return " · ".join([*name, reader.say(f"kind.{sheet['kind']}"), counts])


def _written_rows(sheet: Part, reader: Reader) -> list[Component]:
    rows = [
        [reader.formats.count(row["row"]), *(row[header] or "" for header in sheet["headers"])]
        for row in sheet["first_rows"]
    ]
    heads = [reader.say("uploads.problem.row"), *sheet["headers"]]
    return [_note(reader.say("preview.written_rows")), _table(heads, rows, numbers=frozenset({0}))]


def _locale(locale: Part, reader: Reader) -> str:
    found = [reader.say(f"read_as.{locale[key]}") for key in ("decimal_mark", "date_order") if locale[key]]
    if locale["encoding"]:
        found.append(reader.say("preview.encoding", name=locale["encoding"].removesuffix("-sig").upper()))
    if locale["delimiter"]:
        is_tab = locale["delimiter"] == "\t"
        mark = reader.say("preview.tab") if is_tab else reader.say("preview.quoted", text=locale["delimiter"])
        found.append(reader.say("preview.delimiter", mark=mark))
    return reader.say("preview.locale", found=", ".join(found)) if found else reader.say("preview.typed")


def _mapping(mapping: Sequence[Part], kind: Kind, reader: Reader) -> Component:
    heads = [reader.say(f"preview.{name}") for name in MAPPED]
    rows = [
        [
            each["header"],
            _label(kind, each["column"], reader),
            reader.say(f"read_as.{each['read_as']}") if each["read_as"] else "",
            reader.say(f"found_by.{each['source']}"),
            reader.formats.percent(each["confidence"]),
        ]
        for each in mapping
    ]
    return _table(heads, rows, numbers=frozenset({4}))


def _label(kind: Kind, column: str, reader: Reader) -> str:
    return kind.column(column).label(reader.formats.language)


def _first_rows(rows: Sequence[Part], kind: Kind, reader: Reader) -> list[Component]:
    if not rows:
        return []
    columns = [column for column in rows[0] if column != "row"]
    types = [kind.column(column).type for column in columns]
    heads = [reader.say("uploads.problem.row"), *(_label(kind, column, reader) for column in columns)]
    shown = [
        [
            reader.formats.count(row["row"]),
            *(_cell(row[column], type_, reader) for column, type_ in zip(columns, types, strict=True)),
        ]
        for row in rows
    ]
    numbers = frozenset({0, *(place for place, type_ in enumerate(types, start=1) if type_ not in AT_LEFT)})
    return [_note(reader.say("preview.first_rows")), _table(heads, shown, numbers=numbers)]


def _cell(value: Any, type_: ColumnType, reader: Reader) -> str:
    formats = reader.formats
    if value is None:
        return ""
    written: dict[ColumnType, Callable[[Any], str]] = {
        ColumnType.MONEY: formats.exact,
        ColumnType.RATIO: formats.percent,
        ColumnType.INTEGER: formats.count,
        ColumnType.DAY: formats.day,
        ColumnType.TIMESTAMP: formats.moment,
    }
    return written.get(type_, str)(value)


def _skipped(skipped: Sequence[Part], reader: Reader) -> list[Component]:
    if not skipped:
        return []
    lines = [html.Li([problem["message"], " ", help_link(problem["code"], reader)]) for problem in skipped]
    return [_heading(reader.say("preview.skipped")), html.Ul(lines, className="preview-skipped")]


def _problems(report: Part, reader: Reader) -> list[Component]:
    groups = report["problems"]
    if not groups:
        return [] if report["questions"] else [_note(reader.say("uploads.problems.none"))]
    names = ("count", "rows", "column", "why", "remedy")
    heads = [dmc.TableTh(reader.say(f"preview.problem.{name}")) for name in names]
    body = [_problem(group, names, reader) for group in groups]
    table = dmc.Table([dmc.TableThead(dmc.TableTr(heads)), dmc.TableTbody(body)], verticalSpacing=6)
    told = sum(group["count"] for group in groups) + len(report["skipped"])
    hidden = report["problems_total"] - told
    key = "preview.problems.more" if report["rows_rejected"] else "uploads.problems.hidden"
    more = [_note(reader.say(key, count=reader.formats.count(hidden)))] if hidden > 0 else []
    return [_heading(reader.say("uploads.problems.title")), html.Div(table, className="problems"), *more]


def _problem(group: Part, names: Sequence[str], reader: Reader) -> Component:
    rows = ", ".join(reader.formats.count(row) for row in group["rows"][:EXAMPLES])
    more = ", …" if len(group["rows"]) > EXAMPLES else ""
    column = " · ".join(part for part in (group["sheet"], group["column"]) if part)
    cells: dict[str, Component] = {
        "count": reader.formats.count(group["count"]),
        "rows": rows + more,
        "column": column,
        "why": html.Div(
            [severity_badge(group["severity"], reader), group["message"], " ", help_link(group["code"], reader)]
        ),
        "remedy": group["remedy"],
    }
    labels: dict[str, Part] = {name: {"data-label": reader.say(f"preview.problem.{name}")} for name in names}
    return dmc.TableTr([dmc.TableTd(cells[name], **labels[name]) for name in names])


def _heading(text: str) -> Component:
    return dmc.Title(text, order=4, size="sm", mt="sm", className="preview-heading")


def _note(text: str) -> Component:
    return dmc.Text(text, size="sm", c="dimmed")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: frozenset[int]) -> Component:
    """Return a table that scrolls by itself where the page is narrow; the places of `numbers` are at the right."""

    def cells(tag: Any, texts: Sequence[str]) -> Component:
        names = ["number" if place in numbers else "" for place in range(len(texts))]
        return dmc.TableTr([tag(text, className=name) for text, name in zip(texts, names, strict=True)])

    head = dmc.TableThead(cells(dmc.TableTh, heads))
    body = dmc.TableTbody([cells(dmc.TableTd, row) for row in rows])
    # A part that scrolls has to be reachable by the keyboard.
    return html.Div(dmc.Table([head, body], verticalSpacing=4), className="preview-table", tabIndex=0)
