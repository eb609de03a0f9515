"""Speakers and their voice."""
