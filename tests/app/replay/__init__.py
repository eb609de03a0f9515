"""Tests of app.replay."""
