"""An audit of its own: raw files, change sets, Kafka, facts and figures are compared, with no code of the pipeline."""
