"""Every file of the generated corpus, scored: right, refused, asked, wrong reason, misread, crashed.

Run it with `make bench`, or by itself with a seed of your own; bench/README.md says what the columns mean.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.corpus.generate import SEED, generate
from tests.corpus.scoring import Score, score

if TYPE_CHECKING:
    from tests.corpus.scoring import Result

NAMED = (Score.WRONG_REASON, Score.MISREAD, Score.CRASHED)


def main() -> None:
    """Score every file and print one line per family, the totals, and what is not as it should be."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    with tempfile.TemporaryDirectory(prefix="comptoir-corpus-") as folder:
        results = [score(case, Path(folder)) for case in generate(seed)]
    print(f"corpus of seed {seed}: {len(results)} files\n")
    print_table(results)
    print_readable(results)
    for result in results:
        if result.score in NAMED or (result.score is Score.ASKED and result.why):
            print(f"{result.score:<13} {result.case.family}: {result.case.name[:70]}: {result.why[:200]}")


def print_table(results: list[Result]) -> None:
    """Print how many files of each family have each score."""
    families: dict[str, Counter[Score]] = defaultdict(Counter)
    for result in results:
        families[result.case.family][result.score] += 1
    families["all"] = Counter(result.score for result in results)
    print(f"{'family':<14} {'files':>6} " + " ".join(f"{score:>13}" for score in Score))
    for family, scores in families.items():
        print(f"{family:<14} {scores.total():>6} " + " ".join(f"{scores[score]:>13}" for score in Score))


def print_readable(results: list[Result]) -> None:
    """Print the share of the files that can be read without asking that were read right, and the slowest."""
    readable = [result for result in results if result.case.expected.is_readable]
    right = sum(result.score is Score.RIGHT for result in readable)
    print(f"\nreadable without asking: {len(readable)}, of these right: {right} ({right / len(readable):.1%})")
    slowest = max(results, key=lambda result: result.seconds)
    print(f"slowest answer: {slowest.seconds:.1f} CPU s ({slowest.case.family}: {slowest.case.name})\n")


if __name__ == "__main__":
    main()
