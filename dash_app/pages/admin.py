"""The administrator's page: winners, loss risks and reductions, kept current by the live socket."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html

from comptoir.formats import neighbour
from comptoir.rules import Window, WindowKind, window_of
from dash_app import ids, queries
from dash_app.components.grids import badge_column, grid, number_column, text_column
from dash_app.components.parts import Component, card, empty, shown, tile
from dash_app.figures.winners import profit_chart
from dash_app.pages import rows as shape
from dash_app.sessions import require_administrator

if TYPE_CHECKING:
    from dash_app.context import Dashboard, Reader

Answer = dict[str, Any]
STRONG: Final = ["ag-right-aligned-cell", "strong"]
STALE_MILLISECONDS: Final = 2_000  # while figures are computed anew: nothing tells that they have been
CHART_OPTIONS: Final[Any] = {"displayModeBar": False, "responsive": True}


def layout(dashboard: Dashboard) -> Component:
    """Return the page with the figures as they are now."""
    require_administrator()
    reader, window = dashboard.reader(), window_of("week", dashboard.today())
    won = winners_answer(dashboard, window)
    lost = losses_answer(dashboard)
    reduced = reductions_answer(dashboard)
    return dmc.Stack(
        [
            html.Div(freshness(dashboard), id=ids.FRESHNESS, className="freshness"),
            dmc.SimpleGrid(tiles(dashboard), id=ids.TILES, cols={"base": 2, "md": 4}, spacing="md"),
            _winners_card(won, window, reader, dashboard),
            _losses_card(lost, reader, dashboard),
            _reductions_card(reduced, reader),
        ],
        gap="md",
    )


def register_callbacks(app: Dash, dashboard: Dashboard) -> None:
    """Redraw each part when its figures change, or when another window is chosen."""

    @app.callback(
        Output(ids.FRESHNESS, "children"),
        Output(ids.TILES, "children"),
        Input(ids.LIVE_FILES, "data"),
        Input(ids.LIVE_WINNERS, "data"),
        Input(ids.LIVE_LOSSES, "data"),
        Input(ids.LIVE_REDUCTIONS, "data"),
        prevent_initial_call=True,
    )
    def show_summary(*_counts: int) -> tuple[list[Component], list[Component]]:
        require_administrator()
        return freshness(dashboard), tiles(dashboard)

    @app.callback(
        Output(ids.WINDOW_DAY, "data"),
        Input(ids.WINDOW_PREVIOUS, "n_clicks"),
        Input(ids.WINDOW_NEXT, "n_clicks"),
        State(ids.WINDOW_KIND, "value"),
        State(ids.WINDOW_DAY, "data"),
        prevent_initial_call=True,
    )
    def turn(_previous: int, _next: int, kind: str, day: str) -> str:
        shown_window = window_of(_kind(kind), date.fromisoformat(day))
        return neighbour(shown_window, -1 if ctx.triggered_id == ids.WINDOW_PREVIOUS else 1).start.isoformat()

    @app.callback(
        output=_winners_outputs(),
        inputs={
            "_counts": (Input(ids.LIVE_WINNERS, "data"), Input(ids.WINDOW_STALE_LOOK, "n_intervals")),
            "kind": Input(ids.WINDOW_KIND, "value"),
            "day": Input(ids.WINDOW_DAY, "data"),
        },
        prevent_initial_call=True,
    )
    def show_winners(_counts: tuple[int, int], kind: str, day: str) -> Answer:
        require_administrator()
        return winners_answer(dashboard, window_of(_kind(kind), date.fromisoformat(day)))

    @app.callback(
        output=_losses_outputs(), inputs={"_count": Input(ids.LIVE_LOSSES, "data")}, prevent_initial_call=True
    )
    def show_losses(_count: int) -> Answer:
        require_administrator()
        return losses_answer(dashboard)

    @app.callback(
        output=_reductions_outputs(), inputs={"_count": Input(ids.LIVE_REDUCTIONS, "data")}, prevent_initial_call=True
    )
    def show_reductions(_count: int) -> Answer:
        require_administrator()
        return reductions_answer(dashboard)


def _kind(text: str) -> WindowKind:
    return cast("WindowKind", text) if text in ("week", "month") else "week"


# --- the line on top, and the headline figures


def freshness(dashboard: Dashboard) -> list[Component]:
    """Return how fresh the figures are: as of when, the last file in them, and what is on its way."""
    reader = dashboard.reader()
    head = queries.winners(dashboard.hot, window_of("week", dashboard.today()), 1)
    files = queries.arrivals(dashboard.hot)
    as_of = max((at for at in (head["as_of"], files.last_at) if at is not None), default=None)
    said = reader.say("figures.as_of", at=reader.formats.clock(as_of)) if as_of else reader.say("figures.never")
    parts: list[Component] = [dmc.Title(reader.say("figures.title"), order=1, size="h3")]
    line = [html.Span(className="live-dot"), html.Span(said, id="as-of")]
    if files.last_name:
        line.append(html.Span(["· ", reader.say("figures.last_file", name=files.last_name)], className="last-file"))
    parts.append(html.Div(line, className="freshness-line"))
    if files.on_the_way:
        loader = dmc.Loader(size=12, color="blue")
        text = reader.say("figures.on_its_way", count=files.on_the_way)
        parts.append(dmc.Badge(text, variant="light", color="blue", size="lg", leftSection=loader))
    return parts


def tiles(dashboard: Dashboard) -> list[Component]:
    """Return the four headline figures."""
    reader, hot, today = dashboard.reader(), dashboard.hot, dashboard.today()
    write = reader.formats
    week = queries.winners(hot, window_of("week", today), 1)["totals"]
    month = queries.winners(hot, window_of("month", today), 1)["totals"]
    risks = queries.losses(hot, today)
    clients = queries.reductions(hot)
    eligible = sum(1 for row in clients if row["eligible_promo"])
    label = reader.say("tile.profit", window=reader.say("tile.this_week"))
    units = reader.say("tile.quantity", count=write.count(week["quantity"]))
    month_label = reader.say("tile.revenue", window=reader.say("tile.this_month"))
    ratio = month["profit"] / month["revenue"] if month["revenue"] else 0
    margin = reader.say("tile.margin", ratio=write.percent(ratio))
    lots = reader.say("tile.lots", count=write.count(len(risks["rows"])))
    return [
        tile(label, write.money(week["profit"]), units),
        tile(month_label, write.money(month["revenue"]), margin, "blue"),
        tile(reader.say("tile.at_risk"), write.money(risks["value_at_risk"]), lots, "orange"),
        tile(
            reader.say("tile.eligible"),
            write.count(eligible),
            reader.say("tile.of", count=write.count(len(clients))),
            "grape",
        ),
    ]


# --- winners


def winners_answer(dashboard: Dashboard, window: Window) -> Answer:
    """Return what the winners' card shows for a window."""
    reader, top = dashboard.reader(), dashboard.settings.winners_top
    head = queries.winners(dashboard.hot, window, top)
    missing = head["cost_missing"]
    text = reader.say("winners.empty.cost" if missing else "winners.empty.text")
    return {
        "rows": shape.winner_rows(head["rows"], reader.formats),
        "chart": profit_chart(head["rows"], reader.formats),
        "body": shown(when=bool(head["rows"])),
        "nothing": [] if head["rows"] else empty(reader.say("winners.empty.title"), text, "chart"),
        "missing": shape.cost_missing_rows(missing, reader.formats),
        "missing_body": shown(when=bool(missing)),
        "label": window_label(window, reader),
        "stale": (stale := _stale(dashboard, window)),
        "is_still": stale is None,
        "at_end": window.end >= dashboard.today(),
    }


