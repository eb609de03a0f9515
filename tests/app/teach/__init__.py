"""Tests of app.teach."""
