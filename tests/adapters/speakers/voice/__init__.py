"""Tests of adapters.speakers.voice."""
