"""The pure core: what was seen goes in, what must be done comes out.

Nothing in here reads a clock, draws a random number, opens a file or a socket, or knows a third-party
package but numpy. ``step.py`` is the door; everything else is what stands behind it.
"""
