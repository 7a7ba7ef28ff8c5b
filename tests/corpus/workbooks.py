"""Workbooks of every format: typed cells, several sheets, and the layouts that people make by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.corpus.books import Book, edit_sheet, serial, write_ods, write_xls, write_xlsb, write_xlsm, write_xlsx
from tests.corpus.spelling import COMMA, DAY_FIRST, ENGLISH, FRENCH, spell
from tests.corpus.texts import KINDS, kept
from tests.corpus.truth import (
    ACCENTED_NAMES,
    WIDE_NAMES,
    Case,
    Expected,
    Record,
    Row,
    Sheet,
    as_read,
    draw_records,
    numbered,
    seeded,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WRITERS: dict[str, Callable[[Book], bytes]] = {
    "xlsx": write_xlsx,
    "xlsm": write_xlsm,
    "xlsb": write_xlsb,
    "xls": write_xls,
    "ods": write_ods,
}
SHEETS = {"products": "Produits", "clients": "Clients", "stock": "Stock", "sales": "Ventes"}
ROW_LEFT = frozenset({"value_missing", "total_row", "repeated_header", "not_a_number", "not_an_integer", "not_a_date"})


def typed_rows(kind: str, records: Sequence[Record], headers: dict[str, dict[str, str]] = FRENCH) -> list[list[Any]]:
    """Return a header row and the records as a spreadsheet keeps them: numbers and dates, not their spellings."""
    columns = headers[kind]
    return [list(columns.values()), *([record.get(column) for column in columns] for record in records)]


def as_texts(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Return rows with every cell as a text, as many exporters write them."""
    return [[None if cell is None else spell(cell, COMMA, DAY_FIRST) for cell in row] for row in rows]


def formats(seed: int) -> Iterator[Case]:
    """Yield every kind in every workbook format, typed and as texts, and a workbook of all four kinds."""
    for (extension, write), kind in ((pair, kind) for pair in WRITERS.items() for kind in KINDS):
        records = draw_records(kind, seeded(seed, extension, kind), 25, ACCENTED_NAMES + WIDE_NAMES)
        yield _book_case(
            f"{kind}.{extension}, typed",
            extension,
            write,
            {"Feuil1": typed_rows(kind, records)},
            {"Feuil1": (kind, records)},
        )
        texts = {"Feuil1": as_texts(typed_rows(kind, records))}
        minutes = kept(records, DAY_FIRST)
        yield _book_case(f"{kind}.{extension}, all cells text", extension, write, texts, {"Feuil1": (kind, minutes)})
        for dates in ("serial numbers", "real dates"):
            shown = [[_dates(cell, dates) for cell in row] for row in typed_rows(kind, records, ENGLISH)]
            yield _book_case(
                f"{kind}.{extension}, {dates}", extension, write, {"Data": shown}, {"Data": (kind, records)}
            )
    for extension, write in WRITERS.items():
        drawn = {SHEETS[k]: (k, draw_records(k, seeded(seed, "all", k), 12, ACCENTED_NAMES)) for k in reversed(KINDS)}
        book = {name: typed_rows(kind, records) for name, (kind, records) in drawn.items()}
        yield _book_case(f"all kinds.{extension}", extension, write, book, drawn)


def _dates(cell: Any, how: str) -> Any:
    return serial(cell) if how == "serial numbers" and isinstance(cell, date) else cell


def _book_case(
    name: str, extension: str, write: Callable[[Book], bytes], book: Book, truth: dict[str, tuple[str, list[Record]]]
) -> Case:
    expected = Expected(tuple(Sheet(kind, numbered(records), sheet) for sheet, (kind, records) in truth.items()))
    return Case("workbook", name, f"file.{extension}", lambda: write(book), expected)


def layouts(seed: int) -> Iterator[Case]:
    """Yield the layouts of sheets, in each format that a library can be trusted to write them in."""
    for extension, write in WRITERS.items():
        for kind in KINDS:
            records = draw_records(kind, seeded(seed, "layout", extension, kind), 14, ACCENTED_NAMES)
            for name, rows, expected in _layouts(kind, records):
                book = {"Feuil1": rows}
                yield Case("layout", f"{kind}.{extension} {name}", f"f.{extension}", _writing(write, book), expected)


