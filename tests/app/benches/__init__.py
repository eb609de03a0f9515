"""Benches: that they measure what they say, on something tiny; how long it takes is nobody's business here."""
