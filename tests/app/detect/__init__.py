"""Tests of app.detect."""
