"""# Compute the hot store anew from the lake

**What.** One Spark application computes facts and figures from the change sets in the lake into a database of their
own, a new *epoch*, beside the current one, and then switches to it in one step. The dashboard shows the old figures
until then, and never a half. What is published meanwhile is added in rounds; for the last, short one all leases are
held, so that publishing waits. The stream notices the switch, ends, and its next start goes on behind what was
computed.

**When.** By hand, here or by `comptoir rebuild`: after a named stop of the stream that asks for it (a lost or corrupt
checkpoint, a topic that dropped what was not read), when `reconcile` finds that facts or figures differ, and after a
change of the trader's time zone.

**To run again.** Clear the run, or start another: what an unfinished one left is dropped at the next switch. Of two
that run at once the first to end switches, and the other stops and changes nothing. The epoch before the current one
stays until the next rebuilding.

**What it does not do.** It changes neither the lake nor Kafka, and reads no raw file.
"""

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import DAG

from comptoir.names import CONNECTION_SPARK, DAG_REBUILD
from comptoir.settings import load_settings
from comptoir_airflow.policy import Tag, default_args
from comptoir_airflow.submit import DRIVER_MEMORY, REBUILD_JOB, configuration

SETTINGS = load_settings()

with DAG(
    DAG_REBUILD,
    doc_md=__doc__,
    schedule=None,
    max_active_runs=1,
    tags=[Tag.ANALYTICS, Tag.BY_HAND],
    default_args=default_args(retries=3),
):
    SparkSubmitOperator(
        task_id="rebuild",
        conn_id=CONNECTION_SPARK,
        name=DAG_REBUILD,
        application=str(REBUILD_JOB),
        deploy_mode="client",
        conf=configuration(SETTINGS, SETTINGS.spark),
        driver_memory=DRIVER_MEMORY,
    )
