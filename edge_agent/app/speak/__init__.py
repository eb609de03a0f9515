"""How a warning gets from the ladder to a loudspeaker."""
