"""Tests of how the composed sample clips are made."""
