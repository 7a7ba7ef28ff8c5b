"""# Recompute the figures of a day

**What.** One Spark application computes winners, loss risks and reductions as of a day, from the events in the lake
and with the very functions of the stream, and keeps them in the lake as Parquet:
`snapshots/<kpi>/day=<day>/part.parquet`.

**When.** Every midnight in the trader's zone (`COMPTOIR_TIMEZONE`), for the day that has just ended.

**To run again.** Clear the run: the day's snapshot is replaced. For past days use Airflow's backfill; for one day,
start a run with the parameter `day`. A past day uses what is known now, with business dates up to that day.

**What it does not do.** It never writes facts beside the stream, and neither compares nor corrects its figures.
Where no file was ever received it is skipped.
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
        conf=configuration(SETTINGS.spark),
        driver_memory=DRIVER_MEMORY,
    )
