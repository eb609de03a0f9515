"""Refusing: bad input ends a command with its one sentence and a non-zero exit, never with a traceback."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from edge_agent.cli.output import show
from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def refusing() -> Iterator[None]:
    """Turn an error of the outside into its sentence on standard error and exit 1."""
    try:
        yield
    except OutsideError as error:
        show(str(error), err=True)
        raise typer.Exit(code=1) from error
