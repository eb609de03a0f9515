"""The network that is trained: its parts, losses and assignment."""
