"""The error of a file that cannot be loaded at all."""

from __future__ import annotations

from dagster_project.lib.deliveries.messages import FILES, sentence


class UnreadableFileError(Exception):
    """The file as a whole cannot be loaded.

    ``reason`` is the code that the ledger counts; the text says what to do, in both languages.
    """

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(str(sentence(FILES, reason, **values)))
        self.reason = reason
