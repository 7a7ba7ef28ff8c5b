"""Files of any supported format become typed tables of one kind each."""
