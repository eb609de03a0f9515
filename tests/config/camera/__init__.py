"""Tests of config.camera."""
