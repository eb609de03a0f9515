"""What would have happened: replays, scores, tuning and the studio. Nothing in here can act."""
