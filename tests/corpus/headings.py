"""Headers as people write them: misspelt, in the plural, with units; and others that only look like a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.corpus.spelling import ENGLISH, FRENCH, ISO_SECONDS, POINT
from tests.corpus.texts import cells_of, write_rows
from tests.corpus.truth import PLAIN_NAMES, Case, Expected, Record, as_read, asked, draw_records, refused, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator

# By kind and column: what stands in its place, and is plain to a person.
MISSPELT: tuple[tuple[str, str, str], ...] = (
    ("sales", "quantity", "Quantty"),
    ("sales", "quantity", "Quantities"),
    ("sales", "quantity", "Quantité vendue"),
    ("sales", "unit_price", "Prix unitaire HT"),
    ("sales", "unit_price", "Unit prices"),
    ("sales", "unit_price", "unit_prcie"),
    ("sales", "unit_price", "Prix unitaires (€)"),
    ("sales", "client_code", "Code clients"),
    ("sales", "client_code", "Code du client"),
    ("sales", "invoice_no", "Factures"),
    ("sales", "timestamp", "Date et heure"),
    ("sales", "total_amount", "Montants totaux"),
    ("sales", "total_amount", "Total_amout"),
    ("products", "name", "Désignations"),
    ("products", "name", "Libellé produit"),
    ("products", "buy_price", "Prix d'achats"),
    ("products", "sell_price", "Selling prices"),
    ("products", "valid_from", "Valid form"),
    ("products", "min_margin_threshold", "Seuil de marge minimum"),
    ("stock", "expiry_date", "Expirydate"),
    ("stock", "expiry_date", "Dates de péremption"),
    ("stock", "batch_no", "Batch numbers"),
    ("clients", "loyalty_tier", "Niveau de fidélités"),
    ("clients", "as_of", "Balance dates"),
)
# By kind and optional column: what stands in the file while the column does not, and is not it.
DECOYS: tuple[tuple[str, str, str], ...] = (
    ("sales", "unit_price", "unit cost"),
    ("sales", "unit_price", "unit weight"),
    ("sales", "unit_price", "prix d'achat unitaire"),
    ("sales", "unit_price", "previous price"),
    ("sales", "total_amount", "sub total"),
    ("sales", "total_amount", "total tax"),
    ("sales", "client_code", "client name"),
    ("sales", "client_code", "code client parrain"),
    ("stock", "expiry_date", "production date"),
    ("stock", "expiry_date", "delivery date"),
    ("products", "valid_from", "valid until"),
    ("clients", "as_of", "date of birth"),
)
# By kind and optional column on which figures hang: what may be it, and only a person can tell.
PERHAPS: tuple[tuple[str, str, str], ...] = (
    ("sales", "unit_price", "Preis"),
    ("sales", "unit_price", "Rate"),
    ("sales", "unit_price", "Amount"),
    ("sales", "unit_price", "Valeur unitaire"),
    ("sales", "unit_price", "PVP"),
    ("sales", "unit_price", "Unit value"),
    ("sales", "client_code", "Tiers"),
    ("sales", "client_code", "Raison sociale"),
    ("sales", "client_code", "Customer name"),
    ("sales", "client_code", "Société"),
    ("sales", "client_code", "Acheteur"),
    ("sales", "client_code", "Sold to"),
    ("sales", "client_code", "Wholesaler"),
    ("stock", "expiry_date", "MHD"),
    ("stock", "expiry_date", "À consommer avant"),
    ("stock", "expiry_date", "Date"),
    ("products", "valid_from", "Applicable le"),
    ("products", "valid_from", "Start date"),
    ("products", "buy_price", "Item cost"),
    ("clients", "as_of", "Situation au"),
    ("clients", "as_of", "Date"),
)
# By kind and column: what says the same, with more words, as a price without tax.
PLAIN: tuple[tuple[str, str, str], ...] = (
    ("sales", "unit_price", "Price excl. VAT"),
    ("sales", "unit_price", "Prix hors taxes"),
    ("sales", "unit_price", "PU H.T."),
    ("sales", "unit_price", "Tarif"),
    ("sales", "unit_price", "PV"),
    ("products", "sell_price", "Prix de vente hors taxe"),
    ("products", "buy_price", "Cost excl. tax"),
    ("clients", "total_revenue_generated", "CA hors taxes"),
)
COUNTS = ("Tickets", "Orders", "Factures", "Commandes", "Invoices")
# By kind and needed column: what stands in its place, and only a person can tell.
UNLIKE: tuple[tuple[str, str, str], ...] = (
    ("sales", "quantity", "Qté livrée"),
    ("sales", "quantity", "shipped"),
    ("sales", "timestamp", "Moment"),
    ("sales", "product_code", "Barcode"),
    ("products", "category", "Univers"),
    ("products", "buy_price", "Tarif fournisseur"),
    ("stock", "last_movement", "Dernier inventaire"),
    ("stock", "quantity", "Counted"),
    ("clients", "loyalty_tier", "Segment"),
    ("clients", "total_revenue_generated", "Encours"),
)
# Tables of other sorts, of which some columns are called as ours are.
OTHERS: tuple[tuple[str, str], ...] = (
    ("a bank's statement", "Date;Libellé;Débit;Crédit\n02/01/2026;Virement;;5,00\n"),
    ("a bank's statement with references", "Date;Référence;Libellé;Montant;Solde\n02/01/2026;R1;Virement;5,00;9,00\n"),
    ("a list of suppliers", "Code;Nom;Rue;Ville\nF1;Ann;Rue 1;Lyon\n"),
    ("a payroll", "Matricule;Nom;Prénom;Salaire brut;Date d'entrée\n12;Durand;Ann;2000,00;02/01/2026\n"),
    ("a list of contacts", "Name,E-mail,Phone,Company,Notes\nAnn,a@example.org,0102,ACME,none\n"),
    ("products without a margin", "SKU,Name,Family,Cost,Price,Supplier\nP1,Lamp,Light,2.00,3.00,ACME\n"),
    ("due dates", "Facture;Échéance;Montant\nF1;02/01/2026;5,00\n"),
)
DOUBTS = frozenset({"mapping_unclear", "column_unnamed", "columns_compete"})


def headings(seed: int) -> Iterator[Case]:
    """Yield files with such headers; a question or the right reading, but never a column lost or mistaken."""
    for number, (kind, column, header) in enumerate(MISSPELT):
        records = draw_records(kind, seeded(seed, "headings", number), 12, PLAIN_NAMES)
        expected = Expected(as_read(kind, records).sheets, questions=DOUBTS)
        yield _case(f"{kind}: {header} for {column}", records, (kind, column, header), expected)
    for number, (kind, column, header) in enumerate(DECOYS):
        records = draw_records(kind, seeded(seed, "decoys", number), 12, PLAIN_NAMES)
        without = [record | {column: None} for record in records]
        if column == "unit_price":  # nor can a declared total be compared then
            records = [record | {"total_amount": None} for record in records]
            without = [record | {"total_amount": None} for record in without]
        expected = Expected(as_read(kind, without).sheets, questions=DOUBTS)
        yield _case(f"{kind}: {header} is no {column}", records, (kind, column, header), expected)
    for number, (kind, column, header) in enumerate(UNLIKE):
        records = draw_records(kind, seeded(seed, "unlike", number), 12, PLAIN_NAMES)
        yield _case(f"{kind}: {header} for {column}", records, (kind, column, header), asked("column_unnamed"))
    yield from _weighty(seed)
    for name, text in OTHERS:
        yield Case("headings", name, "other.csv", text.encode, refused("kind_unknown"))


def _weighty(seed: int) -> Iterator[Case]:
    """Yield files in which a figure hangs on what a header means."""
    for number, (kind, column, header) in enumerate(PERHAPS):
        records = draw_records(kind, seeded(seed, "perhaps", number), 24, PLAIN_NAMES)
        yield _case(
            f"{kind}: perhaps {header} for {column}", records, (kind, column, header), Expected(questions=DOUBTS)
        )
    for number, (kind, column, header) in enumerate(PLAIN):
        records = draw_records(kind, seeded(seed, "plain", number), 12, PLAIN_NAMES)
        yield _case(f"{kind}: plain {header} for {column}", records, (kind, column, header), as_read(kind, records))
    for header in COUNTS:
        records = _counted(seed, header)
        yield _case(f"sales: {header} counted", records, ("sales", "invoice_no", header), Expected(questions=DOUBTS))


def _counted(seed: int, header: str) -> list[Record]:
    """Draw sales of which each row has a number of invoices instead of that of its own."""
    draw = seeded(seed, "counted", header)
    return [
        record | {"invoice_no": str(draw.randint(1, 40))} for record in draw_records("sales", draw, 12, PLAIN_NAMES)
    ]


def _case(name: str, records: list[Record], replaced: tuple[str, str, str], expected: Expected) -> Case:
    kind, column, header = replaced
    headers = FRENCH if any(letter in header for letter in "éà€'") else ENGLISH
    rows = cells_of(kind, records, headers, POINT, ISO_SECONDS)
    rows[0][list(headers[kind]).index(column)] = header
    text = write_rows(rows, ";")
    return Case("headings", name, f"{kind}.csv", text.encode, expected)
