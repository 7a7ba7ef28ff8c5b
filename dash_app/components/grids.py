"""Tables: one way to set up the grid, and column definitions that keep exact text apart from sorting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_ag_grid as dag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dash_app.context import Reader

Column = dict[str, Any]
PAGE_ROWS: Final = 10

# The grid's own words, where it isn't told ours.
FRENCH_GRID: Final = {
    "page": "Page",
    "of": "sur",
    "to": "à",
    "firstPage": "Première page",
    "previousPage": "Page précédente",
    "nextPage": "Page suivante",
    "lastPage": "Dernière page",
    "pageSizeSelectorLabel": "Lignes par page :",
}


def text_column(field: str, header: str, **options: Any) -> Column:
    """Return a column of text."""
    return {"field": field, "headerName": header, "minWidth": 110, "flex": 1, **options}


def number_column(field: str, header: str, **options: Any) -> Column:
    """Return a column of numbers: it shows `<field>_text`, exact, and sorts by `<field>`."""
    return {
        "field": field,
        "headerName": header,
        "valueFormatter": {"function": f"params.data ? params.data.{field}_text : ''"},
        "type": "rightAligned",
        "minWidth": 116,
        "flex": 1,
        **options,
    }


def badge_column(field: str, header: str, **options: Any) -> Column:
    """Return a column of badges: each value is a list of `{label, tone}`."""
    return {
        "field": field,
        "headerName": header,
        "cellRenderer": "Badges",
        "minWidth": 120,
        "flex": 1,
        "sortable": False,
        "cellDataType": False,
        **options,
    }


def grid(identity: str, columns: Sequence[Column], rows: Sequence[dict[str, Any]], reader: Reader) -> dag.AgGrid:
    """Return a table; rows carry a `key`, so that an update moves and flashes rows instead of redrawing them."""
    options = {
        "domLayout": "autoHeight",
        "pagination": True,
        "paginationPageSize": PAGE_ROWS,
        "paginationPageSizeSelector": False,
        "suppressPaginationPanel": len(rows) <= PAGE_ROWS,
        "suppressCellFocus": True,
        "enableCellTextSelection": True,
        "rowHeight": 40,
        "headerHeight": 38,
        "localeText": _words(reader),
    }
    return dag.AgGrid(
        id=identity,
        columnDefs=list(columns),
        rowData=list(rows),
        getRowId="params.data.key",
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True, "enableCellChangeFlash": True},
        dashGridOptions=options,
        className="comptoir-grid",
        style={"height": None},
        dangerously_allow_code=False,
    )


def _words(reader: Reader) -> dict[str, str]:
    own = {"noRowsToShow": reader.say("grid.no_rows")}
    return own | FRENCH_GRID if reader.formats.language == "fr" else own
