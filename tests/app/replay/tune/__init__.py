"""Tests of app.replay.tune."""
