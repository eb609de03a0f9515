"""Tests of core.track."""
