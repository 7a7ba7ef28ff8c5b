"""The drop zone: file identity, completeness, and where a finished file goes."""
