"""What hurts the users of other projects, and must not hurt ours."""
