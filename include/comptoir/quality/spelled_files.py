"""Rows written as a file of the template's columns, and proved to be read as they were."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from comptoir.errors import StoppedError
from comptoir.quality.respelling import spelling
from comptoir.reading.reader import read_file

if TYPE_CHECKING:
    import polars as pl

    from comptoir.records import Kind
    from comptoir.settings import Settings


def as_file(kind: Kind, frame: pl.DataFrame, settings: Settings) -> bytes:
    """Return rows as a text file of the template's columns.

    Args:
        kind: whose columns the rows have.
        frame: the rows, typed.
        settings: the trader's zone and the reader's limits.

    Raises:
        StoppedError: they would not be read as they are.
    """
    columns = [column for column in kind.columns if column.required or frame[column.name].is_not_null().any()]
    content = frame.select(spelling(column, settings).alias(column.name) for column in columns).write_csv(
        include_bom=True, line_terminator="\r\n"
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_text(content, encoding="utf-8", newline="")
        (table,) = read_file(path, settings).tables
    fields = [column.name for column in kind.columns]
    if table.kind != kind or not table.frame.select(fields).equals(frame.select(fields)):
        raise StoppedError(
            "These rows can't come in as they are; drop a file with the corrected rows instead.",
            "Ces lignes ne peuvent pas entrer telles quelles ; déposez un fichier des lignes corrigées.",
        )
    return content.encode()