def _stale(dashboard: Dashboard, window: Window) -> Component:
    """Say that an earlier window's figures are to change; those of today's windows change all day."""
    if window.end >= dashboard.today() or not queries.is_being_revalued(dashboard.hot, window):
        return None
    return dmc.Alert(dashboard.reader().say("winners.stale"), color="yellow", variant="light", mb="sm")


def window_label(window: Window, reader: Reader) -> str:
    """Return how a window is called: the span of a week, the name of a month."""
    if window.kind == "week":
        return reader.formats.span(window.start, window.end)
    return reader.formats.month(window.start)


def _winners_outputs() -> dict[str, Output]:
    return {
        "rows": Output(ids.WINNERS_GRID, "rowData"),
        "chart": Output(ids.WINNERS_CHART, "figure"),
        "body": Output(f"{ids.WINNERS_BODY}-some", "style"),
        "nothing": Output(f"{ids.WINNERS_BODY}-none", "children"),
        "missing": Output(ids.COST_MISSING_GRID, "rowData"),
        "missing_body": Output(f"{ids.COST_MISSING_GRID}-body", "style"),
        "label": Output(ids.WINDOW_LABEL, "children"),
        "stale": Output(ids.WINDOW_STALE, "children"),
        "is_still": Output(ids.WINDOW_STALE_LOOK, "disabled"),
        "at_end": Output(ids.WINDOW_NEXT, "disabled"),
    }


