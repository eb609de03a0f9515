"""Real footage through the shipped model: what happens is told, and nothing else."""
