"""A street made up to the last detail, so that what really happened on it is known exactly."""
