"""The DuckDB database in which an audit puts the legs beside each other: on disk, and gone with the audit."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa

from comptoir.lazy import Scratch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

MEMORY_LIMIT: Final = "1GB"  # what doesn't fit is spilled beside the database

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Workspace:
    """An open database and a folder for what it reads; both go with this object."""

    scratch: Scratch
    database: duckdb.DuckDBPyConnection

    def run(self, name: str) -> None:
        """Run the statements of `sql/<name>.sql`."""
        self.database.execute(files("comptoir.reconciling").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8"))

    def set_variable(self, name: str, value: Any) -> None:
        """Give the statements a value, which they take by `getvariable`."""
        self.database.execute(f"SET VARIABLE {name} = $value", {"value": value})

    def fill(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Make a table of texts and numbers, each column cast to its type."""
        self.database.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {sort}' for name, sort in columns.items())})")
        values = list(zip(*rows, strict=True)) or [() for _ in columns]
        arrow = pa.table({name: pa.array(column) for name, column in zip(columns, values, strict=True)})
        casts = ", ".join(f"CAST({name} AS {sort})" for name, sort in columns.items())
        self.database.execute(f"INSERT INTO {table} SELECT {casts} FROM arrow")
        del arrow

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return what a query finds."""
        result = self.database.execute(query)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    @property
    def folder(self) -> Path:
        """Where files of the audit lie."""
        return self.scratch.path


def open_workspace(timezone: str) -> Workspace:
    """Open an empty database that knows how cells are understood.

    Args:
        timezone: the trader's.
    """
    scratch = Scratch()
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(scratch.path / "spilled"),
        "threads": 2,
    }
    workspace = Workspace(scratch, duckdb.connect(str(scratch.path / "audit.duckdb"), config=settings))
    workspace.set_variable("zone", timezone)
    workspace.run("macros")
    return workspace
