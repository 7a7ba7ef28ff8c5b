"""Comptoir in Airflow: operators, triggers, callbacks and the executor."""
