"""Lots that a stock file does not name: they stay, until somebody says that the file is the complete inventory.

The absent lots then become 0 by the one door: by a file of their own, which claims them as any file does, and whose
withdrawal brings them back. It lands at the place of the inventory: whatever landed after that counts before it.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from comptoir import accounts
from comptoir.errors import MisconfiguredError
from comptoir.landing.drop import deliver
from comptoir.quality.spelled_files import as_file
from comptoir.records import STOCK
from comptoir.stores import register
from comptoir.stores.ledger import State

if TYPE_CHECKING:
    from comptoir.sentences import Language
    from comptoir.settings import Settings
    from comptoir.stores.hot import Hot
    from comptoir.stores.ledger import Entry

ABSENT: Final[dict[Language, str]] = {"en": "absent-lots", "fr": "lots-absents"}
VERSION: Final = {
    "stock_id": pl.String,
    "product_id": pl.String,
    "product_code": pl.String,
    "quantity": pl.Int64,
    "batch_no": pl.String,
    "expiry_date": pl.String,
    "last_movement": pl.String,
}


class NoInventoryError(MisconfiguredError):
    """A file can't be taken for a complete inventory; the sentence says why."""


@dataclass(frozen=True)
class Inventory:
    """A stock file, and the lots with stock that neither it nor a later file names, with the columns of `STOCK`."""

    entry: Entry
    absent: pl.DataFrame


def is_inventory(entry: Entry) -> bool:
    """Tell whether a file may state stock whole.

    One that was applied in part may name a lot in a rejected row; what was made of another file is a part of it.
    """
    is_a_part = entry.get("released") or entry.get("completes")
    return entry["state"] == State.APPLIED and "stock" in entry["published"] and not is_a_part


def find_inventory(hot: Hot, entry: Entry) -> Inventory:
    """Return a stock file and the lots that are absent from it, by its entry in the ledger.

    Raises:
        NoInventoryError: it is no stock file, or not applied whole.
        TransientError: MongoDB was away.
    """
    if not is_inventory(entry):
        file_id = entry["_id"]
        raise NoInventoryError(
            f"{entry['name']} ({file_id}) is no complete inventory: only a file of stock that came as it is, and is "
            "applied whole, can be one; correct its rejected rows and drop the whole file again.",
            f"{entry['name']} ({file_id}) n'est pas un inventaire complet : il faut un fichier de stock arrivé tel "
            "quel et appliqué en entier ; corrigez ses lignes rejetées et déposez à nouveau le fichier entier.",
        )
    versions = [json.loads(text) for text in register.fetch_versions_before(hot, "stock", entry["landing"])]
    lots = pl.DataFrame(versions, schema=VERSION).filter(pl.col("quantity") > 0).sort("product_code", "batch_no")
    return Inventory(entry, lots)


def complete_inventory(hot: Hot, settings: Settings, inventory: Inventory, *, by: str) -> Path:
    """Hand a file over to the drop zone by which the lots absent from an inventory become 0; return where it is.

    It says that they moved when the inventory came, so that the same again has the same bytes and changes nothing.

    Raises:
        NoInventoryError: no lot is absent.
        StoppedError: a lot can't be written so that it is read as it was.
        TransientError: MongoDB was away.
    """
    entry, file_id = inventory.entry, inventory.entry["_id"]
    if inventory.absent.is_empty():
        raise NoInventoryError(
            f"No lot with stock is absent from {entry['name']} ({file_id}).",
            f"Aucun lot en stock ne manque dans {entry['name']} ({file_id}).",
        )
    content = as_file(STOCK, _emptied(inventory), settings)
    language = accounts.with_locale_of(hot, settings, entry["by"]).language
    name = f"{Path(entry['name']).stem}-{ABSENT[language]}.csv"
    path = deliver(settings, io.BytesIO(content), name, by=entry["by"], completes=file_id)
    details = {"lots": inventory.absent.height, "file": path.name}
    accounts.record_act(hot, who=by, act="inventory completed", subject=file_id, details=details)
    return path


def _emptied(inventory: Inventory) -> pl.DataFrame:
    is_code = pl.col("product_code") != pl.col("product_id")  # a product known by its UUID alone has it as its code
    return inventory.absent.with_columns(
        pl.when(is_code).then("product_code").alias("product_code"),
        pl.lit(0, dtype=pl.Int64).alias("quantity"),
        pl.col("expiry_date").str.to_date(),
        pl.lit(inventory.entry["received_at"]).cast(pl.Datetime("us", "UTC")).alias("last_movement"),
    )