def _writing(write: Callable[[Book], bytes], book: Book) -> Callable[[], bytes]:
    return lambda: write(book)


def _layouts(kind: str, records: list[Record]) -> Iterator[tuple[str, list[list[Any]], Expected]]:
    rows = typed_rows(kind, records)
    width = len(rows[0])
    blank: list[Any] = [None] * width

    def expect(first: int) -> Expected:
        return as_read(kind, records, first, "Feuil1")

    yield "banner", [["Société Dupont"], ["Exporté le", date(2025, 12, 31)], blank, *rows], expect(5)
    yield "blank rows first", [blank, blank, *rows], expect(4)
    yield "trailing blank rows", [*rows, *[["  "] * width] * 30], expect(2)
    groups, singles = _two_rows(rows[0])
    yield "headers in two rows", [groups, singles, *rows[1:]], expect(3)
    yield "blank column first", [[None, *row] for row in rows], expect(2)
    yield "blank column between", [[*row[:2], None, *row[2:]] for row in rows], expect(2)
    yield "a note beside the table", [*rows[:3], [*rows[3], "checked by Ann"], *rows[4:]], _beside(expect(2))
    middle = (*numbered(records[:7]), *numbered(records[7:], 12))
    yield "blank rows in the middle", [*rows[:8], blank, blank, blank, *rows[8:]], _of(kind, middle)
    total = ["TOTAL", *[None] * (width - 1)]
    yield "total", [*rows, total], _of(kind, (*numbered(records), Row(16, None, ROW_LEFT, optional=True)))
    spaced = (*numbered(records), Row(18, None, ROW_LEFT, optional=True))
    yield "total after blank rows", [*rows, blank, blank, total], _of(kind, spaced)
    codes = ROW_LEFT | {"unknown_tier"}
    repeated = (*numbered(records[:7]), Row(9, None, codes, optional=True), *numbered(records[7:], 10))
    yield "headers repeated", [*rows[:8], rows[0], *rows[8:]], _of(kind, repeated)


def _two_rows(headers: Sequence[str]) -> tuple[list[str | None], list[str]]:
    """Part headers that share their first word, such as prix_achat and prix_vente, into two rows.

    The word stands above the first of them alone, as a merged cell keeps its text.
    """
    words = [header.split("_")[0] for header in headers]
    groups: list[str | None] = [None] * len(headers)
    singles = list(headers)
    for place in range(1, len(headers)):
        if words[place] == words[place - 1]:
            groups[place - 1] = words[place]
            singles[place - 1 : place + 1] = [
                h.removeprefix(f"{words[place]}_") for h in headers[place - 1 : place + 1]
            ]
    return groups, singles


def _of(kind: str, rows: tuple[Row, ...]) -> Expected:
    return Expected((Sheet(kind, rows, "Feuil1"),))


def _beside(expected: Expected) -> Expected:
    return Expected(expected.sheets, refusals=frozenset({"row_too_long"}))


def special(seed: int) -> Iterator[Case]:
    """Yield workbooks whose cells or sheets need a defined answer."""
    sales = draw_records("sales", seeded(seed, "special"), 14, ACCENTED_NAMES)
    yield from _sheet_cases(seed, sales)
    yield from _epoch_cases(sales)
    yield from _cell_cases()
    yield from _two_tables(seed, sales)


