"""Number plates: what a plate may look like, how looks at one are put together, and who may know it."""
