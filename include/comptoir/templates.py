"""Templates to fill in: one per kind of file, in English and French, as CSV and as XLSX.

Columns, their order and their headers come from the records. Each template has one example row, which the importer
would accept; in a workbook a comment on each header says what goes into the column, and its cells take nothing else.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any, Final, Literal

import xlsxwriter

from comptoir.reading.headers import CODE_OF_ID
from comptoir.reading.times import FIRST_SERIAL_YEAR
from comptoir.records import ALL_KINDS, FRENCH_KINDS, FRENCH_TIERS, MAX_LINE_AMOUNT, TIERS, ColumnType

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.records import Column, Kind
    from comptoir.sentences import Language

Format = Literal["csv", "xlsx"]
Value = str | int | float | Decimal | date | datetime

LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")
FORMATS: Final[tuple[Format, ...]] = ("xlsx", "csv")
DELIMITERS: Final[dict[Language, str]] = {"en": ",", "fr": ";"}
PREFIXES: Final[dict[Language, str]] = {"en": "template", "fr": "modele"}
MADE_AT: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - what a workbook says of itself; equal templates are equal bytes
LAST_ROW: Final = 1_048_575  # of a sheet, from 0
COLUMN_WIDTH: Final = 22
COMMENT_WIDTH, COMMENT_HEIGHT = 280, 110  # pixels

NUMBER_FORMATS: Final[dict[ColumnType, str]] = {
    ColumnType.CODE: "@",  # as text, so that leading zeros and long codes stay whole
    ColumnType.UUID: "@",
    ColumnType.TEXT: "@",
    ColumnType.TIER: "@",
    ColumnType.MONEY: "0.00##",
    ColumnType.RATIO: "0.00%",
    ColumnType.INTEGER: "0",
    ColumnType.DAY: "yyyy-mm-dd",
    ColumnType.TIMESTAMP: "yyyy-mm-dd hh:mm",
}
TIME_FORMATS: Final[dict[Language, tuple[str, str]]] = {
    "en": ("%Y-%m-%d", "%Y-%m-%d %H:%M"),
    "fr": ("%d/%m/%Y", "%d/%m/%Y %H:%M"),
}

FIRST_DAY: Final = date(FIRST_SERIAL_YEAR, 1, 1)  # an earlier one would be no day that reading takes from a workbook
PRICES: Final = frozenset({"buy_price", "sell_price", "unit_price"})
AT_LEAST_0: Final = {"criteria": ">=", "value": 0}
NOT_0: Final = {"criteria": "!=", "value": 0}

EXAMPLES: Final[dict[str, dict[str, Value]]] = {
    "products": {
        "product_code": "P-001",
        "name": "Miel de châtaignier 250 g",
        "category": "Épicerie",
        "buy_price": Decimal("4.20"),
        "sell_price": Decimal("6.90"),
        "min_margin_threshold": 0.2,
        "valid_from": date(2025, 1, 31),
    },
    "stock": {
        "product_code": "P-001",
        "quantity": 48,
        "batch_no": "L-2025-07",
        "expiry_date": date(2035, 12, 31),
        "last_movement": datetime(2025, 1, 31, 9, 30),  # noqa: DTZ001 - as people type it, in the trader's zone
    },
    "sales": {
        "invoice_no": "F-1042",
        "client_code": "C-18",
        "product_code": "P-001",
        "quantity": 3,
        "unit_price": Decimal("6.90"),
        "total_amount": Decimal("20.70"),
        "timestamp": datetime(2025, 1, 31, 14, 5),  # noqa: DTZ001 - as above
    },
    "clients": {
        "client_code": "C-18",
        "name": "Boulangerie du Marché",
        "total_revenue_generated": Decimal("5400.00"),
        "loyalty_tier": "Silver",
        "as_of": date(2025, 1, 31),
    },
}

MEANINGS: Final[dict[str, dict[Language, str]]] = {
    "product_code": {"en": "Your own code of the product.", "fr": "Votre code du produit."},
    "client_code": {
        "en": "Your own code of the client; empty on a sale to a walk-in client.",
        "fr": "Votre code du client ; vide pour une vente au comptoir.",
    },
    "invoice_no": {
        "en": "Number of the invoice; repeat it on each of its lines.",
        "fr": "Numéro de la facture ; répétez-le sur chacune de ses lignes.",
    },
    "stock_id": {
        "en": "UUID of the lot, if your software has one; else product and batch tell it.",
        "fr": "UUID du lot, si votre logiciel en a un ; sinon le produit et le numéro de lot suffisent.",
    },
    "name": {"en": "Its name, as you want to see it.", "fr": "Son nom, tel que vous voulez le voir."},
    "category": {"en": "The family of the product.", "fr": "La famille du produit."},
    "buy_price": {"en": "What one unit costs you.", "fr": "Ce qu'une unité vous coûte."},
    "sell_price": {"en": "The catalogue price of one unit.", "fr": "Le prix catalogue d'une unité."},
    "min_margin_threshold": {
        "en": "The margin under which the product is listed as a risk: 20 % or 0.20.",
        "fr": "La marge sous laquelle le produit est signalé : 20 % ou 0,20.",
    },
    "valid_from": {
        "en": "The day from which these prices hold; empty: from the import on.",
        "fr": "Le jour à partir duquel ces prix valent ; vide : dès l'import.",
    },
    "quantity": {
        "en": "A whole number of units; of a sale, negative for a return.",
        "fr": "Un nombre entier d'unités ; pour une vente, négatif en cas de retour.",
    },
    "batch_no": {"en": "Number of the batch.", "fr": "Numéro du lot."},
    "expiry_date": {
        "en": "The last day of sale; empty if it never expires.",
        "fr": "Dernier jour de vente ; vide si aucun.",
    },
    "last_movement": {
        "en": "When units of the lot last came or went.",
        "fr": "Quand des unités du lot sont entrées ou sorties pour la dernière fois.",
    },
    "unit_price": {
        "en": "The price of one unit on this invoice; empty: the catalogue price.",
        "fr": "Le prix d'une unité sur cette facture ; vide : le prix catalogue.",
    },
    "total_amount": {
        "en": "The total of the whole invoice, the same on each of its lines, or empty.",
        "fr": "Le total de la facture entière, le même sur chacune de ses lignes, ou vide.",
    },
    "timestamp": {"en": "Day and time of the sale.", "fr": "Jour et heure de la vente."},
    "total_revenue_generated": {
        "en": "What the client bought before the sales that you import: the opening balance.",
        "fr": "Ce que le client a acheté avant les ventes que vous importez : le solde initial.",
    },
    "loyalty_tier": {"en": "Choose from the list.", "fr": "Choisissez dans la liste."},
    "as_of": {
        "en": "The day up to which that balance counts; empty: before all sales.",
        "fr": "Le jour jusqu'auquel ce solde compte ; vide : avant toute vente.",
    },
}
NEEDED: Final[dict[Language, tuple[str, str]]] = {
    "en": ("Required.", "Optional."),
    "fr": ("Obligatoire.", "Facultatif."),
}


@dataclass(frozen=True)
class Template:
    """One template: of a kind, in a language, in a format."""

    kind: Kind
    language: Language
    format: Format

    @property
    def file_name(self) -> str:
        """Its file name, such as `template-products.csv` or `modele-produits.csv`."""
        return f"{PREFIXES[self.language]}-{self.title.lower()}.{self.format}"

    @property
    def title(self) -> str:
        """The kind in its language; also the name of a workbook's sheet."""
        return (self.kind.name if self.language == "en" else FRENCH_KINDS[self.kind.name]).capitalize()

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns: those of the kind, where a code and an id stand for each other the code alone."""
        return tuple(column for column in self.kind.columns if column.name not in CODE_OF_ID)

    def header(self, column: Column) -> str:
        """Return a column's header in its language."""
        return column.name if self.language == "en" else column.french

    def example(self, column: Column) -> Value | None:
        """Return a column's cell of the example row; None where it is left empty."""
        value = EXAMPLES[self.kind.name].get(column.name)
        return self.tiers[TIERS.index(str(value))] if column.type is ColumnType.TIER else value

    @property
    def tiers(self) -> list[str]:
        """The tiers in its language, the lowest first."""
        return list(TIERS) if self.language == "en" else [FRENCH_TIERS[tier] for tier in TIERS]

    def comment(self, column: Column) -> str:
        """Return what goes into a column, and whether it must."""
        needed = NEEDED[self.language][0 if column.required else 1]
        return f"{MEANINGS[column.name][self.language]} {needed}"

    def content(self) -> bytes:
        """Return its bytes, the same each time."""
        return _workbook(self) if self.format == "xlsx" else _text(self)


