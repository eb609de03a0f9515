"""The tests mirror `edge_agent`; `architecture` holds the rules of the whole tree."""
