"""What raw files say, row by row, by the columns under which the ledger says they were read.

The ledger tells which header was taken for which column, which decimal mark and which order of dates; where they
stand, what the cells say and what that is worth is found out anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import pyarrow as pa
from pyarrow import parquet

from comptoir.reconciling.cells import readings_of
from comptoir.reconciling.heads import with_heads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from comptoir.reconciling.cells import RawSheet, Texts
    from comptoir.reconciling.workspace import Workspace

ROWS_AT_ONCE: Final = 100_000
BALANCE_QUESTION: Final = "opening_changed:"
WITHOUT_SALES: Final = "opening"  # the one answer to it that is no day
ITEMS: Final = ("items", "lines", "invoice lines", "articles", "lignes", "lignes de facture")
# An item's keys, the template's and those that web shops use.
ITEM_KEYS: Final = {
    "product": ("product_code", "code_produit", "sku", "code", "product_id", "id_produit"),
    "quantity": ("quantity", "quantite", "qty", "qte"),
    "unit_price": ("unit_price", "prix_unitaire", "price", "prix"),
}
ITEM_COLUMNS: Final = frozenset({"product_id", "product_code", "quantity", "unit_price"})
# Either stands for the record; where a row has both, the first is what the trader calls it.
IDENTITIES: Final = {
    "invoice": ("invoice_no", "invoice_id"),
    "client": ("client_code", "client_id"),
    "product": ("product_code", "product_id"),
}
OTHER_TOTALS: Final = ("line_totals", "totals_of_more")
DISCOUNTED: Final = ("discount", "amount_after_it")  # beside the columns of the contract
RAW_TABLES: Final = """
CREATE TABLE raw_rows (file_id VARCHAR, sheet VARCHAR, row BIGINT);
CREATE TABLE raw_sales (file_id VARCHAR, sheet VARCHAR, row BIGINT, invoice VARCHAR, client VARCHAR, product VARCHAR,
    quantity BIGINT, unit_price DECIMAL(20, 4), total DECIMAL(20, 4), moment TIMESTAMP, has_other_totals BOOLEAN);
CREATE TABLE raw_others (kind VARCHAR, file_id VARCHAR, sheet VARCHAR, row BIGINT, code VARCHAR, batch VARCHAR,
    quantity BIGINT, buy_price DECIMAL(20, 4), sell_price DECIMAL(20, 4), opening DECIMAL(20, 4), day DATE,
    other_day DATE, name VARCHAR, category VARCHAR, threshold DECIMAL(14, 10), tier VARCHAR);
CREATE TABLE unread_sheets (kind VARCHAR, record VARCHAR, why VARCHAR);
"""


@dataclass(frozen=True)
class Told:
    """How the ledger says that a sheet was read: its kind, and of each column the header and how its cells are read.

    `divided` has the columns whose cells are the amounts of lines, which are to be divided by their quantities.
    `balance_day` is the day up to which the totals of clients hold sales where the file doesn't say it, but its owner.
    `has_heads` where rows were left aside whose cells may hold for the lines of their invoice, `has_groups` where such
    rows name a client or a product for all below; `has_other_totals` where a total may be another than that of an
    invoice's lines; `discount` are the headers of a discount and of the amounts after it.
    """

    sheet: str | None
    kind: str
    headers: dict[str, str]
    read_as: dict[str, str | None]
    divided: frozenset[str] = frozenset()
    balance_day: date | None = None
    has_heads: bool = False
    has_groups: bool = False
    has_other_totals: bool = False
    discount: tuple[str, str] | None = None


@dataclass(frozen=True)
class Found:
    """Where a told sheet stands in the raw file: the row of its headers, and these as the ledger names them."""

    told: Told
    sheet: RawSheet
    header_row: int
    headers: list[str]

    @property
    def places(self) -> dict[str, int]:
        """The place of each told column's cells; that of the items where they hold the lines of an invoice."""
        places = {c: self.headers.index(header) for c, header in self.told.headers.items() if header in self.headers}
        for column, header in zip(DISCOUNTED, self.told.discount or (), strict=False):
            places[column] = self.headers.index(header)
        items = _items_place(self.headers)
        if items is None or places.get("product_code", items) != items:
            return places
        return {column: place for column, place in places.items() if column not in ITEM_COLUMNS} | {"items": items}

    def rows(self) -> Iterable[tuple[int, Texts]]:
        """Give the rows below the headers that hold anything."""
        rows = ((row, cells) for row, cells in self.sheet.rows() if row > self.header_row and any(cells))
        told = self.told
        return with_heads(rows, self.places, has_groups=told.has_groups) if told.has_heads or told.has_groups else rows


