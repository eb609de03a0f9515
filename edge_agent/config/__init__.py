"""Files to core values: the only place, with ``web``, that knows YAML and pydantic."""

import os

# What else is installed on a box has no say in how its files are read; to look for such plugins takes long, too.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
