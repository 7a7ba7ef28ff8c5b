"""What reports print between and above their rows: sums under many words, and banners that change what amounts are."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.corpus.books import write_xlsx
from tests.corpus.spelling import ENGLISH, ISO_SECONDS, POINT
from tests.corpus.texts import cells_of, write_rows
from tests.corpus.truth import ZONE, Case, Expected, Record, Row, Sheet, draw_records, numbered, refused, seeded
from tests.corpus.workbooks import typed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROWS = 10
SALES = ENGLISH["sales"]
TOTALS = (
    *("S/Total", "S-total", "Sous total", "Sous-total HT", "Cumul", "Cumuls", "Report", "A reporter", "Net à payer"),
    *("Total facture F-9", "Total général", "Balance", "Solde", "Subtotal", "Sub total", "Grand total", "Amount due"),
    *("Carried forward", "TOTAL TTC", "Somme", "Montant total", "Total du mois"),
)
UNITS = (
    *("en milliers d'euros", "Montants en milliers d'euros", "in thousands", "(in thousands of euros)", "k€", "(K€)"),
    *("Montants en k€", "KEUR", "Montants TTC", "Prix TTC", "All prices include VAT: prices incl. VAT", "€'000"),
    *("All amounts in USD", "Devise : USD", "Currency: GBP", "Prices in $", "Montants en dollars", "en centimes"),
    *("Amounts in CHF", "Chiffres en milliers", "Toutes taxes comprises", "USD"),
)
NO_SALES = (
    *("Liste des devis", "Devis", "Quotations", "Sales quotations", "Brouillon", "Draft", "DRAFT - not final"),
    *("Achats", "Journal des achats", "Purchases", "Purchase orders", "Factures d'achat", "Supplier invoices"),
    *("Proforma", "Factures pro forma", "Factures annulées", "Devis en cours"),
)
CREDITS = ("Avoirs", "Credit notes", "Liste des avoirs", "Notes de crédit", "Retours clients", "Refunds")
# Names of files, with what they say of the sales in them.
NAMES = {
    "achats.csv": "banner_no_data",
    "devis_mars.csv": "banner_no_data",
    "2026-03 purchases.csv": "banner_no_data",
    "brouillon.csv": "banner_no_data",
    "Prévisions de ventes.csv": "banner_no_data",
    "avoirs.csv": "banner_credits",
    "achats_clients.csv": "",
    "avoirs et ventes.csv": "",
}
HARMLESS = (
    *("Société Dupont", "Export du 03/03/2026", "Ventes mars", "Sales March 2026", "12 rue des Mille Fleurs"),
    *("1000 Bruxelles", "SARL au capital de 10 000 €", "SAS au capital de 2 M€", "Journal des ventes", "Factures"),
    *("Montants en euros", "Montants HT", "Prices in EUR, excl. VAT", "Devise : EUR", "Ventes et avoirs", "Page 1"),
    *(
        "Confidentiel",
        "Magasin de Lyon",
        "Period: 01/03/2026 - 31/03/2026",
        "Total TTC : 1 234,00",
        "TVA FR40123456824",
    ),
)
MOVEMENTS = (
    ("Mouvement", "Entrée", "Sortie"),
    ("Type mouvement", "Vente", "Réception"),
    ("Sens", "E", "S"),
    ("In/Out", "In", "Out"),
    ("Movement type", "Goods receipt", "Goods issue"),
    ("Direction", "IN", "OUT"),
    ("Type", "Entrée", "Ajustement"),
)
NO_MOVEMENTS = (
    ("Type", "Frais", "Sec"),
    ("Last movement type", "Sale", "Purchase"),
    ("Type dernier mouvement", "Vente", "Achat"),
    ("Emplacement", "A1", "B2"),
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
# What heads above lines say, by what they are of; no line says it then.
HEADS = {
    "invoices": ("invoice_no", "client_code", "timestamp"),
    "clients": ("client_code",),
    "products": ("product_code",),
}
TEXTS = ("Selon votre commande du 12 mars", "Bon de livraison BL-12", "Livraison le matin", "As agreed by phone")
FEET = (
    *("TVA à 20 %", "TVA 20%", "Dont TVA", "Total T.V.A.", "TOTAL T.T.C.", "TOTAL H.T.", "Net à payer", "Report"),
    *("VAT 20%", "Amount due", "Net à payer TTC"),
)
LABEL_IN = ("invoice_no", "product_code", "client_code")


def reports(seed: int) -> Iterator[Case]:
    """Yield every case."""
    for word, place, is_full, is_sum in itertools.product(TOTALS, LABEL_IN, (True, False), (True, False)):
        yield _with_total(seed, word, place, is_full=is_full, is_sum=is_sum)
    yield from _banners(seed)
    yield from _movements(seed)
    yield from _weekdays(seed)
    yield from _damaged(seed)
    yield from _headed(seed)
    yield from _with_texts(seed)
    yield from _with_feet(seed)


def _headed(seed: int) -> Iterator[Case]:
    """Yield sales with heads of invoices, clients or products above their lines."""
    for name, columns in HEADS.items():
        records = _singles(seed, f"heads of {name}")
        titles, *cells = _cells(records)
        rows, expected, above = [titles], [], [""]
        for record, row in zip(records, cells, strict=True):
            head = _only(row, columns, said=True)
            if head != above:
                rows.append(head)
            above = head
            rows.append(_only(row, columns, said=False))
            expected.append(Row(len(rows), record))
        yield _case(f"heads of {name}", rows, expected)


def _only(row: Sequence[str], columns: Sequence[str], *, said: bool) -> list[str]:
    """Return a row with nothing but some columns, or without them."""
    return [cell if (name in columns) is said else "" for name, cell in zip(SALES, row, strict=True)]


def _with_texts(seed: int) -> Iterator[Case]:
    """Yield sales with a text below one of their lines."""
    for text in TEXTS:
        records = _singles(seed, text)
        titles, *cells = _cells(records)
        rows, expected = [[*titles, "Remarques"]], []
        for place, (record, row) in enumerate(zip(records, cells, strict=True)):
            rows.append([*row, ""])
            expected.append(Row(len(rows), record))
            if place in {3, 7}:
                rows.append([*_only(row, HEADS["invoices"], said=True), text])
        yield _case(f"“{text}” between lines", rows, expected)


def _with_feet(seed: int) -> Iterator[Case]:
    """Yield sales with what an invoice says below its lines, between them and at their end."""
    for word, place in itertools.product(FEET, ("invoice_no", "product_code", "unit_price")):
        records = _singles(seed, word)
        titles, *cells = _cells(records)
        foot = [word if name == place else "" for name in SALES]
        rows, expected = [[*titles, "amount excl. VAT"]], []
        for number, (record, row) in enumerate(zip(records, cells, strict=True)):
            rows.append([*row, ""])
            expected.append(Row(len(rows), record))
            if number in {4, len(records) - 1}:
                rows.append([*foot, "12.30"])
        yield _case(f"“{word}” below {place}", rows, expected)


def _damaged(seed: int) -> Iterator[Case]:
    """Yield sales with cents in a last column, with both sides of an account, and with damaged codes."""
    records = [record | {"unit_price": Decimal(place + 3)} for place, record in enumerate(_singles(seed, "damaged"))]
    columns = [name for name in SALES if name not in {"unit_price", "total_amount"}]
    cells = [[row[list(SALES).index(name)] for name in columns] for row in _cells(records)]
    prices = ["unit_price", *(str(record["unit_price"]) for record in records)]
    for header in ("comment", "Remarques", "Column X"):
        text = write_rows(_beside(_with(cells, prices), header, "50", "5"))
        yield Case("report", f"cents in {header}", "sales.csv", text.encode, refused("decimals_split"))
    harmless = write_rows(_beside(_with(cells, prices), "comment", "paid", ""))
    expected = Expected((Sheet("sales", numbered(records)),))
    yield Case("report", "words in comment", "sales.csv", harmless.encode, expected)
    for debit, credit in (("Débit", "Crédit"), ("Debit", "Credit"), ("Montant débit", "Montant crédit")):
        text = write_rows(_beside(_beside(_cells(records), debit, "12.00", ""), credit, "", "5.00"))
        yield Case("report", f"{debit} and {credit}", "sales.csv", text.encode, refused("debit_and_credit"))
    for code in ("1-févr", "02-mars", "12-déc."):
        rows = _cells(records)
        rows[3][list(SALES).index("product_code")] = code
        wrong = Row(4, None, frozenset({"code_retyped"}))
        yield _case(f"a code that became {code}", rows, [*numbered(records)[:2], wrong, *numbered(records)[3:]])


def _with(cells: Sequence[Sequence[str]], column: Sequence[str]) -> list[list[str]]:
    return [[*row, cell] for row, cell in zip(cells, column, strict=True)]


def _weekdays(seed: int) -> Iterator[Case]:
    """Yield sales whose dates have their day of the week before them, which is wrong in one row."""
    records = _singles(seed, "weekdays")
    place = list(SALES).index("timestamp")
    for name, style in (("short", "{} {:%d/%m/%Y}"), ("long", "{} {:%Y-%m-%d}")):
        rows = _cells(records)
        days = [record["timestamp"].astimezone(ZONE) for record in records]
        for row, day in zip(rows[1:], days, strict=True):
            row[place] = style.format(WEEKDAYS[day.weekday()], day)
        expected = numbered([record | {"timestamp": _midnight(day)} for record, day in zip(records, days, strict=True)])
        yield _case(f"days of the week, {name}", rows, expected)
        rows[4][place] = style.format(WEEKDAYS[(days[3].weekday() + 1) % 7], days[3])
        wrong = [*expected[:3], Row(5, None, frozenset({"weekday_differs"})), *expected[4:]]
        yield _case(f"a wrong day of the week, {name}", rows, wrong)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _case(name: str, rows: Sequence[Sequence[str]], expected: Sequence[Row]) -> Case:
    text = write_rows(rows)
    return Case("report", name, "sales.csv", text.encode, Expected((Sheet("sales", tuple(expected)),)))


def _movements(seed: int) -> Iterator[Case]:
    """Yield stocks with another column, which tells of movements or of something else."""
    stock = draw_records("stock", seeded(seed, "movements"), ROWS, ())
    cells = cells_of("stock", stock, ENGLISH, POINT, ISO_SECONDS)
    for header, one, other in MOVEMENTS:
        text = write_rows(_beside(cells, header, one, other))
        yield Case("report", f"movements: {header}", "stock.csv", text.encode, refused("stock_movements"))
    for header, one, other in NO_MOVEMENTS:
        text = write_rows(_beside(cells, header, one, other))
        expected = Expected((Sheet("stock", numbered(stock)),))
        yield Case("report", f"no movements: {header}", "stock.csv", text.encode, expected)


def _beside(cells: Sequence[Sequence[str]], header: str, one: str, other: str) -> list[list[str]]:
    column = [header, *([one, other] * ROWS)[: len(cells) - 1]]
    return [[*row, cell] for row, cell in zip(cells, column, strict=True)]


def _banners(seed: int) -> Iterator[Case]:
    """Yield sales with words above their headers or as their sheet's name."""
    said = {"banner_unit": UNITS, "banner_no_data": NO_SALES, "banner_credits": CREDITS}
    for code, words in [(code, word) for code, group in said.items() for word in group]:
        yield _under(words, _singles(seed, words), refused(code))
        yield _in_sheet(words, _singles(seed, words), refused(code))
    for words in HARMLESS:
        records = _singles(seed, words)
        yield _under(words, records, Expected((Sheet("sales", numbered(records, 4)),)))
        yield _in_sheet(words, records, Expected((Sheet("sales", numbered(records), _sheet_name(words)),)))
    for name, code in NAMES.items():
        records = _singles(seed, name)
        expected = refused(code) if code else Expected((Sheet("sales", numbered(records)),))
        yield Case("report", f"named {name}", name, write_rows(_cells(records), ";").encode, expected)
    back = [record | {"quantity": -record["quantity"]} for record in _singles(seed, "back")]
    yield _under("Avoirs", back, Expected((Sheet("sales", numbered(back, 4)),)), " of negative quantities")


