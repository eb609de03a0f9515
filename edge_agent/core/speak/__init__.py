"""What is said aloud, and how a speaker behaves."""
