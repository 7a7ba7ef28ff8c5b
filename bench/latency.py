"""From a dropped file of 1,000 invoice lines to its figures, on an idle platform of its own: median of ten.

Run it with `make bench`; bench/README.md says what the columns mean.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comptoir.landing.drop import deliver
from comptoir.samples import sample_products, write_samples
from comptoir.settings import Settings
from comptoir.stores.hot import open_hot
from comptoir.stores.ledger import latest_attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comptoir.stores.hot import Hot

COMPTOIR = str(Path(sys.executable).parent / "comptoir")
PORT_BASE = 32500
LINES = 1000
LINES_AN_INVOICE = 5
RUNS = 10
WARM_UPS = 2  # the first files load code in every process on the way
IDLE_SECONDS = 3.0
PRODUCTS = [product.code for product in sample_products()[:150]]
LOOK_SECONDS = 0.02
LIMIT_SECONDS = 120.0

# Each stage ends when the ledger's entry enters the state.
STAGES = {
    "received": "noticed, entered",
    "validating": "Airflow starts the run",
    "publishing": "read, judged, published",
    "applied": "Spark: facts and figures",
}


def main() -> None:
    """Start a platform, measure, print the table, and stop it."""
    home = Path(tempfile.mkdtemp(prefix="comptoir-bench-"))
    settings = Settings(home=home, port_base=int(os.environ.get("COMPTOIR_PORT_BASE", PORT_BASE)))
    environment = os.environ | {"COMPTOIR_HOME": str(home), "COMPTOIR_PORT_BASE": str(settings.port_base)}
    try:
        began = time.monotonic()
        subprocess.run([COMPTOIR, "up"], env=environment, check=True, stdout=subprocess.DEVNULL)
        print(f"platform healthy after {time.monotonic() - began:.1f} s")
        measure(settings, environment)
    finally:
        subprocess.run([COMPTOIR, "down"], env=environment, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(home)


def measure(settings: Settings, environment: dict[str, str]) -> None:
    """Fill the stores with the samples, warm up, and print one line per drop and their medians."""
    samples = write_samples(settings.home / "samples", datetime.now(settings.zone).date())
    began = time.monotonic()
    subprocess.run([COMPTOIR, "drop", *map(str, samples), "--wait"], env=environment, check=True, capture_output=True)
    print(f"samples visible after {time.monotonic() - began:.1f} s\n")
    hot = open_hot(settings)
    rounds = [one_drop(settings, hot, number) for number in range(WARM_UPS + RUNS)][WARM_UPS:]
    print_table(rounds)


def one_drop(settings: Settings, hot: Hot, number: int) -> dict[str, float]:
    """Drop one file and return the seconds of each stage."""
    time.sleep(IDLE_SECONDS)
    path = settings.home / f"latency-{number}.csv"
    path.write_text("\n".join(sales_lines(number, datetime.now(settings.zone).date())) + "\n")
    digest = sha256(path.read_bytes()).hexdigest()
    dropped = datetime.now(UTC)
    deliver(settings, path, path.name)
    entry = wait_until_applied(hot, digest)
    moments = [dropped, *(entry["state_at"][state] for state in STAGES)]
    return {state: (moments[at + 1] - moments[at]).total_seconds() for at, state in enumerate(STAGES)}


def sales_lines(number: int, today: date) -> Iterator[str]:
    """Yield a sales file of 1,000 lines over the last 30 days, of 150 products and 40 clients."""
    yield "invoice_no,client_code,product_code,quantity,unit_price,timestamp"
    for line in range(LINES):
        invoice = line // LINES_AN_INVOICE
        day = today - timedelta(days=invoice % 30)
        product = PRODUCTS[(line * 7 + number) % len(PRODUCTS)]
        client, price = f"CL{invoice % 40 + 1:03d}", f"{1 + line % 90}.{number % 100:02d}"
        yield f"B{number}-{invoice},{client},{product},{line % 9 + 1},{price},{day}T10:{invoice % 60:02d}:00"


def wait_until_applied(hot: Hot, digest: str) -> dict[str, Any]:
    """Return the ledger's entry of these bytes once it is applied."""
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        entry = latest_attempt(hot, digest)
        if entry and entry["state"] == "applied":
            return entry
        time.sleep(LOOK_SECONDS)
    raise SystemExit(f"A file was not applied within {LIMIT_SECONDS:.0f} s; see `comptoir uploads`.")


def print_table(rounds: list[dict[str, float]]) -> None:
    """Print each drop's stages and total in seconds, and each stage's median and share."""
    print(f"{'drop':>6} " + " ".join(f"{title:>24}" for title in STAGES.values()) + f"{'total':>8}")
    for number, stages in enumerate(rounds, start=1):
        print(
            f"{number:>6} " + " ".join(f"{stages[state]:>24.2f}" for state in STAGES) + f"{sum(stages.values()):>8.2f}"
        )
    medians = {state: statistics.median(stages[state] for stages in rounds) for state in STAGES}
    total = statistics.median(sum(stages.values()) for stages in rounds)
    print(f"{'median':>6} " + " ".join(f"{medians[state]:>24.2f}" for state in STAGES) + f"{total:>8.2f}")
    shares = {state: medians[state] / sum(medians.values()) for state in STAGES}
    print(f"{'share':>6} " + " ".join(f"{shares[state]:>24.0%}" for state in STAGES))


if __name__ == "__main__":
    main()
