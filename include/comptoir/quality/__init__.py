"""The expectations and the verdict on each row."""
