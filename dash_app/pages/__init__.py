"""The pages: each has a layout and its callbacks."""
