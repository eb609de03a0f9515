"""Why an incident went as it did, and why a near miss was none."""
