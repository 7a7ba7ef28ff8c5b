"""Comptoir on Spark: facts and KPIs, as a stream and as a batch."""
