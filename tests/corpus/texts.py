"""Text files: every number style, date pattern, encoding and delimiter, and the structures that people export."""

from __future__ import annotations

import csv
import io
import itertools
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.corpus.spelling import (
    COMMA,
    DAY_FIRST,
    ENGLISH,
    FRENCH,
    FRENCH_TIERS,
    HEADERS,
    ISO_SECONDS,
    PATTERNS,
    POINT,
    STYLES,
    Pattern,
    Style,
    spell,
)
from tests.corpus.truth import (
    ACCENTED_NAMES,
    PLAIN_NAMES,
    WIDE_NAMES,
    Case,
    Expected,
    Record,
    Row,
    Sheet,
    as_read,
    asked,
    draw_records,
    numbered,
    refused,
    seeded,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16-le-bom", "utf-16-be-bom", "cp1252", "latin-1", "mac_roman")
THOUSAND = 1000
KINDS = ("products", "clients", "stock", "sales")
WIDE = ("utf-8", "utf-8-sig", "utf-16-le-bom", "utf-16-be-bom")


def encode(text: str, encoding: str) -> bytes:
    """Encode a text, with a byte-order mark where the encoding's name says so."""
    if encoding.endswith("-bom"):
        return ("\ufeff" + text).encode(encoding.removesuffix("-bom"))
    return text.encode(encoding)


def write_rows(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n", quoting: int = 0) -> str:
    """Write rows as a delimited text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def cells_of(
    kind: str, records: Sequence[Record], headers: dict[str, dict[str, str]], style: Style, pattern: Pattern
) -> list[list[str]]:
    """Return the header row and the records' rows as cells."""
    columns = headers[kind]
    rows = [[spell(record.get(column), style, pattern) for column in columns] for record in records]
    return [list(columns.values()), *rows]


def kept(records: Sequence[Record], pattern: Pattern) -> list[Record]:
    """Return what is left of records when their moments are written in a pattern."""
    return [{n: pattern.keeps(v) if isinstance(v, datetime) else v for n, v in record.items()} for record in records]


def matrix(seed: int) -> Iterator[Case]:
    """Yield a file for every number style, date pattern, encoding and delimiter."""
    for style, pattern, encoding, word in itertools.product(STYLES, PATTERNS, ENCODINGS, DELIMITERS):
        if can_write(style, encoding):
            yield _cell_of_matrix(seed, style, pattern, encoding, word)


def can_write(style: Style, encoding: str) -> bool:
    """Tell whether an encoding has the letters of a style."""
    try:
        style.group.encode(encoding.removesuffix("-bom"))
    except UnicodeEncodeError:
        return False
    return True


def _cell_of_matrix(seed: int, style: Style, pattern: Pattern, encoding: str, word: str) -> Case:
    name, delimiter = f"{style.name} {pattern.name} {encoding} {word}", DELIMITERS[word]
    draw = seeded(seed, name)
    kind = draw.choice(KINDS)
    names = ACCENTED_NAMES + (WIDE_NAMES if encoding in WIDE else PLAIN_NAMES[:1])
    headers = draw.choice(HEADERS)
    end = draw.choice(("\n", "\r\n", "\r") if encoding == "mac_roman" else ("\n", "\r\n"))
    quoting = draw.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    records = kept(draw_records(kind, draw, draw.randint(12, 24), names), pattern)
    written = [record | _tier_as_written(record, headers) for record in records]

    def content() -> bytes:
        return encode(write_rows(cells_of(kind, written, headers, style, pattern), delimiter, end, quoting), encoding)

    return Case("matrix", name, f"{kind}.csv", content, _perhaps_asked(kind, records, style))


def _perhaps_asked(kind: str, records: list[Record], style: Style) -> Expected:
    """Expect the records; where 1.250 in a stock may be pieces or kilograms, and no price tells, the question too."""
    has_doubt = kind == "stock" and style.group in {".", ","} and any(r["quantity"] >= THOUSAND for r in records)
    return Expected(as_read(kind, records).sheets, questions=frozenset({"decimal_mark_unclear"} if has_doubt else ()))


def _tier_as_written(record: Record, headers: dict[str, dict[str, str]]) -> Record:
    return (
        {"loyalty_tier": FRENCH_TIERS[record["loyalty_tier"]]} if "loyalty_tier" in record and headers is FRENCH else {}
    )


def structures(seed: int) -> Iterator[Case]:
    """Yield the ways in which exporters and people lay out a text around the same table."""
    for kind in KINDS:
        draw = seeded(seed, "structure", kind)
        records = kept(draw_records(kind, draw, 16, PLAIN_NAMES), DAY_FIRST)
        rows = cells_of(kind, records, FRENCH, COMMA, DAY_FIRST)
        yield from _laid_out(kind, records, rows)


def _laid_out(kind: str, records: list[Record], rows: list[list[str]]) -> Iterator[Case]:
    width = len(rows[0])
    blank, spaces = [""] * width, ["  "] * width
    banner = [["Société Dupont"], [], ["Édité le", "31/12/2025"]]
    total = ["TOTAL", *[""] * (width - 1)]
    plain = as_read(kind, records)

    def case(name: str, text: str, expected: Expected, encoding: str = "utf-8") -> Case:
        return Case("structure", f"{kind} {name}", f"{kind}.csv", lambda: encode(text, encoding), expected)

    joined = write_rows(rows, ";", "\r\n")
    yield case("banner rows", write_rows([*banner, *rows], ";"), as_read(kind, records, 5))
    yield case("blank rows first", "\n\n" + joined, as_read(kind, records, 4))
    yield case("sep= line", "sep=;\r\n" + joined, as_read(kind, records, 3))
    yield case("no newline at the end", joined.rstrip("\r\n"), plain)
    yield case("blank lines at the end", joined + "\r\n\r\n;;;\r\n", plain)
    yield case("delimiters of blank rows at the end", joined + (";" * (width - 1) + "\r\n") * 50, plain)
    yield case("delimiter at each line's end", "\r\n".join(f"{line};" for line in joined.splitlines()), plain)
    yield case("spaces around cells", write_rows([[f"  {cell} " for cell in row] for row in rows], ";"), plain)
    yield case("row of spaces", write_rows([*rows, spaces], ";"), plain)
    yield case("mixed line ends", joined.replace("\r\n", "\n", 5), plain)
    yield case("carriage returns only", joined.replace("\r\n", "\r"), plain)
    yield case("columns in another order", write_rows([row[::-1] for row in rows], ";"), plain)
    yield case(
        "further columns",
        write_rows([[*row, "x", "1,5"] for row in rows], ";").replace(";x;1,5", ";Memo;Poids", 1),
        plain,
    )
    yield case("quoted newlines", _with_newline(kind, rows), _renamed(kind, records))
    gap = Sheet(kind, (*numbered(records[:8]), *numbered(records[8:], 11)))
    yield case("blank row in the middle", write_rows([*rows[:9], blank, *rows[9:]], ";"), Expected((gap,)))
    left = frozenset({"value_missing", "total_row", "not_a_number", "not_a_date", "invoice_held"})
    totals = Sheet(kind, (*numbered(records), Row(18, None, left, optional=True)))
    yield case("a row of totals", write_rows([*rows, total], ";"), Expected((totals,)))
    parted = (*numbered(records[:8]), Row(10, None, left | _any_fault(), optional=True), *numbered(records[8:], 11))
    yield case("headers repeated", write_rows([*rows[:9], rows[0], *rows[9:]], ";"), Expected((Sheet(kind, parted),)))
    yield case("one cell too many", write_rows([*rows[:5], [*rows[5], "?"], *rows[6:]], ";"), refused("row_too_long"))
    yield case("headers only", write_rows(rows[:1], ";"), refused("no_rows"))
    yield case("a quote never closed", joined.replace("\r\n", '\r\n"', 3), refused("quotes_unbalanced", "row_too_long"))
    yield case(
        "utf-16 without a mark", joined, _or_refused(plain, "format_unsupported", "encoding_unknown"), "utf-16-le"
    )
    yield case("utf-32", joined, _or_refused(plain, "format_unsupported", "encoding_unknown"), "utf-32")


def _any_fault() -> frozenset[str]:
    return frozenset({"not_a_number", "not_an_integer", "not_a_date", "unknown_tier", "repeated_header"})


def _or_refused(expected: Expected, *codes: str) -> Expected:
    return Expected(expected.sheets, refusals=frozenset(codes))


def _with_newline(kind: str, rows: list[list[str]]) -> str:
    """Write a newline into the name of the third record, where the kind has one."""
    place = 1 if kind in {"products", "clients"} else None
    changed = [list(row) for row in rows]
    if place is not None:
        changed[3][place] = 'Two\nlines, "quoted"'
    return write_rows(changed, ";", "\r\n")


def _renamed(kind: str, records: list[Record]) -> Expected:
    changed = [dict(record) for record in records]
    if kind in {"products", "clients"}:
        changed[2]["name"] = 'Two\nlines, "quoted"'
    return as_read(kind, changed)


def ambiguous(seed: int) -> Iterator[Case]:
    """Yield files that a careful person would ask about."""
    draw = seeded(seed, "ambiguous")
    sales = draw_records("sales", draw, 10, PLAIN_NAMES)
    for pattern in PATTERNS[4:]:
        early = [
            record | {"timestamp": record["timestamp"].replace(day=place % 11 + 2, month=1)}
            for place, record in enumerate(sales)
        ]
        yield _sales_case(f"all days up to the 12th, {pattern.name}", early, pattern, asked("date_order_unclear"))
    same = [record | {"timestamp": record["timestamp"].replace(day=4, month=4)} for record in sales]
    kept_same = as_read("sales", kept(same, DAY_FIRST))
    yield _sales_case("day and month alike", same, DAY_FIRST, kept_same)
    for mark in ",.":
        yield _doubtful_prices(sales, mark)
    yield from _competing(sales)


def _sales_case(name: str, records: Sequence[Record], pattern: Pattern, expected: Expected) -> Case:
    text = write_rows(cells_of("sales", records, ENGLISH, POINT, pattern), ";")
    return Case("ambiguous", name, "sales.csv", text.encode, expected)


def _doubtful_prices(sales: Sequence[Record], mark: str) -> Case:
    rows: list[list[str]] = [["invoice_no", "product_code", "quantity", "unit_price", "timestamp"]]
    rows += [[f"F{n}", "P1", "2", f"{n + 1}{mark}{n}50", "2025-03-13"] for n in range(len(sales))]
    text = write_rows(rows, ";")
    return Case(
        "ambiguous", f"prices with {mark} and three digits", "s.csv", text.encode, asked("decimal_mark_unclear")
    )


def _competing(sales: Sequence[Record]) -> Iterator[Case]:
    rows = cells_of("sales", sales, ENGLISH, POINT, ISO_SECONDS)
    twice = write_rows([[*row, row[4]] for row in rows], ";")
    yield Case("ambiguous", "the price's header twice", "s.csv", twice.encode, asked("columns_compete"))
    headers = [*rows[0][:4], "price", "pu", *rows[0][5:]]
    two = write_rows([headers, *([*row[:5], "9.99", *row[5:]] for row in rows[1:])], ";")
    yield Case("ambiguous", "two aliases of the price", "s.csv", two.encode, asked("columns_compete"))


def values_case(family: str, name: str, column: str, text: str, value: Any, *codes: str, kind: str = "sales") -> Case:
    """Return a file in which one cell of one row among twenty is special; it has a value, or codes, or both."""
    draw = seeded("cell", kind)
    records = draw_records(kind, draw, 20, PLAIN_NAMES)
    if kind == "sales":  # invoices of one line, so that none is held for another line's fault
        records = [r | {"total_amount": None, "invoice_no": f"F-{n}"} for n, r in enumerate(records)]
    rows = cells_of(kind, records, ENGLISH, POINT, ISO_SECONDS)
    place = list(ENGLISH[kind]).index(column)
    rows[11][place] = text
    understood = None if value is None and codes else records[10] | {column: value}
    expected = (*numbered(records[:10]), Row(12, understood, frozenset(codes)), *numbered(records[11:], 13))
    return Case(family, name, f"{kind}.csv", lambda: write_rows(rows, ";").encode(), Expected((Sheet(kind, expected),)))
