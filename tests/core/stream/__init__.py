"""Tests of core.stream."""
