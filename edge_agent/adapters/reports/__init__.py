"""Reports: what a replay came to, as one page that a person can send to a colleague."""
