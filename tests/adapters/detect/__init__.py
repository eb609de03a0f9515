"""Tests of adapters.detect."""
