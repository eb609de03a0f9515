"""Tests of app.feed."""
