"""The seams of the pipeline: the functions before and after which a process may be made to die.

Each is a write that matters, or what stands directly beside one; from the left to the right of the data's way.
"""

from __future__ import annotations

# By module: the functions, or methods as `Class.method`.
SEAMS = {
    "comptoir.landing.intake": ("finish", "_move"),
    "comptoir.landing.original": ("working_copy", "_put_into_lake"),
    "comptoir.examining": ("examine",),
    "comptoir.ingest": ("_stage", "_write_reports", "_note_publishing"),
    "comptoir.stores.cold": ("publish", "_copy"),
    "comptoir.stores.ledger": ("advance", "note_published"),
    "comptoir.stores.leases": ("Lease.allot", "Lease.complete"),
    "comptoir.stores.register": ("apply",),
    "comptoir.publishing.lake": ("commit", "name_claims"),
    "comptoir.publishing.kafka": ("send", "_send_all"),
    "comptoir_spark.sinks": ("record_batch", "add_facts", "fold_versions", "replace_paged", "remove_older"),
    "comptoir_spark.pending": ("note", "finish"),
    "comptoir_spark.figures": ("Figures.recompute",),
    "comptoir_spark.results": ("Results.flush",),
    "comptoir_spark.writer": ("StreamWriter.settle",),
}
MOMENTS = ("before", "after")


def seams_of(package: str) -> list[str]:
    """Return the names of the seams in a package's modules: `module:function`."""
    named = ((module, each) for module, functions in SEAMS.items() for each in functions)
    return [f"{module}:{function}" for module, function in named if module.startswith(package)]
