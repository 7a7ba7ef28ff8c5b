"""Sample files of an invented grocer, the same for the same day: what `comptoir demo` drops.

Each business day draws from its own seed, so that tomorrow's files repeat today's invoices and add a day.
Among the files' realistic rows are all cases that the figures tell apart: clients at either side of the
promotion, lots expired, expiring, idle and several of these at once, products sold under their margin's
threshold, credit notes, walk-in sales, lines without a price of their own, and two services that are in no
product file.
"""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

Cell = str | int | Decimal | date | datetime | None

PRODUCT_COUNT = 200
CLIENT_COUNT = 40
BEFORE_SALES = 3  # files of products, clients and stock, the first of the sample files
IDLE_PRODUCTS = 12  # the last ones: in stock, never sold
SQUEEZED_PRODUCTS = 4  # the first ones: sold a little above cost, under their threshold
SERVICES = ("LIVRAISON", "EMBALLAGE-CADEAU")  # sold, but in no product file
SUNDAY = 6

CATEGORIES: dict[str, tuple[str, ...]] = {
    "Épicerie": ("Farine de blé", "Riz basmati", "Pâtes complètes", "Lentilles vertes", "Miel de châtaignier"),
    "Boissons": ("Jus de pomme", "Eau gazeuse", "Café moulu", "Thé à la menthe", "Limonade artisanale"),
    "Crèmerie": ("Beurre demi-sel", "Comté affiné", "Yaourt nature", "Crème fraîche", "Œufs plein air"),
    "Boulangerie": ("Pain de campagne", "Brioche tressée", "Croûtons à l'ail", "Biscottes", "Gâteau aux noix"),
    "Hygiène": ("Savon de Marseille", "Lessive liquide", "Éponges", "Dentifrice", "Shampooing doux"),
}
SIZES = ("250 g", "500 g", "1 kg", "lot de 2", "lot de 4", "lot de 6", "format familial", "vrac")
TRADES = ("Boulangerie", "Restaurant", "Épicerie", "Traiteur", "Hôtel", "Café", "Crèmerie", "Cantine")
PLACES = ("du Marché", "de la Gare", "des Halles", "Saint-Éloi", "du Vieux Port")


@dataclass(frozen=True)
class Product:
    """A sample product; amounts in the trader's currency."""

    code: str
    name: str
    category: str
    buy_price: Decimal
    sell_price: Decimal
    threshold: Decimal


@dataclass(frozen=True)
class Line:
    """A line of a sample invoice; `unit_price` None means the catalogue's."""

    invoice_no: str
    client_code: str | None
    product_code: str
    quantity: int
    unit_price: Decimal | None
    total_amount: Decimal
    moment: datetime


def write_samples(folder: Path, today: date) -> list[Path]:
    """Write the sample files for a day below a folder and return their paths, in the order in which to drop them."""
    folder.mkdir(parents=True, exist_ok=True)
    products = sample_products()
    first, second, third = sample_months(today)
    eve = first - timedelta(days=1)  # a month's last day, which also proves that days come first
    lines = {month: list(_month_lines(products, month, today)) for month in (first, second, third)}
    files = {
        "produits.csv": _products_file(products, eve).encode("cp1252"),
        "clients.csv": _clients_file(eve).encode("utf-8-sig"),
        "stock.xlsx": _workbook("Stock", STOCK_HEADERS, _stock_rows(products, today)),
        f"ventes-{first:%Y-%m}.csv": _sales_file(lines[first]).encode("cp1252"),
        f"ventes-{second:%Y-%m}.csv": _sales_file(lines[second]).encode("utf-8"),
    }
    if lines[third]:  # none on a first of the month that is a Sunday
        files[f"sales-{third:%Y-%m}.xlsx"] = _workbook("Sales", SALES_HEADERS, map(_english_row, lines[third]))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def sample_months(today: date) -> tuple[date, date, date]:
    """Return the first days of the three months up to today, the oldest first."""
    third = today.replace(day=1)
    second = (third - timedelta(days=1)).replace(day=1)
    return (second - timedelta(days=1)).replace(day=1), second, third


def sample_products() -> list[Product]:
    """Return the 200 products: eight sizes of each of 25 articles."""
    articles = [(category, name) for category, names in CATEGORIES.items() for name in names]
    kinds = [(category, f"{name}, {size}") for size in SIZES for category, name in articles]
    return [_product(number, *kind) for number, kind in enumerate(kinds, start=1)]


def _product(number: int, category: str, name: str) -> Product:
    draw = random.Random(f"product {number}")  # noqa: S311 - samples need no cryptography
    buy = _cents(Decimal(draw.randint(60, 2400)) / 100)
    sell = _cents(buy * Decimal(draw.randint(130, 190)) / 100)
    threshold = Decimal(draw.choice(("0.10", "0.15", "0.20")))
    return Product(f"{_plain(category)[:3].upper()}-{number:03d}", name, category, buy, sell, threshold)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _client_code(number: int) -> str:
    return f"CL{number:03d}"


def day_lines(products: Sequence[Product], day: date) -> list[Line]:
    """Return the invoice lines of one business day; the shop is closed on Sundays."""
    if day.weekday() == SUNDAY:
        return []
    draw = random.Random(f"sales {day.isoformat()}")  # noqa: S311 - samples need no cryptography
    invoices = (_invoice(draw, products, day, number) for number in range(1, draw.randint(11, 17)))
    return [line for invoice in invoices for line in invoice]


