"""Drawn number plates, and a reader that judges whether they can be read."""
