"""The servers of the one-machine default, and their configuration."""
