"""What is not installed with the agent: made-up streets, measurements, training of the detector."""
