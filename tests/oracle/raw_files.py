"""Reads raw files into DuckDB tables of claims, with nothing but the standard library, openpyxl and DuckDB.

It shares no code with the platform on purpose: an error there must not hide here. It understands what the
tests drop: the French and English templates and the retailer's export, as text or as a workbook.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

HEADERS = {
    "products": {
        "product_code": ("product_code", "code_produit"),
        "name": ("name", "nom"),
        "category": ("category", "categorie"),
        "buy_price": ("buy_price", "prix_achat"),
        "sell_price": ("sell_price", "prix_vente"),
        "threshold": ("min_margin_threshold", "seuil_marge_min"),
        "valid_from": ("valid_from", "valable_du"),
    },
    "clients": {
        "client_code": ("client_code", "code_client"),
        "name": ("name", "nom"),
        "opening": ("total_revenue_generated", "ca_total"),
        "tier": ("loyalty_tier", "niveau_fidelite"),
        "as_of": ("as_of", "au"),
    },
    "stock": {
        "product_code": ("product_code", "code_produit"),
        "quantity": ("quantity", "quantite"),
        "batch_no": ("batch_no", "no_lot"),
        "expiry_date": ("expiry_date", "date_peremption"),
        "last_movement": ("last_movement", "dernier_mouvement"),
    },
    "sales": {
        "invoice_no": ("invoice_no", "no_facture", "InvoiceNo"),
        "client_code": ("client_code", "code_client", "CustomerID"),
        "product_code": ("product_code", "code_produit", "StockCode"),
        "quantity": ("quantity", "quantite", "Quantity"),
        "unit_price": ("unit_price", "prix_unitaire", "UnitPrice"),
        "total_amount": ("total_amount", "montant_total"),
        "moment": ("timestamp", "date_heure", "InvoiceDate"),
    },
}
TELLING = {"buy_price": "products", "opening": "clients", "batch_no": "stock", "invoice_no": "sales"}
REQUIRED = {
    "products": ("product_code", "name", "category", "buy_price", "sell_price", "threshold"),
    "clients": ("client_code", "name", "opening", "tier"),
    "stock": ("product_code", "quantity", "batch_no", "last_movement"),
    "sales": ("invoice_no", "product_code", "quantity", "moment"),
}
TYPES = {
    "buy_price": "DECIMAL(38,4)",
    "sell_price": "DECIMAL(38,4)",
    "unit_price": "DECIMAL(38,4)",
    "total_amount": "DECIMAL(38,4)",
    "opening": "DECIMAL(38,4)",
    "threshold": "DOUBLE",
    "quantity": "BIGINT",
    "valid_from": "DATE",
    "as_of": "DATE",
    "expiry_date": "DATE",
    "last_movement": "TIMESTAMP",
    "moment": "TIMESTAMP",
}
AMOUNTS = ("buy_price", "sell_price", "unit_price")
MOMENTS = ("moment", "last_movement")


def create_tables(database: duckdb.DuckDBPyConnection) -> None:
    """Make one table of claims per kind."""
    for kind, fields in HEADERS.items():
        columns = ", ".join(f"{field} {TYPES.get(field, 'VARCHAR')}" for field in fields)
        database.execute(f"CREATE TABLE {kind} (landing INTEGER, published DATE, row_number INTEGER, {columns})")


def load(database: duckdb.DuckDBPyConnection, path: Path, landing: int, published: date) -> None:
    """Add the good rows of a file's sheets to the tables; an invoice with a bad line is left out whole."""
    for headers, rows in _sheets(path):
        kind, names = _recognise(headers)
        raw = [
            {field: row[headers.index(name)] if name in headers else None for field, name in names.items()}
            for row in rows
        ]
        _insert(database, kind, raw, landing, published)


def _sheets(path: Path) -> Iterator[tuple[list[str], list[list[Any]]]]:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        for sheet in book.worksheets:
            rows = list(_until_blank(sheet.iter_rows(values_only=True)))
            yield [str(header) for header in rows[0]], rows[1:]
        return
    text = _text(path.read_bytes())
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    lines = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    yield lines[0], lines[1:]


def _until_blank(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[Any]]:
    blank = 0
    for row in rows:
        blank = 0 if any(cell is not None for cell in row) else blank + 1
        if blank > 100:
            return
        if not blank:
            yield list(row)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _recognise(headers: list[str]) -> tuple[str, dict[str, str]]:
    for kind, fields in HEADERS.items():
        names = {field: name for field, known in fields.items() for name in known if name in headers}
        if any(TELLING.get(field) == kind for field in names):
            return kind, names
    raise AssertionError(f"The oracle does not know these columns: {headers}")


def _insert(
    database: duckdb.DuckDBPyConnection, kind: str, raw: list[dict[str, Any]], landing: int, published: date
) -> None:
    fields = list(HEADERS[kind])
    typed = [_typed(row, fields) for row in raw]
    good = [_is_good(kind, row, published) for row in typed]
    held = {row["invoice_no"] for row, ok in zip(typed, good, strict=True) if not ok} if kind == "sales" else set()
    kept = [
        [landing, published, number, *(row[field] for field in fields)]
        for number, (row, ok) in enumerate(zip(typed, good, strict=True), start=2)
        if ok and not (kind == "sales" and row["invoice_no"] in held)
    ]
    if not kept:
        return
    casts = ", ".join(f"CAST(column{index} AS {TYPES.get(field, 'VARCHAR')})" for index, field in enumerate(fields, 3))
    marks = ", ".join("unnest(?::VARCHAR[]) AS column" + str(index) for index in range(len(fields) + 3))
    columns = [[None if value is None else str(value) for value in column] for column in zip(*kept, strict=True)]
    database.execute(
        f"INSERT INTO {kind} SELECT column0::INTEGER, column1::DATE, column2::INTEGER, {casts} FROM (SELECT {marks})",  # noqa: S608 - names from the table above
        columns,
    )


BAD = object()


def _typed(row: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    return {field: _value(field, row.get(field)) for field in fields}


def _value(field: str, cell: Any) -> Any:
    """Return a cell's text as DuckDB casts it, None where empty, BAD where it can't be understood."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, datetime):
        whole = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
        return whole.isoformat(sep=" ") if field in MOMENTS else whole.date().isoformat()
    text = repr(cell) if isinstance(cell, float) else str(cell).strip()
    kind = TYPES.get(field)
    if kind is None:
        return re.sub(r"\.0$", "", text) if field.endswith(("code", "_no")) else text
    if kind in ("DATE", "TIMESTAMP"):
        return _time(text)
    return _number(text, whole=kind == "BIGINT")


def _time(text: str) -> Any:
    french = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})(?: (\d\d:\d\d(?::\d\d)?))?", text)
    iso = f"{french[3]}-{french[2]}-{french[1]} {french[4] or '00:00'}" if french else text
    try:
        return datetime.fromisoformat(iso).isoformat(sep=" ")
    except ValueError:
        return BAD


def _number(text: str, *, whole: bool) -> Any:
    plain = text.replace(",", ".") if "." not in text else text
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        return BAD
    return re.sub(r"\.0+$", "", plain) if whole else plain


def _is_good(kind: str, row: dict[str, Any], published: date) -> bool:
    if any(row[field] is None for field in REQUIRED[kind]) or any(value is BAD for value in row.values()):
        return False
    if any(row.get(field) is not None and row[field].startswith("-") for field in AMOUNTS):
        return False
    if kind == "sales":
        too_late = date.fromisoformat(row["moment"][:10]) > published + timedelta(days=1)
        return int(row["quantity"]) != 0 and not too_late
    return True
