"""Tests of app.speak."""
