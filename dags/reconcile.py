"""# Compare everything with everything

**What.** One task compares raw files, change sets, Kafka, facts and figures, per kind and day, to the cent and to the
row, as `comptoir reconcile` does, and shares no code with the pipeline: DuckDB reads the raw files and the lake anew.
Where something differs at first, it holds every lease, so that nothing is published, waits until the stream has come
through, and compares once more.

**When.** Every night at 03:00 in the trader's zone (`COMPTOIR_TIMEZONE`).

**To run again.** Clear the run, or start one by hand.

**What it does not do.** It corrects nothing. A difference fails the run for good; its log names the first ones, from
left to right: what differs first is where to look first.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from comptoir.names import DAG_RECONCILE
from comptoir.settings import load_settings
from comptoir_airflow.operators import ReconcileOperator
from comptoir_airflow.policy import START, Tag, default_args

with DAG(
    DAG_RECONCILE,
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 3 * * *", timezone=load_settings().timezone),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=[Tag.ANALYTICS, Tag.DAILY],
    default_args=default_args(retries=3),
):
    ReconcileOperator(task_id="reconcile")
