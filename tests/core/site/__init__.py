"""Tests of core.site."""
