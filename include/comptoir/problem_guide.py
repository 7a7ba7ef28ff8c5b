"""The guide to problems: for each code an example, and with it the sentences as its sender reads them.

`docs/problems.md` and the dashboard's page `/help/problems` are made of it; `python -m comptoir.problem_guide`
writes the former anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comptoir.problems import Problem, Severity
from comptoir.reading.scans import MERGED, UNCALCULATED
from comptoir.records import kind_of
from comptoir.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.sentences import Language

DOCUMENT: Final = PROJECT_ROOT / "docs" / "problems.md"
FILE: Final = {"name": "ventes-mars.csv"}
BOOK: Final = {"name": "ventes-mars.xlsx"}
ARCHIVE: Final = {"name": "ventes-mars.zip"}
QUESTION: Final = {"question": "date_order_unclear::timestamp"}
ROWS: Final = {"count": "3", "rows": "4, 9, 12"}


@dataclass(frozen=True)
class Example:
    """One thing that may be wrong, as it happens.

    Attributes:
        code: of the problem.
        place: `kind.field` of the column that it is about; empty where it is about a row, a sheet or a file.
        value: the cell as it was sent.
        params: the other words of the sentence.
        severity: how grave it is.
        sheet: the sheet that it is about, where it is about one.
        header: of the column that tells it, as it was sent, where that is another one.
    """

    code: str
    place: str = ""
    value: str | None = None
    params: dict[str, str] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    sheet: str | None = None
    header: str | None = None

    def column(self, language: Language) -> str | None:
        """Return the header of its column: as it was sent, or else of the template of that language."""
        kind, _, name = self.place.partition(".")
        if self.header or not name:
            return self.header
        column = kind_of(kind).column(name)
        return column.name if language == "en" else column.french

    def problem(self, language: Language) -> Problem:
        """Return it as a problem of row 4 of a file with the headers of that language."""
        return Problem(self.code, self.severity, self.sheet, 4, self.column(language), self.value, self.params)


@dataclass(frozen=True)
class Chapter:
    """Examples that belong together, under a title in both languages."""

    titles: dict[Language, str]
    examples: tuple[Example, ...]


WARNING, NOTICE = Severity.WARNING, Severity.NOTICE

GUIDE: Final = (
    Chapter(
        {"en": "Rows", "fr": "Lignes"},
        (
            Example("value_missing", "products.name", ""),
            Example("date_in_future", "sales.timestamp", "2062-03-01 10:00"),
            Example("lot_of_depots", "stock.batch_no", "L-12", {"depots": "Lyon, Paris"}),
            Example("duplicate_key", "products.product_code", "EPI-010", params={"rows": "4, 9"}),
            Example("identical_rows", params=ROWS, severity=NOTICE),
        ),
    ),
    Chapter(
        {"en": "Sales", "fr": "Ventes"},
        (
            Example("quantity_zero", "sales.quantity", "0"),
            Example("price_negative", "sales.unit_price", "-2.50"),
            Example("amount_too_large", "sales.unit_price", "9999999999999"),
            Example("invoice_clients_differ", "sales.client_code", "C-18", {"invoice": "F-1042"}),
            Example(
                "invoice_on_sheets", "sales.invoice_no", "F-1042", {"invoice": "F-1042", "sheets": "Janvier, Février"}
            ),
            Example("invoice_totals_differ", "sales.total_amount", "120.00", {"invoice": "F-1042"}),
            Example("total_mismatch", "sales.total_amount", "120.00", {"invoice": "F-1042", "difference": "-4.50"}),
            Example("invoice_too_long", "sales.invoice_no", "F-1042", params={"invoice": "F-1042", "lines": "12000"}),
            Example("period_closed", "sales.timestamp", "2025-12-31 17:00", {"closing": "2026-01-01"}),
            Example("invoice_closed", "sales.invoice_no", "F-1042", {"invoice": "F-1042", "closing": "2026-01-01"}),
            Example("invoice_number_reused", "sales.invoice_no", "F-1", {"invoice": "F-1", "registered": "2025-01-10"}),
            Example("invoice_days_apart", "sales.invoice_no", "F-1", {"invoice": "F-1", "days": "376"}),
            Example("invoice_resumed", "sales.invoice_no", "1", {"invoice": "1"}),
            Example("invoice_of_shops", "sales.invoice_no", "12", {"invoice": "12", "shops": "Lyon, Paris"}),
            Example("books_closed", params={"count": "3", "closing": "2026-01-01"}),
            Example("invoice_held", params={"invoice": "F-1042", "rows": "6"}),
            Example("credit_note_positive", "sales.quantity", "Avoir", header="type"),
            Example("not_a_sale", "sales.invoice_no", "Cancelled", header="status"),
            Example("not_as_written", "sales.unit_price", "100", header="Prix par"),
            Example("line_amount_differs", "sales.unit_price", "100,00", header="Montant HT"),
            Example("line_amount_undivided", "sales.unit_price", "10.00", {"quantity": "3"}, header="Montant HT"),
            Example("line_discounted", "sales.unit_price", "10 %", header="discount"),
            Example("unknown_product", "sales.product_code", "P-77", ROWS, WARNING),
            Example("unknown_client", "sales.client_code", "C-18", ROWS, WARNING),
            Example("price_zero", "sales.unit_price", "0", ROWS, WARNING),
            Example("invoice_copied", params=ROWS, severity=NOTICE),
            Example("identical_lines", params=ROWS, severity=NOTICE),
        ),
    ),
    Chapter(
        {"en": "Products and stock", "fr": "Produits et stock"},
        (
            Example("below_cost", "products.sell_price", "1.90", ROWS, WARNING),
            Example("margin_threshold_unlikely", "products.min_margin_threshold", "-5 %", ROWS, WARNING),
            Example("stock_zero", "stock.quantity", "0", ROWS, WARNING),
            Example("stock_negative", "stock.quantity", "-3", ROWS, WARNING),
            Example("lot_expired", "stock.expiry_date", "2025-06-30", ROWS, WARNING),
        ),
    ),
    Chapter(
        {"en": "Cells that can't be understood", "fr": "Cellules incompréhensibles"},
        (
            Example("not_a_number", "sales.unit_price", "12 €/kg"),
            Example("not_an_integer", "sales.quantity", "2.5"),
            Example("number_too_large", "products.buy_price", "123456789012345"),
            Example("currency_foreign", "sales.unit_price", "$12.50", {"currency": "EUR"}),
            Example("count_in_currency", "sales.quantity", "15 €"),
            Example("header_unit", "sales.unit_price", "k€", {"currency": "EUR"}),
            Example("percent_unclear", "products.min_margin_threshold", "0,5"),
            Example("ratio_over_one", "products.min_margin_threshold", "20"),
            Example("not_a_date", "sales.timestamp", "31/02/2026"),
            Example("day_as_number", "sales.timestamp", "46027"),
            Example("date_in_part", "sales.timestamp", "mai-05"),
            Example("weekday_differs", "sales.timestamp", "mardi 02/03/2026"),
            Example("day_unlikely", "products.valid_from", "1905-07-18 00:00:00"),
            Example("day_too_old", "sales.timestamp", "12/03/1926"),
            Example("year_two_digits", "sales.timestamp", "01/03/26"),
            Example("not_a_uuid", "stock.stock_id", "L-12"),
            Example("unknown_tier", "clients.loyalty_tier", "Platinum"),
            Example("error_cell", "products.sell_price", "#N/A"),
            Example("formula_uncalculated", "sales.unit_price", UNCALCULATED),
            Example("cell_merged", "sales.unit_price", MERGED),
            Example("items_beside_line", value='[{"product_code": "P1", "quantity": 2}]', header="items"),
            Example("product_of_group", "sales.product_code", "EPI-010"),
            Example("items_broken", value="P1 x 2, P7 x 1", header="items"),
            Example("code_placeholder", "sales.client_code", "NULL"),
            Example("code_nested", "sales.product_code", '["A1", "A2"]'),
            Example("code_retyped", "sales.product_code", "2026-02-01 00:00:00"),
            Example("letters_garbled", "clients.name", "CafÃ© du MarchÃ©", ROWS, WARNING),
            Example("code_is_total", "sales.product_code", "Sous-total"),
            Example("code_shortened", "products.product_code", "3.76012E+12"),
            Example("money_rounded", "products.buy_price", "1.23456", {"count": "2", "places": "4"}, NOTICE),
        ),
    ),
    Chapter(
        {"en": "Questions", "fr": "Questions"},
        (
            Example(
                "columns_compete",
                params={"field": "sell_price", "field_fr": "prix_vente", "headers": "Prix, Prix de vente"},
            ),
            Example(
                "mapping_unclear",
                value="Quantitée",
                params={"field": "quantity", "field_fr": "quantite", "kind": "sales", "kind_fr": "ventes"},
            ),
            Example(
                "column_unnamed",
                params={"field": "quantity", "field_fr": "quantite", "kind": "sales", "kind_fr": "ventes"},
            ),
            Example("line_amount_unclear", "sales.total_amount", "44,50", header="Montant HT"),
            Example("value_unclear", "sales.invoice_no", "Bon de livraison", header="Type de pièce"),
            Example("decimal_mark_unclear", "sales.unit_price", "1.234", {"point": "1.234", "comma": "1234"}),
            Example("date_order_unclear", "sales.timestamp", "03/04/2026"),
            Example("opening_changed", "clients.total_revenue_generated", params={"count": "3", "client": "C-18"}),
            Example("answer_unknown", params={"question": "date_order_unclear::quantity"}),
            Example("answer_too_late", params=FILE),
            Example("answer_invalid", params={**QUESTION, "answer": "dmy", "choices": "day_first, month_first"}),
            Example(
                "answer_header_unknown",
                params={"question": "value_unclear::Type|BL", "headers": "Facture, Article, Qté, Date, Type doc"},
            ),
            Example("answer_contradicts", "sales.timestamp", "31/03/2026", {**QUESTION, "answer": "month_first"}),
        ),
    ),
    Chapter(
        {"en": "Files that are refused whole", "fr": "Fichiers refusés en entier"},
        (
            Example("file_empty", params=FILE),
            Example("no_rows", params=FILE),
            Example("sheets_all_skipped", params=BOOK),
            Example("format_unsupported", params={"name": "ventes.pdf", "format": "PDF"}),
            Example("nul_bytes", params=FILE),
            Example("file_encrypted", params=BOOK),
            Example("file_damaged", params=BOOK),
            Example("file_unreadable", params={**BOOK, "error": "PanicException"}),
            Example("archive_unsafe", params=ARCHIVE),
            Example("archive_nested", params=ARCHIVE),
            Example("archive_several", params={**ARCHIVE, "count": "2", "inside": "ventes.csv, clients.csv"}),
            Example("archive_too_large", params={**BOOK, "limit": "300"}),
            Example("sheet_too_large", params=BOOK),
            Example("encoding_mixed", params=FILE),
            Example("encoding_unknown", params=FILE),
            Example("json_line_broken", params={"name": "ventes-mars.jsonl"}),
            Example("json_document", params={"name": "ventes-mars.json"}),
            Example("quotes_unbalanced", params=FILE),
            Example("quotes_single", params=FILE),
            Example("row_too_long", params={**FILE, "cells": "8", "width": "7"}),
            Example("row_delimiter", params={**FILE, "other": ",", "usual": ";"}),
            Example("dates_half_converted", "sales.timestamp", "3/25/2026"),
            Example("cell_too_large", params={**FILE, "limit": "16"}),
            Example("columns_too_many", params={**FILE, "limit": "2000"}),
            Example(
                "kind_unknown",
                params={
                    **FILE,
                    "found": "date, total",
                    "kind": "sales",
                    "kind_fr": "ventes",
                    "missing": "product_code, quantity",
                    "missing_fr": "code_produit, quantite",
                },
            ),
            Example(
                "invoices_without_lines",
                params={
                    **FILE,
                    "found": "Number, Invoice Partner Display Name, Invoice/Bill Date",
                    "missing": "product_code, quantity",
                    "missing_fr": "code_produit, quantite",
                },
            ),
            Example("ledger_entries", params={**FILE, "found": "JournalCode, EcritureNum, CompteNum, Debit, Credit"}),
            Example("client_balance", params={**FILE, "found": "Client, Débit, Crédit, Solde"}),
            Example("day_in_parts", params={**FILE, "year": "Année", "month": "Mois", "day": "Jour"}),
            Example("kind_tied", params={**FILE, "kinds": "products, clients", "kinds_fr": "produits, clients"}),
            Example("mostly_bad", params={"bad": "180", "rows": "200"}),
            Example("mostly_no_sales", value="Avoir", params={"bad": "2", "rows": "3"}, header="Observations"),
            Example("mostly_closed", params={"bad": "180", "rows": "200", "closing": "2026-01-01"}),
            Example("all_or_nothing", params={"bad": "1", "rows": "200"}),
            Example("two_tables", params=BOOK),
            Example("data_above_headers", params={**FILE, "headers": "5"}),
            Example("banner_unit", params={"said": "Montants en milliers d'euros", "currency": "EUR"}),
            Example("banner_no_data", params={"said": "Liste des devis"}),
            Example("banner_credits", params={"said": "Avoirs"}, sheet="Avoirs"),
            Example(
                "decimals_split",
                value="12,50",
                params={"whole": "12", "cents": "50", "last": "comment"},
                header="comment",
            ),
            Example("debit_and_credit", params={"debit": "Débit", "credit": "Crédit"}),
            Example("stock_movements", value="Sortie", header="Type mouvement"),
            Example("record_conflict", value="EPI-010"),
            Example("reading_memory", params=BOOK),
            Example("reading_time", params=BOOK),
            Example("reading_crashed", params=BOOK),
            Example("file_changed"),
            Example("file_vanished"),
            Example("account_unknown", params={"account": "clare"}),
            Example("account_away", params={"account": "claire"}),
            Example("zone_unknown", params={"zone": "clare"}),
        ),
    ),
    Chapter(
        {"en": "What is left aside", "fr": "Ce qui est laissé de côté"},
        (
            Example(
                "column_guessed",
                params={"field": "name", "field_fr": "nom"},
                severity=NOTICE,
                header="Designatoin",
            ),
            Example("sheet_hidden", severity=NOTICE, sheet="Notes"),
            Example("sheet_pivot", severity=NOTICE, sheet="Synthèse"),
            Example("sheet_empty", severity=NOTICE, sheet="Feuil3"),
            Example(
                "sheet_skipped",
                params={
                    "found": "mois, total",
                    "kind": "sales",
                    "kind_fr": "ventes",
                    "missing": "product_code, quantity",
                    "missing_fr": "code_produit, quantite",
                },
                severity=NOTICE,
                sheet="Récapitulatif",
            ),
            Example("rows_above_header", params={"count": "2", "last": "3"}, severity=NOTICE),
            Example("hours_left_aside", value="14:05", severity=NOTICE, header="Heure"),
            Example("headers_repeated", params={"count": "2", "rows": "52, 104"}, severity=NOTICE),
            Example("totals_left_aside", params=ROWS, severity=NOTICE),
            Example("rows_hidden", params=ROWS, severity=NOTICE, sheet="Ventes"),
            Example("columns_hidden", params={"columns": "prix_achat"}, severity=NOTICE, sheet="Ventes"),
            Example("feet_left_aside", params={"count": "2", "rows": "51, 103"}, severity=NOTICE),
            Example("bare_rows_left_aside", params=ROWS, severity=NOTICE),
            Example("groups_left_aside", params=ROWS, severity=NOTICE),
            Example("lines_continued", params=ROWS, severity=NOTICE),
            Example("discounts_taken_off", header="Remise %", params={**ROWS, "amount": "Montant HT"}, severity=NOTICE),
            Example("line_totals", header="Total", severity=NOTICE),
            Example("totals_of_more", header="Total", params={"columns": "Shipping, Taxes"}, severity=NOTICE),
        ),
    ),
)

PREFACE: Final = """# The problems, one by one

What each code means, with an example as its sender reads it; `docs/rules-of-files.md` has the rules behind them. The
dashboard shows this page in the reader's language. Generated by `python -m comptoir.problem_guide`.
"""


def document() -> str:
    """Return the text of `docs/problems.md`."""
    return "\n".join([PREFACE, *(line for chapter in GUIDE for line in _chapter_lines(chapter))])


def _chapter_lines(chapter: Chapter) -> Iterator[str]:
    yield f"## {chapter.titles['en']}\n"
    yield "| Code | Severity | Example | What is said | What to do |"
    yield "|---|---|---|---|---|"
    for example in chapter.examples:
        problem = example.problem("en")
        cell = _cell(problem.column, problem.value)
        yield f"| `{example.code}` | {example.severity} | {cell} | {problem.message()} | {problem.remedy()} |"
    yield ""


def _cell(column: str | None, value: str | None) -> str:
    if column is None or value is None:
        return f"`{column}`" if column else (value or "")
    return f"`{column}`: " + (f"`{value}`" if value else "(empty)")


if __name__ == "__main__":
    DOCUMENT.write_text(document())
