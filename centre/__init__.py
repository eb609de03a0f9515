"""The operations centre: receives the feed of many boxes, shows it to people, and sends their commands back.

It knows the boxes by the public contract alone (``docs/feed``) and imports nothing of ``edge_agent``.
"""
