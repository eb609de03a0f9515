"""Tests of app.evidence."""
