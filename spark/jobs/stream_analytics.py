"""Submit this to keep figures current: events from Kafka to facts and KPIs in MongoDB."""

from comptoir.settings import load_settings
from comptoir_spark.pipelines import run_stream

if __name__ == "__main__":
    run_stream(load_settings())
