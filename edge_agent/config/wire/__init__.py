"""JSON: lines of the detection log, messages of the feed, what the store remembers."""
