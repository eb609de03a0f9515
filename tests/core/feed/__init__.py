"""Tests of core.feed."""
