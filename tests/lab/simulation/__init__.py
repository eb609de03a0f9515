"""Tests of lab.simulation."""
