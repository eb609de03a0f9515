"""Clips of the moment, and how long evidence is kept."""
