"""What ends a command with one or two sentences."""

from __future__ import annotations


class CommandError(Exception):
    """The command cannot do what was asked; the text is for a person."""
