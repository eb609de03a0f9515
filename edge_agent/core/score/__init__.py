"""A replay held against what really happened, and how far the figures can be believed."""
