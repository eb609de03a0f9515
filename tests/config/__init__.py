"""From files to core values, and back to JSON."""
