"""The subcommands of `comptoir`, one module per subject."""
