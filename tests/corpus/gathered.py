"""Files and strings that others gathered, where they are at hand: csv-spectrum and naughty strings."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from comptoir.settings import PROJECT_ROOT
from tests.corpus.books import write_ods, write_xlsx
from tests.corpus.spelling import ENGLISH, ISO_SECONDS, POINT
from tests.corpus.texts import cells_of, write_rows
from tests.corpus.truth import PLAIN_NAMES, Case, Expected, Record, as_read, draw_records, refused, seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARED = Path(os.environ.get("COMPTOIR_SHARED_DATA", PROJECT_ROOT.parent / "shared" / "data"))
# What can't be seen, at the ends of a name.
MARKS = "\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2061\u2062\u2063"
UNSEEN = MARKS + "\u2064\u2066\u2067\u2068\u2069\ufeff" + "".join(filter(str.isspace, map(chr, range(0x10000))))
# What XML can't carry at all.
NOT_IN_XML = {chr(n) for n in range(32) if chr(n) not in "\t\n\r"} | {"\ufffe", "\uffff"}


def gathered() -> Iterator[Case]:
    """Yield the gathered files as they are, and their cells and strings in otherwise sound files."""
    if not SHARED.exists():
        return
    yield from _spectrum()
    yield from _naughty()


def _spectrum() -> Iterator[Case]:
    for path in sorted((SHARED / "csv-spectrum" / "csvs").glob("*.csv")):
        yield Case("csv-spectrum", path.stem, path.name, path.read_bytes, refused("kind_unknown"))
        text = (SHARED / "csv-spectrum" / "json" / f"{path.stem}.json").read_text(encoding="utf-8", errors="replace")
        truth = json.loads(text)
        cells = [value for record in (truth if isinstance(truth, list) else [truth]) for value in record.values()]
        records = _named([cell for cell in cells if "\ufffd" not in cell])
        yield Case("csv-spectrum", f"{path.stem}, its cells as names", "c.csv", _written(records), _stripped(records))


def _naughty() -> Iterator[Case]:
    strings = json.loads((SHARED / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
    records = _named(strings)
    yield Case("naughty", "as names", "c.csv", _written(records), _stripped(records))
    in_xml = _named([text for text in strings if not NOT_IN_XML & set(text)])
    rows = cells_of("clients", in_xml, ENGLISH, POINT, ISO_SECONDS)
    single = _named([text for text in strings if not NOT_IN_XML & set(text) and text == " ".join(text.split())])
    for name, write, each in (("c.xlsx", write_xlsx, in_xml), ("c.ods", write_ods, single)):
        shown = rows if each is in_xml else cells_of("clients", each, ENGLISH, POINT, ISO_SECONDS)
        expected = _stripped(each, "Feuil1")
        yield Case(
            "naughty", f"as names in {name}", name, lambda write=write, shown=shown: write({"Feuil1": shown}), expected
        )
    yield Case("naughty", "as headers", "c.csv", lambda: _as_headers(strings), Expected(any_answer=True))
    yield Case("naughty", "as the file", "c.csv", lambda: "\n".join(strings).encode(), Expected(any_answer=True))
    for number, text in enumerate(strings):
        yield Case(
            "naughty",
            f"file of string {number}",
            f"{number}.csv",
            lambda text=text: text.encode(),
            Expected(any_answer=True),
        )
        yield Case(
            "naughty",
            f"sales with string {number}",
            "s.csv",
            lambda text=text: _in_every_cell(text),
            Expected(any_answer=True),
        )


def _named(names: list[str]) -> list[Record]:
    drawn = draw_records("clients", seeded("gathered"), len(names), PLAIN_NAMES[:1])
    return [record | {"name": name} for record, name in zip(drawn, names, strict=True) if name.strip(UNSEEN)]


def _stripped(records: list[Record], sheet: str | None = None) -> Expected:
    return as_read("clients", [record | {"name": record["name"].strip(UNSEEN)} for record in records], sheet=sheet)


def _written(records: list[Record]) -> Callable[[], bytes]:
    return lambda: write_rows(cells_of("clients", records, ENGLISH, POINT, ISO_SECONDS)).encode()


def _as_headers(strings: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([[*ENGLISH["clients"], *strings], ["C1", "Ann", "1.50", "Gold", "2025-03-13"]])
    return text.getvalue().encode()


def _in_every_cell(text: str) -> bytes:
    rows = cells_of("sales", draw_records("sales", seeded("every cell"), 3, PLAIN_NAMES), ENGLISH, POINT, ISO_SECONDS)
    rows += [
        [text if place == column else cell for place, cell in enumerate(rows[1])] for column in range(len(rows[0]))
    ]
    return write_rows(rows).encode()
