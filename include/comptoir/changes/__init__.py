"""Accepted rows and the register become records and a change set."""
