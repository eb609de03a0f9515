"""Wiring and loops: knows everybody, decides nothing."""
