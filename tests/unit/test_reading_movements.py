"""Journals of stock movements: refused, since each quantity would be taken for the whole stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comptoir.errors import RejectedFileError
from comptoir.reading.reader import read_file
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

STOCK = "code_produit;quantite;no_lot;dernier_mouvement"
LINES = ("P1;{};L1;2026-01-31;{}", "P2;3;L1;2026-01-31;{}")


def is_refused(folder: Path, header: str, *cells: str, quantity: str = "2", title: str = "Zoé") -> bool:
    path = folder / "x.csv"
    first, second = cells or ("", "")
    path.write_text("\n".join([title, f"{STOCK};{header}", LINES[0].format(quantity, first), LINES[1].format(second)]))
    try:
        read_file(path, Settings(timezone="Europe/Paris"))
    except RejectedFileError as refusal:
        return [problem.code for problem in refusal.problems] == ["stock_movements"]
    return False


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Mouvement", ("Entrée", "Sortie")),
        ("Type mvt", ("Vente", "autre")),
        ("Movement type", ("Issue", "Receipt")),
        ("Sens", ("E", "S")),
        ("In/Out", ("IN", "OUT")),
        ("n'importe", ("sortie", "Sortie")),
        ("Type", ("Ajustement", "Vente")),
        ("Entrée;Sortie", ("2;", ";1")),
    ],
)
def test_a_column_tells_of_movements(tmp_path: Path, header: str, cells: tuple[str, str]):
    assert is_refused(tmp_path, header, *cells)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Type dernier mouvement", ("Vente", "Achat")),
        ("Last movement type", ("Sale", "Purchase")),
        ("Type", ("Frais", "Sec")),
        ("Type", ("Production", "")),
        ("Nature", ("Achat", "Négoce")),
        ("Rayon", ("Entrée", "Plats")),
        ("Mouvement", ("", "")),
        ("Sortie", ("1", "2")),
    ],
)
def test_other_columns_say_nothing(tmp_path: Path, header: str, cells: tuple[str, str]):
    assert not is_refused(tmp_path, header, *cells)


def test_signs_and_titles_tell_of_movements(tmp_path: Path):
    assert is_refused(tmp_path, "note", quantity="+2")
    assert not is_refused(tmp_path, "note", quantity="-2")
    assert is_refused(tmp_path, "note", title="Journal des mouvements de stock")
    assert not is_refused(tmp_path, "note", title="Stock sans mouvement depuis 30 jours")
