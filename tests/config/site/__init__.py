"""Tests of config.site."""
