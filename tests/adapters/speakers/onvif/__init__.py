"""A camera's own loudspeaker."""
