"""From the numbers of a model to detections, and what a thing looks like."""