def _winners_card(answer: Answer, window: Window, reader: Reader, dashboard: Dashboard) -> Component:
    say = reader.say
    columns = [
        text_column("rank", say("winners.rank"), minWidth=56, maxWidth=64, flex=0, type="numericColumn"),
        text_column("name", say("winners.product"), minWidth=180, flex=3, tooltipField="code"),
        number_column("profit", say("winners.profit"), minWidth=116, cellClass=STRONG),
        number_column("revenue", say("winners.revenue"), minWidth=116),
        number_column("quantity", say("winners.quantity"), minWidth=92),
        text_column("category", say("winners.category"), minWidth=100),
    ]
    chart = dcc.Graph(id=ids.WINNERS_CHART, figure=answer["chart"], config=CHART_OPTIONS, className="chart")
    body = dmc.Grid(
        [
            dmc.GridCol(grid(ids.WINNERS_GRID, columns, answer["rows"], reader), span={"base": 24, "lg": 15}),
            dmc.GridCol(chart, span={"base": 24, "lg": 9}),
        ],
        gutter="lg",
        columns=24,
    )
    missing = html.Div(_cost_missing(answer, reader), id=f"{ids.COST_MISSING_GRID}-body", style=answer["missing_body"])
    subtitle = say("winners.subtitle", count=dashboard.settings.winners_top)
    parts = [
        html.Div(answer["stale"], id=ids.WINDOW_STALE, role="status"),
        dcc.Interval(id=ids.WINDOW_STALE_LOOK, interval=STALE_MILLISECONDS, disabled=answer["is_still"]),
        html.Div(body, id=f"{ids.WINNERS_BODY}-some", style=answer["body"]),
        html.Div(answer["nothing"], id=f"{ids.WINNERS_BODY}-none"),
        missing,
    ]
    return card(say("winners.title"), subtitle, parts, right=_window_picker(answer, window, reader))


def _window_picker(answer: Answer, window: Window, reader: Reader) -> Component:
    kinds = [{"value": kind, "label": reader.say(f"window.{kind}")} for kind in ("week", "month")]
    earlier, later = reader.say("window.previous"), reader.say("window.next")
    steps = dmc.Group(
        [
            _arrow(ids.WINDOW_PREVIOUS, "\N{LEFTWARDS ARROW}", earlier),
            dmc.Text(answer["label"], id=ids.WINDOW_LABEL, size="sm", fw=600, ta="center", className="window-label"),
            _arrow(ids.WINDOW_NEXT, "\N{RIGHTWARDS ARROW}", later, disabled=answer["at_end"]),
        ],
        gap=6,
        wrap="nowrap",
    )
    kind = dmc.SegmentedControl(id=ids.WINDOW_KIND, data=kinds, value=window.kind, size="sm")
    return dmc.Group([dcc.Store(id=ids.WINDOW_DAY, data=window.start.isoformat()), kind, steps], className="picker")


def _arrow(identity: str, sign: str, label: str, *, disabled: bool = False) -> Component:
    return dmc.ActionIcon(
        sign, id=identity, variant="default", size="lg", n_clicks=0, disabled=disabled, **{"aria-label": label}
    )


def _cost_missing(answer: Answer, reader: Reader) -> list[Component]:
    columns = [
        text_column("code", reader.say("winners.code")),
        number_column("quantity", reader.say("winners.quantity")),
        number_column("revenue", reader.say("winners.revenue")),
    ]
    return [
        dmc.Title(reader.say("winners.cost_missing"), order=3, size="h5", mt="lg"),
        dmc.Text(reader.say("winners.cost_missing.text"), size="sm", c="dimmed", mb="xs"),
        grid(ids.COST_MISSING_GRID, columns, answer["missing"], reader),
    ]


# --- loss risks


def losses_answer(dashboard: Dashboard) -> Answer:
    """Return what the card of loss risks shows."""
    reader = dashboard.reader()
    found = queries.losses(dashboard.hot, dashboard.today())
    nothing = empty(reader.say("losses.empty.title"), reader.say("losses.empty.text"), "check")
    return {
        "rows": shape.loss_rows(found["rows"], reader),
        "body": shown(when=bool(found["rows"])),
        "nothing": [] if found["rows"] else nothing,
        "low": shape.low_margin_rows(found["low_margin"], reader.formats),
        "low_body": shown(when=bool(found["low_margin"])),
        "subtitle": reader.say("losses.subtitle", day=reader.formats.day(found["on"])),
    }


