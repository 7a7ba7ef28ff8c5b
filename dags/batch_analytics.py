"""# Recompute the figures of a day

**What.** One Spark application computes winners, loss risks and reductions as of a day, from the events in the lake
and with the very functions of the stream. It keeps them in the lake as Parquet
(`snapshots/<kpi>/day=<day>/part.parquet`), with every month's facts (`facts/<grain>/month=<month>/part.parquet`),
and in short in MongoDB (`kpi_history`), and compares with the hot store, document by document: the facts of the months
that the day's week and month reach into, catalogue, lots, clients and both rankings; today's loss risks where the day
is today or has just ended; clients' totals and all other facts where nothing was sold after the day. Where something
differs at first, it holds every lease, so that nothing is published, waits until the stream has come through, and
compares once more. What differs then is replaced, the figures that it touches are computed anew and shown, and the
audit log says so.

**When.** Every midnight in the trader's zone (`COMPTOIR_TIMEZONE`), for the day that has just ended.

**To run again.** Clear the run: what was kept of the day is replaced. For past days use Airflow's backfill, which
has a dry run, in any order and beside the stream; for one day, start a run with the parameter `day`. A past day uses
what is known now, with business dates up to that day.

**What it does not do.** It adds nothing to facts beside the stream. A difference that outlives its repair fails the
run for good. Where no file was ever received it is skipped.
"""

from airflow.sdk import DAG, CronDataIntervalTimetable, Param

from comptoir.names import CONNECTION_SPARK, DAG_BATCH
from comptoir.settings import load_settings
from comptoir_airflow.batch import RecomputeDayOperator
from comptoir_airflow.days import business_day
from comptoir_airflow.policy import START, Tag, default_args
from comptoir_airflow.submit import BATCH_JOB, DRIVER_MEMORY, configuration

SETTINGS = load_settings()

with DAG(
    DAG_BATCH,
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone=SETTINGS.timezone),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=[Tag.ANALYTICS, Tag.DAILY],
    default_args=default_args(retries=3),
    params={"day": Param(None, type=["null", "string"], format="date", description="A day; else the interval's.")},
    user_defined_macros={"business_day": business_day, "zone": SETTINGS.timezone},
):
    RecomputeDayOperator(
        task_id="recompute",
        conn_id=CONNECTION_SPARK,
        name=DAG_BATCH,
        application=str(BATCH_JOB),
        application_args=["--day", "{{ business_day(params, dag_run.data_interval_start, zone) }}"],
        deploy_mode="client",
        conf=configuration(SETTINGS, SETTINGS.spark),
        driver_memory=DRIVER_MEMORY,
        max_active_tis_per_dag=1,  # a backfill's runs are not in `max_active_runs`, and all write the months' facts
    )
