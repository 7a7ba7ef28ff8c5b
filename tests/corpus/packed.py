"""JSON lines, and archives of exactly one file."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import tarfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.corpus.books import write_ods, write_xlsx, zipped
from tests.corpus.spelling import COMMA, DAY_FIRST, FRENCH
from tests.corpus.texts import KINDS, cells_of, kept, write_rows
from tests.corpus.truth import (
    ACCENTED_NAMES,
    WIDE_NAMES,
    Case,
    Expected,
    Record,
    Row,
    Sheet,
    as_read,
    draw_records,
    numbered,
    refused,
    seeded,
)
from tests.corpus.workbooks import typed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PACKED = ("archive_nested", "archive_several", "archive_unsafe", "format_unsupported")


def json_lines(seed: int) -> Iterator[Case]:
    """Yield JSON lines: one record or one invoice with its items per line."""
    for kind in KINDS:
        records = draw_records(kind, seeded(seed, "json", kind), 15, ACCENTED_NAMES + WIDE_NAMES)
        expected = as_read(kind, records, 1)
        for name, lines in _written(records).items():
            yield Case("json", f"{kind}, {name}", f"{kind}.jsonl", lines.encode, expected)
        spaced = "\n".join(_line(record) for record in records)
        apart = Expected((Sheet(kind, tuple(Row(2 * n + 1, record) for n, record in enumerate(records))),))
        yield Case("json", f"{kind}, blank lines", f"{kind}.jsonl", spaced.encode, apart)
        yield Case("json", f"{kind}, named .csv", f"{kind}.csv", _written(records)["numbers"].encode, expected)
        marked = "\ufeff" + _written(records)["numbers"].replace("\n", "\r\n")
        yield Case("json", f"{kind}, byte-order mark", f"{kind}.json", marked.encode, expected)
    yield from _invoices(seed)
    yield from _odd_json(seed)


def _written(records: Sequence[Record]) -> dict[str, str]:
    texts = [{key: None if value is None else str(value) for key, value in record.items()} for record in records]
    without = [{key: value for key, value in record.items() if value is not None} for record in records]
    return {
        "numbers": "".join(_line(record) for record in records),
        "texts": "".join(_line(record) for record in texts),
        "empty keys left out": "".join(_line(record) for record in without),
        "escaped": "".join(json.dumps(_plain(record)) + "\n" for record in records),
    }


def _plain(record: Record) -> Record:
    return {k: str(v) if isinstance(v, date) else float(v) if isinstance(v, Decimal) else v for k, v in record.items()}


def _line(record: Record) -> str:
    # Decimals are written by hand: 12.50 keeps its noughts, and no float comes between.
    plain = {k: f"@{v}@" if isinstance(v, Decimal) else str(v) if isinstance(v, date) else v for k, v in record.items()}
    return json.dumps(plain, ensure_ascii=False).replace('"@', "").replace('@"', "") + "\n"


def _invoices(seed: int) -> Iterator[Case]:
    """Yield one line (or row) per invoice, with its items in a cell."""
    lines = draw_records("sales", seeded(seed, "items"), 18, ACCENTED_NAMES)
    by_invoice: dict[str, list[Record]] = {}
    for line in lines:
        by_invoice.setdefault(line["invoice_no"], []).append(line)
    whole = [_with_items(each) for each in by_invoice.values()]
    expected = Expected((Sheet("sales", _rows_of_invoices(list(by_invoice.values()), 1)),))
    yield Case("json", "invoices with items", "s.jsonl", lambda: "".join(map(_line, whole)).encode(), expected)
    below = Expected((Sheet("sales", _rows_of_invoices(list(by_invoice.values()), 2)),))
    cells = [[*whole[0]], *([_cell(value) for value in invoice.values()] for invoice in whole)]
    yield Case("json", "invoices with an items cell, CSV", "s.csv", lambda: write_rows(cells, ";").encode(), below)
    in_sheet = Expected((Sheet("sales", below.sheets[0].rows, "Feuil1"),))
    yield Case("json", "invoices with an items cell, XLSX", "s.xlsx", lambda: write_xlsx({"Feuil1": cells}), in_sheet)


def _with_items(lines: Sequence[Record]) -> Record:
    first = lines[0]
    items = [
        {"product_code": n["product_code"], "quantity": n["quantity"], "unit_price": float(n["unit_price"])}
        for n in lines
    ]
    head = {key: first[key] for key in ("invoice_no", "client_code", "timestamp", "total_amount")}
    return head | {"items": items}


def _cell(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list) else "" if value is None else str(value)


def _rows_of_invoices(invoices: Sequence[Sequence[Record]], first: int) -> tuple[Row, ...]:
    return tuple(Row(number, line) for number, lines in enumerate(invoices, start=first) for line in lines)


def _odd_json(seed: int) -> Iterator[Case]:
    records = draw_records("clients", seeded(seed, "odd json"), 8, ACCENTED_NAMES)
    lines = [_line(record) for record in records]
    text = "".join(lines)
    cut = ("file_damaged", "json_document", "json_line_broken")
    read = as_read("clients", records, 1)
    yield Case("json", "an array of records", "c.json", f"[{','.join(lines)}]".encode, read)
    below = as_read("clients", records, 2)
    spaced = "[\n  " + ",\n  ".join(line.strip() for line in lines) + "\n]\n"
    yield Case("json", "an array between brackets", "c.json", spaced.encode, below)
    close = "[" + ", ".join(line.strip() for line in lines) + "]"
    yield Case("json", "an array on one line", "c.json", close.encode, refused("json_document"))
    yield Case("json", "an array without its end", "c.json", spaced[:-3].encode, refused("file_damaged"))
    yield Case("json", "cut in its last line", "c.jsonl", text[:-20].encode, _without_last(records, cut))
    deep = "[" * 100_000 + "]" * 100_000
    yield Case("json", "nested very deep", "c.jsonl", (text + deep).encode, _any())
    yield Case("json", "nested very deep at once", "c.jsonl", deep.encode, refused(*cut, "kind_unknown"))
    infinite = lines[0].replace('"total_revenue_generated": ', '"total_revenue_generated": 1e400, "x": ', 1)
    yield Case("json", "1e400", "c.jsonl", (infinite + text).encode, _one_bad(records))
    nan = lines[0].replace('"total_revenue_generated": ', '"total_revenue_generated": NaN, "x": ', 1)
    yield Case("json", "NaN", "c.jsonl", (nan + text).encode, _one_bad(records, *cut))
    yield Case("json", "numbers only", "c.jsonl", lambda: b"1\n2\n3\n", refused("kind_unknown", "no_rows", *cut))


def _any() -> Expected:
    return Expected(any_answer=True)


def _one_bad(records: Sequence[Record], *refusals: str) -> Expected:
    codes = frozenset({"not_a_number", "number_too_large", "duplicate_key", "value_missing"})
    rows = (Row(1, None, codes), *(Row(n, r, codes if n == 2 else frozenset()) for n, r in enumerate(records, start=2)))
    return Expected((Sheet("clients", rows),), refusals=frozenset(refusals))


def _without_last(records: Sequence[Record], codes: Sequence[str]) -> Expected:
    last = Row(len(records), None, frozenset(codes))
    return Expected((Sheet("clients", (*numbered(list(records[:-1]), 1), last)),), refusals=frozenset(codes))


def archives(seed: int) -> Iterator[Case]:
    """Yield archives of one file, which are read, and others, which are refused."""
    records = kept(draw_records("sales", seeded(seed, "packed"), 14, ACCENTED_NAMES), DAY_FIRST)
    text = write_rows(cells_of("sales", records, FRENCH, COMMA, DAY_FIRST), ";").encode()
    rows = typed_rows("sales", records)
    flat, in_sheet = as_read("sales", records), as_read("sales", records, sheet="Feuil1")
    files = {
        "ventes.csv": (text, flat),
        "ventes.xlsx": (write_xlsx({"Feuil1": rows}), in_sheet),
        "ventes.ods": (write_ods({"Feuil1": rows}), in_sheet),
        "ventes.jsonl": ("".join(map(_line, records)).encode(), as_read("sales", records, 1)),
    }
    for name, (data, expected) in files.items():
        yield _archive(f"gzip of {name}", f"{name}.gz", gzip.compress(data, mtime=0), expected)
        yield _archive(f"zip of {name}", "ventes.zip", zipped({name: data}), expected)
        yield _archive(f"zip of {name} in a folder", "ventes.zip", zipped({f"export/{name}": data}), expected)
    junk = {"__MACOSX/._ventes.csv": b"\0\5\x16\7", ".DS_Store": b"\0\0\0\1Bud1"}
    yield _archive("zip made on a Mac", "v.zip", zipped({"ventes.csv": text} | junk), _or_refused(flat))
    yield _archive("gzip named .csv", "ventes.csv", gzip.compress(text, mtime=0), flat)
    yield _archive("zip named .xlsx", "ventes.xlsx", zipped({"ventes.csv": text}), flat)
    yield _archive("path out of the folder", "v.zip", zipped({"../../ventes.csv": text}), _or_refused(flat))
    yield from _not_one(text, flat)


def _archive(name: str, file_name: str, data: bytes, expected: Expected) -> Case:
    return Case("archive", name, file_name, lambda: data, expected)


def _or_refused(expected: Expected) -> Expected:
    return Expected(expected.sheets, refusals=frozenset(PACKED))


def _not_one(text: bytes, flat: Expected) -> Iterator[Case]:
    packed = gzip.compress(text, mtime=0)
    yield _archive("zip of two files", "v.zip", zipped({"a.csv": text, "b.csv": text}), refused(*PACKED))
    yield _archive("zip of nothing", "v.zip", zipped({}), refused(*PACKED, "file_empty", "file_damaged"))
    yield _archive("zip in a zip", "v.zip", zipped({"v.zip": zipped({"a.csv": text})}), refused(*PACKED))
    yield _archive("gzip in a gzip", "v.gz", gzip.compress(packed, mtime=0), refused(*PACKED))
    yield _archive("gzip in a zip", "v.zip", zipped({"v.gz": packed}), refused(*PACKED))
    deep = text
    for level in range(40):
        deep = zipped({f"{level}.zip": deep})
    yield _archive("forty zips in one another", "v.zip", deep, refused(*PACKED))
    yield _archive("gzip cut short", "v.csv.gz", packed[: len(packed) // 2], refused("file_damaged", "archive_unsafe"))
    yield _archive(
        "gzip with a wrong checksum", "v.csv.gz", packed[:-8] + b"\0" * 8, refused("file_damaged", "archive_unsafe")
    )
    yield _archive("gzip of nothing", "v.csv.gz", gzip.compress(b"", mtime=0), refused("file_empty"))
    yield _archive("gzip of a picture", "v.csv.gz", gzip.compress(b"\x89PNG\r\n\x1a\n" + b"\0" * 99), refused(*PACKED))
    halves = gzip.compress(text[:200], mtime=0) + gzip.compress(text[200:], mtime=0)
    yield _archive("gzip in two members", "v.csv.gz", halves, _or_refused(flat))
    yield _archive("bzip2", "v.csv.bz2", bz2.compress(text), refused(*PACKED))
    yield _archive("tar", "v.tar", _tar(text), refused(*PACKED, "kind_unknown", "nul_bytes"))
    yield _archive(
        "tar in gzip", "v.tar.gz", gzip.compress(_tar(text), mtime=0), refused(*PACKED, "kind_unknown", "nul_bytes")
    )


def _tar(text: bytes) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        member = tarfile.TarInfo("ventes.csv")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    return content.getvalue()
