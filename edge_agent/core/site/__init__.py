"""What people wrote down: policy, zones, hours, permits, quiet hours, and what the centre has overridden."""
