"""KPIs of a day in the lake, as one Parquet file each that is replaced in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comptoir import names

if TYPE_CHECKING:
    from datetime import date

    from pyspark.sql import DataFrame

    from comptoir.settings import Settings


def snapshot_path(settings: Settings, kpi: str, day: date) -> str:
    """Return where a KPI's snapshot of a day is."""
    root = f"{settings.hdfs}{settings.lake_root.rstrip('/')}"
    return f"{root}/{names.LAKE_SNAPSHOTS}/{kpi}/day={day.isoformat()}/part.parquet"


def write_snapshot(rows: DataFrame, settings: Settings, kpi: str, day: date) -> None:
    """Write a KPI's rows of a day; readers see the earlier file or this one, never a part of it.

    Args:
        rows: the KPI.
        settings: where the lake is.
        kpi: the KPI's folder.
        day: the business day.
    """
    final = snapshot_path(settings, kpi, day)
    folder, _, _ = final.rpartition("/")
    draft = f"{folder}/.draft"  # hidden: readers of the folder pass over it
    rows.coalesce(1).write.mode("overwrite").parquet(draft)
    _replace(rows, draft, final)


def _replace(rows: DataFrame, draft: str, final: str) -> None:
    context = rows.sparkSession.sparkContext
    hadoop = context._jvm.org.apache.hadoop.fs  # type: ignore[union-attr]  # noqa: SLF001 - Spark's way to Hadoop
    files = hadoop.FileContext.getFileContext(hadoop.Path(final).toUri(), context._jsc.hadoopConfiguration())  # noqa: SLF001 - as above
    found = files.util().globStatus(hadoop.Path(f"{draft}/part-*.parquet"))
    options = context._gateway.new_array(hadoop.Options.Rename, 1)  # type: ignore[union-attr]  # noqa: SLF001 - as above
    options[0] = hadoop.Options.Rename.OVERWRITE
    files.rename(found[0].getPath(), hadoop.Path(final), options)
    files.delete(hadoop.Path(draft), True)  # noqa: FBT003 - Hadoop's "recursive"
