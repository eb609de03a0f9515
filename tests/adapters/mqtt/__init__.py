"""Tests of adapters.mqtt."""
