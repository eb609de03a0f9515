"""The pictures that it learns from."""
