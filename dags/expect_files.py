"""# A file that is expected by a time of day

**What.** One task, `await_file`, waits in the triggerer for the accepted file of one expectation (`comptoir expect`)
and one day. The run carries the deadline as Airflow's own deadline alert: when it passes before the file has come,
Airflow marks it as missed, and its callback notes it where the dashboard's banner reads it, in the run's note and in
`COMPTOIR_HOME/logs/alerts.log`. The banner goes away when the file comes; the run succeeds then, late or in time.

**When.** `watch_drop_zone` starts one run per expectation and deadline, once the deadline before has passed, and at
once for an expectation that is new. Times of day and weekdays are those of `COMPTOIR_TIMEZONE`.

**To run again.** Clear the run: it looks for the file anew. Its deadline stays the one of its first start.

**What it does not do.** It neither reads nor moves files. A run fails when its file has not come by the deadline that
follows: from then on a file counts for that one.
"""

from datetime import timedelta

from airflow.sdk import DAG, Param
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert

from comptoir.names import DAG_EXPECT
from comptoir_airflow.expected import ExpectedBy, report_missing
from comptoir_airflow.operators import AwaitFileOperator
from comptoir_airflow.policy import Tag, default_args

with DAG(
    DAG_EXPECT,
    doc_md=__doc__,
    schedule=None,
    max_active_runs=100,
    tags=[Tag.INGEST, Tag.DAILY],
    default_args=default_args(),
    params={
        "expectation": Param(type="string", minLength=1, description="Its id, as `comptoir expect list` shows it."),
        "kind": Param(type="string", minLength=1, description="What the file holds."),
        "deadline": Param(type="string", format="date-time", description="The moment by which it is expected."),
    },
    deadline=DeadlineAlert(
        name="The expected file is not here",
        reference=ExpectedBy(),
        interval=timedelta(0),
        callback=AsyncCallback(report_missing),
    ),
):
    AwaitFileOperator(
        task_id="await_file",
        expectation="{{ params.expectation }}",
        kind="{{ params.kind }}",
        deadline="{{ params.deadline }}",
    )
