"""Is everything the agent needs in order? One finding a thing, each with what to do."""
