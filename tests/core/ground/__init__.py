"""Tests of core.ground."""
