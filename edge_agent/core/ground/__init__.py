"""From points of the picture to metres on the ground."""
