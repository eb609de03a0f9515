"""The studio: zones drawn and tuned on a page."""