def _sheet_cases(seed: int, sales: list[Record]) -> Iterator[Case]:
    rows = typed_rows("sales", sales)
    old = typed_rows("sales", draw_records("sales", seeded(seed, "old"), 5, ACCENTED_NAMES))
    expected = as_read("sales", sales, sheet="Ventes")
    for extension, write in (("xlsx", write_xlsx), ("ods", write_ods)):
        book = {"Ventes": rows, "Ancien": old}
        yield Case("sheets", f"a hidden sheet, {extension}", f"s.{extension}", _hiding(write, book), expected)
    notes = {"Lisez-moi": [["Ce classeur contient les ventes."], ["Bonne lecture"]], "Ventes": rows, "Vide": []}
    pivot = {"Ventes": rows, "TCD": [["Étiquettes de lignes", "Somme de Qté"], ["P0001", 12], ["Total général", 12]]}
    months = {"Janvier": typed_rows("sales", sales[:7]), "Février": typed_rows("sales", sales[7:])}
    parted = _split_invoices(sales)
    for extension, write in WRITERS.items():
        yield Case(
            "sheets", f"notes and an empty sheet, {extension}", f"s.{extension}", _writing(write, notes), expected
        )
        yield Case("sheets", f"a pivot, {extension}", f"s.{extension}", _writing(write, pivot), expected)
        yield Case("sheets", f"a sheet per month, {extension}", f"s.{extension}", _writing(write, months), parted)
        strange = {"Feuille_de_ventes_à_l'été_2025é": rows}
        named = as_read("sales", sales, sheet=next(iter(strange)))
        yield Case("sheets", f"a long name, {extension}", f"s.{extension}", _writing(write, strange), named)


def _hiding(write: Any, book: Book) -> Callable[[], bytes]:
    return lambda: write(book, hidden=["Ancien"])


def _split_invoices(sales: list[Record]) -> Expected:
    """Expect the two sheets; an invoice that runs over both may be rejected, as nobody can tell that it is one."""
    parts = {"Janvier": sales[:7], "Février": sales[7:]}
    numbers = [{record["invoice_no"] for record in part} for part in parts.values()]
    split = set.intersection(*numbers)
    return Expected(tuple(Sheet("sales", _with_split(numbered(part), split), name) for name, part in parts.items()))


def _with_split(rows: tuple[Row, ...], split: set[str]) -> tuple[Row, ...]:
    codes = frozenset({"invoice_on_sheets"})
    return tuple(replace(row, codes=codes) if row.values and row.values["invoice_no"] in split else row for row in rows)


def _epoch_cases(sales: list[Record]) -> Iterator[Case]:
    rows = typed_rows("sales", sales)
    expected = as_read("sales", sales, sheet="Feuil1")
    yield Case("epoch", "1904, typed", "s.xlsx", lambda: write_xlsx({"Feuil1": rows}, epoch_1904=True), expected)
    shift = timedelta(days=1462)
    numbers = [rows[0], *([*row[:-1], serial(row[-1] - shift)] for row in rows[1:])]
    yield Case("epoch", "1904, numbers", "s.xlsx", lambda: write_xlsx({"Feuil1": numbers}, epoch_1904=True), expected)
    for number, day in (
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        (2958465, date(9999, 12, 31)),
    ):
        records = draw_records("products", seeded("epoch"), 3, ACCENTED_NAMES)
        records[1]["valid_from"] = day
        shown = typed_rows("products", records)
        shown[2][-1] = number
        dated = as_read("products", records, sheet="Feuil1")
        yield Case("epoch", f"day number {number}", "p.xlsx", _writing(write_xlsx, {"Feuil1": shown}), dated)


def _one_cell(name: str, xml: str, values: dict[str, Any] | None, *codes: str) -> Case:
    """Return a workbook of sales in which the price of row 5 has other XML."""
    records = [
        {"invoice_no": f"F{n}", "product_code": "P1", "quantity": 2, "unit_price": Decimal("12.5") + n}
        | {"timestamp": datetime(2025, 3, 13, 10, n)}  # noqa: DTZ001 - as a spreadsheet
        for n in range(12)
    ]
    rows = typed_rows("sales", records)
    expected = list(numbered(records))
    expected[3] = Row(5, None if values is None else records[3] | values, frozenset(codes))

    def content() -> bytes:
        return edit_sheet(write_xlsx({"Feuil1": rows}), r'<c r="E5">.*?</c>', xml)

    return Case("cell", name, "s.xlsx", content, Expected((Sheet("sales", tuple(expected), "Feuil1"),)))


