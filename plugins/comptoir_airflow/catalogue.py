"""The catalogue of the DAGs, `docs/dags.md`, made from their docstrings: `python -m comptoir_airflow.catalogue`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from comptoir.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from pathlib import Path

DAGS: Final = PROJECT_ROOT / "dags"
CATALOGUE: Final = PROJECT_ROOT / "docs" / "dags.md"
HEADER: Final = """# The DAGs

Made from the DAGs' own docstrings by `python -m comptoir_airflow.catalogue`; the Airflow UI shows the same texts.
"""


def catalogue(folder: Path) -> str:
    """Return the catalogue of a folder's DAG files, in the order of their names."""
    return "\n".join([HEADER, *(chapter(path) for path in sorted(folder.glob("*.py")))])


def chapter(path: Path) -> str:
    """Return the chapter of one DAG file: its docstring, its title one level down and its name below it."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    title, _, body = text.partition("\n")
    return f"#{title}\n\n`{path.stem}` · `dags/{path.name}`\n{body}\n"


if __name__ == "__main__":
    CATALOGUE.write_text(catalogue(DAGS), encoding="utf-8")
