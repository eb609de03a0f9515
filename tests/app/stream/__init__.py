"""Tests of app.stream."""
