"""Tests of config.zone."""
