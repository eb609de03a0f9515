"""Tests of adapters.speakers.http."""
