"""Tests of config.policy."""
