"""Worked examples: recordings whose incidents are known to the second, at 0.5, 1 and 5 looks a second."""
