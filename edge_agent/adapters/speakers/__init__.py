"""Ways to say a warning aloud, and the voice that says it."""
