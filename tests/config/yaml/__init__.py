"""Tests of config.yaml."""
