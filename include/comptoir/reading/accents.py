"""Texts without their accents."""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """Return a text in plain letters, each form of a letter as the usual one.

    Examples:
        >>> without_accents("Qté livrée"), without_accents("\uff26acture")
        ('Qte livree', 'Facture')
    """
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
