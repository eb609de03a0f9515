"""The zone files: zones as they are written, and how they fit together."""