def _invoice(draw: random.Random, products: Sequence[Product], day: date, number: int) -> list[Line]:
    sold = products[:-IDLE_PRODUCTS]
    returns = number % 13 == 0
    chosen = draw.sample(sold, draw.randint(2, 6))
    priced = [_priced(draw, product, products) for product in chosen]
    lines = [(code, -1 if returns else draw.randint(1, 6), price, worth) for code, price, worth in priced]
    if draw.random() < 0.03:  # noqa: PLR2004 - about one invoice in thirty has a service
        fee = _cents(Decimal(draw.randint(300, 900)) / 100)
        lines.append((draw.choice(SERVICES), 1, fee, fee))
    moment = datetime.combine(day, time(9)) + timedelta(minutes=number * 25 + draw.randint(0, 20))
    client = None if draw.random() < 0.2 else _client_code(_regular(draw))  # noqa: PLR2004 - a fifth walk in
    total = sum((quantity * worth for _, quantity, _, worth in lines), Decimal(0))
    invoice_no = f"{'AV' if returns else 'F'}{day:%Y%m%d}-{number:02d}"
    return [Line(invoice_no, client, code, quantity, price, total, moment) for code, quantity, price, _ in lines]


def _regular(draw: random.Random) -> int:
    """Draw a client; a few buy most, as in any shop."""
    return min(draw.randint(1, CLIENT_COUNT), draw.randint(1, CLIENT_COUNT))


def _priced(draw: random.Random, product: Product, products: Sequence[Product]) -> tuple[str, Decimal | None, Decimal]:
    """Return a product's code, the price on the line (None: the catalogue's) and what a piece is worth."""
    if product in products[:SQUEEZED_PRODUCTS]:
        price = _cents(product.buy_price * Decimal("1.03"))
        return product.code, price, price
    if draw.random() < 0.15:  # noqa: PLR2004 - about one line in seven leaves the price to the catalogue
        return product.code, None, product.sell_price
    price = _cents(product.sell_price * draw.choice((Decimal(1), Decimal(1), Decimal("0.95"))))
    return product.code, price, price


def _month_lines(products: Sequence[Product], first: date, today: date) -> Iterator[Line]:
    day = first
    while day.month == first.month and day <= today:
        yield from day_lines(products, day)
        day += timedelta(days=1)


PRODUCT_HEADERS = (
    "code_produit",
    "nom",
    "categorie",
    "prix_achat",
    "prix_vente",
    "seuil_marge_min",
    "valable_du",
)
CLIENT_HEADERS = ("code_client", "nom", "ca_total", "niveau_fidelite", "au")
FRENCH_SALES_HEADERS = (
    "no_facture",
    "code_client",
    "code_produit",
    "quantite",
    "prix_unitaire",
    "montant_total",
    "date_heure",
)
SALES_HEADERS = ("invoice_no", "client_code", "product_code", "quantity", "unit_price", "timestamp")
STOCK_HEADERS = ("product_code", "quantity", "batch_no", "expiry_date", "last_movement")


def _products_file(products: Sequence[Product], valid_from: date) -> str:
    rows: list[Sequence[Cell]] = [
        (p.code, p.name, p.category, p.buy_price, p.sell_price, p.threshold, valid_from) for p in products
    ]
    return _french_csv(PRODUCT_HEADERS, rows)


def _clients_file(as_of: date) -> str:
    """Write the clients with their balance before the first sample invoice."""
    return _french_csv(CLIENT_HEADERS, [_client_row(number, as_of) for number in range(1, CLIENT_COUNT + 1)])


def _client_row(number: int, as_of: date) -> tuple[Cell, ...]:
    draw = random.Random(f"client {number}")  # noqa: S311 - samples need no cryptography
    opening = _cents(Decimal(draw.randint(0, 760_000)) / 100)
    tier = "Silver" if opening > 5000 else "Standard"  # noqa: PLR2004 - the default threshold of Silver
    name = f"{TRADES[number % len(TRADES)]} {PLACES[number % len(PLACES)]}"
    return _client_code(number), name, opening, tier, as_of


def _stock_rows(products: Sequence[Product], today: date) -> Iterator[tuple[Cell, ...]]:
    for number, product in enumerate(products, start=1):
        draw = random.Random(f"lot {number}")  # noqa: S311 - samples need no cryptography
        quantity = draw.randint(5, 120)
        expiry = today + timedelta(days=_shelf_days(draw, number))
        idle_days = draw.randint(40, 80) if number > PRODUCT_COUNT - IDLE_PRODUCTS else draw.randint(0, 20)
        moved = datetime.combine(today - timedelta(days=idle_days), time(8, 30))
        yield product.code, quantity, f"L{number:04d}", None if number % 9 == 0 else expiry, moved


def _shelf_days(draw: random.Random, number: int) -> int:
    """Return the days left: a few lots expire within the week, two are past it, the others keep."""
    if number in (20, 195):
        return -draw.randint(2, 9)
    return draw.randint(0, 6) if number % 25 == 1 else draw.randint(20, 400)


def _sales_file(lines: Iterable[Line]) -> str:
    rows: list[Sequence[Cell]] = [
        (n.invoice_no, n.client_code, n.product_code, n.quantity, n.unit_price, n.total_amount, n.moment) for n in lines
    ]
    return _french_csv(FRENCH_SALES_HEADERS, rows)


def _english_row(line: Line) -> tuple[Cell, ...]:
    return line.invoice_no, line.client_code, line.product_code, line.quantity, line.unit_price, line.moment


def _french_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([_french(cell) for cell in row] for row in rows)
    return text.getvalue()


def _french(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return str(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return "" if cell is None else str(cell)


def _workbook(sheet: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - only samples write workbooks

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - fixed, so that the bytes are the same
    page = book.add_worksheet(sheet)
    formats = {date: book.add_format({"num_format": "yyyy-mm-dd"})}
    formats[datetime] = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    page.write_row(0, 0, headers)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            page.write(number, column, cell, formats.get(type(cell)))  # type: ignore[arg-type]
    book.close()
    return content.getvalue()
