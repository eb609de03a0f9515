"""What holds on every street, tried on many."""
