"""What all change sets of the lake tell together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812 - the field's usual name

from comptoir_spark import facts, sources

if TYPE_CHECKING:
    from datetime import date

    from pyspark.sql import DataFrame, SparkSession

    from comptoir.settings import Settings
    from comptoir_spark.cut import Cut


@dataclass(frozen=True)
class Lake:
    """Every event of the lake, added up.

    Attributes:
        deltas: the facts of all sales, as `facts.fact_deltas` gives.
        versions: the latest of everything else, as `facts.latest_versions` gives.
        products: the catalogue, `schemas.PRODUCTS`.
        events: all of them, as they were read.
    """

    deltas: DataFrame
    versions: DataFrame
    products: DataFrame
    events: DataFrame

    def known(self) -> dict[str, int]:
        """Return the last change set of each kind that has told anything; a kind that told nothing is absent."""
        last = self.events.groupBy("kind").agg(F.max("sequence").alias("sequence"))
        return {row["kind"]: row["sequence"] for row in last.collect()}

    def months(self) -> set[str]:
        """Return the months (`yyyy-mm`) that sales have told of."""
        return months_in(self.deltas)

    def last_day(self) -> date | None:
        """Return the last business day that sales have told of; None where there are none."""
        last: date | None = self.deltas.agg(F.max("day").alias("day")).collect()[0]["day"]
        return last


def months_in(deltas: DataFrame) -> set[str]:
    """Return the months (`yyyy-mm`) of facts, as `facts.fact_deltas` gives them."""
    months = deltas.select(F.date_format("day", "yyyy-MM").alias("month")).distinct()
    return {row["month"] for row in months.collect()}


def read(spark: SparkSession, settings: Settings, cut: Cut | None = None) -> Lake:
    """Read the lake; each of its frames is computed once.

    Args:
        spark: the session.
        settings: where the lake is.
        cut: up to which sequence of each kind; None for all there is.
    """
    events = sources.up_to_cut(sources.read_lake(spark, settings), cut or {})
    versions = facts.latest_versions(events).persist()
    return Lake(facts.fact_deltas(events).persist(), versions, facts.catalogue(versions).persist(), events)