def told_of(entry: dict[str, Any]) -> list[Told]:
    """Return what a ledger entry says of each sheet that was read."""
    by_sheet: dict[tuple[str | None, str], list[dict[str, Any]]] = defaultdict(list)
    for each in entry["mapping"]:
        by_sheet[each["sheet"], each["kind"]].append(each)
    notes = {(each["sheet"], each["code"]): each for each in entry["problems"]}
    days = {unquote(question.split(":")[1]): date.fromisoformat(answer) for question, answer in _balances(entry)}
    return [
        Told(
            sheet,
            kind,
            {c["column"]: c["header"] for c in columns},
            {c["column"]: c["read_as"] for c in columns},
            frozenset(c["column"] for c in columns if c.get("source") == "divided"),
            days.get(sheet or ""),
            (sheet, "bare_rows_left_aside") in notes,
            (sheet, "groups_left_aside") in notes,
            any((sheet, code) in notes for code in OTHER_TOTALS),
            _discount(notes.get((sheet, "discounts_taken_off"))),
        )
        for (sheet, kind), columns in by_sheet.items()
    ]


def _discount(note: dict[str, Any] | None) -> tuple[str, str] | None:
    return None if note is None else (note["column"], note["params"]["amount"])


def _balances(entry: dict[str, Any]) -> Iterable[tuple[str, str]]:
    answers: dict[str, str] = entry.get("answers", {})
    told = ((question, answer) for question, answer in answers.items() if question.startswith(BALANCE_QUESTION))
    return ((question, answer) for question, answer in told if answer != WITHOUT_SALES)


def prepare(workspace: Workspace) -> None:
    """Make the tables that `load` fills."""
    workspace.database.execute(RAW_TABLES)


def load(workspace: Workspace, entry: dict[str, Any], path: Path) -> None:
    """Add the rows of a file; a sheet of which the headers are not found again is told in `unread_sheets`.

    Args:
        workspace: with the tables.
        entry: the file's entry in the ledger.
        path: its raw bytes.
    """
    told = told_of(entry)
    found = {each.told.sheet: each for each in _find(told, path)} if told else {}
    for sheet in told:
        if sheet.sheet in found:
            _load_sheet(workspace, entry["_id"], found[sheet.sheet])
        else:
            why = f"the headers of the sheet {sheet.sheet or ''} were not found in the raw file"
            values = [sheet.kind, f"{entry['name']} {entry['_id']}", why]
            workspace.database.execute("INSERT INTO unread_sheets VALUES (?, ?, ?)", values)


def _find(told: Sequence[Told], path: Path) -> list[Found]:
    """Return where each told sheet stands, by the first way of reading that has the headers of all."""
    best: list[Found] = []
    for sheets in readings_of(path):
        by_name = {sheet.name: sheet for sheet in sheets}
        found = [where for each in told if each.sheet in by_name and (where := _header(by_name[each.sheet], each))]
        if len(found) == len(told):
            return found
        best = max(best, found, key=len)
    return best


def _header(sheet: RawSheet, told: Told) -> Found | None:
    wanted = set(told.headers.values())
    for row, cells in sheet.sample:
        headers = _unique(cells)
        without_items = wanted - ITEM_COLUMNS if _items_place(headers) is not None else wanted
        if without_items and without_items <= set(headers):
            return Found(told, sheet, row, headers)
    return None


