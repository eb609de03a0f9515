"""One copy of the tree for all planted bugs of a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.planting import copy_of_the_tree


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy; each test leaves it as it was."""
    return copy_of_the_tree(tmp_path_factory.mktemp("tree"))
