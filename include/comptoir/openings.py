"""Clients files whose totals may hold sales that are imported already: asked about, so that none counts twice."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir.errors import AmbiguousFileError
from comptoir.quality.deciding import Outcome
from comptoir.quality.identities import with_identity
from comptoir.reading.balances import is_answered, question_about
from comptoir.reading.guide import Guide
from comptoir.reading.outlines import outline_of_table
from comptoir.stores import register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from comptoir.examining import Examined
    from comptoir.stores.hot import Hot

KIND: Final = "clients"
OPENING: Final = "total_revenue_generated"


def ask_about_openings(examined: Examined, hot: Hot, answers: Mapping[str, str], today: date) -> None:
    """Ask about each sheet of clients that changes openings without a day, where sales are imported already.

    Args:
        examined: the file, judged.
        hot: the register.
        answers: what its owner said already.
        today: the trader's day.

    Raises:
        AmbiguousFileError: nobody said yet whether the totals hold these sales.
        TransientError: MongoDB was away.
    """
    guide, tables = Guide(answers), {table.sheet: table for table in examined.file.sheets if table.kind.name == KIND}
    unsaid = {sheet: table for sheet, table in tables.items() if not is_answered(guide, sheet)}
    if examined.decision.outcome is Outcome.REJECT or not unsaid or not register.has_any(hot, "sales"):
        return
    changed: dict[str | None, list[str]] = {sheet: [] for sheet in unsaid}
    for frame in _undated(examined):
        for sheet, code in _changed(frame, hot):
            changed.get(sheet, []).append(code)
    questions = [
        question_about(sheet, unsaid[sheet].headers[OPENING], client=codes[0], count=len(codes), today=today)
        for sheet, codes in changed.items()
        if codes
    ]
    if questions:
        raise AmbiguousFileError(questions, examined.file.kind, list(map(outline_of_table, examined.file.sheets)))


def _undated(examined: Examined) -> Iterator[pl.DataFrame]:
    for by_kind in examined.accepted():
        for frame in by_kind.get(KIND, []):
            yield frame.filter(pl.col("as_of").is_null())


def _changed(frame: pl.DataFrame, hot: Hot) -> Iterator[tuple[str | None, str]]:
    """Give sheet and name of each registered client whose opening, or the day of it, a row would change."""
    rows = with_identity(frame, "client").unique("client", keep="first", maintain_order=True)
    registered = register.fetch_versions(hot, KIND, rows["client"].to_list())
    named = pl.coalesce("client_code", "client")
    for client, name, sheet, opening in rows.select("client", named, "sheet", OPENING).iter_rows():
        if client in registered and _differs(json.loads(registered[client]), opening):
            yield sheet, name


def _differs(version: dict[str, str | None], opening: Decimal) -> bool:
    return version["as_of"] is not None or Decimal(version["opening"] or 0) != opening
