"""Teaching: a classifier of crops that a city makes of its own examples, and what may be believed of it."""
