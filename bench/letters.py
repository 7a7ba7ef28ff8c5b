"""How rare each accented letter is between two others, per group of languages: writes `reading/letters.json`.

Run it where wordfreq (3.1) is installed; docs/decisions/README.md says what the table is for.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from pathlib import Path

from wordfreq import top_n_list, zipf_frequency

TABLE = Path(__file__).parents[1] / "include" / "comptoir" / "reading" / "letters.json"
WORDS = 60_000  # per language
# wordfreq folds ß to ss; of the commonest words that have it, no other is spelled with ss.
STEMS_WITH_ESZETT = (
    *("groß", "größ", "straß", "weiß", "heiß", "fuß", "füß", "spaß", "gieß", "schließ", "auß", "äuß", "ließ", "süß"),
    *("stoß", "stöß", "meiß", "fleiß", "gruß", "grüß", "genieß", "dreißig", "bloß", "preuß", "spieß", "heß", "voß"),
)
LEAST_WEIGHT = 0.2  # of a word that is hardly ever written
# The weight of each language, and an encoding that has the letters of all of them.
GROUPS = {
    "western": (
        {"fr": 3, "en": 1, "de": 1, "es": 1, "it": 1, "pt": 1, "ca": 0.5, "da": 1, "nb": 1, "sv": 1, "fi": 1, "nl": 1},
        ("cp1252", "cp850"),
    ),
    "central": ({"pl": 1, "cs": 1, "sk": 1, "hu": 1, "ro": 1, "sh": 1, "sl": 1}, ("cp1250",)),
    "baltic": ({"lv": 1, "lt": 1}, ("cp1257",)),
    "turkish": ({"tr": 1}, ("cp1254",)),
}


def main() -> None:
    """Write the table."""
    table = {group: rarities(*of_group) for group, of_group in GROUPS.items()}
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def rarities(weights: dict[str, float], encodings: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return each letter's `rarity` in bits, and the pairs of neighbours between which it has other bits."""
    letters = {letter for encoding in encodings for letter in bytes(range(128, 256)).decode(encoding, "ignore").lower()}
    shares: Counter[str] = Counter()
    for language, weight in weights.items():
        for found, share in shares_of(language, letters).items():
            shares[found] += share * weight / sum(weights.values())
    table: dict[str, dict[str, str]] = defaultdict(lambda: defaultdict(str))
    for found, share in sorted(shares.items(), key=lambda each: (-each[1], each[0])):
        bits = str(round(-math.log2(share)))
        if len(found) == 1:
            table[found]["rarity"] = bits
        else:
            table[found[1]][bits] += found[0] + found[2]
    return table


def shares_of(language: str, letters: set[str]) -> Counter[str]:
    """Return the shares of accented letters, alone and between their neighbours, in all letters of a language."""
    counts: Counter[str] = Counter()
    total = 0.0
    for word in map(with_eszett if language == "de" else str, top_n_list(language, WORDS, wordlist="best")):
        if not word.isalpha() or not letters.issuperset(letter for letter in word if letter > "\x7f"):
            continue
        weight = max(LEAST_WEIGHT, zipf_frequency(word, language, wordlist="best") - 1)
        total += weight * len(word)
        bounded = f"^{word}$"
        for place in range(1, len(word) + 1):
            if bounded[place] > "\x7f":
                counts[bounded[place]] += weight
                counts[bounded[place - 1 : place + 2]] += weight
    return Counter({found: count / total for found, count in counts.items()})


def with_eszett(word: str) -> str:
    """Return a German word with the ß of its stem."""
    for stem in STEMS_WITH_ESZETT:
        word = word.replace(stem.replace("ß", "ss"), stem)
    return word


if __name__ == "__main__":
    main()
