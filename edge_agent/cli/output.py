"""What a command prints: one way for all of them, so that no text of others steers the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from edge_agent.core.printable import printable, printable_line

if TYPE_CHECKING:
    from rich.text import Text


def show(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print ``text``, to standard error where ``err``; at once, also into a pipe."""
    typer.echo(printable(text), err=err, nl=nl)


def cell(text: object) -> Text:
    """A cell of a table: one line, and no markup of its own."""
    from rich.text import Text  # noqa: PLC0415 - a command that prints lines must not wait for tables

    return Text(printable_line(str(text)))
