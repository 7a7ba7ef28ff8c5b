"""# Keep the stores small

**What.** Eight tasks, each by itself. `compact_lake` makes few large files of the lake's many small ones: change sets
and their claims, kind by kind. The small ones stay beside the large one until no reader needs them
(`COMPTOIR_LAKE_GRACE_HOURS`); whoever reads the lake as `docs/lake.md` says reads each record once at any moment.
`thin_snapshots` keeps old days' snapshots and loss risks at month ends alone; `clear_staging` removes rows that a crash
left on their way; `trim_checkpoints` what the stream noted of epochs and batches that are long gone; `trim_topics` sees
that Kafka keeps messages as long as the settings say; `remove_reports` removes old Data Docs and reject files,
`remove_logs` old logs, `remove_runs` Airflow's own records of old runs. `docs/settings.md` says how long each is kept.
What a task changed is its result and a line of the audit log.

**When.** Every night at 04:30 in the trader's zone (`COMPTOIR_TIMEZONE`), beside the stream and whatever comes in.
`comptoir maintain` does all but the last.

**To run again.** Clear the run, or any task of it: each goes on where it ended, and may die at any moment.

**What it does not do.** It never touches raw files, held rows, the ledger, the register, the audit log or what lies in
the drop zone, and it removes no change set and no claim: the large files hold them all.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from comptoir.names import DAG_MAINTAIN
from comptoir.settings import load_settings
from comptoir_airflow.operators import MaintainOperator, RemoveRunsOperator
from comptoir_airflow.policy import START, Tag, default_args

STEPS = (
    "compact_lake",
    "thin_snapshots",
    "clear_staging",
    "trim_checkpoints",
    "trim_topics",
    "remove_reports",
    "remove_logs",
)

with DAG(
    DAG_MAINTAIN,
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 4 * * *", timezone=load_settings().timezone),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    tags=[Tag.UPKEEP, Tag.DAILY],
    default_args=default_args(retries=3),
):
    for step in STEPS:
        MaintainOperator(step=step)
    RemoveRunsOperator(task_id="remove_runs")
