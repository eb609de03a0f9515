"""Files to core values: the only place, with ``web``, that knows YAML and pydantic."""

from __future__ import annotations

from edge_agent.config.files import check_files
from edge_agent.config.labels import check_labels
from edge_agent.config.loading import LoadedSite, load_site
from edge_agent.config.problems import BadConfigError, Problem

__all__ = ["BadConfigError", "LoadedSite", "Problem", "check_files", "check_labels", "load_site"]
