"""Sales as programs export them, where another column, the header or the row above changes what a line means."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.corpus.spelling import ENGLISH, ISO_SECONDS, POINT
from tests.corpus.texts import cells_of, write_rows
from tests.corpus.truth import Case, Expected, Record, Row, Sheet, asked, draw_records, refused, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROWS = 12
MONTHS = 12
SALES = ENGLISH["sales"]
# A header, what its cells usually say, what one of them says, and why that row is no sale of quantity times price.
TELLING: tuple[tuple[str, str, str, str], ...] = (
    ("Currency", "EUR", "USD", "currency_foreign"),
    ("Devise", "€", "CHF", "currency_foreign"),
    ("Code devise", "", "GBP", "currency_foreign"),
    ("Type", "Facture", "Avoir", "credit_note_positive"),
    ("Document Type", "Invoice", "Credit Note", "credit_note_positive"),
    ("Nature", "Vente", "Retour client", "credit_note_positive"),
    ("Transaction Type", "Sale", "Refund", "credit_note_positive"),
    ("Type de pièce", "Facture", "Devis", "not_a_sale"),
    ("Status", "Posted", "Cancelled", "not_a_sale"),
    ("Statut", "Réglée", "Annulée", "not_a_sale"),
    ("État", "Validée", "Brouillon", "not_a_sale"),
    ("Annulée", "Non", "Oui", "not_a_sale"),
    ("Discount", "0.00", "2.50", "line_discounted"),
    ("Remise %", "", "10 %", "line_discounted"),
    ("Rem. %", "0", "5", "line_discounted"),
    ("Disc.%", "", "12.5", "line_discounted"),
    ("Réduction", "0.00", "1.00", "line_discounted"),
    ("Remise 1", "0", "10", "line_discounted"),
    ("Escompte", "", "2 %", "line_discounted"),
    ("Dev.", "EUR", "USD", "currency_foreign"),
    ("Cur", "EUR", "GBP", "currency_foreign"),
    ("Type", "FA", "AV", "credit_note_positive"),
    ("Qté retournée", "0", "1", "not_as_written"),
    ("Returned qty", "", "2", "not_as_written"),
    ("TVA comprise", "Non", "Oui", "not_as_written"),
    ("Prix par", "1", "100", "not_as_written"),
    ("Taux de change", "1", "1.08", "not_as_written"),
    ("Payment", "Card", "Refunded", "not_a_sale"),
    ("Stage", "Won", "Lost", "not_a_sale"),
    ("Étape", "Gagné", "Perdu", "not_a_sale"),
)
# A header, what its cells usually say, and a word of which only the owner knows what it makes of its row.
UNCLEAR: tuple[tuple[str, str, str], ...] = (
    ("Type", "FA", "BL"),
    ("Type doc", "Facture", "Bon de commande"),
    ("Nature", "Vente", "Payment"),
    ("Document Type", "Invoice", "Journal"),
    ("Move type", "out_invoice", "in_invoice"),
    ("Type de pièce", "Facture", "Facture fournisseur"),
    ("Transaction Type", "Sale", "Achat"),
    ("Sens", "Vente", "S"),
    ("Statut", "Réglée", "Abandonnée"),
    ("Status", "Paid", "Failed"),
    ("Order status", "completed", "on-hold"),
    ("Payment state", "paid", "blocked"),
    ("État", "Validée", "À valider"),
    ("Unité", "U", "Douzaine"),
    ("UoM", "each", "Carton"),
    ("Prix par", "1", "palette"),
    ("Free qty", "0", "1"),
    ("Qté gratuite", "", "2"),
    ("Bonus", "", "1"),
    ("Payment", "Paid", "Failed"),
    ("Paiement", "CB", "Échoué"),
    ("Stage", "Closed Won", "Negotiation"),
)
DRAFTS = ("BROUILLON", "DRAFT", "(PROV12)", "/", "Brouillon 7")
# The same headers, or words, where they say nothing of the kind.
HARMLESS: tuple[tuple[str, str], ...] = (
    ("Currency", "Euro"),
    ("Type", "Vente quotidienne"),
    ("State", "Nevada"),
    ("Status", "Not cancelled"),
    ("Annulée", "Non"),
    ("Remise", "0,00 %"),
    ("Mode de paiement", "Avoir"),
    ("Total TTC", "14.40"),
    ("Type", "Boisson"),
    ("Type de pièce", "Facture client"),
    ("Payment state", "not_paid"),
    ("Statut", "Partiellement payée"),
    ("Unité", "pièce"),
    ("Prix par", "1"),
    ("TVA comprise", "Non"),
    ("Qté retournée", "0"),
    ("Code promo", "ETE10"),
    ("Fournisseur", "METRO"),
    ("Rem.", "appeler le 12"),
    ("Free qty", "0"),
    ("Bonus", "0.00"),
    ("Payment", "Card"),
    ("Paiement", "Espèces"),
    ("Étape", "Gagné"),
    ("Stage", "Main stage"),
)
UNITS = ("(par 100)", "(per dozen)", "(pence)", "('000)", "(M€)", "(x 1,000)", "(per box of 6)", "(le mille)")
OTHERS_PRICES = ("PU TTC", "Unit price (incl. VAT)", "Prix unitaire (TTC)")


def meanings(seed: int) -> Iterator[Case]:
    """Yield files in which something other than a line's own cells says what it means."""
    for header, usual, word, code in TELLING:
        records = _singles(seed, header)
        rows = [Row(number, record) for number, record in enumerate(records, start=2)]
        rows[5] = Row(rows[5].number, None, frozenset({code}))
        yield _case(f"{header}: {word}", _beside(records, header, usual, word), rows)
    for header, cell in HARMLESS:
        records = _singles(seed, header)
        rows = [Row(number, record) for number, record in enumerate(records, start=2)]
        yield _case(f"{header}: {cell} is harmless", _beside(records, header, cell, cell), rows)
    for header, usual, word in UNCLEAR:
        cells = _beside(_singles(seed, header), header, usual, word)
        yield Case(
            "meaning", f"{header}: {word} is unclear", "sales.csv", write_rows(cells).encode, asked("value_unclear")
        )
    for number in DRAFTS:
        records = _singles(seed, number)
        rows = [Row(place, record) for place, record in enumerate(records, start=2)]
        records[5] |= {"invoice_no": number}
        rows[5] = Row(rows[5].number, None, frozenset({"not_a_sale"}))
        yield _case(f"the draft {number}", _cells(records), rows)
    yield from _purchases(seed)
    yield from _headers(seed)
    yield from _above(seed)
    yield from _amounts(seed)
    yield _swapped()


