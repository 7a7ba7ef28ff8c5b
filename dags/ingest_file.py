"""# One file, from its bytes to Kafka

**What.** Takes one file that `watch_drop_zone` has received through two tasks. `validate` keeps the raw bytes in
the lake, reads the file (CSV or workbook, French or English) and judges every row with Great Expectations.
`publish` compares the accepted rows with what is known, writes the change set to the lake and publishes it to
Kafka in one transaction; a long file goes portion by portion, so that small ones come in between. The stream turns
it into figures.

**When.** Once per file and attempt, started by `watch_drop_zone`. The run's id is `ingest__` and the file's id:
the same bytes never start a second run.

**A refused file** is a normal end: `validate` succeeds with the reason as the run's note, `publish` is skipped. A
file that waits for an answer ends in the same way; the answer opens a new attempt, with a run of its own.

**To run again.** Clear the run, or one of its tasks: whatever was done is found and not done twice. Starting a run
by hand needs the parameter `file_id`, as `comptoir uploads` shows it.

**What it does not do.** It computes no figure, and changes nothing for a file that was imported already.
"""

from airflow.sdk import DAG, Param

from comptoir.names import DAG_INGEST
from comptoir_airflow.operators import PublishFileOperator, ValidateFileOperator
from comptoir_airflow.policy import Tag, default_args

with DAG(
    DAG_INGEST,
    doc_md=__doc__,
    schedule=None,
    max_active_runs=16,
    tags=[Tag.INGEST, Tag.PER_FILE],
    default_args=default_args(),
    params={"file_id": Param(type="string", minLength=1, description="The file's id in the ledger.")},
):
    validate = ValidateFileOperator(task_id="validate", file_id="{{ params.file_id }}")
    PublishFileOperator(task_id="publish", file_id="{{ params.file_id }}", verdict=validate.output)
