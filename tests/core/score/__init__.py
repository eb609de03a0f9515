"""Tests of core.score."""