def _purchases(seed: int) -> Iterator[Case]:
    """Yield files without clients that may be of purchases."""
    for header in ("Fournisseur", "Supplier", "Vendor"):
        cells = _beside(_singles(seed, header), header, "METRO", "LIDL")
        place = cells[0].index("client_code")
        without = [[cell for column, cell in enumerate(row) if column != place] for row in cells]
        yield Case("meaning", f"sales of {header}", "sales.csv", write_rows(without).encode, asked("value_unclear"))


def _headers(seed: int) -> Iterator[Case]:
    for unit in UNITS:
        cells = _cells(_singles(seed, unit))
        cells[0][list(SALES).index("unit_price")] = f"Price {unit}"
        yield Case("meaning", f"prices {unit}", "sales.csv", write_rows(cells).encode, refused("header_unit"))
    for header in OTHERS_PRICES:
        cells = _cells(_singles(seed, header))
        cells[0][list(SALES).index("unit_price")] = header
        expected = Expected(questions=frozenset({"mapping_unclear"}))
        yield Case("meaning", f"only {header}", "sales.csv", write_rows(cells).encode, expected)


def _above(seed: int) -> Iterator[Case]:
    """Yield invoices that stand on their first line alone, and totals of lines."""
    records = _invoices(seed)
    rows = [Row(number, record) for number, record in enumerate(records, start=2)]
    cells = _cells(records)
    own = [place for place, column in enumerate(SALES) if column in {"invoice_no", "client_code", "timestamp"}]
    below = [
        ["" if place in own and number % 3 != 1 else cell for place, cell in enumerate(row)]
        for number, row in enumerate(cells)
    ]
    yield _case("lines below their invoice", [cells[0], *below[1:]], rows)
    cells[0][list(SALES).index("total_amount")] = "Remarks"  # which are empty
    totals = [str(record["quantity"] * record["unit_price"]) for record in records]
    yield _case("totals of lines", [[*row, total] for row, total in zip(cells, ["Total", *totals], strict=True)], rows)


