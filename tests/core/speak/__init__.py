"""Tests of core.speak."""
