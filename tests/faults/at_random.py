"""Lets one to three faults at a time strike at random moments under load; keeps every verdict with its seed.

Usage: python -m tests.faults.at_random RUNS [SEED]; a seed repeats its run.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Final

from comptoir.settings import PROJECT_ROOT
from tests.faults.campaign import suffer
from tests.faults.ground import RECOVERY_SECONDS, fresh_ground
from tests.faults.scenarios import FAULTS

if TYPE_CHECKING:
    from tests.faults.ground import Ground
    from tests.faults.scenarios import Fault

RESULTS: Final = PROJECT_ROOT / "bench" / "faults-at-random.jsonl"
MOST_AT_ONCE: Final = 3
RUNS_PER_PLATFORM: Final = 25  # the audit of all that a platform was ever given takes longer each time


def main(runs: int, seed: str | None) -> int:
    """Run a campaign; return how many of its runs were not clean."""
    violations = 0
    left = runs
    while left:
        with fresh_ground() as ground:
            for _ in range(min(left, RUNS_PER_PLATFORM)):
                left -= 1
                if not run_once(ground, seed or f"{SystemRandom().randrange(16**8):08x}"):
                    violations += 1
                    break  # what is wrong now would be told again after each later run
    print(summary())  # noqa: T201 - a command prints
    return violations


def chosen(seed: str) -> list[Fault]:
    """Return the faults that a seed stands for, no two of the same number."""
    chance = Random(seed)  # noqa: S311 - a schedule that can be repeated
    by_number: dict[str, list[Fault]] = {}
    for fault in FAULTS:
        if fault.at_random:
            by_number.setdefault(fault.number.rstrip("abcd"), []).append(fault)
    numbers = chance.sample(sorted(by_number), chance.randint(1, MOST_AT_ONCE))
    return [chance.choice(by_number[number]) for number in numbers]


def run_once(ground: Ground, seed: str) -> bool:
    """Print a seed and run it; keep and print the verdict; tell whether it was clean."""
    faults = chosen(seed)
    # Before anything strikes: whatever breaks off a run, its seed repeats it.
    print(f"SEED={seed}: {', '.join(fault.number for fault in faults)}", flush=True)  # noqa: T201 - a command prints
    verdict = suffer(ground, faults, seed)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    kept = {"seed": seed, "at": at, "is_clean": verdict.is_clean, **verdict.to_json()}
    with RESULTS.open("a") as results:
        results.write(json.dumps(kept, ensure_ascii=False) + "\n")
    print(json.dumps(kept, ensure_ascii=False), flush=True)  # noqa: T201 - a command prints
    return verdict.is_clean


def summary() -> str:
    """Return what all runs so far came to, in a sentence that claims no more than they show."""
    runs = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    unclean = [run for run in runs if not run["is_clean"]]
    struck = sum(run["fault"].count(" + ") + 1 for run in runs)
    seconds = sorted(run["recovered_seconds"] or RECOVERY_SECONDS for run in runs)
    bound = "" if unclean else f" (at 95 %: fewer than {3 / len(runs):.1%} of such runs)"
    return (
        f"{len(unclean)} violations in {len(runs)} runs with {struck} faults{bound}; "
        f"recovered in {seconds[len(seconds) // 2]} s (median), {seconds[-1]} s (most)."
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None) > 0)
