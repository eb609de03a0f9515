"""One machine, one camera, one command: what ``make centre`` starts."""