def _under(words: str, records: Sequence[Record], expected: Expected, more: str = "") -> Case:
    text = write_rows([["Épicerie Zoé"], [words], *_cells(records)], ";")
    return Case("report", f"under “{words}”{more}", "sales.csv", text.encode, expected)


def _in_sheet(words: str, records: Sequence[Record], expected: Expected) -> Case:
    rows = typed_rows("sales", records, ENGLISH)
    name = _sheet_name(words)
    return Case("report", f"in a sheet “{words}”", "sales.xlsx", lambda: write_xlsx({name: rows}), expected)


def _sheet_name(words: str) -> str:
    return re.sub(r"[\\/*?:\[\]]", " ", words).strip("'")[:31].strip()


def _with_total(seed: int, word: str, place: str, *, is_full: bool, is_sum: bool) -> Case:
    records = _singles(seed, word)
    rows = _cells(records)
    quantity = sum(record["quantity"] for record in records)
    amount = sum(record["quantity"] * record["unit_price"] for record in records)
    sums = {"quantity": str(quantity if is_sum else quantity + 1), "unit_price": str(amount)}
    last = dict(zip(SALES, rows[-1], strict=True))
    kept = {name: last[name] for name in ("invoice_no", "client_code", "product_code", "timestamp")} if is_full else {}
    cells = {**dict.fromkeys(SALES, ""), **kept, **sums, place: word}
    codes = frozenset({"code_is_total", "value_missing", "invoice_held"})
    # A false total may be one of the last invoice's lines: that one is held.
    held = () if is_sum else ("invoice_held", "invoice_clients_differ")
    expected = [Row(number, record) for number, record in enumerate(records, start=2)]
    expected[-1] = Row(expected[-1].number, expected[-1].values, frozenset(held), optional=False)
    expected.append(Row(len(rows) + 1, None, codes, optional=True))
    text = write_rows([*rows, [cells[name] for name in SALES]])
    name = f"{word} for {place}, {'all' if is_full else 'little'} else, {'a sum' if is_sum else 'no sum'}"
    return Case("report", name, "sales.csv", text.encode, Expected((Sheet("sales", tuple(expected)),)))


def _singles(seed: int, word: str) -> list[Record]:
    """Draw invoices of one line each, without a total."""
    records = draw_records("sales", seeded(seed, "reports", word), ROWS, ())[:ROWS]
    return [
        record | {"invoice_no": f"F-{place}", "quantity": abs(record["quantity"]), "total_amount": None}
        for place, record in enumerate(records)
    ]


def _cells(records: Sequence[Record]) -> list[list[str]]:
    cells: list[list[Any]] = cells_of("sales", records, ENGLISH, POINT, ISO_SECONDS)
    return cells
