"""# Keep the stream alive

**What.** Makes sure that one Spark application turns Kafka's events into facts and KPIs. The task adopts the
application where it is running and submits it where it isn't, never a second one, and then waits in the
triggerer. When the application died, or has given no heartbeat for `COMPTOIR_HEARTBEAT_LIMIT_SECONDS`, the
task fails and its next try submits again; one that had stopped as asked is submitted without that.

**When.** Always: one run that is deferred for as long as the application is well.

**To run again.** Clear the task, or mark it failed: the application is asked to stop, then killed, and
submitted again. To stop it for good, pause the DAG first. Killing it is safe at any moment: a batch that was
cut off is done again and counted once.

**What it does not do.** It doesn't recompute: `batch_analytics` does. The application's own log is behind the
task's link “Spark log”.
"""

from datetime import timedelta

from airflow.sdk import DAG

from comptoir.names import DAG_STREAM
from comptoir_airflow.callbacks import report_each_retry
from comptoir_airflow.launch import KEEP_ALIVE_TASK
from comptoir_airflow.operators import KeepStreamAliveOperator
from comptoir_airflow.policy import START, Tag, default_args

with DAG(
    DAG_STREAM,
    doc_md=__doc__,
    schedule="@continuous",
    start_date=START,
    max_active_runs=1,
    tags=[Tag.ANALYTICS, Tag.CONTINUOUS],
    default_args=default_args(
        retries=10,
        retry_delay=timedelta(seconds=3),
        retry_exponential_backoff=0,
        on_retry_callback=report_each_retry,
    ),
):
    KeepStreamAliveOperator(task_id=KEEP_ALIVE_TASK)
