"""Submit this with `--day YYYY-MM-DD` to recompute a day's KPIs from the lake into snapshots."""

import argparse
from datetime import date

from comptoir.settings import load_settings
from comptoir_spark.pipelines import run_batch

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--day", type=date.fromisoformat, required=True, help="the business day")
    run_batch(load_settings(), parser.parse_args().day)
