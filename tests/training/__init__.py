"""The training pipeline. What needs torch is tested where the training environment is installed."""