def _cell_cases() -> Iterator[Case]:
    for error in ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"):
        yield _one_cell(f"error {error}", f'<c r="E5" t="e"><v>{error}</v></c>', None, "error_cell")
    for text in ("#N/A", "#VALEUR!"):
        inline = f'<c r="E5" t="inlineStr"><is><t>{text}</t></is></c>'
        yield _one_cell(f"error as text {text}", inline, None, "error_cell", "not_a_number")
    uncached = ("formula_uncalculated", "value_missing")
    yield _one_cell("formula without a value", '<c r="E5"><f>1+1</f></c>', None, *uncached)
    yield _one_cell(
        "formula with a value", '<c r="E5"><f>10+5.25</f><v>15.25</v></c>', {"unit_price": Decimal("15.25")}
    )
    yield _one_cell("1e400", '<c r="E5"><v>1e400</v></c>', None, "number_too_large", "not_a_number", "error_cell")
    yield _one_cell("NaN", '<c r="E5"><v>NaN</v></c>', None, "not_a_number", "error_cell", "value_missing")
    yield _one_cell("minus nought", '<c r="E5"><v>-0</v></c>', {"unit_price": Decimal(0)})
    yield _one_cell("1E+22", '<c r="E5"><v>1E+22</v></c>', None, "number_too_large")
    yield _one_cell("1E-7", '<c r="E5"><v>1E-7</v></c>', {"unit_price": Decimal(0)})
    yield _one_cell("a float's noise", '<c r="E5"><v>2.5499999999999998</v></c>', {"unit_price": Decimal("2.55")})
    yield _one_cell("a long fraction", '<c r="E5"><v>0.12345</v></c>', {"unit_price": Decimal("0.1235")})
    yield _one_cell("1.234 is typed", '<c r="E5"><v>1.234</v></c>', {"unit_price": Decimal("1.234")})
    yield _one_cell("a truth value", '<c r="E5" t="b"><v>1</v></c>', None, "not_a_number")
    yield _one_cell(
        "a price as text", '<c r="E5" t="inlineStr"><is><t>1 234,56 €</t></is></c>', {"unit_price": Decimal("1234.56")}
    )
    yield _one_cell("no price", "", {"unit_price": None})
    yield _one_cell("a negative price", '<c r="E5"><v>-3.5</v></c>', None, "price_negative")


def _two_tables(seed: int, sales: list[Record]) -> Iterator[Case]:
    products = draw_records("products", seeded(seed, "two"), 6, ACCENTED_NAMES)
    upper, lower = typed_rows("products", products), typed_rows("sales", sales)
    stacked = [*upper, [], *lower]
    both = Expected(
        (Sheet("products", numbered(products), "Feuil1"), Sheet("sales", numbered(sales, 10), "Feuil1")),
        refusals=frozenset({"two_tables"}),
        questions=frozenset({"two_tables"}),
    )
    yield Case("two tables", "one above the other", "t.xlsx", _writing(write_xlsx, {"Feuil1": stacked}), both)
    height = max(len(upper), len(lower))
    side = [
        [*(upper[n] if n < len(upper) else [None] * 7), None, *(lower[n] if n < len(lower) else [])]
        for n in range(height)
    ]
    codes = frozenset({"two_tables", "kind_tied", "columns_compete"})
    beside = Expected(
        (Sheet("products", numbered(products), "Feuil1"), Sheet("sales", numbered(sales), "Feuil1")), codes, codes
    )
    yield Case("two tables", "side by side", "t.xlsx", _writing(write_xlsx, {"Feuil1": side}), beside)
    clients = typed_rows("clients", draw_records("clients", seeded(seed, "two"), 6, ACCENTED_NAMES))
    pair = [[*left, None, *right] for left, right in zip(upper, clients, strict=True)]
    yield Case(
        "two tables",
        "products beside clients",
        "t.xlsx",
        _writing(write_xlsx, {"Feuil1": pair}),
        Expected(refusals=codes, questions=codes),
    )
