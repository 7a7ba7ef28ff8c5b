"""What stands between the rows of a table and is none: repeated headers, totals, feet of pages, another table.

A row is left aside only where it is proven to be no data, and it is named; a second table refuses the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import RejectedFileError
from comptoir.problems import Problem
from comptoir.reading.above import refuse_rows_above
from comptoir.reading.headers import HEADER_SEARCH_ROWS, HeaderRow, best_score, find_header, match_kind, unique_headers
from comptoir.reading.items import FIELDS, with_fields_of_items
from comptoir.reading.notices import about_rows
from comptoir.reading.numbers import NUMBER_TYPES
from comptoir.reading.spelling import normalise
from comptoir.reading.totals import amounts_due, plain_words, rows_where, total_rows
from comptoir.records import ALL_KINDS, ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comptoir.reading.guide import Guide
    from comptoir.reading.sheets import Sheet
    from comptoir.records import Kind

WITH_DIGITS: Final = NUMBER_TYPES | {ColumnType.DAY, ColumnType.TIMESTAMP}
DIGITS: Final = re.compile(r"\d+")
FOOT_CELLS: Final = 2  # any row of any kind has more
OF_PRODUCT: Final = frozenset({"product_code", "product_id", "name"})
OF_CLIENT: Final = frozenset({"client_code", "client_id", "name"})
NAMED_BY: Final = {"products": OF_PRODUCT, "stock": OF_PRODUCT, "sales": OF_PRODUCT, "clients": OF_CLIENT}
FOOT: Final = re.compile(
    r"page\s*:?\s*\d+(?:\s*(?:/|sur|of|de)\s*\d+)?"
    r"|(?:(?:document|etat|rapport|fichier|listing|liste)\s+)?"
    r"(?:edit|imprim|gener|export|extrait)\w*\s+(?:le|par|depuis)\b.*"
    r"|(?:printed|generated|exported|created)\s+(?:on|by|at|from)\b.*"
    r"|date\s+(?:d\W|de\s+l\W)?\s*(?:edition|impression|export|extraction)\b.*|(?:print|export)\s+date\b.*"
    r"|(?:nombre|nb|nbre)\s+(?:de\s+|d\W)(?:lignes?|enregistrements?|clients?|articles?|produits?|factures?)\W*\d*"
    r"|number\s+of\s+(?:rows|records|lines|clients|customers|products|invoices)\W*\d*"
    r"|\W*(?:fin|end)\s+(?:de|du|of)\s+(?:la\s+|the\s+|l\W)?"
    r"(?:liste|listing|fichier|document|etat|rapport|report|file|list|export|page)\W*",
    re.DOTALL,
)
# What may be a product's or a client's name as well.
PERHAPS_FOOT: Final = re.compile(
    r".*\bpage\s*:?\s*\d+\s*(?:/|sur|of|de)\s*\d+\W*"
    r"|\W*(?:fin|end)\s+(?:de|du|of)\s+(?:la\s+|the\s+|l\W)?"
    r"(?:liste|listing|fichier|document|etat|rapport|report|file|list|export|page)\b.*|\W*(?:fin|end)\W*"
    r"|\W*(?:lignes?|rows?|lines?)(?:\(s\))?\W*\d+|\d+\s+(?:lignes?|enregistrements?|rows?|lines?|records?)\b.*"
    r"|(?:©|\(c\)|siret|siren|rcs|ape|naf|tva intra\w*)(?:\W.*)?"
    # What an invoice says below its lines, with an amount.
    r"|(?:dont\s+)?(?:tva|vat|taxes?)\b[\s\d.,%:€$£]*|(?:net|total)\s+a\s+payer\b[\s\d.,:€$£]*",
    re.DOTALL,
)
# What companies and programs say of themselves below a list, and that can be no code; not of prices or of days.
IMPRINT: Final = re.compile(
    r".*\b(?:merci|thanks?|au capital de|siret|siren|r\.?c\.?s\.?|tous droits reserves|all rights reserved|logiciels?"
    r"|software|votre confiance|www\.\S+)\b.*",
    re.DOTALL,
)


@dataclass(frozen=True)
class LocatedHeader:
    """Where the headers of a table are, and what stands above them.

    Attributes:
        header: the header row; of two, the lower one with the joined headers.
        above: the rows above all headers.
        items: the position of a column that holds all lines of an invoice, or None; see `items.py`.
    """

    header: HeaderRow
    above: list[tuple[int, Sequence[str]]]
    items: int | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers as sent, made unique; those of an item's fields are that of the items."""
        if self.items is None:
            return unique_headers(self.header.cells)
        sent = unique_headers(self.header.cells[: -len(FIELDS)])
        return (*sent, *[sent[self.items]] * len(FIELDS))


