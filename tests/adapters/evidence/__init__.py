"""Evidence, read back from the disk."""
