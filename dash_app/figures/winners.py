"""The bars of a winners' table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import plotly.graph_objects as go

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comptoir.formats import Formats

BAR_PIXELS: Final = 34
MARGIN_PIXELS: Final = 24
LONGEST_LABEL: Final = 22
PROFIT_COLOUR: Final = "#159a90"  # readable on white and on the dark ground alike
LOSS_COLOUR: Final = "#e8590c"
ROOM_FOR_TEXT: Final = 1.4  # the amount is written behind the bar


def profit_chart(rows: Sequence[dict[str, Any]], formats: Formats) -> go.Figure:
    """Return one horizontal bar of profit per product, the best on top, its exact amount written beside it.

    Colours of text and grid come from the style sheet, so that the chart follows the system's light or dark.
    """
    amounts = [float(row["profit"]) for row in rows]
    bars = go.Bar(
        orientation="h",
        x=amounts,
        y=[str(row["rank"]) for row in rows],
        text=[formats.money(row["profit"]) for row in rows],
        customdata=[[row["name"], formats.money(row["revenue"]), formats.count(row["quantity"])] for row in rows],
        textposition="outside",
        cliponaxis=False,
        marker={"color": [PROFIT_COLOUR if amount >= 0 else LOSS_COLOUR for amount in amounts], "cornerradius": 4},
        hovertemplate="<b>%{customdata[0]}</b><br>%{text}<extra></extra>",
    )
    return go.Figure(bars, _layout(rows, amounts))


def _layout(rows: Sequence[dict[str, Any]], amounts: Sequence[float]) -> go.Layout:
    lowest, highest = min([0.0, *amounts]), max([0.0, *amounts])
    return go.Layout(
        template="none",
        height=BAR_PIXELS * max(len(rows), 1) + MARGIN_PIXELS,
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        bargap=0.42,
        showlegend=False,
        dragmode=False,
        font={"family": "inherit", "size": 12},
        xaxis={
            "visible": False,
            "fixedrange": True,
            "range": [lowest * ROOM_FOR_TEXT, highest * ROOM_FOR_TEXT or 1],
        },
        yaxis={
            "autorange": "reversed",
            "fixedrange": True,
            "type": "category",
            "tickmode": "array",
            "tickvals": [str(row["rank"]) for row in rows],
            "ticktext": [_short(row["name"] or row["code"]) for row in rows],
            "automargin": True,
            "ticklabelstandoff": 6,
            "ticks": "",
            "showline": False,
            "zeroline": False,
        },
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"
