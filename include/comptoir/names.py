"""Every topic, collection, lake path and asset name, in one place."""

from __future__ import annotations

from typing import Final

# Kafka topics: one per kind of record, one for what Spark concludes, one for what can't be read.
TOPIC_SALES: Final = "topic-raw-sales"
TOPIC_STOCK: Final = "topic-inventory-updates"
TOPIC_PRODUCTS: Final = "topic-product-updates"
TOPIC_CLIENTS: Final = "topic-client-updates"
TOPIC_RESULTS: Final = "topic-analytics-results"
TOPIC_DEAD_LETTERS: Final = "topic-dead-letters"
TOPIC_MARKERS: Final = "topic-publish-markers"  # compacted; the last published sequence of each kind

TOPIC_OF_KIND: Final = {
    "products": TOPIC_PRODUCTS,
    "clients": TOPIC_CLIENTS,
    "stock": TOPIC_STOCK,
    "sales": TOPIC_SALES,
}

# The order in which the leases of a file of several kinds are taken.
KINDS: Final = ("products", "clients", "stock", "sales")

# Partitions of each topic on the embedded broker.
TOPIC_PARTITIONS: Final = {
    TOPIC_SALES: 2,
    TOPIC_STOCK: 1,
    TOPIC_PRODUCTS: 1,
    TOPIC_CLIENTS: 1,
    TOPIC_RESULTS: 1,
    TOPIC_DEAD_LETTERS: 1,
    TOPIC_MARKERS: 1,
}

# MongoDB: the control database outlives every epoch; facts and KPIs live in a database per epoch.
CONTROL_DATABASE: Final = "comptoir"
EPOCH_DATABASE_PREFIX: Final = "comptoir_epoch_"

LEDGER: Final = "ledger"  # one document per file and attempt
REGISTER: Final = "register"  # the effective version of every record
LEASES: Final = "leases"  # one document per kind: holder, fencing token, sequence, pending change set
COUNTERS: Final = "counters"  # landing numbers, KPI versions
POINTERS: Final = "pointers"  # which epoch is current
HEARTBEATS: Final = "heartbeats"  # one document per long-running application
MAPPINGS: Final = "mappings"  # columns that answers named, by the signature of a sheet's headers
USERS: Final = "users"  # accounts of the dashboard
AUDIT_LOG: Final = "audit_log"  # every act that changes data
BOOKS: Final = "books"  # the closing date
EXPECTATIONS: Final = "expectations"  # files that are expected by a time of day
KPI_HISTORY: Final = "kpi_history"  # per KPI and day: what the batch application found, in short
EXPECTED_DAYS: Final = "expected_days"  # what became of each day's expected file

BATCHES: Final = "batches"  # what each micro-batch was made of, first write wins
PROGRESS: Final = "progress"  # how far the stream has come
PENDING_CLIENTS: Final = "pending_clients"  # clients that batches touched and no figure shows yet, page by page
CATALOGUE: Final = "catalogue"  # products with their prices by day, folded from events
STOCK_LOTS: Final = "stock_lots"  # lots, folded from events
CLIENT_BOOK: Final = "client_book"  # clients, folded from events
FACTS_PRODUCT: Final = "facts_product_month"  # per product and month, a map of days
FACTS_CLIENT: Final = "facts_client_month"  # per client and month, a map of days
KPI_WINNERS: Final = "kpi_winners"  # per window: its head (top 100, totals)
KPI_LOSSES: Final = "kpi_losses"  # per day: its head
KPI_PAGES: Final = "kpi_pages"  # rows of heads, page by page and version by version
KPI_REDUCTIONS: Final = "kpi_reductions"  # per client
KPI_REQUESTS: Final = "kpi_requests"  # days that somebody asked for and that the stream answers

# Folders of the lake, below `Settings.lake_root`.
LAKE_RAW: Final = "raw"  # raw/<file_id>/<name>: bytes as sent
LAKE_CLAIMS: Final = "claims"  # claims/<kind>/<sequence>.parquet: every accepted record of a file
LAKE_EVENTS: Final = "events"  # events/<kind>/<sequence>.parquet: change sets; the rename is the commit
LAKE_SNAPSHOTS: Final = "snapshots"  # snapshots/<kpi>/day=<day>/part.parquet: KPIs as of a day
LAKE_FACTS: Final = "facts"  # facts/<product|client>/month=<yyyy-mm>/part.parquet: facts of a month
LAKE_STAGING: Final = "staging"  # staging/<file_id>/<kind>/<portion>/<n>.parquet: accepted rows to be published
LAKE_HELD: Final = "held"  # held/<file_id>/<n>-<kind>.parquet: sound rows that wait for a release
LAKE_CHECKPOINTS: Final = "checkpoints"  # checkpoints/<query>-v<version>/

# Airflow connections, DAGs and the names of long-running applications.
CONNECTION_KAFKA: Final = "comptoir_kafka"
CONNECTION_MONGO: Final = "comptoir_mongo"
CONNECTION_SPARK: Final = "comptoir_spark"
DAG_WATCH: Final = "watch_drop_zone"
DAG_INGEST: Final = "ingest_file"
DAG_WITHDRAW: Final = "withdraw_file"
DAG_EXPECT: Final = "expect_files"
DAG_STREAM: Final = "stream_analytics"
DAG_BATCH: Final = "batch_analytics"
DAG_RECONCILE: Final = "reconcile"
DAG_REBUILD: Final = "rebuild_hot_store"
DAG_MAINTAIN: Final = "maintain_stores"
APP_STREAM: Final = "stream_analytics"


def epoch_database(epoch: int) -> str:
    """Return the name of the database that holds the facts and KPIs of an epoch."""
    return f"{EPOCH_DATABASE_PREFIX}{epoch}"
