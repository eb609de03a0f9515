"""The detectors of a box, its models, and which picture is looked at next."""
