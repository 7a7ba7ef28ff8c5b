"""The driver's Java begins with the classes that `comptoir fetch` keeps ready."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comptoir.embedded.java import java_home
from comptoir.embedded.spark import class_archive
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark


def test_the_archive_of_classes_is_in_use(spark: SparkSession):
    if not (java_home(Settings()) / "lib" / "server" / "classes.jsa").exists():
        pytest.skip("This Java can't make one.")
    process = spark.sparkContext._gateway.proc
    assert str(class_archive(Settings())) in Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8")
