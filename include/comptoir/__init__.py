"""Comptoir's domain: what is sold at the counter in the morning, understood in the office a moment later."""