def locate_header(
    sample: Sequence[tuple[int, Sequence[str]]],
    sheet: str | None,
    name: str,
    guide: Guide,
    below: Sequence[Sequence[str]] = (),
) -> LocatedHeader:
    """Find the header row, which may be two: groups above, such as “Price” over “buying” and “selling”.

    Args:
        sample: the first rows, with their numbers.
        sheet: its name.
        name: what sentences call the file.
        guide: what its owner said of its columns.
        below: rows that can't be the headers, and stand below the sample.

    Raises:
        RejectedFileError: no row, and no two rows together, name the columns of a kind; or one row names those of
            two tables; or rows of the table stand above its headers.
    """
    _refuse_second_table_beside(sample, sheet, name)
    located = _located(sample, sheet, name, guide, below)
    refuse_rows_above(located.header, located.above, sheet, name)
    return located


def _located(
    sample: Sequence[tuple[int, Sequence[str]]],
    sheet: str | None,
    name: str,
    guide: Guide,
    below: Sequence[Sequence[str]],
) -> LocatedHeader:
    try:
        header = find_header(sample, sheet, name, guide, below)
    except RejectedFileError:
        located = _header_of_two_rows(sample, sheet, name, guide) or _header_with_items(
            sample, below, sheet, name, guide
        )
        if located is None:
            raise
        return located
    return LocatedHeader(header, list(sample[: header.index]))


def _header_of_two_rows(
    sample: Sequence[tuple[int, Sequence[str]]], sheet: str | None, name: str, guide: Guide
) -> LocatedHeader | None:
    for upper, (first, second) in enumerate(pairwise(sample[:HEADER_SEARCH_ROWS])):
        if headers := [(second[0], cells) for cells in _joined(first[1], second[1]) if _is_header(cells)]:
            most = max(headers, key=lambda header: best_score([header]))
            found = find_header([most], sheet, name, guide)
            return LocatedHeader(replace(found, index=upper + 1), list(sample[:upper]))
    return None


def _header_with_items(
    sample: Sequence[tuple[int, Sequence[str]]],
    beyond: Sequence[Sequence[str]],
    sheet: str | None,
    name: str,
    guide: Guide,
) -> LocatedHeader | None:
    for index, (row, cells) in enumerate(sample[:HEADER_SEARCH_ROWS]):
        below = [*(texts for _, texts in sample[index + 1 : HEADER_SEARCH_ROWS]), *beyond]
        if extended := with_fields_of_items(cells, below):
            found = find_header([(row, extended[0])], sheet, name, guide)
            return LocatedHeader(replace(found, index=index), list(sample[:index]), extended[1])
    return None


def settle_structure(sheet: Sheet, name: str) -> Sheet:
    """Return a sheet without the rows that are proven to be no data, each of them named in a notice.

    Raises:
        RejectedFileError: there is a second table below the first.
    """
    repeated = _refuse_second_table_below(sheet, name)
    totals = total_rows(sheet)
    feet = sorted({*_feet_of_pages(sheet), *amounts_due(sheet)} - set(totals))
    if not repeated and not totals and not feet:
        return sheet
    kept = ~sheet.rows.is_in(repeated + totals + feet)
    notices = [
        *about_rows("headers_repeated", repeated, sheet.name),
        *about_rows("totals_left_aside", totals, sheet.name),
        *about_rows("feet_left_aside", feet, sheet.name),
    ]
    return sheet.filtered(kept, notices)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> Iterator[list[str]]:
    """Give two rows of headers as one: groups spread over the columns below, left out, or either by the column."""
    width = max(len(upper), len(lower))
    upper, lower = ([*cells, *[""] * (width - len(cells))] for cells in (upper, lower))
    spread = list(_spread(upper, lower))
    joined = [" ".join(filter(str.strip, pair)) for pair in zip(spread, lower, strict=True)]
    # “N°” under “Facture” is what a header of one row calls “N° facture”.
    turned = [" ".join(filter(str.strip, pair)) for pair in zip(lower, spread, strict=True)]
    yield joined
    yield [below if below.strip() else above for above, below in zip(upper, lower, strict=True)]
    for cells, kind in product((joined, turned), ALL_KINDS):
        # A header of the lower row may stand beside a group, not under it: joined it means nothing, alone a column.
        if alone := _named(kind, lower) - _named(kind, cells):
            yield [lower[place] if place in alone else cell for place, cell in enumerate(cells)]


