"""May this frame be believed, and when was it: time stamps, pace, health, and which pictures are decoded."""
