"""Keeping the stores small: the lake's files compacted, and what nobody needs any more removed."""
