"""Tests of core.teach."""
