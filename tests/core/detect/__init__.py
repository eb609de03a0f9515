"""Tests of core.detect."""
