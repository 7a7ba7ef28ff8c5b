"""A change set goes to the lake, the register, Kafka and the ledger, once."""
