"""What printing, formatting and copying leave in files: feet of pages, number formats, marks that can't be seen."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from tests.corpus.books import write_xlsx
from tests.corpus.spelling import ENGLISH, FRENCH, ISO_SECONDS, POINT
from tests.corpus.texts import KINDS, cells_of, values_case, write_rows
from tests.corpus.truth import (
    PLAIN_NAMES,
    Case,
    Expected,
    Record,
    Row,
    Sheet,
    draw_records,
    numbered,
    refused,
    seeded,
)
from tests.corpus.workbooks import typed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

FEET: Final = ("Page 1/1", "Page 3 sur 7", "Édité le 12/03/2026 à 10:22", "Imprimé par Zoé", "Nombre de lignes : 12")
LEFT: Final = frozenset({"value_missing", "not_a_number", "not_a_date"})
# Names in letters that another encoding has at the places of Western ones.
FOREIGN: Final = {
    "cp1250": ("Gdańsk", "Poznań", "Dvořák", "Plzeň", "Jiří", "Győr"),
    "cp1251": ("сыр", "чай", "мёд", "Молоко"),
    "cp1254": ("Şahin", "Gökçe", "Yağ"),
    "cp1256": ("حليب", "خبز"),
    "cp1257": ("Šiauliai", "Vėžys", "Žemaitė"),
    "cp866": ("Молоко", "сыр"),
    "shift_jis": ("緑茶", "米", "ｱｲｳ"),
    "gbk": ("绿茶", "盐", "油"),
    "big5": ("綠茶", "米"),
    "euc_kr": ("녹차", "꿀"),
}
# Names of which one alone stands in a file, in each of the encodings that have its letters.
LONE_NAMES: Final = {
    ("cp1252", "mac_roman", "cp850", "cp437"): (
        *("Société Générale", "Élodie", "Hélène", "François", "Café du Marché", "Benoît", "Châtillon", "Anaïs", "Zoé"),
        *(
            "Crédit Agricole",
            "Pâtisserie Zoé",
            "SOCIÉTÉ GÉNÉRALE",
            "Müller",
            "Jäger",
            "Köln",
            "Bäckerei Süß",
            "Österreich",
        ),
        *(
            "Peña",
            "Martín",
            "Muñoz",
            "José",
            "Compañía",
            "Città",
            "Niccolò",
            "Perché no",
            "São Paulo",
            "João",
            "Conceição",
        ),
        *("Søren", "Åse", "Malmö", "Hämäläinen", "Jørgensen"),
    ),
    ("cp1250", "cp852", "iso8859-2"): ("Łódź", "Wałęsa", "Gdańsk", "Dvořák", "Škoda", "Jiří", "Győr", "Žižek"),
    ("cp1257", "cp775"): ("Jānis", "Pēteris Bērziņš", "Kārlis", "Liepāja", "Šiauliai", "Žemaitė", "Ķekava"),
    ("cp1254", "cp857"): ("Şahin", "Yağmur", "Beyoğlu"),
}
READ_RIGHT: Final = (
    "Société Générale",
    "Élodie",
    "Hélène",
    "François",
    "Café du Marché",
    "Benoît",
    "Châtillon",
    "Anaïs",
)
WESTERN: Final = ("Peña", "Müller", "Søren", "São Paulo", "caffè", "Sàrl Où", "Malmö", "Muñoz", "città")
CODES: Final = {
    "17850": "17850",
    "17850.0": "17850",
    "17850.00": "17850",
    "17850,00": "17850",
    "17\u00a0850": "17850",
    "17\u202f850,00": "17850",
    "\ufeff17850\u200b": "17850",
    "178\u00ad50\u00a0": "17850",
    "17 850": "17 850",
    "017850": "017850",
    "A\u00a07": "A 7",
}


def traces(seed: int) -> Iterator[Case]:
    """Yield every case."""
    for kind in KINDS:
        yield from _printed(kind, draw_records(kind, seeded(seed, "printed", kind), 12, PLAIN_NAMES))
    yield from _names_like_totals()
    for encoding, names in FOREIGN.items():
        yield _encoded(encoding, names, refused("encoding_unknown"))
    yield _encoded("cp1252", WESTERN, Expected((Sheet("clients", numbered(_clients(WESTERN))),)))
    yield from _lone_names()
    for written, code in CODES.items():
        yield values_case("code", f"{written!a}", "product_code", written, code)
    yield from _shown(draw_records("products", seeded(seed, "shown"), 8, PLAIN_NAMES))


def _printed(kind: str, records: list[Record]) -> Iterator[Case]:
    """Yield a table on two pages, each with its headers and its foot."""
    rows = cells_of(kind, records, FRENCH, POINT, ISO_SECONDS)
    for foot in FEET:
        text = write_rows([*rows[:7], [foot], [h.upper() for h in rows[0]], *rows[7:], [foot]], ";")
        expected = (
            *numbered(records[:6]),
            Row(8, None, LEFT, optional=True),
            Row(9, None, LEFT, optional=True),
            *numbered(records[6:], 10),
            Row(16, None, LEFT, optional=True),
        )
        yield Case("printed", f"{kind} {foot}", f"{kind}.csv", text.encode, Expected((Sheet(kind, expected),)))


def _names_like_totals() -> Iterator[Case]:
    records = _clients(("Total Energies", "Total SA", "Dupont"))
    for name, row, is_optional in (("TOTAL ENERGIES", 5, False), ("Total Dupont", 5, True), ("TOTAL", 5, True)):
        text = write_rows(
            [*cells_of("clients", records, ENGLISH, POINT, ISO_SECONDS), ["", name, "12.00", "", ""]], ";"
        )
        expected = (*numbered(records), Row(row, None, frozenset({"value_missing"}), optional=is_optional))
        yield Case("printed", f"a row of {name}", "c.csv", text.encode, Expected((Sheet("clients", expected),)))


def _clients(names: tuple[str, ...]) -> list[Record]:
    drawn = draw_records("clients", seeded("traces"), len(names), PLAIN_NAMES)
    return [record | {"name": name} for record, name in zip(drawn, names, strict=True)]


def _encoded(encoding: str, names: tuple[str, ...], expected: Expected) -> Case:
    text = write_rows(cells_of("clients", _clients(names), ENGLISH, POINT, ISO_SECONDS), ";")
    return Case("foreign", f"{', '.join(names)} in {encoding}", "c.csv", lambda: text.encode(encoding), expected)


def _lone_names() -> Iterator[Case]:
    """Yield files whose encoding shows in one name; whatever can't be told of them may be refused."""
    for encodings, names in LONE_NAMES.items():
        for encoding, name in itertools.product(encodings, names):
            if _can_write(name, encoding):
                codes = () if encoding == "cp1252" and name in READ_RIGHT else ("encoding_unknown",)
                sheet = Sheet("clients", numbered(_clients((name,))))
                yield _encoded(encoding, (name,), Expected((sheet,), refusals=frozenset(codes)))


