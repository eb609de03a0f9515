"""From things that stand to incidents: the ladder, the cases of one camera, and the world that remembers them."""
