"""The sentences that people read about their files, by problem code and language.

`{column}`, `{value}`, `{row}` and `{sheet}` come from the problem itself; other words from its parameters.
"""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "fr"]
Sentences = dict[str, dict[Language, str]]

MESSAGES: Final[Sentences] = {
    "value_missing": {
        "en": "The column “{column}” has no value.",
        "fr": "La colonne « {column} » n'a pas de valeur.",
    },
}

REMEDIES: Final[Sentences] = {
    "value_missing": {
        "en": "Fill in “{column}” and drop the row again.",
        "fr": "Renseignez « {column} » et déposez la ligne de nouveau.",
    },
}
