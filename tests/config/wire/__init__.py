"""Tests of config.wire."""
