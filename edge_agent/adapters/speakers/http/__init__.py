"""Devices that are spoken to over HTTP: login, faults, and sound as fast as it is heard."""