def _amounts(seed: int) -> Iterator[Case]:
    """Yield sales without a price, but with what their lines come to; and with what their invoices may come to."""
    for header in ("Montant HT", "Line total", "Net amount", "Montant ligne HT"):
        records = _invoices(seed)
        rows = [Row(number, record) for number, record in enumerate(records, start=2)]
        rows[5] = Row(rows[5].number, None, frozenset({"line_amount_undivided"}))
        rows[3], rows[4] = (Row(rows[place].number, None, frozenset({"invoice_held"})) for place in (3, 4))
        records[5] |= {"quantity": 3}
        amounts = [str(record["quantity"] * record["unit_price"]) for record in records]
        amounts[5] = "10.00"
        yield _case(f"amounts of lines: {header}", _priceless(records, header, amounts), rows)
    same = _priceless(_invoices(seed), "Montant HT", ["30.00"] * ROWS)
    expected = asked("line_amount_unclear")
    yield Case("meaning", "amounts of lines or of invoices", "sales.csv", write_rows(same).encode, expected)


def _priceless(records: Sequence[Record], header: str, amounts: Sequence[str]) -> list[list[str]]:
    place = list(SALES).index("unit_price")
    column = zip(_cells(records), [header, *amounts], strict=True)
    return [[*row[:place], *row[place + 1 :], amount] for row, amount in column]


def _swapped() -> Case:
    """Return the file that a French spreadsheet makes of an American one."""
    days = [date(2025, 1, 1) + timedelta(days=11 * place) for place in range(ROWS)]
    shown = [f"{day:%Y-%d-%m}" if day.day <= MONTHS else f"{day:%m/%d/%Y}" for day in days]
    lines = [[f"F-{place}", "P1", "2", "1.50", day] for place, day in enumerate(shown)]
    content = write_rows([["invoice_no", "product_code", "quantity", "unit_price", "date"], *lines])
    return Case("meaning", "days that were swapped", "sales.csv", content.encode, refused("dates_half_converted"))


def _singles(seed: int, word: str) -> list[Record]:
    """Draw invoices of one line each, without a total."""
    records = draw_records("sales", seeded(seed, "meanings", word), ROWS, ())[:ROWS]
    return [
        record | {"invoice_no": f"F-{place}", "quantity": abs(record["quantity"]), "total_amount": None}
        for place, record in enumerate(records)
    ]


def _invoices(seed: int) -> list[Record]:
    """Draw invoices of three lines each, without a total."""
    singles = _singles(seed, "above")
    same = ("invoice_no", "client_code", "timestamp")
    return [
        record | {name: singles[place - place % 3][name] for name in same} | {"unit_price": Decimal(place + 1)}
        for place, record in enumerate(singles)
    ]


def _cells(records: Sequence[Record]) -> list[list[str]]:
    return cells_of("sales", records, ENGLISH, POINT, ISO_SECONDS)


def _beside(records: Sequence[Record], header: str, usual: str, word: str) -> list[list[str]]:
    column = [header, *[usual] * len(records)]
    column[6] = word
    return [[*row, cell] for row, cell in zip(_cells(records), column, strict=True)]


def _case(name: str, cells: Sequence[Sequence[str]], rows: Sequence[Row]) -> Case:
    return Case("meaning", name, "sales.csv", write_rows(cells).encode, Expected((Sheet("sales", tuple(rows)),)))
