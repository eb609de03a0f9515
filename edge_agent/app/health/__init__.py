"""How the agent itself is doing: a camera whose errors are contained, what it does without, a clock that was wrong."""
