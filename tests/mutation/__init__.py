"""Bugs planted in a copy of the package, to see the laws catch them."""
