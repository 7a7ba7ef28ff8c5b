"""What reports print between and above their rows: sums under many words, and banners that change what amounts are."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.corpus.spelling import ENGLISH, ISO_SECONDS, POINT
from tests.corpus.texts import cells_of, write_rows
from tests.corpus.truth import Case, Expected, Record, Row, Sheet, draw_records, seeded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROWS = 10
SALES = ENGLISH["sales"]
TOTALS = (
    *("S/Total", "S-total", "Sous total", "Sous-total HT", "Cumul", "Cumuls", "Report", "A reporter", "Net à payer"),
    *("Total facture F-9", "Total général", "Balance", "Solde", "Subtotal", "Sub total", "Grand total", "Amount due"),
    *("Carried forward", "TOTAL TTC", "Somme", "Montant total", "Total du mois"),
)
LABEL_IN = ("invoice_no", "product_code", "client_code")


def reports(seed: int) -> Iterator[Case]:
    """Yield every case."""
    for word, place, is_full, is_sum in itertools.product(TOTALS, LABEL_IN, (True, False), (True, False)):
        yield _with_total(seed, word, place, is_full=is_full, is_sum=is_sum)


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
