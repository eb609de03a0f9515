"""The bench: what this box can do with its own detector, on a recording of its own."""
