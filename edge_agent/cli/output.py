"""What a command prints: one way for all of them, so that no text of others steers the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from edge_agent.core.printable import printable, printable_line

if TYPE_CHECKING:
    from rich.text import Text


def show(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print ``text``, to standard error where ``err``; at once, also into a pipe."""
    typer.echo(printable(text), err=err, nl=nl)


class StandardError:
    """Standard error as it is at each moment: a progress bar takes its place for a while, and keeps lines whole."""

    def write(self, text: str, /) -> None:
        """Write ``text``."""
        sys.stderr.write(text)

    def flush(self) -> None:
        """Pass on what was written."""
        sys.stderr.flush()


def cell(text: object) -> Text:
    """A cell of a table: one line, and no markup of its own."""
    from rich.text import Text  # noqa: PLC0415 - a command that prints lines must not wait for tables

    return Text(printable_line(str(text)))
