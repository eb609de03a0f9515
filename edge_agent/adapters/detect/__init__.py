"""Engines that run a detector's model."""
