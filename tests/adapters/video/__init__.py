"""Tests of adapters.video."""
