"""Files to core values: the only place, with ``web``, that knows YAML and pydantic."""
