"""Tests of app.agent."""
