"""The feed's contract, as a receiver reads it: topics, messages, commands. Pure."""
