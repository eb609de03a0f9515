"""Pictures of the moment, kept for those who must judge it later."""
