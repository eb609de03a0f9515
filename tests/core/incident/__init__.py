"""Tests of core.incident."""
