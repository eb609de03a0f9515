"""The agent: cameras and their threads, commands of the centre, upkeep."""