def _losses_outputs() -> dict[str, Output]:
    return {
        "rows": Output(ids.LOSSES_GRID, "rowData"),
        "body": Output(f"{ids.LOSSES_BODY}-some", "style"),
        "nothing": Output(f"{ids.LOSSES_BODY}-none", "children"),
        "low": Output(ids.LOW_MARGIN_GRID, "rowData"),
        "low_body": Output(f"{ids.LOW_MARGIN_GRID}-body", "style"),
        "subtitle": Output(f"{ids.LOSSES_BODY}-subtitle", "children"),
    }


def _losses_card(answer: Answer, reader: Reader, dashboard: Dashboard) -> Component:
    say = reader.say
    columns = [
        text_column("name", say("losses.product"), minWidth=170, flex=2, tooltipField="code"),
        badge_column("reasons", say("losses.reasons"), minWidth=150, flex=1.5),
        number_column("value", say("losses.value"), minWidth=130, cellClass=STRONG),
        text_column("days", say("losses.days"), minWidth=180, flex=1.6),
        number_column("quantity", say("losses.quantity"), minWidth=100),
        text_column("batch_no", say("losses.batch"), minWidth=100),
        number_column("expiry", say("losses.expiry"), minWidth=120, type=""),
        number_column("movement", say("losses.movement"), minWidth=150, type=""),
    ]
    low_columns = [
        text_column("name", say("losses.product"), minWidth=170, flex=2, tooltipField="code"),
        number_column("revenue", say("winners.revenue")),
        number_column("margin", say("losses.margin"), cellClass=STRONG),
        number_column("threshold", say("losses.threshold")),
    ]
    low = [
        dmc.Title(say("losses.low_margin"), order=3, size="h5", mt="lg"),
        dmc.Text(
            say("losses.low_margin.text", days=dashboard.settings.low_margin_days), size="sm", c="dimmed", mb="xs"
        ),
        grid(ids.LOW_MARGIN_GRID, low_columns, answer["low"], reader),
    ]
    table = grid(ids.LOSSES_GRID, columns, answer["rows"], reader)
    parts = [
        html.Div(table, id=f"{ids.LOSSES_BODY}-some", style=answer["body"]),
        html.Div(answer["nothing"], id=f"{ids.LOSSES_BODY}-none"),
        html.Div(low, id=f"{ids.LOW_MARGIN_GRID}-body", style=answer["low_body"]),
    ]
    return card(say("losses.title"), html.Span(answer["subtitle"], id=f"{ids.LOSSES_BODY}-subtitle"), parts)


# --- reductions


def reductions_answer(dashboard: Dashboard) -> Answer:
    """Return what the card of reductions shows."""
    reader = dashboard.reader()
    found = queries.reductions(dashboard.hot)
    eligible = sum(1 for row in found if row["eligible_promo"])
    count = reader.formats.count
    nothing = empty(reader.say("reductions.empty.title"), reader.say("reductions.empty.text"), "people")
    return {
        "rows": shape.reduction_rows(found, reader),
        "body": shown(when=bool(found)),
        "nothing": [] if found else nothing,
        "subtitle": reader.say("reductions.subtitle", eligible=count(eligible), count=count(len(found))),
    }


def _reductions_outputs() -> dict[str, Output]:
    return {
        "rows": Output(ids.REDUCTIONS_GRID, "rowData"),
        "body": Output(f"{ids.REDUCTIONS_BODY}-some", "style"),
        "nothing": Output(f"{ids.REDUCTIONS_BODY}-none", "children"),
        "subtitle": Output(f"{ids.REDUCTIONS_BODY}-subtitle", "children"),
    }


def _reductions_card(answer: Answer, reader: Reader) -> Component:
    say = reader.say
    columns = [
        text_column("name", say("reductions.client"), minWidth=170, flex=2, tooltipField="code"),
        number_column("total", say("reductions.total"), minWidth=130, cellClass=STRONG),
        badge_column("eligible", say("reductions.eligible"), minWidth=140),
        badge_column("tier", say("reductions.tier"), minWidth=110),
        number_column("opening", say("reductions.opening"), minWidth=150),
        number_column("sales", say("reductions.sales"), minWidth=130),
    ]
    table = grid(ids.REDUCTIONS_GRID, columns, answer["rows"], reader)
    parts = [
        html.Div(table, id=f"{ids.REDUCTIONS_BODY}-some", style=answer["body"]),
        html.Div(answer["nothing"], id=f"{ids.REDUCTIONS_BODY}-none"),
    ]
    return card(say("reductions.title"), html.Span(answer["subtitle"], id=f"{ids.REDUCTIONS_BODY}-subtitle"), parts)
