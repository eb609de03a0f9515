"""YAML with the place of every value: read, found faulty, written back."""
