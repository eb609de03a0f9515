"""Tests of adapters.reports."""