TEMPLATES: Final = {
    template.file_name: template
    for template in (Template(*choice) for choice in product(ALL_KINDS, LANGUAGES, FORMATS))
}


def write_templates(folder: Path) -> list[Path]:
    """Write all templates into a folder and return their paths; those that are there are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, template in TEMPLATES.items():
        (folder / name).write_bytes(template.content())
    return [folder / name for name in TEMPLATES]


def _text(template: Template) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=DELIMITERS[template.language])
    writer.writerow(template.header(column) for column in template.columns)
    writer.writerow(_written(template.example(column), template.language) for column in template.columns)
    return buffer.getvalue().encode("utf-8-sig")


def _written(value: Value | None, language: Language) -> str:
    """Write a value as people of that language type it."""
    day, moment = TIME_FORMATS[language]
    if isinstance(value, datetime):
        return value.strftime(moment)
    if isinstance(value, date):
        return value.strftime(day)
    if isinstance(value, Decimal | float):
        return str(value).replace(".", "." if language == "en" else ",")
    return "" if value is None else str(value)


def _workbook(template: Template) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": MADE_AT})
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet(template.title)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(template.columns):
            shown = book.add_format({"num_format": NUMBER_FORMATS[column.type]})
            sheet.set_column(place, place, COLUMN_WIDTH, shown)
            sheet.write_string(0, place, template.header(column), bold)
            size = {"width": COMMENT_WIDTH, "height": COMMENT_HEIGHT}
            sheet.write_comment(0, place, template.comment(column), size)
            _write_example(sheet, place, template.example(column), shown)
            if allowed := _allowed(template, column):
                said = {"error_title": template.header(column), "error_message": template.comment(column)}
                sheet.data_validation(1, place, LAST_ROW, place, allowed | said)
    return buffer.getvalue()


def _allowed(template: Template, column: Column) -> dict[str, Any]:
    """Return what a workbook lets people type into a column; nothing where that is any text."""
    sides = {"criteria": "between", "minimum": -MAX_LINE_AMOUNT, "maximum": MAX_LINE_AMOUNT}
    by_type: dict[ColumnType, dict[str, Any]] = {
        ColumnType.TIER: {"validate": "list", "source": template.tiers},
        ColumnType.DAY: {"validate": "date", "criteria": ">=", "value": FIRST_DAY},
        ColumnType.TIMESTAMP: {"validate": "date", "criteria": ">=", "value": FIRST_DAY},
        ColumnType.RATIO: {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1},
        ColumnType.MONEY: {"validate": "decimal"} | (AT_LEAST_0 if column.name in PRICES else sides),
        ColumnType.INTEGER: {"validate": "integer"} | (NOT_0 if template.kind.name == "sales" else AT_LEAST_0),
    }
    return by_type.get(column.type, {})


def _write_example(sheet: Any, place: int, value: Value | None, shown: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(1, place, value, shown)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(1, place, value, shown)
    elif value is not None:
        sheet.write_string(1, place, value, shown)
