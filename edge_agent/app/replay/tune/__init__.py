"""Many settings tried on the same recordings."""
