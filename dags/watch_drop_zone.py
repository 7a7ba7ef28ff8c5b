"""# Watch the drop zone

**What.** Waits for finished files in the drop zone (`COMPTOIR_DROP_ZONE`) and in the folder of each account in it,
`accounts/<account>`, enters each in the ledger and starts its run of `ingest_file`. A file is finished when its size
and time have not changed for `COMPTOIR_SETTLE_SECONDS`; hidden files, `.part` and `.tmp` are left alone. It also starts
the run of `withdraw_file` of each withdrawal, or restoration, that the ledger says is asked for, and the run of
`expect_files` of each file that is expected next.

**When.** Always: one run that is deferred for as long as nothing is wrong. It lists the folder anew after any
restart, and a run that exists already is not started twice, so that no file is lost or taken twice.

**To run again.** Nothing to do: the next run starts by itself. Pause the DAG to stop taking files.

**What it does not do.** It doesn't read the files. A failed run of it means that the drop zone, MongoDB's account or
Airflow's own account is misconfigured; the task's log says which.
"""

from datetime import timedelta

from airflow.sdk import DAG

from comptoir.names import DAG_WATCH
from comptoir_airflow.operators import WatchDropZoneOperator
from comptoir_airflow.policy import START, Tag, default_args

with DAG(
    DAG_WATCH,
    doc_md=__doc__,
    schedule="@continuous",
    start_date=START,
    max_active_runs=1,
    tags=[Tag.INGEST, Tag.CONTINUOUS],
    default_args=default_args(retry_delay=timedelta(seconds=5)),
):
    WatchDropZoneOperator(task_id="watch")
