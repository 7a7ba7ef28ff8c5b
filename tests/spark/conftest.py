"""One small Spark session for all tests of this level; no server is needed."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from comptoir.embedded.spark import driver_options
from comptoir.settings import Settings
from comptoir_spark.session import INTERPRETED, TUNING, keep_looked_up
from tests.conftest import QUICK_START


@pytest.fixture(scope="session")
def spark():
    builder = SparkSession.builder.master("local[2]").appName("tests").config("spark.driver.memory", "1g")
    java_options = f"{QUICK_START['JDK_JAVA_OPTIONS']} {driver_options(Settings())}"
    builder = builder.config("spark.driver.extraJavaOptions", java_options)
    for key, value in (TUNING | INTERPRETED).items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    keep_looked_up(session)
    yield session
    session.stop()
