"""Tests of config.fields."""
