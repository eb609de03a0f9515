"""Notices that reach somebody: robots of chat programs, mail, and gateways of short messages."""
