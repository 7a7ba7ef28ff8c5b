"""Charts: pure functions from rows to plotly figures. Floats appear here alone, as lengths on a screen."""