def _unique(cells: Texts) -> list[str]:
    """Return headers as the ledger names them: an empty one by its place, a repeated one (and `none`) by its number."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = wanted = (cell or "").strip() or f"Column {place}"
        number = 1
        while name in {"row", "none", *names}:
            number += 1
            name = f"{wanted} ({number})"
        names.append(name)
    return names


def _items_place(headers: Sequence[str]) -> int | None:
    return next((place for place, header in enumerate(headers) if header.strip().lower() in ITEMS), None)


def _load_sheet(workspace: Workspace, file_id: str, found: Found) -> None:
    told, places = found.told, found.places
    path = workspace.folder / "rows.parquet"
    _write(path, found.rows(), places)
    source = f"read_parquet('{path}')"
    names = {"file_id": file_id, "sheet": told.sheet}
    workspace.database.execute(f"INSERT INTO raw_rows SELECT $file_id, $sheet, row FROM {source}", names)
    if told.kind == "sales":
        query = _items_query(source, places, told) if "items" in places else _sales_query(source, places, told)
        workspace.database.execute(f"INSERT INTO raw_sales {query}", names)
    else:
        query = _others_query(source, places, told)
        workspace.database.execute(f"INSERT INTO raw_others {query}", names | {"kind": told.kind})


def _write(path: Path, rows: Iterable[tuple[int, Texts]], places: dict[str, int]) -> None:
    schema = pa.schema([("row", pa.int64()), *((column, pa.string()) for column in places)])
    with parquet.ParquetWriter(path, schema) as writer:
        waiting: list[tuple[int, Texts]] = []
        for each in rows:
            waiting.append(each)
            if len(waiting) == ROWS_AT_ONCE:
                writer.write_table(_table(waiting, places, schema))
                waiting = []
        writer.write_table(_table(waiting, places, schema))


def _table(rows: list[tuple[int, Texts]], places: dict[str, int], schema: pa.Schema) -> pa.Table:
    columns: list[list[Any]] = [[row for row, _ in rows]]
    columns += [[cells[place] if place < len(cells) else None for _, cells in rows] for place in places.values()]
    return pa.table(columns, schema=schema)


def _sales_query(source: str, places: dict[str, int], told: Told) -> str:
    return f"""
        SELECT $file_id, $sheet, row, {_identity("invoice", places)}, {_identity("client", places)},
            {_identity("product", places)}, {_whole("quantity", places, told)}, {_price(places, told)},
            {_money("total_amount", places, told)}, {_moment("timestamp", places, told)}, {told.has_other_totals}
        FROM {source}"""


def _items_query(source: str, places: dict[str, int], told: Told) -> str:
    """Return a row per item of the JSON array in the items' cell; its numbers have a decimal point."""
    item = {name: _first(f"json_extract_string(item, '$.{key}')" for key in keys) for name, keys in ITEM_KEYS.items()}
    typed = {name: f"chr(1) || {text}" for name, text in item.items()}
    return f"""
        SELECT $file_id, $sheet, row, {_identity("invoice", places)}, {_identity("client", places)},
            code_of({item["product"]}), whole_of({typed["quantity"]}, 'point'),
            money_of({typed["unit_price"]}, 'point'),
            {_money("total_amount", places, told)}, {_moment("timestamp", places, told)}, {told.has_other_totals}
        FROM (SELECT *, unnest(CAST(bare(items) AS JSON[])) AS item FROM {source})"""


def _others_query(source: str, places: dict[str, int], told: Told) -> str:
    day = {"products": "valid_from", "stock": "last_movement", "clients": "as_of"}[told.kind]
    code = _identity("client" if told.kind == "clients" else "product", places)
    return f"""
        SELECT $kind, $file_id, $sheet, row, {code}, {_code("batch_no", places)}, {_whole("quantity", places, told)},
            {_money("buy_price", places, told)}, {_money("sell_price", places, told)},
            {_money("total_revenue_generated", places, told)}, {_day(day, places, told)},
            {_expiry(places, told)}, {_text("name", places)}, {_text("category", places)},
            {_ratio("min_margin_threshold", places, told)}, {_tier("loyalty_tier", places)}
        FROM {source}"""


def _first(texts: Iterable[str]) -> str:
    return f"coalesce({', '.join(texts)})"


def _identity(name: str, places: dict[str, int]) -> str:
    return _first(_code(column, places) for column in IDENTITIES[name])


def _code(column: str, places: dict[str, int]) -> str:
    return f"code_of({column})" if column in places else "NULL"


def _text(column: str, places: dict[str, int]) -> str:
    return f"text_of({column})" if column in places else "NULL"


def _tier(column: str, places: dict[str, int]) -> str:
    return f"tier_of({column})" if column in places else "NULL"


def _ratio(column: str, places: dict[str, int], told: Told) -> str:
    in_percents = "%" in told.headers.get(column, "")
    return f"ratio_of({column}, '{told.read_as[column]}', {in_percents})" if column in places else "NULL"


def _whole(column: str, places: dict[str, int], told: Told) -> str:
    return f"whole_of({column}, '{told.read_as[column]}')" if column in places else "NULL"


def _money(column: str, places: dict[str, int], told: Told) -> str:
    return f"money_of({column}, '{told.read_as[column]}')" if column in places else "NULL"


def _price(places: dict[str, int], told: Told) -> str:
    """Return a line's price; none of an amount that can't be divided, whose row is rejected."""
    cell, quantity = _money("unit_price", places, told), _whole("quantity", places, told)
    if told.discount:
        off, amount = (_of_each_mark(f"replace({column}, '%', '')") for column in DISCOUNTED)
        return f"after_discount({cell}, {quantity}, {off}, {amount})"
    if "unit_price" not in told.divided:
        return cell
    return f"divided({cell}, {quantity})"


def _of_each_mark(cell: str) -> str:
    """Return a list of what a cell is with a decimal comma and with a point, which nobody has told."""
    return f"[money_of({cell}, 'comma'), money_of({cell}, 'point')]"


def _moment(column: str, places: dict[str, int], told: Told) -> str:
    return f"moment_of({column}, '{told.read_as[column]}')" if column in places else "NULL"


def _expiry(places: dict[str, int], told: Told) -> str:
    return f"unless_never({_moment('expiry_date', places, told)})" if "expiry_date" in places else "NULL"


def _day(column: str, places: dict[str, int], told: Told) -> str:
    own = _moment(column, places, told)
    return own if told.balance_day is None else _first([own, f"DATE '{told.balance_day}'"])
