"""Submit this to compute a new epoch of the hot store from the lake and to switch to it."""

from comptoir.settings import load_settings
from comptoir_spark.pipelines import run_rebuild

if __name__ == "__main__":
    run_rebuild(load_settings())