def _can_write(name: str, encoding: str) -> bool:
    try:
        name.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _shown(products: list[Record]) -> Iterator[Case]:
    """Yield workbooks in which number formats say what numbers are."""
    rows = typed_rows("products", products, ENGLISH)
    sound = numbered(products)
    price, margin = 4, 5
    for code in ('#,##0.00 "€"', "#,##0.00\\ [$€-40C]", "[$EUR] 0.00", '0.00" pcs"'):
        yield _book(f"prices as {code}", _with(rows, price, code), sound)
    for code in ("[$$-409]#,##0.00", "[$USD] 0.00", '"$"#,##0', '0.0" k€"', "[$£-809]0.00"):
        codes = frozenset({"currency_foreign", "not_a_number"})
        yield _book(f"prices as {code}", _with(rows, price, code), tuple(Row(r.number, None, codes) for r in sound))
    yield _book("margins as 0%", _with(rows, margin, "0%"), sound)
    hundreds = [rows[0], *([*row[:margin], row[margin] * 100, *row[margin + 1 :]] for row in rows[1:])]
    yield _book("margins as a quoted percent sign", _with(hundreds, margin, '0.0" %"'), sound)
    under_sign = [[*rows[0][:margin], "min margin (%)", *rows[0][margin + 1 :]], *rows[1:]]
    unclear = tuple(Row(r.number, None, frozenset({"percent_unclear"})) for r in sound)
    yield _book("bare margins under a percent sign", under_sign, unclear)
    yield _book("margins as 0% under a percent sign", _with(under_sign, margin, "0%"), sound)
    padded = [record | {"product_code": f"{place:05d}"} for place, record in enumerate(products, start=98)]
    numbers = [rows[0], *([(place, "00000"), *row[1:]] for place, row in enumerate(rows[1:], start=98))]
    yield _book("codes as 00000", numbers, numbered(padded))
    yield _book("hidden rows", rows, sound, hidden_rows=[3, 4, 7])


def _with(rows: list[list[Any]], place: int, code: str) -> list[list[Any]]:
    return [rows[0], *([*row[:place], (row[place], code), *row[place + 1 :]] for row in rows[1:])]


def _book(name: str, rows: list[list[Any]], expected: tuple[Row, ...], **options: Any) -> Case:
    sheet = Expected((Sheet("products", expected, "Feuil1"),))
    return Case("shown", name, "p.xlsx", lambda: write_xlsx({"Feuil1": rows}, **options), sheet)
