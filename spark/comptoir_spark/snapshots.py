"""What the batch application keeps in the lake: KPIs of a day and facts of a month, each file replaced in one step."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

from comptoir import names
from comptoir_spark.facts import CLIENT_GRAIN, PRODUCT_GRAIN
from comptoir_spark.sources import lake_url

if TYPE_CHECKING:
    from datetime import date

    from pyspark.sql import Column, DataFrame

    from comptoir.rules import Rules
    from comptoir.settings import Settings

DRAFT: Final = ".draft"  # hidden: readers of the folder pass over it
MEASURES: Final = {"r": "revenue", "u": "unpriced_quantity", "n": "invoices"}
FACT_COLUMNS: Final = {
    PRODUCT_GRAIN: {"record_id": "product_id", "code": "code", "day": "day", "q": "priced_quantity"} | MEASURES,
    CLIENT_GRAIN: {"record_id": "client_id", "code": "code", "day": "day", "product_id": "product_id"} | MEASURES,
}


def saying(figures: DataFrame, known: dict[str, int], rules: Rules) -> DataFrame:
    """Let a file of figures say of itself by what they were computed: Spark writes it into the footer.

    Args:
        figures: any KPI.
        known: the last change set of each kind that is in it.
        rules: the thresholds that were in force.
    """
    told = {name: value if isinstance(value, int) else str(value) for name, value in asdict(rules).items()}
    return figures.withMetadata(figures.columns[0], {"known": known, "rules": told})


def write_snapshot(rows: DataFrame, settings: Settings, kpi: str, day: date) -> None:
    """Write a KPI's rows of a day; readers see the earlier file or this one, never a part of it.

    Args:
        rows: the KPI.
        settings: where the lake is.
        kpi: the KPI's folder.
        day: the business day.
    """
    folder = f"{lake_url(settings)}/{names.LAKE_SNAPSHOTS}/{kpi}/day={day.isoformat()}"
    rows.coalesce(1).write.mode("overwrite").parquet(f"{folder}/{DRAFT}")
    _replace(rows, f"{folder}/{DRAFT}", folder, "part-*.parquet")


def write_facts(deltas: DataFrame, sequence: int, settings: Settings) -> None:
    """Write the facts of every month, a file for each month and grain; readers see an earlier file or this one.

    Rows that have become zero are kept: a month of which everything was withdrawn is written, too.

    Args:
        deltas: every fact that the lake tells, as `facts.fact_deltas` gives.
        sequence: the last change set of sales that is in them, which each file says of itself: who looks at the file
            later can tell what it doesn't know yet from what it got wrong.
        settings: where the lake is.
    """
    for grain, columns in FACT_COLUMNS.items():
        facts = deltas.filter(F.col("grain") == grain).select(_month(), *_shown(columns, sequence))
        folder = f"{lake_url(settings)}/{names.LAKE_FACTS}/{grain}"
        whole = facts.coalesce(1).write.mode("overwrite").option("maxRecordsPerFile", 0)  # a month is one file
        whole.partitionBy("month").parquet(f"{folder}/{DRAFT}")
        _replace(facts, f"{folder}/{DRAFT}", folder, "month=*/part-*.parquet")


def _month() -> Column:
    return F.date_format("day", "yyyy-MM").alias("month")


def _shown(columns: dict[str, str], sequence: int) -> list[Column]:
    """Return the columns by their names; Spark writes what is said of one into the file's footer."""
    said = {"day": {"sequence": sequence}}
    return [F.col(name).alias(shown, metadata=said.get(name, {})) for name, shown in columns.items()]


def _replace(rows: DataFrame, draft: str, final: str, pattern: str) -> None:
    """Move each file of a draft to its partition's one file."""
    context = rows.sparkSession.sparkContext
    hadoop = context._jvm.org.apache.hadoop.fs  # type: ignore[union-attr]  # noqa: SLF001 - Spark's way to Hadoop
    files = hadoop.FileContext.getFileContext(hadoop.Path(final).toUri(), context._jsc.hadoopConfiguration())  # noqa: SLF001 - as above
    options = context._gateway.new_array(hadoop.Options.Rename, 1)  # type: ignore[union-attr]  # noqa: SLF001 - as above
    options[0] = hadoop.Options.Rename.OVERWRITE
    for found in files.util().globStatus(hadoop.Path(f"{draft}/{pattern}")):
        partition = found.getPath().getParent().toUri().getPath().removeprefix(hadoop.Path(draft).toUri().getPath())
        folder = hadoop.Path(f"{final}{partition}")
        files.mkdir(folder, hadoop.FileContext.DEFAULT_PERM, True)  # noqa: FBT003 - Hadoop's "with its parents"
        files.rename(found.getPath(), hadoop.Path(folder, "part.parquet"), options)
    files.delete(hadoop.Path(draft), True)  # noqa: FBT003 - Hadoop's "recursive"