def _spread(upper: Sequence[str], lower: Sequence[str]) -> Iterator[str]:
    """Give what stands above each column: its own header, or the group that began to its left."""
    group = ""
    for above, below in zip(upper, lower, strict=True):
        if above.strip() or not below.strip():
            group = above if below.strip() else ""  # without anything below it, it is no group
        yield above if above.strip() else group


def _named(kind: Kind, cells: Sequence[str]) -> set[int]:
    return {claim.position for claim in match_kind(kind, cells).claims}


def _refuse_second_table_beside(sample: Sequence[tuple[int, Sequence[str]]], sheet: str | None, name: str) -> None:
    """Refuse headers that make two tables with an empty column between them."""
    for row, cells in sample:
        if sum(_is_header(block) for block in _blocks(cells)) > 1:
            raise RejectedFileError([Problem("two_tables", sheet=sheet, row=row, params={"name": name})])


def _blocks(cells: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for cell in [*cells, ""]:
        if cell.strip():
            block.append(cell)
        elif block:
            yield block
            block = []


def _is_header(cells: Sequence[str]) -> bool:
    return any(not match_kind(kind, cells).missing for kind in ALL_KINDS)


def _refuse_second_table_below(sheet: Sheet, name: str) -> list[int]:
    """Return the rows that repeat the headers; refuse where one has headers of another table."""
    # A header may hold a digit ("Price 2026"), but does not begin with one.
    columns = sorted(map(sheet.coded, _places(sheet, WITH_DIGITS)), key=lambda column: len(column.values))
    without = (column.where(~column.values.str.contains(r"^\W*\d"), or_null=True) for column in columns)
    repeated = []
    for row, cells in rows_where(sheet, without):
        texts = [cell.strip() for cell in cells]
        if all(map(_repeats, texts, sheet.headers)) and _is_header(texts):
            repeated.append(row)
        elif _is_header([DIGITS.sub("", text) for text in texts]):
            raise RejectedFileError([Problem("two_tables", sheet=sheet.name, row=row, params={"name": name})])
    return repeated


def _repeats(text: str, header: str) -> bool:
    """Tell whether a cell repeats its header, in whatever case, or is empty."""
    return text in {header.strip(), ""} or (normalise(text) == normalise(header) != "")


def _feet_of_pages(sheet: Sheet) -> list[int]:
    """Return the rows that are no more than a foot: of a page, anywhere, or an imprint below the whole table."""
    if sum(not column.null_count() for column in sheet.texts) > FOOT_CELLS:
        return []
    filled = sheet.texts.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    last = sheet.rows.filter(filled > FOOT_CELLS).max()
    return [
        row
        for row, cells in rows_where(sheet, [filled <= FOOT_CELLS])
        if FOOT.fullmatch(text := plain_words(" ".join(filter(None, cells))))
        or (PERHAPS_FOOT.fullmatch(text) and not _may_be_record(sheet, cells))
        or (isinstance(last, int) and row > last and _is_imprint(sheet, cells))
    ]


def _may_be_record(sheet: Sheet, cells: Sequence[str]) -> bool:
    """Tell whether a row names a product or a client, which a foot does in the first column alone, with nothing else.

    A line of an invoice that lacks a value is to be rejected with its reason, and its invoice held.
    """
    filled = {claim.column: claim.position for claim in sheet.match.claims if cells[claim.position].strip()}
    own = [position for column, position in filled.items() if column in NAMED_BY[sheet.match.kind.name]]
    return any(position > 0 or len(filled) > 1 for position in own)


def _is_imprint(sheet: Sheet, cells: Sequence[str]) -> bool:
    """Tell whether a row has nothing but what its writer says of itself, where other rows have no name."""
    names = {claim.position for claim in sheet.match.claims if claim.column == "name"}
    is_alone = 0 not in names and not any(cells[1:]) and " " in cells[0].strip()
    return is_alone and IMPRINT.fullmatch(plain_words(cells[0])) is not None


def _places(sheet: Sheet, types: frozenset[ColumnType]) -> list[str]:
    kind = sheet.match.kind
    return sorted({str(c.position) for c in sheet.match.claims if kind.column(c.column).type in types})
