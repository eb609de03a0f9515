"""Software for the box beside a street camera.

It sees a violation, asks for it to be put right, and tells the city operations centre when
nobody does. ARCHITECTURE.md draws the whole: `edge_agent.core` decides, the rest sees and does.
"""

__version__ = "0.1.0"
