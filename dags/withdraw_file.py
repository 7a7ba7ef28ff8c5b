"""# Withdraw a file, or take that back

**What.** Takes the claims of one imported file back (`act` = `withdraw`), or makes them count again at their old place
(`restore`). For each kind of the file it finds which version of each record counts then, writes the change set to
the lake and publishes it to Kafka in one transaction, by the very steps of `ingest_file`, of a long file portion by
portion. What a later file says too stays; what the file had overwritten comes back. The stream turns it into figures.

**When.** Once per act that somebody asked for, on the upload page or with `comptoir withdraw` and `comptoir restore`.
The ledger keeps the wish, and `watch_drop_zone` starts the run: `withdraw__` or `restore__`, the file's id, and which
of the file's acts it is. The same wish never starts a second run.

**To run again.** Clear the run: whatever was done is found and not done twice. A run started by hand needs the
parameters `file_id`, as `comptoir uploads` shows it, and `act`; it fails unless the act was asked for.

**What it does not do.** It computes no figure, and touches neither the file nor its raw bytes in the lake.
"""

from airflow.sdk import DAG, Param

from comptoir.names import DAG_WITHDRAW
from comptoir_airflow.operators import ChangeBackOperator
from comptoir_airflow.policy import Tag, default_args

with DAG(
    DAG_WITHDRAW,
    doc_md=__doc__,
    schedule=None,
    max_active_runs=16,
    tags=[Tag.INGEST, Tag.PER_FILE],
    default_args=default_args(),
    params={
        "file_id": Param(type="string", minLength=1, description="The file's id in the ledger."),
        "act": Param("withdraw", type="string", enum=["withdraw", "restore"], description="What was asked for."),
    },
):
    ChangeBackOperator(task_id="change_back", file_id="{{ params.file_id }}", act="{{ params.act }}")
